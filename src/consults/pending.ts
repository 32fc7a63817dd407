import type { CommandId } from "../ids.ts";
import type { CallOperation, Outcome } from "../platform/contract.ts";
import { type Facts, factsOf } from "./derive.ts";
import { failGuest, noteGuestRepeat } from "./guests.ts";
import type { PendingCommand } from "./model.ts";
import { hasTakenEffect, isDial, isOrphaned, isReturning, isSame, nextCommand } from "./towards.ts";
import { after, hasPassed, lookUp, ringAnew, type Turn } from "./turn.ts";
import { loseWinner } from "./winner.ts";

/** How often a lost command is sent again under its own id. */
const repeatsMax = (command: PendingCommand) => (isDial(command) ? 1 : 2);

/** What brings the customer back. Tried until it works. */
const rescues: readonly CallOperation[] = ["cancelConsult", "removeParty", "resume"];

/** Half a second, one, two, four, five, five, … */
const pauseMs = (refusals: number) => Math.min(5_000, 500 * 2 ** (refusals - 1));

/** Takes in what the platform answered. Answers to anything but the command under way are late or repeated: no news. */
export function takeOutcome(turn: Turn, id: CommandId, outcome: Outcome): void {
  const { pending } = turn.consult;
  if (pending?.id !== id) return;
  if (outcome.state === "refused" && pending.repeats === 0) {
    fail(turn, pending, outcome.code);
  } else if (outcome.state === "refused" || outcome.state === "unknown") {
    // A refused repeat says nothing about the first time: it may be refused because the first one worked.
    pending.state = "unknown";
    lookUp(turn);
  } else if (pending.state !== "unknown") {
    pending.state = outcome.state;
    if (outcome.state === "done" && !turn.freshAt) lookUp(turn);
  }
}

/**
 * Compares the command under way with what is seen. Seen to have worked: settled. Done, they say, and a fresh look shows
 * otherwise: it did not do what we wanted. Unknown, and a fresh look does not show it: the same command again under the
 * same id while it is still wanted. Given up only when it is `commandMs` old, since until then it may yet take effect, and
 * whatever came next could meet it on the way. A leg may take its time to show up, so dials are always given theirs.
 */
export function settlePending(turn: Turn, facts: Facts): void {
  const { consult, timing } = turn;
  const { pending } = consult;
  if (!pending) return;
  // Others' doings can look like the effect of any command but a dial, so an answer is awaited for those.
  if (hasTakenEffect(pending, facts) && (isDial(pending) || pending.state !== "asked")) {
    succeed(turn, pending);
    return;
  }
  if (!turn.freshAt || (pending.state !== "unknown" && pending.state !== "done")) return;
  const next = nextCommand(consult, facts, timing);
  const isWanted = next !== undefined && isSame(next, pending);
  const isOld = turn.freshAt >= after(pending.askedAt, timing.commandMs);
  if (isWanted && pending.state === "unknown" && pending.repeats < repeatsMax(pending)) repeat(turn, pending);
  else if (isOld || (pending.state === "done" && !(isDial(pending) && isWanted))) giveUp(turn, pending, isWanted);
}

function succeed({ consult }: Turn, pending: PendingCommand): void {
  for (const key of ["pending", "retryAt", "look"] as const) delete consult[key];
  if (!isDial(pending)) consult.refusals = 0;
}

function repeat(turn: Turn, pending: PendingCommand): void {
  const { state: _state, askedAt: _askedAt, repeats, ...command } = pending;
  turn.consult.pending = { ...pending, state: "asked", askedAt: turn.now, repeats: repeats + 1 };
  if (pending.operation === "addParty") noteGuestRepeat(turn, pending);
  else if (isDial(pending) && turn.consult.ring) turn.consult.ring = ringAnew(turn.consult.ring, turn.now);
  turn.effects.push({ do: "command", ...command });
}

function giveUp(turn: Turn, pending: PendingCommand, isWanted: boolean): void {
  const { ring } = turn.consult;
  if (isDial(pending) && ring) ring.doubt = true;
  if (isWanted) fail(turn, pending, "no-effect");
  else delete turn.consult.pending;
}

/** It did not happen. Somebody else is rung, the customer's return is tried again, anything else stays as it is seen. */
function fail(turn: Turn, pending: PendingCommand, code: string): void {
  const { consult, now } = turn;
  const facts = factsOf(consult);
  delete consult.pending;
  consult.trouble = code;
  if (!turn.freshAt) lookUp(turn);
  if (isOrphaned(facts) || rescues.includes(pending.operation)) {
    consult.refusals += 1;
    consult.retryAt = after(now, pauseMs(consult.refusals));
  } else if (isReturning(consult)) {
    return; // it is no longer wanted anyway
  } else if (pending.operation === "addParty") {
    failGuest(turn, pending, code);
  } else if (isDial(pending)) {
    loseWinner(turn, "undeliverable", "refused", code);
  } else {
    adoptShape(turn, facts);
  }
}

/** Wants what is seen, whoever brought it about: the agent may have used the platform's own buttons. */
export function adoptShape({ consult }: Turn, { shape }: Facts): void {
  consult.reached = true;
  consult.goal = shape === "together" ? "together" : "private";
  if (shape && shape !== "together") consult.talkingTo = shape;
}

/** A command that nobody answered in time has an unknown outcome. */
export function noticeSilence(turn: Turn): void {
  const { pending, look } = turn.consult;
  if (!pending || !hasPassed(turn, pending.askedAt, turn.timing.commandMs)) return;
  if (pending.state === "unknown" && look) return; // deadlines.ts asks again
  pending.state = "unknown";
  lookUp(turn);
}
