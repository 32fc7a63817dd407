import { hasRoom, isAwaited, noticeSilentOffers, offerMsOf } from "./asking.ts";
import { factsOf } from "./derive.ts";
import { guestDeadlines, noticeSilentGuests } from "./guests.ts";
import type { Consult, Timing } from "./model.ts";
import { noticeSilence } from "./pending.ts";
import { hasLeftBlindly } from "./towards.ts";
import { after, blindEndsAt, hasPassed, hasRungOut, lookUp, ringEndsAt, type Turn, winnerOf } from "./turn.ts";
import { loseWinner } from "./winner.ts";

/** A phone that rings for somebody who may still answer. A blind transfer rings at the platform's own risk. */
const isRinging = (consult: Consult) =>
  consult.state === "ringing" && consult.kind !== "blind-transfer" && !consult.ending && consult.winner !== undefined;

/** What is overdue now. Too early or repeated, a tick changes nothing. */
export function passTime(turn: Turn): void {
  const { consult, timing, now } = turn;
  const { ring, look } = consult;
  noticeSilentOffers(turn);
  noticeSilentGuests(turn);
  if (isRinging(consult) && ring && !ring.over && hasRungOut(turn, ring, (lateAt) => Object.assign(ring, { lateAt })))
    loseWinner(turn, "silent", "no-answer", "expert-no-answer");
  if (look && hasPassed(turn, look.askedAt, timing.commandMs)) lookUp(turn, look.wantedAt);
  noticeSilence(turn);
  if (consult.retryAt && consult.retryAt <= now) delete consult.retryAt;
}

/** The next instant at which `passTime` has something to do. */
export function nextDeadline(consult: Consult, timing: Timing): Date | undefined {
  const { state, pending, look, ring, retryAt, winner, offers } = consult;
  if (state === "ended" || state === "requested") return undefined;
  const due: Date[] = [];
  if (look) due.push(after(look.askedAt, timing.commandMs));
  if (pending && !(pending.state === "unknown" && look)) due.push(after(pending.askedAt, timing.commandMs));
  if (retryAt) due.push(retryAt);
  if (isRinging(consult) && ring && !ring.over) due.push(ringEndsAt(ring, timing));
  if (ring && !pending && hasLeftBlindly(consult, factsOf(consult))) due.push(blindEndsAt(ring, timing));
  const writesSince = consult.kind === "question" && !consult.ending ? winnerOf(consult)?.answeredAt : undefined;
  if (writesSince) due.push(after(writesSince, timing.questionMs));
  for (const offer of winner || consult.ending ? [] : offers) {
    const { state: offered, askedAt, againAt } = offer;
    if (isAwaited(offer)) due.push(after(consult.requestedAt, timing.awaitMs));
    if (offered === "asked" && askedAt) due.push(after(askedAt, offerMsOf(consult, timing)));
    if (offered === "later" && againAt && hasRoom(consult)) due.push(againAt);
  }
  if (winner && !consult.ending) due.push(...guestDeadlines(consult, timing));
  return due.length > 0 ? new Date(Math.min(...due.map(Number))) : undefined;
}
