/** The facts of the made-up story, and how it tells that they have changed. */
import type { CallView, Fault, WorldView } from "../../sandbox/protocol.ts";
import type { ConsultView, OfferView } from "../../views.ts";
import { type MockExpert, mockExperts } from "./mock-people.ts";

/** Something cannot be done in the present state. */
export class NotNow extends Error {}

export type Topic = "consult" | "interaction" | "presence" | "world";
export type Listener = (topic: Topic, data: unknown) => void;
export type Chat = WorldView["teams"]["users"][number]["chat"];
export type MockConsult = { view: ConsultView; winner?: OfferView; call: CallView; heard?: boolean };

/** As Graph makes them: without tenant and organizer the calling library takes none. */
export const meetingLink =
  "https://teams.microsoft.com/l/meetup-join/19%3ameeting_mock%40thread.v2/0?context=%7b%22Tid%22%3a%223b1f8a52-0c3e-4a57-8d0e-9a6a5a0f4c01%22%2c%22Oid%22%3a%2211111111-1111-4111-8111-111111111111%22%7d";

export const iso = (ms = 0): string => new Date(Date.now() + ms).toISOString();

export function find<Thing>(things: readonly Thing[], test: (thing: Thing) => boolean): Thing {
  const found = things.find(test);
  if (!found) throw new NotNow("There is no such thing.");
  return found;
}

const newAgent = () => ({
  account: "ana",
  name: "Ana Lind",
  email: "ana@example.com",
  status: "On Queue",
  statuses: ["On Queue", "Available", "Break", "Meal", "Offline"],
  onCall: false,
});
const customers: WorldView["customers"] = [
  { id: "lucia", name: "Lucía Prat", tier: "Gold", intent: "Duplicate invoice" },
  { id: "olof", name: "Olof Berg", intent: "Move my contract" },
];

function newFacts() {
  const experts = mockExperts();
  // One person's platform has been silent for too long.
  const observed = experts.map(
    ({ personId }, index) => [personId, iso(index === 5 ? -190_000 : -3000 - index * 700)] as const,
  );
  return {
    agent: newAgent(),
    experts,
    observed: new Map<string, string>(observed),
    chats: new Map<string, Chat>(experts.map(({ user }) => [user, { messages: [] }])),
    calls: [] as CallView[],
    consults: [] as MockConsult[],
    faults: new Map<Fault, number>(),
    service: { up: true, restarts: 0 },
    /** The platform cannot tell a person from a machine. */
    cannotTell: false,
    meeting: {
      joinUrl: meetingLink,
      join: { platform: "Microsoft Teams", ways: ["meeting"] },
    } as Pick<ConsultView, "join" | "joinUrl">,
  };
}

export type MockState = ReturnType<typeof createState>;

export function createState() {
  let ids = 0;
  const listeners = new Set<Listener>();
  const timers = new Set<ReturnType<typeof setTimeout>>();
  const state = {
    ...newFacts(),
    customers,
    listeners,
    id: (kind: string) => `${kind}_${++ids}`,
    tell(topic: Topic, data: unknown) {
      for (const listener of listeners) listener(topic, data);
    },
    later(ms: number, run: () => void) {
      const timer = setTimeout(() => {
        timers.delete(timer);
        run();
      }, ms);
      timers.add(timer);
    },
    reset() {
      for (const timer of timers) clearTimeout(timer);
      timers.clear();
      Object.assign(state, newFacts());
    },
  };
  return state;
}

export const expertOf = (state: MockState, personId: string): MockExpert =>
  find(state.experts, (each) => each.personId === personId);
