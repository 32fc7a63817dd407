/** The made-up story as the service and the world show it. Reads only. */
import { kinds } from "../../consults/model.ts";
import type { CallParty, CallView, ExpertPlatform, PhoneView, UserView, WorldView } from "../../sandbox/protocol.ts";
import type { ExpertHit, InteractionView } from "../../views.ts";
import { type MockExpert, mockHit } from "./mock-people.ts";
import { find, iso, type MockState } from "./mock-state.ts";

const isGone = ({ state }: CallParty): boolean => state === "left" || state === "failed";

export function interactionView(state: MockState, call: CallView): InteractionView {
  const customer = find(state.customers, ({ name }) => call.parties.some((each) => each.name === name));
  const isSpanish = customer.id === "lucia";
  return {
    id: `int_${call.ref}`,
    ref: call.ref,
    rootRef: call.ref,
    journeyId: `jny_${call.ref}`,
    channel: "voice",
    state: call.state === "ended" ? "ended" : "live",
    customer: { name: customer.name, ...(customer.tier && { tier: customer.tier }), language: isSpanish ? "es" : "sv" },
    intent: customer.intent,
    skill: isSpanish ? "Invoicing" : "Contracts",
    recording: call.recording,
    parties: call.parties.filter((each) => !isGone(each)).map(({ reason: _reason, ...each }) => each),
    startedAt: call.startedAt,
    observedAt: iso(),
    can: kinds.map((kind) => ({ kind, possible: true })),
  };
}

const isConsulted = ({ consults }: MockState, { personId }: MockExpert): boolean =>
  consults.some(({ view }) => view.expert?.personId === personId && view.state !== "ended");

export const hitOf = (state: MockState, expert: MockExpert): ExpertHit =>
  mockHit(expert, state.observed.get(expert.personId) ?? iso(), new Date(), isConsulted(state, expert));

let sequence = 0;

export function worldView(state: MockState): WorldView {
  return {
    sequence: ++sequence,
    at: iso(),
    service: { ...state.service },
    customers: state.customers,
    agents: [{ ...state.agent }],
    calls: structuredClone(state.calls),
    phones: state.experts.map((expert) => phoneView(state, expert)),
    teams: { users: usersOf(state, "teams") },
    ringcentral: { extensions: usersOf(state, "ringcentral") },
    faults: [...state.faults].map(([what, hits]) => ({ what, since: iso(-5000), hits })),
  };
}

function phoneView({ calls, agent }: MockState, { name, number, user, platform }: MockExpert): PhoneView {
  const legs = calls.flatMap(({ parties }) => parties).filter((each) => each.role === "expert" && each.name === name);
  const ringing = legs.find((leg) => leg.state === "ringing");
  const connected = legs.find((leg) => leg.state === "connected" || leg.state === "held");
  return {
    number,
    owner: user,
    platform,
    ringing: ringing ? { partyRef: ringing.ref, from: agent.name } : null,
    connected: connected?.ref ?? null,
    mode: "manual",
  };
}

const usersOf = (state: MockState, platform: ExpertPlatform): UserView[] =>
  state.experts.filter((each) => each.platform === platform).map((each) => userView(state, each));

function userView(state: MockState, expert: MockExpert): UserView {
  const { user, name, title, availability, activity } = expert;
  const lease = { availability: "Busy", activity: "InACall", until: iso(300_000) };
  return {
    id: user,
    name,
    title,
    presence: { availability, activity },
    own: { onCall: activity === "InACall", ...(isConsulted(state, expert) && { lease }) },
    chat: structuredClone(state.chats.get(user) ?? { messages: [] }),
  };
}
