/** The course of one consult, as the people in it play it, and the call as the contact center has it. */
import type { Call, Habits, Leg } from "../../adapters/webhook/fake/call.ts";
import type { WireSnapshot } from "../../adapters/webhook/wire.ts";
import type { Kind, Move } from "../../src/consults/model.ts";
import type { CallOperation } from "../../src/platform/contract.ts";
import { externalId } from "../company.ts";
import type { Pair } from "./companies.ts";

/** What the agent does once the expert is on the line, in this order, and what of the platform each needs. */
type Wish = { move: Move; needs: readonly CallOperation[] };
export type Course = { kind: Kind; joins?: CallOperation; wishes: readonly Wish[]; ends: "transferred" | "returned" };

const away: readonly CallOperation[] = ["cancelConsult", "removeParty"];
export const courses: readonly Course[] = [
  {
    kind: "conference",
    joins: "mergeConference",
    wishes: [{ move: "hand-over", needs: ["completeTransfer"] }],
    ends: "transferred",
  },
  { kind: "transfer", joins: "completeTransfer", wishes: [], ends: "transferred" },
  {
    kind: "consult",
    wishes: [
      { move: "all-together", needs: ["mergeConference"] },
      { move: "drop-expert", needs: away },
    ],
    ends: "returned",
  },
  { kind: "conference", joins: "mergeConference", wishes: [{ move: "drop-expert", needs: away }], ends: "returned" },
];

export const stepNames = ["ask", "dial", "join", "move"] as const;
export type StepName = (typeof stepNames)[number];

export type Story = {
  number: number;
  organization: number;
  pair: Pair;
  course: Course;
  ref: string;
  call: Call;
  /** What would let us go on has been told at this time, and what it leads to has not come. */
  step?: { name: StepName; at: number; awaits: readonly string[] };
  /** Something was refused, lost, late or told twice. */
  hasFault: boolean;
  /** How often each operation has changed the call. */
  effects: Partial<Record<CallOperation, number>>;
  card?: { offer: string; account: string };
  consultId?: string;
  isDone: boolean;
  isRefused: boolean;
  broken: string[];
  /** What happened, each with its time, for when it is not done in time. */
  seen: string[];
};

export const habits: Habits = { endsWithCustomer: true, returnsCustomer: false, hearsMachines: true };

export function newStory(number: number, organization: number, pair: Pair, ref: string): Story {
  const legs: Leg[] = [
    { ref: `${ref}-c`, role: "customer", state: "connected", name: "Cleo Martin", human: true },
    { ref: `${ref}-a`, role: "agent", state: "connected", account: externalId(pair.agent), human: true },
  ];
  const begun = { channel: "voice", state: "live", recording: "on", startedAt: new Date(), sequence: 1 } as const;
  const attributes = { intent: "late-fee", language: "sv", tier: "gold", queue: "claims" };
  return {
    ...{ number, organization, pair, ref },
    course: courses[number % courses.length] as Course,
    call: { ...begun, ref, rootRef: ref, legs, attributes },
    ...{ hasFault: false, effects: {}, isDone: false, isRefused: false, broken: [], seen: [] },
  };
}

export const note = (story: Story, what: string): void => void story.seen.push(`${new Date().toISOString()} ${what}`);

export function snapshotOf({ call }: Story): WireSnapshot {
  const parties = call.legs.map(({ target: _t, contextRef: _c, ringMs: _r, ...party }) => party);
  const { ref, rootRef, channel, state, recording, attributes, startedAt, sequence } = call;
  return {
    ...{ ref, rootRef, channel, state, parties, recording, attributes, sequence },
    startedAt: startedAt.toISOString(),
    observedAt: new Date().toISOString(),
  };
}

export const expertLeg = ({ call }: Story): Leg | undefined => call.legs.findLast((leg) => leg.role === "expert");

/** What must be true of every call after every change: somebody is there for the customer, or is on the way. */
export function breaches(story: Story): string[] {
  const { call, effects } = story;
  if (call.state === "ended") return ["a call ended before the customer hung up"];
  const is = (role: Leg["role"], ...states: Leg["state"][]) =>
    call.legs.some((leg) => leg.role === role && states.includes(leg.state));
  const found: string[] = [];
  if (!is("customer", "connected", "held")) found.push("the customer's leg has gone");
  if (!is("agent", "connected", "held") && !call.legs.some((leg) => leg.role === "expert" && leg.human === true))
    found.push("the agent left before the expert was proven");
  for (const [operation, count] of Object.entries(effects)) if (count > 1) found.push(`${operation} took effect twice`);
  return found;
}
