/**
 * A further expert joins customer, agent and expert: asked by card, then rung into the conference. Whatever becomes of
 * them changes nothing for the others. When the first expert leaves, one who is on the line takes their place.
 */
import { BridgeError } from "../errors.ts";
import type { Target } from "../platform/contract.ts";
import { ask, nextOf, offerMsOf, record } from "./asking.ts";
import type { Facts, GuestFacts } from "./derive.ts";
import type { Answer, Command, Consult, Offer, OfferState, PendingCommand, State, Timing } from "./model.ts";
import {
  after,
  hasPassed,
  hasRungOut,
  isComing,
  lookUp,
  ringAnew,
  ringEndsAt,
  type Turn,
  usesCall,
  winnerOf,
} from "./turn.ts";
import { ringFailures } from "./winner.ts";

/** On the line, and not being let go. */
export const isOnLine = ({ state, guest }: Offer): boolean =>
  state === "accepted" && guest?.isOn === true && !guest.hasLeft;

/** Whoever is on the line has helped and leaves; whoever is not so far is no longer asked. */
export function letGuestGo(offer: Offer): void {
  if (offer.guest && isOnLine(offer)) offer.guest.hasLeft = true;
  else offer.state = "withdrawn";
}

/** Said yes, and it holds: the winner, or whoever joins them. */
export const isHelping = ({ winner }: Consult, { id, state, guest }: Offer): boolean =>
  winner === id || (guest !== undefined && state === "accepted" && !guest.hasLeft);

/** Where the consult stands for this very person: to the others they may be talking while this phone still rings. */
export const stateFor = (consult: Consult, offer: Offer): State =>
  consult.state !== "ended" && offer.state === "accepted" && isComing(offer) ? "ringing" : consult.state;

/** Why nobody can be added now; undefined when somebody can. */
export function whyNotAdd(consult: Consult, agentGone: boolean): string | undefined {
  if (consult.state !== "conferencing") return usesCall(consult) ? "together-first" : "not-a-call";
  if (agentGone) return "you-left";
  return consult.offers.some(isComing) ? "already-asking" : undefined;
}

const instead: Record<string, string> = {
  "together-first": "Somebody else joins those who hear each other. Bring all together first.",
  "not-a-call": "There is no call that somebody could be added to. Ask them on their own.",
  "you-left": "You have left the call. Cancel, or ask from a new call.",
  "already-asking": "Somebody is being added already. Wait, or drop them first.",
};

/** @throws BridgeError `conflict` with what to do instead. */
export function takeAdd({ consult }: Turn, offers: readonly Offer[], agentGone: boolean): void {
  const obstacle = whyNotAdd(consult, agentGone);
  if (obstacle) throw new BridgeError("conflict", instead[obstacle] ?? obstacle);
  for (const offer of offers) consult.offers.push({ ...offer, state: "planned", guest: {} });
}

/** One at a time: nobody else is asked while somebody is, or while a phone rings. */
export function searchGuest(turn: Turn): void {
  const { consult, now } = turn;
  if (consult.ending) return;
  const guests = consult.offers.filter(isComing);
  if (guests.some(({ state }) => state === "asked" || state === "accepted")) return;
  const next = nextOf(guests, now);
  if (next) ask(turn, next);
}

/** A first yes rings; the others who were to be asked are told. A no while their phone rings stops it. */
export function takeGuestAnswer(turn: Turn, offer: Offer, answer: Answer, reason?: string): void {
  const { consult } = turn;
  const isOpen = isComing(offer) || (["silent", "chat"].includes(offer.state) && !offer.rungAt);
  if (!isOpen || offer.state === "planned" || !consult.winner) return;
  if (offer.state === "accepted") {
    if (answer === "no") record(turn, offer, answer, reason);
  } else if (answer === "now" && offer.target) {
    const isTaken = consult.offers.some((one) => one !== offer && one.state === "accepted" && isComing(one));
    for (const one of consult.offers) if (one !== offer && isComing(one) && !isTaken) one.state = "taken";
    offer.state = isTaken ? "taken" : "accepted";
    offer.answeredAt = turn.now;
  } else {
    record(turn, offer, answer, reason);
  }
}

/** What the guests' phones did by themselves. */
export function followGuests(turn: Turn, facts: Facts): void {
  for (const { offer, leg, lost, voicemail, answered } of facts.guests) {
    const { guest } = offer;
    if (!guest) continue;
    if (leg) guest.party = leg.ref;
    if (offer.state !== "accepted" || guest.hasLeft) continue;
    if (voicemail) loseGuest(turn, offer, "silent", "voicemail", "voicemail");
    else if (lost) loseLeg(turn, offer, lost);
    else if (answered) guest.isOn = true;
  }
  const first = winnerOf(turn.consult);
  if (!isFirstLost(turn.consult, facts) || !promote(turn)) return;
  if (facts.voicemail && first) first.state = "silent";
  turn.consult.trouble = facts.voicemail ? "voicemail" : "expert-left";
  if (facts.lost?.isListed === false && !turn.freshAt) lookUp(turn);
}

