import type { Presence, PresenceReport } from "../platform/contract.ts";
import { isSame, type Seen, staleMs } from "./own.ts";

export type Ordered = Pick<PresenceReport, "presence" | "observedAt" | "sequence" | "source">;

/**
 * When something was observed, as far as that can be believed. Of what we read ourselves, when we asked. A push is dated by
 * its platform, but never later than it came: a clock that is ahead must not make it unbeatable. One that is late as well may
 * thus stand for what is newer, until we have looked, as each push makes us do; nothing is decided by it before.
 */
export function dateOf({ source, observedAt }: Ordered, readAt: Date | undefined, now: Date): Date {
  const at = source === "read" ? (readAt ?? observedAt) : observedAt;
  return at < now ? at : now;
}

/** Later than the latest that a report may come and the furthest that clocks may be apart: a platform counts anew. */
export const countAnewMs = 900_000;

/**
 * Does `report` replace `known`? By the platform's sequence where both have one, else by time. Of one instant, what we
 * read ourselves wins, then always the same word, so that the order of arrival never matters. observe.ts says the same
 * in SQL.
 */
export function isNewer(report: Ordered, known: Ordered): boolean {
  const { sequence, observedAt, source } = report;
  const countsAnew = observedAt.getTime() >= known.observedAt.getTime() + countAnewMs;
  if (sequence !== undefined && known.sequence !== undefined && sequence !== known.sequence && !countsAnew) {
    return sequence > known.sequence;
  }
  if (observedAt.getTime() !== known.observedAt.getTime()) return observedAt > known.observedAt;
  if (source !== known.source) return source === "read";
  return textOf(report) > textOf(known);
}

const textOf = ({ presence: { availability, activity, native, routable } }: Ordered) =>
  [availability, activity, native ?? "", routable ?? ""].join("/");

const isAlike = (one: Presence, other: Presence) =>
  isSame(one, other) && one.native === other.native && one.routable === other.routable;

/** Of several reports of one account, the newest. */
export function newestPerAccount(reports: readonly PresenceReport[]): PresenceReport[] {
  const newest = new Map<string, PresenceReport>();
  for (const report of reports) {
    const known = newest.get(report.account);
    if (!known || isNewer(report, known)) newest.set(report.account, report);
  }
  return [...newest.values()];
}

/** `knownAt`: since when we have known this without a gap; whoever decided without it should decide again. */
export type Observed = Seen & Ordered & { knownAt: Date };

/** What we know of an account after a report, given what we knew. Older reports change nothing. */
export function observe(known: Observed | undefined, report: Ordered & Pick<Seen, "restore">, now: Date): Observed {
  if (known && !isNewer(report, known)) return known;
  const isUnchanged = known !== undefined && isAlike(report.presence, known.presence);
  const isRead = report.source === "read";
  const readAt = isRead ? report.observedAt : isUnchanged ? known.readAt : undefined;
  const isGapless = !isRead || (known?.readAt && report.observedAt.getTime() - known.readAt.getTime() <= staleMs);
  return {
    ...report,
    changedAt: isUnchanged ? known.changedAt : now,
    knownAt: isUnchanged && isGapless ? known.knownAt : now,
    ...(readAt ? { readAt } : {}),
  };
}
