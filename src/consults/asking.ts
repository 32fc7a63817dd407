import type { Target } from "../platform/contract.ts";
import { searchGuest, takeGuestAnswer } from "./guests.ts";
import type { Answer, Consult, Offer, Result, Timing } from "./model.ts";
import { after, finish, hasPassed, type Turn, usesCall, winnerOf } from "./turn.ts";
import { accept, loseWinner, makeWinner } from "./winner.ts";

/** Ringing at once means one at a time; everything without a call is asked by card. */
const ringsAtOnce = (consult: Consult) => consult.mode === "ring" && usesCall(consult);

/** Keeps `abreast` people asked, or the next phone ringing. When nobody is left to ask, the consult comes to its end. */
export function search(turn: Turn): void {
  const { consult } = turn;
  if (consult.winner) searchGuest(turn);
  if (consult.winner || consult.ending) return;
  stopAwaiting(turn);
  if (ringsAtOnce(consult)) ringNext(turn);
  else askMore(turn);
  const isOpen = candidatesOf(consult).some((offer) => offer.state === "asked" || offer.state === "later");
  if (!consult.winner && !consult.ring && !isOpen) finish(consult, resultOf(consult));
}

/** May one more be asked? Nobody is rung before the phone before has been cleared away. */
export function hasRoom(consult: Consult): boolean {
  if (ringsAtOnce(consult)) return consult.ring === undefined;
  return consult.offers.filter((offer) => offer.state === "asked").length < consult.abreast;
}

function askMore(turn: Turn): void {
  for (let offer = nextCandidate(turn); offer && hasRoom(turn.consult); offer = nextCandidate(turn)) ask(turn, offer);
}

function ringNext(turn: Turn): void {
  if (!hasRoom(turn.consult)) return;
  for (let offer = nextCandidate(turn); offer; offer = nextCandidate(turn)) {
    if (offer.target) {
      ask(turn, offer);
      makeWinner(turn.consult, offer);
      return;
    }
    offer.state = "undeliverable";
    offer.reason = "no-number";
  }
}

/** Not free when they were last looked at; who said "in 5 minutes" has named a time. */
export const isAwaited = (offer: Offer): boolean => offer.state === "later" && offer.againAt === undefined;

/** Whoever was waited for is next, if there is room for one more; else the next look finds them free again. */
export function takeFree(turn: Turn, offer: Offer, target: Target | undefined): void {
  const { consult } = turn;
  if (!isAwaited(offer) || consult.winner || consult.ending || !hasRoom(consult)) return;
  if (target) offer.target = target;
  offer.state = "planned";
  offer.waitedFor = true;
}

/** Nobody waits for ever. */
function stopAwaiting(turn: Turn): void {
  const { consult, timing } = turn;
  if (!hasPassed(turn, consult.requestedAt, timing.awaitMs)) return;
  for (const offer of consult.offers.filter(isAwaited)) {
    offer.state = "withdrawn";
    consult.trouble = "not-free";
  }
}

const nextCandidate = ({ consult, now }: Turn): Offer | undefined => nextOf(candidatesOf(consult), now);

export const nextOf = (offers: Offer[], now: Date): Offer | undefined =>
  offers.find((offer) => offer.state === "planned") ??
  offers.find((offer) => offer.state === "later" && offer.againAt && offer.againAt <= now);

/** All but those who are to join somebody else. */
const candidatesOf = ({ offers }: Consult): Offer[] => offers.filter(({ guest }) => !guest);

export function ask(turn: Turn, offer: Offer): void {
  offer.state = "asked";
  offer.askedAt = turn.now;
  for (const key of ["againAt", "answeredAt", "rungAt", "reason"] as const) delete offer[key];
  turn.effects.push({ do: "offer", offer: offer.id });
}

/** Why nobody came, from what became of those who were tried. */
function resultOf(consult: Consult): Result {
  const offers = candidatesOf(consult);
  const some = (...states: string[]) => offers.some((offer) => states.includes(offer.state));
  if (some("silent")) return "unanswered";
  if (some("declined", "chat")) return "declined";
  return offers.some((offer) => offer.reason === "refused") ? "failed" : "unreachable";
}

/** An expert pressed a button, perhaps twice, perhaps long ago. The first yes wins; what comes after the end is nothing. */
export function takeAnswer(turn: Turn, offer: Offer, answer: Answer, reason?: string): void {
  const { consult } = turn;
  if (consult.ending || consult.state === "requested") return;
  if (offer.guest) {
    takeGuestAnswer(turn, offer, answer, reason);
    return;
  }
  const isYes = answer === "now" || (answer === "chat" && consult.kind === "question");
  if (offer.id === consult.winner) {
    if (isYes) confirm(turn, offer);
    else giveBack(turn, offer, answer, reason);
  } else if (isYes) {
    sayYes(turn, offer);
  } else if (!consult.winner) {
    const isAsked = offer.state === "asked" || offer.state === "silent";
    const changedMind = answer === "no" && (offer.state === "later" || offer.state === "chat");
    if (isAsked || changedMind) record(turn, offer, answer, reason);
  }
}

function sayYes(turn: Turn, offer: Offer): void {
  const { consult } = turn;
  const isOpen = ["asked", "silent", "later", "chat"].includes(offer.state);
  const hasRungInVain = offer.state === "silent" && offer.rungAt !== undefined;
  if (!isOpen || hasRungInVain) return;
  if (consult.winner) {
    offer.state = "taken";
    offer.answeredAt = turn.now;
  } else if (usesCall(consult) && !offer.target) {
    record(turn, offer, "chat"); // willing, but no phone of theirs can be rung
  } else {
    makeWinner(consult, offer);
    accept(turn, offer);
  }
}

/** The person whose phone is ringing says on the card that they take it. */
function confirm(turn: Turn, offer: Offer): void {
  if (offer.state === "asked") accept(turn, offer);
}

/** The person whose phone is ringing would rather not. Once they are on the line their voice counts, not the card. */
function giveBack(turn: Turn, offer: Offer, answer: Answer, reason?: string): void {
  if (turn.consult.state !== "ringing" || (offer.state === "accepted" && answer !== "no")) return;
  loseWinner(turn, "declined", reason, "expert-declined");
  record(turn, offer, answer, reason);
}

export function record(turn: Turn, offer: Offer, answer: Answer, reason?: string): void {
  offer.answeredAt = turn.now;
  if (reason) offer.reason = reason;
  if (answer === "no") offer.state = "declined";
  if (answer === "later") {
    offer.state = "later";
    offer.againAt = after(turn.now, turn.timing.laterMs);
  }
  if (answer === "now" || answer === "chat") {
    offer.state = "chat";
    turn.consult.trouble = "chat-only";
  }
}

export const offerMsOf = ({ kind }: Consult, { questionMs, offerMs }: Timing): number =>
  kind === "question" ? questionMs : offerMs;

/** Whoever has been asked long enough has said nothing; who said yes to a question and never wrote, neither. */
export function noticeSilentOffers(turn: Turn): void {
  const { consult, timing } = turn;
  const winner = winnerOf(consult);
  if (consult.kind === "question" && winner?.answeredAt && !consult.ending) {
    if (hasPassed(turn, winner.answeredAt, timing.questionMs)) loseWinner(turn, "silent", "no-answer", "no-reply");
  }
  if (consult.winner) return;
  for (const offer of consult.offers) {
    if (offer.state === "asked" && offer.askedAt && hasPassed(turn, offer.askedAt, offerMsOf(consult, timing)))
      offer.state = "silent";
  }
}
