import type { CommandId } from "../ids.ts";
import type { Command, Consult, Effect, Offer, Result, Ring, Timing } from "./model.ts";

/** One step under way: our own copy of the consult, free to change, and what is asked of the world so far. */
export type Turn = {
  consult: Consult;
  effects: Effect[];
  now: Date;
  timing: Timing;
  newCommandId: () => CommandId;
  /** This step brought a snapshot that was wanted; it shows the state at this instant or later. */
  freshAt?: Date;
};

/** A copy that a step may change. Parties and dates are only ever replaced, so they may be shared. */
export function copyOf(consult: Consult): Consult {
  const copyOfOffer = (offer: Offer) => ({ ...offer, ...(offer.guest ? { guest: { ...offer.guest } } : {}) });
  const copy = { ...consult, offers: consult.offers.map(copyOfOffer) };
  if (copy.pending) copy.pending = { ...copy.pending };
  if (copy.ring) copy.ring = { ...copy.ring };
  return copy;
}

/** By then a phone has stopped ringing on every platform, whatever we are shown of it. */
export const blindEndsAt = (ring: Ring, timing: Timing): Date => after(ring.dialledAt, 2 * timing.ringMs);

/** The same phone is dialled once more. */
export function ringAnew<R extends Ring>(ring: R, dialledAt: Date): R {
  const { lateAt: _, ...same } = { ...ring, dialledAt };
  return same as R;
}

/** Until then somebody may answer. */
export const ringEndsAt = (ring: Ring, { ringMs, commandMs }: Timing): Date =>
  ring.lateAt ? after(ring.lateAt, commandMs) : after(ring.dialledAt, ringMs);

/**
 * Has it rung in vain? Who notices that late has been away, and did not hear of an answer meanwhile: then the call is looked at
 * first. `note` keeps that.
 */
export function hasRungOut(turn: Turn, ring: Ring, note: (lateAt: Date) => void): boolean {
  const { now, timing } = turn;
  if (now < ringEndsAt(ring, timing)) return false;
  if (ring.lateAt || now < after(ring.dialledAt, timing.ringMs + timing.commandMs)) return true;
  note(now);
  lookUp(turn);
  return false;
}

export const hasPassed = (turn: Turn, since: Date, ms: number): boolean => turn.now.getTime() >= since.getTime() + ms;
export const after = (from: Date, ms: number): Date => new Date(from.getTime() + ms);

/** Kinds without commands: a question by chat, a meeting that people join by themselves. */
export const usesCall = (consult: Consult): boolean => consult.kind !== "question" && consult.kind !== "meeting";

export const winnerOf = (consult: Consult): Offer | undefined =>
  consult.offers.find((offer) => offer.id === consult.winner);

/** Sends a command under a new id. At most one is under way at any time. */
export function send(turn: Turn, command: Command): void {
  const { consult, now } = turn;
  const id = turn.newCommandId();
  consult.pending = { ...command, id, state: "asked", askedAt: now, repeats: 0 };
  turn.effects.push({ do: "command", id, ...command });
}

/** Something happened of which no snapshot known so far can tell. Until one has come, deadlines.ts keeps asking. */
export function lookUp(turn: Turn, wantedAt = turn.now): void {
  turn.consult.look = { wantedAt, askedAt: turn.now };
  if (!turn.effects.some((effect) => effect.do === "lookup")) turn.effects.push({ do: "lookup" });
}

/** Takes every open offer back. The cards are refreshed at the end of the step. */
export function withdrawOffers(consult: Consult): void {
  const open = ["planned", "asked", "later"];
  for (const offer of consult.offers) {
    if (open.includes(offer.state) && offer.id !== consult.winner) offer.state = "withdrawn";
  }
  withdrawGuests(consult);
}

/** Asked, or said yes and not on the line so far. */
export const isComing = ({ state, guest }: Offer): boolean =>
  guest !== undefined && (["planned", "asked", "later"].includes(state) || (state === "accepted" && !guest.isOn));

/** Whoever is being added is no longer wanted. Those who are on the line stay. */
export function withdrawGuests(consult: Consult): void {
  for (const offer of consult.offers) if (isComing(offer)) offer.state = "withdrawn";
}

/** The help is over: no more offers, the customer comes back to the agent, then the consult ends. The first reason stays. */
export function finish(consult: Consult, result: Result, trouble?: string): void {
  withdrawOffers(consult);
  if (consult.ending) return;
  consult.ending = result;
  consult.goal = "back";
  if (trouble) consult.trouble = trouble;
}

/** The end, now. Nothing may be left open or under way. */
export function end(turn: Turn, result: Result): void {
  const { consult } = turn;
  withdrawOffers(consult);
  const winner = winnerOf(consult);
  if (winner?.state === "asked") winner.state = "withdrawn"; // rung at once and never answered the card
  consult.state = "ended";
  consult.result = result;
  consult.endedAt = turn.now;
  for (const key of ["pending", "look", "retryAt", "ring", "ending"] as const) delete consult[key];
}
