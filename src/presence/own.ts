/** What an account tells about the person themselves, our own writing taken out. Pure. */
import type { AccountId } from "../ids.ts";
import type { Activity, Presence } from "../platform/contract.ts";
import type { Hold, Shown } from "./hold.ts";
import type { Side } from "./rules.ts";

/** Presence older than this is stale: shown as such, and nothing is begun because of it. */
export const staleMs = 60_000;

export type Seen = {
  presence: Presence;
  observedAt: Date;
  changedAt: Date;
  /** When we asked for the reading that shows this value, by our clock; absent while only a push says so. */
  readAt?: Date;
  /** What to write back to restore this state, for platforms without sessions. */
  restore?: Record<string, unknown>;
};

/** One account of a person, as far as deciding goes. */
export type AccountFacts = {
  account: AccountId;
  /** The adapter's id. */
  platform: string;
  side: Side;
  /** What we can show there; empty: we cannot write. */
  canShow: readonly Presence[];
  /** The platform keeps what we show beneath what the person chose, and forgets it by itself. */
  hasSessions: boolean;
  /** How late, at most, its reads still show what was there before a write. */
  settleMs: number;
  seen?: Seen;
  hold?: Hold;
};

export type Own =
  | { known: true; presence: Presence }
  | { known: false; why: "never-seen" | "unknown" | "unconfirmed" | "stale" | "echo" };

export const isSame = (a: Presence, b: Presence): boolean =>
  a.availability === b.availability && a.activity === b.activity;

/**
 * What the person themselves shows there. Only what we have read counts: a push makes us look, because its clock is not
 * ours and it may be late. What we hold there, coming back, tells nothing; nor does it after the release, until a
 * reading asked for later than the platform may still show it. That is a bound of the platform, not a guess of ours.
 */
export function ownOf({ seen, hold, settleMs }: AccountFacts, now: Date): Own {
  if (!seen) return { known: false, why: "never-seen" };
  if (seen.presence.availability === "unknown") return { known: false, why: "unknown" };
  if (!seen.readAt) return { known: false, why: "unconfirmed" };
  if (now.getTime() - seen.readAt.getTime() > staleMs) return { known: false, why: "stale" };
  const ours = alike(hold, seen);
  const surelyGoneAt =
    Math.max(...ours.map(({ endedAt }) => endedAt?.getTime() ?? Number.POSITIVE_INFINITY)) + settleMs;
  if (seen.readAt.getTime() <= surelyGoneAt) return { known: false, why: "echo" };
  return { known: true, presence: seen.presence };
}

const alike = (hold: Hold | undefined, seen: Seen) =>
  hold?.shown.filter(({ presence }) => isSame(presence, seen.presence)) ?? [];

/** What was last seen there, read or pushed, is what we hold there now, and not what we held there before. */
export function showsOurs({ hold, seen, settleMs }: AccountFacts): boolean {
  if (!seen) return false;
  const ours = alike(hold, seen);
  const isGone = ({ endedAt }: Shown) => endedAt && seen.observedAt.getTime() > endedAt.getTime() + settleMs;
  return ours.some(({ endedAt }) => !endedAt) && ours.every((one) => !one.endedAt || isGone(one));
}

/** Nothing of their own keeps them: we may show something for them. */
export function isFree({ availability, activity }: Presence, hasSessions: boolean): boolean {
  if (availability === "available") return activity !== "on-call" && activity !== "ringing";
  // Away from the keyboard is not a choice; where it was one, the platform keeps it on top of ours.
  return availability === "away" && hasSessions && (activity === "none" || activity === "inactive");
}

/** While they do this, a status that was written shows only beneath it. */
export const coversStatus: ReadonlySet<Activity> = new Set<Activity>(["on-call", "ringing", "wrap-up"]);
