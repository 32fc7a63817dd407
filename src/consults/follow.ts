import type { Facts } from "./derive.ts";
import { adoptShape } from "./pending.ts";
import { isDial, isOrphaned } from "./towards.ts";
import { end, finish, lookUp, type Turn, usesCall, winnerOf, withdrawOffers } from "./turn.ts";
import { loseWinner, prove, ringFailures } from "./winner.ts";

/** Refusals after which a leg that nobody waits for is left to the platform's own ring time limit. */
const ghostRefusalsMax = 5;

/** What the world did by itself since we last looked. */
export function follow(turn: Turn, facts: Facts): void {
  if (facts.customerGone) {
    followCustomer(turn, facts);
  } else if (usesCall(turn.consult)) {
    followLeg(turn, facts);
    followAgent(turn, facts);
  }
}

/** Nobody must be left ringing for a customer who hung up. Those who already talk may go on. */
function followCustomer(turn: Turn, { leg, answered, guests }: Facts): void {
  const { consult } = turn;
  if (!usesCall(consult) && consult.seen?.state !== "ended") return;
  withdrawOffers(consult);
  consult.ending = "customer-left";
  consult.goal = "back";
  const { ring, pending } = consult;
  const isUnderWay = pending && (isDial(pending) || pending.operation === "cancelConsult");
  const isAdding = guests.some((guest) => guest.leg && !guest.answered);
  const mayRing = ring && ((leg && !answered) || isAdding || ring.doubt || isUnderWay);
  if (!mayRing || consult.refusals >= ghostRefusalsMax) end(turn, "customer-left");
}

function followLeg(turn: Turn, facts: Facts): void {
  const { consult } = turn;
  if (!consult.ring) return;
  if (facts.leg) consult.expertParty = facts.leg.ref;
  if (consult.ring.over || consult.ending || !consult.winner) return;
  if (facts.voicemail) loseWinner(turn, "silent", "voicemail", "voicemail");
  else if (facts.lost) loseLeg(turn, facts.lost, facts.agentGone);
  else if (facts.answered) meetExpert(turn, facts);
}

function loseLeg(turn: Turn, lost: NonNullable<Facts["lost"]>, agentGone: boolean): void {
  const { consult } = turn;
  const { reason = "no-answer", isListed } = lost;
  if (!isListed && !turn.freshAt) lookUp(turn); // old news may lack a leg that is there
  if (consult.state !== "ringing") {
    const withoutAgent = consult.expertProven ? "transferred" : "failed";
    finish(consult, agentGone ? withoutAgent : "returned", "expert-left");
  } else if (reason === "removed") {
    finish(consult, "cancelled"); // taken back with the platform's own button
  } else {
    const [state, trouble] = ringFailures[reason] ?? ["silent", "expert-no-answer"];
    loseWinner(turn, state, reason, trouble);
  }
}

/**
 * Proof that a person is there: the platform heard one, or they said "now" on the card and then their phone was answered.
 * With the proof, and only then, a transfer or a conference goes on by itself unless the agent wanted something else.
 */
function meetExpert(turn: Turn, facts: Facts): void {
  const { consult } = turn;
  const saidNow = winnerOf(consult)?.state === "accepted";
  if (consult.expertProven || !(facts.leg?.human || saidNow)) return;
  prove(turn);
  if (consult.goal !== "private" || consult.talkingTo !== "expert") return;
  if (consult.kind === "transfer") consult.goal = "hand-over";
  if (consult.kind === "conference") consult.goal = "together";
  if (consult.goal !== "private") consult.reached = false;
}

/** The agent hung up, crashed or was cut off. */
function followAgent(turn: Turn, facts: Facts): void {
  const { consult } = turn;
  if (!facts.agentGone) return;
  if (isOrphaned(facts) || (consult.kind === "blind-transfer" && consult.ring)) {
    withdrawOffers(consult);
  } else if (!consult.ring) {
    finish(consult, "cancelled", "agent-left");
  } else {
    const mayStillRing = facts.leg !== undefined || (consult.pending !== undefined && isDial(consult.pending));
    if (!mayStillRing || !consult.winner) finish(consult, "failed", "agent-left");
  }
}

/** Once the goal has been seen, what the agent does with the platform's own buttons is what is wanted. */
export function notice(turn: Turn, facts: Facts): void {
  const { consult } = turn;
  if (!facts.answered || !facts.shape || consult.ending || consult.ring?.over) return;
  if (consult.reached) {
    adoptShape(turn, facts);
  } else {
    const wanted = consult.goal === "private" ? consult.talkingTo : consult.goal;
    consult.reached = facts.shape === wanted;
  }
}
