import type { Consult, Offer, OfferState } from "./model.ts";
import { type Turn, winnerOf } from "./turn.ts";

/** This person is the one, until their phone says otherwise. `accepted` when they said so themselves. */
export function makeWinner(consult: Consult, offer: Offer): void {
  consult.winner = offer.id;
  consult.goal = consult.kind === "blind-transfer" ? "hand-over" : "private";
  consult.talkingTo = "expert";
  consult.reached = false;
  consult.expertProven = false;
}

/** The winner said yes, on the card or by being heard. Everybody else who is being asked is told that they were faster. */
export function accept({ consult, now }: Turn, winner: Offer): void {
  winner.state = "accepted";
  winner.answeredAt = now;
  for (const offer of consult.offers) {
    if (offer !== winner && !offer.guest && (offer.state === "asked" || offer.state === "later")) offer.state = "taken";
  }
}

/** A person has been heard on the expert's leg. */
export function prove(turn: Turn): void {
  const winner = winnerOf(turn.consult);
  turn.consult.expertProven = true;
  if (winner?.state === "asked") accept(turn, winner);
}

/** The winner cannot help after all. Their leg goes, the customer comes back, and the search goes on. */
export function loseWinner({ consult }: Turn, state: OfferState, reason: string | undefined, trouble: string): void {
  const offer = winnerOf(consult);
  delete consult.winner;
  consult.expertProven = false;
  consult.trouble = trouble;
  if (consult.ring) consult.ring.over = true;
  if (!offer) return;
  offer.state = state;
  if (reason) offer.reason = reason;
}

/** What became of a phone that rang in vain, and how the desk is told. Words that we do not know count as no answer. */
export const ringFailures: Record<string, [state: OfferState, trouble: string]> = {
  busy: ["undeliverable", "expert-busy"],
  unreachable: ["undeliverable", "expert-unreachable"],
  declined: ["declined", "expert-declined"],
  voicemail: ["silent", "voicemail"],
};