function loseLeg(turn: Turn, offer: Offer, { reason = "no-answer", isListed }: NonNullable<Facts["lost"]>): void {
  if (!isListed && !turn.freshAt) lookUp(turn);
  if (offer.guest?.isOn) {
    offer.guest.hasLeft = true;
    turn.consult.trouble = "expert-left";
  } else {
    const [state, trouble] = ringFailures[reason] ?? ["silent", "expert-no-answer"];
    loseGuest(turn, offer, state, reason, trouble);
  }
}

/** Their leg, if there is one, is let go by `lettingGo`. */
export function loseGuest({ consult }: Turn, offer: Offer, state: OfferState, reason: string, trouble: string): void {
  offer.state = state;
  offer.reason = reason;
  consult.trouble = trouble;
}

/** The first expert has left the line, which they had answered. */
const isFirstLost = (consult: Consult, { lost, voicemail }: Facts): boolean =>
  consult.state !== "ringing" && !consult.ending && !consult.ring?.over && (lost !== undefined || voicemail);

/** The first expert leaves; whoever else is on the line goes on in their place. False where nobody is. */
export function promote({ consult }: Turn): boolean {
  const first = winnerOf(consult);
  const next = consult.offers.find(isOnLine);
  if (!first || !next?.guest?.ring || !consult.ring) return false;
  const { ring, party } = next.guest;
  first.guest = {
    ring: { ...consult.ring, command: ring.command, before: consult.before },
    isOn: true,
    hasLeft: true,
    ...(consult.expertParty ? { party: consult.expertParty } : {}),
  };
  if (first.state === "asked") first.state = "withdrawn"; // rung at once and never answered the card
  consult.winner = next.id;
  consult.ring = { target: ring.target, dialledAt: ring.dialledAt };
  consult.before = ring.before;
  if (party) consult.expertParty = party;
  consult.expertProven = true;
  delete next.guest;
  return true;
}

/** Legs of those who are not wanted, or not any more. When the customer has hung up, those who talk may go on. */
export function lettingGo(consult: Consult, { guests }: Facts): Command | undefined {
  const mayStay = consult.ending === undefined || consult.ending === "customer-left";
  const unwanted = guests.find(
    ({ offer, leg }) => leg && !(mayStay && offer.state === "accepted" && !offer.guest?.hasLeft),
  );
  return unwanted?.leg && { operation: "removeParty", party: unwanted.leg.ref };
}

/** Rung once they have said yes, while all hear each other. */
export function dialGuest(consult: Consult, { shape }: Facts, timing: Timing): Command | undefined {
  if (consult.goal !== "together" || shape !== "together") return undefined;
  const next = consult.offers.find((offer) => offer.state === "accepted" && isComing(offer) && !offer.guest?.party);
  return next?.target && { operation: "addParty", target: next.target, ringMs: timing.ringMs };
}

/** `target` has been dialled as the command under way. */
export function noteGuestDial({ consult, now }: Turn, target: Target): void {
  const offer = consult.offers.find((one) => one.state === "accepted" && isComing(one));
  if (!offer?.guest || !consult.pending) return;
  offer.rungAt = now;
  const before = consult.seen?.parties.map(({ ref }) => ref) ?? [];
  offer.guest.ring = { target, dialledAt: now, command: consult.pending.id, before };
}

/** Sent again, it rings anew. */
export function noteGuestRepeat({ consult, now }: Turn, { id }: PendingCommand): void {
  for (const { guest } of consult.offers) if (guest?.ring?.command === id) guest.ring = ringAnew(guest.ring, now);
}

export const guestOf = ({ guests }: Facts, { id }: PendingCommand): GuestFacts | undefined =>
  guests.find(({ offer }) => offer.guest?.ring?.command === id);

/** The platform would not ring them, or nobody knows whether it did. */
export function failGuest(turn: Turn, { id }: PendingCommand, code: string): void {
  const offer = turn.consult.offers.find(({ guest }) => guest?.ring?.command === id);
  if (!offer?.guest || offer.state !== "accepted") return;
  loseGuest(turn, offer, "undeliverable", "refused", code);
  if (code !== "no-effect") delete offer.guest.ring;
}

const isRinging = (offer: Offer) => offer.state === "accepted" && isComing(offer);

export function noticeSilentGuests(turn: Turn): void {
  const { consult, timing } = turn;
  for (const offer of consult.offers.filter(isComing)) {
    const { guest } = offer;
    const ring = guest?.ring;
    if (offer.state === "asked" && offer.askedAt && hasPassed(turn, offer.askedAt, offerMsOf(consult, timing)))
      offer.state = "silent";
    const noteLate = (lateAt: Date) => Object.assign(guest ?? {}, { ring: { ...ring, lateAt } });
    if (isRinging(offer) && ring && hasRungOut(turn, ring, noteLate))
      loseGuest(turn, offer, "silent", "no-answer", "expert-no-answer");
  }
}

/** When `noticeSilentGuests` or `searchGuest` has something to do. */
export function guestDeadlines(consult: Consult, timing: Timing): Date[] {
  const coming = consult.offers.filter(isComing);
  const isBusy = coming.some(({ state }) => state === "asked" || state === "accepted");
  return coming.flatMap((offer) => {
    const { state, askedAt, againAt, guest } = offer;
    if (state === "asked" && askedAt) return [after(askedAt, offerMsOf(consult, timing))];
    if (state === "later" && againAt && !isBusy) return [againAt];
    return isRinging(offer) && guest?.ring ? [ringEndsAt(guest.ring, timing)] : [];
  });
}
