/** The ten commands: whom each moves where, rings or lets go, and when it is refused. Pure. */
import type { CallCommand, CallOperation } from "../../src/platform/contract.ts";
import type { Call, Leg } from "./call.ts";
import { legId, type Room } from "./names.ts";

/**
 * What is to be done, in the order in which it is safe: first whoever must not hear goes, then whoever is not wanted,
 * then the others are brought together, then somebody is rung, and an agent is let go last of all. A plan is made from
 * what is, so the plan of a command that has worked is empty.
 */
export type Plan = {
  wait: readonly Leg[];
  hangUp: readonly Leg[];
  talk: readonly Leg[];
  dial: boolean;
  release?: Leg;
};

export const nothing: Plan = { wait: [], hangUp: [], talk: [], dial: false };

/** A command that cannot be carried out, and has not been begun. */
export class Refusal extends Error {
  readonly code: string;
  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}
export const refuse = (code: string, message: string): never => {
  throw new Refusal(code, message);
};

export const partiesMax = 10;

/** Who is who, for one command. */
type Cast = {
  call: Call;
  command: CallCommand;
  customer: Leg | undefined;
  agent: Leg | undefined;
  experts: Leg[];
};

export const withRole = (call: Call, role: Leg["role"]): Leg[] => call.legs.filter((leg) => leg.role === role);
export const isUp = (leg: Leg | undefined): boolean => leg?.state === "up";
const isIn = (leg: Leg, room: Room): boolean => leg.room === room;
/** Those who are not there yet. */
const moving = (room: Room, legs: (Leg | undefined)[]): Leg[] =>
  legs.filter((leg): leg is Leg => leg !== undefined && !isIn(leg, room));
const toTalk = (...legs: (Leg | undefined)[]): Leg[] => moving("talk", legs);
const toWait = (...legs: (Leg | undefined)[]): Leg[] => moving("wait", legs);
/** Everybody who waits, or is on the way. Agents never wait. */
const waiting = (call: Call): Leg[] => toTalk(...call.legs.filter(({ role }) => role !== "system"));

/** @throws Refusal */
export function planFor(call: Call, command: CallCommand): Plan {
  const agents = withRole(call, "agent");
  const agent = agents.find(({ account }) => account === command.agent);
  if (agents.length > 0 && !agent) refuse("wrong_agent", "the agent is not in this interaction");
  const [customer] = withRole(call, "customer");
  const { operation } = command;
  const cleansUp = operation === "cancelConsult" || operation === "removeParty";
  if (!cleansUp && !customer) refuse("customer_left", "the customer has left");
  return rules[operation]({ call, command, customer, agent, experts: withRole(call, "expert") });
}

const rules: Record<CallOperation, (cast: Cast) => Plan> = {
  startConsult(cast) {
    const { customer, experts } = cast;
    mayDial(cast);
    if (isPrivate(cast)) refuse("consult_in_progress", "a consult is under way");
    const leg = ownLeg(cast);
    return { ...nothing, wait: toWait(customer, ...experts.filter((one) => one !== leg)), dial: true };
  },

  switchParty(cast) {
    const { command, customer, experts } = cast;
    needAgent(cast);
    const expert = experts.at(-1);
    if (!expert) return refuse("no_consult", "there is no consult to switch in");
    if (command.speakTo === "customer") return { ...nothing, wait: toWait(expert), talk: toTalk(customer) };
    if (command.speakTo === "expert") return { ...nothing, wait: toWait(customer), talk: toTalk(expert) };
    return refuse("missing_speak_to", "speakTo says whom the agent talks to next");
  },

  mergeConference({ call, experts }) {
    if (!experts.some(isUp)) refuse("expert_not_connected", "the expert has not answered");
    return { ...nothing, talk: waiting(call) };
  },

  completeTransfer({ call, agent, customer, experts }) {
    if (!experts.some(isUp)) refuse("expert_not_connected", "the expert has not answered");
    if (!isUp(customer)) refuse("customer_not_connected", "the customer is not connected");
    return { ...nothing, talk: waiting(call), ...(agent ? { release: agent } : {}) };
  },

  cancelConsult(cast) {
    const { call, command, experts } = cast;
    const { party } = command;
    const expert = party === undefined ? experts.at(-1) : experts.find(({ ref }) => ref === party);
    if (party !== undefined && !expert && !call.dialled.includes(party))
      refuse("not_in_consult", "the consult is with somebody else");
    return letGo(call, expert);
  },

  blindTransfer(cast) {
    const { agent, customer, experts } = cast;
    mayDial(cast);
    const leg = ownLeg(cast);
    if (experts.some((one) => one !== leg)) refuse("others_present", "somebody else is in the interaction");
    return { ...nothing, talk: toTalk(customer), dial: true, ...(agent ? { release: agent } : {}) };
  },

  addParty(cast) {
    mayDial(cast);
    if (isPrivate(cast)) refuse("consult_in_progress", "a private consult is under way");
    return { ...nothing, dial: true };
  },

  removeParty(cast) {
    const { call, command } = cast;
    const { party } = command;
    if (!party) return refuse("missing_party", "party says whose leg to end");
    const leg = call.legs.find(({ ref }) => ref === party);
    if (leg?.role === "customer" || party === call.ref)
      return refuse("customer_leg", "the customer's leg is never removed");
    if (!leg && !call.dialled.includes(party)) return refuse("no_such_party", "that party is not in the interaction");
    return leg?.role === "agent" ? rules.completeTransfer({ ...cast, agent: leg }) : letGo(call, leg);
  },

  hold: (cast) => ({ ...nothing, wait: toWait(present(cast)) }),
  resume: (cast) => ({ ...nothing, talk: toTalk(present(cast)) }),
};

/** The expert goes, whether they ring or talk or have gone already. With no other expert left, nobody waits any longer. */
function letGo(call: Call, leg: Leg | undefined): Plan {
  const othersStay = withRole(call, "expert").some((one) => one !== leg);
  const talk = othersStay && !waitsAlone(call) ? [] : waiting(call).filter((one) => one !== leg);
  return { ...nothing, hangUp: leg ? [leg] : [], talk };
}

/** The customer hears nobody: whoever is let go now, they must not be left with the music. */
const waitsAlone = (call: Call): boolean => withRole(call, "customer").some((leg) => !isIn(leg, "talk"));

/** The leg that an earlier, lost attempt at this very command has made. */
const ownLeg = ({ call, command }: Cast): Leg | undefined =>
  call.legs.find(({ ref }) => ref === legId(command.commandId));

/** Agent and expert are, or are about to be, among themselves. */
function isPrivate(cast: Cast): boolean {
  const leg = ownLeg(cast);
  const others = cast.experts.filter((one) => one !== leg);
  return others.length > 0 && (waitsAlone(cast.call) || others.some((one) => !isUp(one) || isIn(one, "wait")));
}

function needAgent({ agent }: Cast): void {
  if (!agent) refuse("wrong_agent", "the agent is not in this interaction");
}

function mayDial(cast: Cast): void {
  needAgent(cast);
  const { command, call } = cast;
  if (!command.target) refuse("missing_target", "target says whom to ring");
  if (!ownLeg(cast) && call.legs.length >= partiesMax) refuse("too_many_parties", "no room for another party");
}

function present({ call, command, customer }: Cast): Leg {
  const leg = command.party === undefined ? customer : call.legs.find(({ ref }) => ref === command.party);
  if (!leg || !isUp(leg)) return refuse("not_connected", "that party is not connected");
  if (leg.role === "agent") return refuse("not_holdable", "the agent is not put on hold");
  return leg;
}
