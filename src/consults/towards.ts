import type { CallOperation } from "../platform/contract.ts";
import type { Facts } from "./derive.ts";
import { dialGuest, guestOf, isOnLine, lettingGo } from "./guests.ts";
import type { Command, Consult, PendingCommand, Ring, Timing } from "./model.ts";
import { usesCall, winnerOf } from "./turn.ts";

const dials: readonly CallOperation[] = ["startConsult", "addParty", "blindTransfer"];
export const isDial = (command: Command): boolean => dials.includes(command.operation);

/** Whoever was dialled is no longer wanted: their leg goes and the customer comes back before anything else happens. */
export const isReturning = (consult: Consult): consult is Consult & { ring: Ring } =>
  consult.ring !== undefined && (consult.ending !== undefined || !consult.winner || consult.ring.over === true);

/** The agent left, crashed or was cut off while somebody is there for the customer: the two of them belong together. */
export const isOrphaned = (facts: Facts): boolean => facts.agentGone && !facts.customerGone && facts.answered;

/** The agent is out of it and nobody has answered yet. Nobody is left to bring the customer back to: we only watch. */
export const hasLeftBlindly = (consult: Consult, { agentGone, customerGone, answered }: Facts): boolean =>
  consult.kind === "blind-transfer" && consult.ring !== undefined && agentGone && !customerGone && !answered;

/** The one command that brings what is seen nearer to what is wanted; undefined where there is nothing to do but wait. */
export function nextCommand(consult: Consult, facts: Facts, timing: Timing): Command | undefined {
  if (!usesCall(consult)) return undefined;
  if (isOrphaned(facts)) return joinBoth(consult, facts) ?? lettingGo(consult, facts);
  if (isReturning(consult)) return lettingGo(consult, facts) ?? bringBack(consult, facts);
  if (consult.ending || facts.agentGone || facts.customerGone) return undefined;
  if (!consult.expertParty) return dial(consult, timing);
  if (!facts.answered) return undefined;
  const towardsGoal = consult.reached ? undefined : reachGoal(consult, facts);
  return lettingGo(consult, facts) ?? towardsGoal ?? dialGuest(consult, facts, timing);
}

/**
 * A three-way conference is also dialled as a private consult and merged once a person is proven to be there: a customer
 * never has to listen to somebody's voicemail, and a ringing expert can be cancelled in one way on every platform.
 */
function dial(consult: Consult, timing: Timing): Command | undefined {
  const target = winnerOf(consult)?.target;
  if (!target || !consult.seen) return undefined;
  const operation = consult.kind === "blind-transfer" ? "blindTransfer" : "startConsult";
  return { operation, target, ringMs: timing.ringMs };
}

function reachGoal(consult: Consult, facts: Facts): Command | undefined {
  if (consult.goal === "private" && facts.shape !== consult.talkingTo)
    return { operation: "switchParty", speakTo: consult.talkingTo };
  if (consult.goal === "together" && facts.shape !== "together") return { operation: "mergeConference" };
  if (consult.goal === "hand-over" && consult.expertProven) return { operation: "completeTransfer" };
  return undefined;
}

/** What was refused is tried the other way next time, so that no quirk of a platform leaves a customer on hold. */
const nextWay = (consult: Consult, first: Command, second: Command): Command =>
  consult.refusals % 2 === 0 ? first : second;

function bringBack(consult: Consult & { ring: Ring }, { customer, leg }: Facts): Command | undefined {
  if (leg) {
    return nextWay(
      consult,
      { operation: "cancelConsult", party: leg.ref },
      { operation: "removeParty", party: leg.ref },
    );
  }
  if (consult.ring.doubt) return { operation: "cancelConsult" };
  if (customer?.state !== "held") return undefined;
  return nextWay(consult, { operation: "resume", party: customer.ref }, { operation: "cancelConsult" });
}

function joinBoth(consult: Consult, { customer, leg, shape, guests }: Facts): Command | undefined {
  if (shape === "together") {
    const waiting = guests.find(({ offer, leg }) => isOnLine(offer) && leg?.state === "held")?.leg;
    return waiting && { operation: "resume", party: waiting.ref };
  }
  const held = [customer, leg].find((party) => party?.state === "held");
  if (!held) return undefined;
  return nextWay(consult, { operation: "mergeConference" }, { operation: "resume", party: held.ref });
}

/** Does the snapshot show what the command was to bring about? */
export function hasTakenEffect(command: PendingCommand, facts: Facts): boolean {
  const { customer, leg, lost, agentGone, shape } = facts;
  const guest = guestOf(facts, command);
  const legs = [leg, ...facts.guests.map((one) => one.leg)];
  const isBack = !leg && customer?.state !== "held";
  switch (command.operation) {
    case "startConsult":
      return leg !== undefined || lost !== undefined;
    case "addParty":
      return guest?.leg !== undefined || guest?.lost !== undefined;
    case "blindTransfer":
      return leg !== undefined || lost !== undefined || agentGone;
    case "switchParty":
      return shape === command.speakTo;
    case "mergeConference":
      return shape === "together";
    case "completeTransfer":
      return agentGone;
    case "cancelConsult":
      return isBack;
    case "removeParty":
      return legs.every((one) => one?.ref !== command.party);
    case "hold":
      return customer?.state === "held";
    case "resume":
      return [customer, ...legs].every((party) => party?.ref !== command.party || party?.state !== "held");
  }
}

export const isSame = (one: Command, other: Command): boolean =>
  one.operation === other.operation &&
  one.party === other.party &&
  one.speakTo === other.speakTo &&
  JSON.stringify(one.target) === JSON.stringify(other.target);
