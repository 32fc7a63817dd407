/** Legs of the made-up call: who is there, who hears whom. */
import type { CallParty, CallView } from "../../sandbox/protocol.ts";
import { find, iso, type MockState } from "./mock-state.ts";

export const legOf = (call: CallView, role: CallParty["role"]): CallParty | undefined =>
  call.parties.find((each) => each.role === role && each.state !== "left");

export function setLeg(leg: CallParty | undefined, state: CallParty["state"], reason?: string): void {
  if (!leg || leg.state === state) return;
  leg.state = state;
  leg.since = iso();
  if (reason) leg.reason = reason;
}

export const newLeg = (
  state: MockState,
  role: CallParty["role"],
  name: string,
  phase: CallParty["state"],
): CallParty => ({
  ref: state.id("leg"),
  role,
  name,
  state: phase,
  hears: [],
  music: false,
  since: iso(),
});

/** Connected legs hear one another; a held one hears music. */
export function mixAudio({ parties }: CallView): void {
  const there = parties.filter(({ state }) => state === "connected").map(({ ref }) => ref);
  for (const leg of parties) {
    leg.hears = leg.state === "connected" ? there.filter((ref) => ref !== leg.ref) : [];
    leg.music = leg.state === "held";
  }
}

export function newCall(state: MockState, customerId: string): CallView {
  const customer = find(state.customers, ({ id }) => id === customerId);
  const call: CallView = {
    ref: state.id("call"),
    startedAt: iso(-252_000),
    state: "live",
    agent: state.agent.account,
    recording: customer.id === "lucia" ? "on" : "paused",
    parties: [
      newLeg(state, "customer", customer.name, "connected"),
      newLeg(state, "agent", state.agent.name, "connected"),
    ],
    commands: [],
  };
  state.calls.unshift(call);
  Object.assign(state.agent, { onCall: true, status: "Interacting" });
  return call;
}

export function endCall(state: MockState, call: CallView): void {
  for (const leg of call.parties) setLeg(leg, "left", "hung-up");
  call.state = "ended";
  call.endedAt = iso();
  if (!state.calls.some((each) => each.state === "live")) freeAgent(state);
}

export const freeAgent = ({ agent }: MockState): void => {
  Object.assign(agent, { onCall: false, status: "On Queue" });
};
