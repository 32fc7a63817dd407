import type { Clock } from "./world.ts";

export type Group = "Light" | "Medium" | "Heavy" | "Auth";

/** Requests of one user and app in 60 s. Source: developer guide, basics/rate-limits. */
export const vendorLimits: Readonly<Record<Group, number>> = { Light: 50, Medium: 40, Heavy: 10, Auth: 5 };

const windowMs = 60_000;
const penaltyMs = 60_000;

export type Taken = { headers: Record<string, string>; isRefused: boolean };
export type Limits = ReturnType<typeof createLimits>;

/** Counts in sliding windows. One request too many begins a penalty of 60 s, and any during it begins it anew. */
export function createLimits(clock: Clock, limits: Readonly<Record<Group, number>>) {
  const times = new Map<Group, number[]>();
  const penalties = new Map<Group, number>();

  return {
    take(group: Group): Taken {
      const now = clock.now().getTime();
      const recent = (times.get(group) ?? []).filter((at) => at > now - windowMs);
      const isRefused = (penalties.get(group) ?? 0) > now || recent.length >= limits[group];
      if (isRefused) penalties.set(group, now + penaltyMs);
      else recent.push(now);
      times.set(group, recent);
      return { isRefused, headers: headersOf(group, limits[group], isRefused ? limits[group] : recent.length) };
    },
    /** Until when this group is refused; undefined when it is not. */
    penaltyUntil(group: Group): Date | undefined {
      const until = penalties.get(group) ?? 0;
      return until > clock.now().getTime() ? new Date(until) : undefined;
    },
  };
}

const headersOf = (group: Group, limit: number, used: number): Record<string, string> => ({
  "X-Rate-Limit-Group": group.toLowerCase(),
  "X-Rate-Limit-Limit": String(limit),
  "X-Rate-Limit-Remaining": String(limit - used),
  "X-Rate-Limit-Window": String(windowMs / 1_000),
});

export const penaltyHeaders = { "Retry-After": String(penaltyMs / 1_000) };
