/** What happens to a call from outside: phones that are answered, declined, hung up. Pure; commands are in rules.ts. */
import {
  agentOf,
  type Call,
  customerOf,
  endLeg,
  expertsOf,
  type Habits,
  isLive,
  isPresent,
  isRinging,
  joinAll,
  type Leg,
  legOf,
  setLeg,
  withoutConsult,
} from "./call.ts";

/** A leg that is dialled begins to ring. */
export const ring = (call: Call, ref: string): Call =>
  legOf(call, ref)?.state === "dialing" ? setLeg(call, ref, { state: "ringing" }) : call;

/** Somebody, or a machine, picks up. In a consult the agent may have gone back to the customer meanwhile. */
export function pickUp(call: Call, ref: string, by: "person" | "machine", habits: Habits): Call {
  if (!isRinging(legOf(call, ref))) return call;
  const waits = call.consult?.expert === ref && call.consult.talkingTo === "customer";
  const heard = habits.hearsMachines ? { human: by === "person" } : {};
  const reason = habits.hearsMachines && by === "machine" ? { reason: "voicemail" } : {};
  const answered = setLeg(call, ref, { state: waits ? "held" : "connected", ...heard, ...reason });
  if (answered.returnsTo === undefined) return answered;
  const { returnsTo: _done, ...handedOver } = answered;
  return joinAll(handedOver);
}

/** A phone that rings in vain (`busy`, `no-answer`, `declined`, `unreachable`), or a party that hangs up. */
export function drop(call: Call, ref: string, reason: string, habits: Habits): Call {
  const leg = legOf(call, ref);
  return leg && isLive(leg) ? settle(endLeg(call, leg, reason), habits) : call;
}

/** What the platform does by itself once a leg has gone. Never the end of a customer whom somebody can still talk to. */
export function settle(call: Call, habits: Habits): Call {
  if (call.state === "ended") return call;
  const experts = expertsOf(call);
  if (!isLive(customerOf(call))) return withoutCustomer(call, experts, habits);
  if (agentOf(call)) return habits.returnsCustomer ? returnCustomer(call) : call;
  if (experts.some(isPresent)) return joinAll(call);
  if (call.returnsTo === undefined) return end(call, "agent-left");
  return experts.some(isRinging) ? call : recall(call, call.returnsTo);
}

function withoutCustomer(call: Call, experts: Leg[], habits: Habits): Call {
  const pointless = !experts.some(isLive) || (!agentOf(call) && !experts.some(isPresent));
  if (habits.endsWithCustomer || pointless) return end(call, "customer-left");
  return agentOf(call) ? call : joinAll(call);
}

function returnCustomer(call: Call): Call {
  const waiting = call.consult && !isLive(legOf(call, call.consult.expert));
  return waiting ? joinAll(call) : call;
}

/** Nobody took a blind transfer: the agent's phone is connected again, with a new leg. */
function recall(call: Call, account: string): Call {
  const { returnsTo: _over, ...rest } = call;
  const before = call.legs.findLast((leg) => leg.role === "agent" && leg.account === account);
  const name = before?.name === undefined ? {} : { name: before.name };
  const leg: Leg = { ref: `${before?.ref ?? account}-again`, role: "agent", account, state: "connected", ...name };
  return joinAll({ ...rest, legs: [...rest.legs, leg] });
}

function end(call: Call, reason: string): Call {
  const ended = call.legs.reduce((rest, leg) => endLeg(rest, leg, reason), call);
  return { ...withoutConsult(ended), state: "ended" };
}
