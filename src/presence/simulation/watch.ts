/** What must never happen, looked for while a history goes on. */
import type { AccountId } from "../../ids.ts";
import type { Presence } from "../../platform/contract.ts";
import type { Wish } from "../decide.ts";
import type { Hold, Step } from "../hold.ts";
import type { Observed } from "../order.ts";
import { isFree, isSame } from "../own.ts";
import { effectOf, type Policy, showsOn } from "../rules.ts";
import { type Platform, sideOf } from "./platform.ts";

type Account = { id: AccountId; platform: Platform; hold?: Hold; seen?: Observed };
type Breach = (what: string) => void;

/** Two accounts of one person hold each other: neither would ever be let go. */
export function watchHolding(accounts: readonly Account[], breach: Breach): void {
  for (const one of accounts) {
    const other = accounts.find(({ id }) => id === one.hold?.cause);
    if (other?.hold?.cause === one.id && isWanted(one.hold) && isWanted(other.hold))
      breach(`${one.id} and ${other.id} hold each other`);
  }
}
const isWanted = (hold: Hold | undefined) => hold?.state === "asked" || hold?.state === "held";

/** What is shown follows from what the person themselves does somewhere, or did a moment ago; never from an echo. */
export function watchOwn(
  target: Account,
  wish: Wish,
  accounts: readonly Account[],
  policy: Policy,
  since: number,
  breach: Breach,
): void {
  if (wish.want !== "show") return;
  const cause = accounts.find(({ id }) => id === wish.cause);
  const placeOf = ({ kind }: Platform) => ({ platform: kind, side: sideOf(kind) });
  const isTheirs = cause?.platform
    .ownSince(since)
    .some((own) => showsOn(effectOf(policy, placeOf(cause.platform), own), placeOf(target.platform)));
  if (!isTheirs) breach(`${target.id} follows an echo on ${cause?.id}`);
}

/** What the person chose stays as it is, and nothing is begun where they have not been free. */
export function watchAsking(
  { id, platform }: Account,
  before: { own: Presence; isHeld: boolean },
  step: Step,
  since: number,
  breach: Breach,
): void {
  if (!isSame(before.own, platform.own())) breach(`${id}: the person's own status is overwritten`);
  // Our lease ran out while we could not see, and they do what we said of them: that hides nothing.
  if (step.do !== "show" || before.isHeld || isSame(before.own, step.presence)) return;
  const lately = platform.ownSince(since);
  if (lately.every(({ routable }) => routable)) breach(`${id} is moved while on queue`);
  else if (!lately.some((one) => isFree(one, platform.kind === "sessions")))
    breach(`${id} is asked to hide the person's own status`);
}

/** Of what a platform has numbered, the older never replaces the newer. */
export function watchOrder(before: Observed | undefined, after: Observed, breach: Breach): void {
  if (after.sequence !== undefined && before?.sequence !== undefined && after.sequence < before.sequence)
    breach(`number ${after.sequence} replaces number ${before.sequence}`);
}

/** Nothing is decided by what is dated later than now. */
export function watchDates(accounts: readonly Account[], now: Date, breach: Breach): void {
  for (const { id, seen } of accounts)
    if (seen && (seen.observedAt > now || (seen.readAt && seen.readAt > now))) breach(`${id} was seen later than now`);
}
