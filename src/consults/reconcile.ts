import { search } from "./asking.ts";
import { type Facts, factsOf } from "./derive.ts";
import { follow, notice } from "./follow.ts";
import { followGuests, noteGuestDial } from "./guests.ts";
import type { Command, Consult, State } from "./model.ts";
import { settlePending } from "./pending.ts";
import { hasLeftBlindly, isDial, isOrphaned, isReturning, nextCommand } from "./towards.ts";
import { blindEndsAt, end, lookUp, send, type Turn, usesCall, winnerOf, withdrawGuests } from "./turn.ts";

/** Level, not edge: whatever happened, look at what is, and take at most one step towards what is wanted. */
export function reconcile(turn: Turn): void {
  const { consult } = turn;
  followGuests(turn, factsOf(consult));
  const facts = factsOf(consult);
  follow(turn, facts);
  if (isOver(consult)) return;
  settlePending(turn, facts);
  follow(turn, facts); // what was under way may have been all that kept us
  if (isOver(consult)) return;
  if (!consult.pending) notice(turn, facts);
  proceed(turn, facts);
  if (!isOver(consult)) consult.state = stateOf(consult, facts);
}

const isOver = (consult: Consult) => consult.state === "ended";

function proceed(turn: Turn, facts: Facts): void {
  const { consult } = turn;
  if (hasLeftBlindly(consult, facts)) {
    if (!consult.pending && isBlindOver(turn, facts)) end(turn, "transferred");
    return;
  }
  if (consult.goal === "hand-over" || consult.ring?.over) withdrawGuests(consult); // they leave room for the next
  if (consult.state !== "requested") search(turn); // asking by card waits for no platform
  if (consult.pending) return;
  const command = nextCommand(consult, facts, turn.timing);
  if (command) {
    attempt(turn, command);
  } else if (isOrphaned(facts)) {
    if (facts.shape === "together") end(turn, "transferred");
  } else if (isReturning(consult)) {
    if (consult.look && !facts.customerGone) return; // what is seen may be old
    clearAway(consult);
    proceed(turn, factsOf(consult));
  } else if (consult.ending) {
    end(turn, consult.ending);
  } else if (consult.winner && usesCall(consult) && !consult.seen && !consult.look) {
    lookUp(turn);
  }
}

/**
 * Watched until the phone is answered (then customer and expert are together) or has stopped ringing. Neither a cancel nor
 * a no on the card stops it: somebody may still pick up, and if the customer hangs up first, it must not ring on.
 */
const isBlindOver = ({ consult: { ring }, now, timing }: Turn, { leg, lost, voicemail }: Facts) =>
  (ring?.over === true && !leg) ||
  lost !== undefined ||
  voicemail ||
  (ring !== undefined && now >= blindEndsAt(ring, timing));

/** Sends it, unless the last refusal was a moment ago. */
function attempt(turn: Turn, command: Command): void {
  const { consult, now } = turn;
  if (consult.retryAt && consult.retryAt > now) return;
  delete consult.retryAt;
  send(turn, command);
  if (isDial(command)) noteDial(turn, command);
  if (command.operation === "cancelConsult" && consult.ring) delete consult.ring.doubt;
}

function noteDial(turn: Turn, { operation, target }: Command): void {
  const { consult, now } = turn;
  const offer = winnerOf(consult);
  if (!offer || !target) return;
  if (operation === "addParty") {
    noteGuestDial(turn, target);
    return;
  }
  offer.rungAt = now;
  consult.ring = { target, dialledAt: now };
  consult.before = consult.seen?.parties.map((party) => party.ref) ?? [];
}

/** Nothing is left of the last ring: the customer has been seen with the agent, and no leg of ours. */
function clearAway(consult: Consult): void {
  for (const key of ["ring", "expertParty", "retryAt", "look"] as const) delete consult[key];
  consult.before = [];
  consult.refusals = 0;
}

function stateOf(consult: Consult, facts: Facts): State {
  const { state, offers, winner } = consult;
  if (state === "requested" || consult.ending) return state;
  if (hasLeftBlindly(consult, facts)) return "ringing";
  if (winner && !usesCall(consult)) return "consulting";
  if (winner && !(facts.answered && !consult.ring?.over)) return "ringing";
  if (winner && consult.goal === "hand-over") return "transferring";
  if (winner) return facts.shape === "together" ? "conferencing" : "consulting";
  const isAsking = offers.some((offer) => offer.state === "asked") || !offers.some((offer) => offer.state === "later");
  return isAsking ? "offering" : "waiting";
}
