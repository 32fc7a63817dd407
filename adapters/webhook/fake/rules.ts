/** The ten commands: what each does to a call, and when it is refused. Pure. */
import type { CallOperation } from "../../../src/platform/contract.ts";
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
  type Order,
  Refusal,
  refuse,
  setLeg,
  withoutConsult,
} from "./call.ts";
import { settle } from "./phones.ts";

/**
 * @throws Refusal, and the call stays as it was. No command of these ends the customer's leg. What follows by itself,
 * such as that nobody is on hold once the agent has left, is settled afterwards.
 */
export function carryOut(call: Call, order: Order, habits: Habits): Call {
  if (call.state === "ended") refuse("interaction_ended", "the interaction has ended");
  const agent = agentOf(call);
  if (agent?.account !== order.agent) throw new Refusal(403, "wrong_agent", "the agent is not in this interaction");
  const cleansUp = order.operation === "cancelConsult" || order.operation === "removeParty";
  if (!cleansUp && !isPresent(customerOf(call))) refuse("customer_left", "the customer has left");
  return settle(rules[order.operation](call, order, agent), habits);
}

const rules: Record<CallOperation, (call: Call, order: Order, agent: Leg) => Call> = {
  startConsult(call, order) {
    if (isLive(consulted(call))) refuse("consult_in_progress", "a consult is under way");
    const waiting = call.legs.filter((leg) => leg.role !== "agent" && leg.state === "connected");
    const alone = waiting.reduce((rest, leg) => setLeg(rest, leg.ref, { state: "held" }), call);
    return { ...dial(alone, order), consult: { expert: order.newRef, talkingTo: "expert" } };
  },

  switchParty(call, order) {
    const expert = consulted(call);
    const { speakTo } = order;
    if (!speakTo) throw new Refusal(422, "missing_speak_to", "speakTo says whom the agent talks to next");
    if (!call.consult || !isLive(expert)) return refuse("no_consult", "there is no consult to switch in");
    if (call.consult.talkingTo === "both") return refuse("already_merged", "everybody is in one conversation");
    const hold = (leg: Leg | undefined, held: boolean, rest: Call) =>
      isPresent(leg) ? setLeg(rest, leg?.ref, { state: held ? "held" : "connected" }) : rest;
    const customerHeld = hold(customerOf(call), speakTo === "expert", call);
    return { ...hold(expert, speakTo === "customer", customerHeld), consult: { ...call.consult, talkingTo: speakTo } };
  },

  mergeConference(call) {
    const { consult } = call;
    if (!consult || !isPresent(consulted(call))) return refuse("expert_not_connected", "the expert has not answered");
    return { ...joinAll(call), consult: { ...consult, talkingTo: "both" } };
  },

  completeTransfer(call, _order, agent) {
    if (!expertsOf(call).some(isPresent)) refuse("expert_not_connected", "the expert has not answered");
    return endLeg(call, agent, "transferred");
  },

  cancelConsult(call, order) {
    const { consult } = call;
    if (!consult) return refuse("no_consult", "there is no consult to cancel");
    if (order.party !== undefined && order.party !== consult.expert)
      return refuse("not_in_consult", "the consult is with somebody else");
    return cancel(call, "cancelled");
  },

  blindTransfer(call, order, agent) {
    if (expertsOf(call).some(isLive)) refuse("others_present", "somebody else is in the interaction");
    const dialed = dial(setLeg(call, customerOf(call)?.ref, { state: "held" }), order);
    return { ...withoutConsult(endLeg(dialed, agent, "transferred")), returnsTo: order.agent };
  },

  addParty(call, order) {
    const isPrivate = isLive(consulted(call)) && call.consult?.talkingTo !== "both";
    if (isPrivate) refuse("consult_in_progress", "a private consult is under way");
    return dial(call, order);
  },

  removeParty(call, order, agent) {
    if (!order.party) throw new Refusal(422, "missing_party", "party says whose leg to end");
    const leg = legOf(call, order.party);
    if (!leg || !isLive(leg)) return refuse("no_such_party", "that party is not in the interaction");
    if (leg.role === "customer") return refuse("customer_leg", "the customer's leg is never removed");
    if (leg.ref === agent.ref) return rules.completeTransfer(call, order, agent);
    return leg.ref === call.consult?.expert ? cancel(call, "removed") : endLeg(call, leg, "removed");
  },

  hold(call, order) {
    const leg = presentParty(call, order);
    return setLeg(call, leg.ref, { state: "held" });
  },

  resume(call, order) {
    const leg = presentParty(call, order);
    const { consult } = call;
    const isPrivate = consult !== undefined && consult.talkingTo !== "both";
    const isApart = isPrivate && isPresent(consulted(call));
    if (isApart && leg.state === "held") return refuse("consult_in_progress", "use switchParty or mergeConference");
    if (isApart) return call; // nobody to bring back, and the two stay apart
    const resumed = setLeg(call, leg.ref, { state: "connected" });
    if (!isPrivate || leg.role !== "customer") return resumed;
    return isRinging(consulted(call))
      ? { ...resumed, consult: { ...consult, talkingTo: "customer" } }
      : withoutConsult(resumed);
  },
};

const consulted = (call: Call): Leg | undefined => legOf(call, call.consult?.expert);

/** The expert goes, whether they ring, talk or have failed; everybody else is together again. */
function cancel(call: Call, reason: string): Call {
  const expert = consulted(call);
  return joinAll(expert ? endLeg(call, expert, reason) : call);
}

function dial(call: Call, order: Order): Call {
  const { target, contextRef, ringMs } = order;
  if (!target) throw new Refusal(422, "missing_target", "target says whom to ring");
  if (call.legs.filter(isLive).length >= order.partiesMax) refuse("too_many_parties", "no room for another party");
  const account = target.kind === "agent" ? { account: target.account } : {};
  const context = contextRef === undefined ? {} : { contextRef };
  const patience = ringMs === undefined ? {} : { ringMs };
  const leg: Leg = { ref: order.newRef, role: "expert", state: "dialing", target, ...account, ...context, ...patience };
  return { ...call, legs: [...call.legs, leg] };
}

function presentParty(call: Call, order: Order): Leg {
  const leg = order.party === undefined ? customerOf(call) : legOf(call, order.party);
  if (!leg || !isPresent(leg)) return refuse("not_connected", "that party is not connected");
  if (leg.role === "agent") return refuse("not_holdable", "the agent is not put on hold");
  return leg;
}
