import type { Clock } from "./world.ts";

export type Limit = { requests: number; perMs: number };

/** Counts requests within sliding windows. `take` answers how many seconds to wait, or nothing when there is room. */
export function createThrottle(clock: Clock, limits: readonly Limit[]) {
  const taken = new Map<string, number[]>();
  const longest = Math.max(...limits.map(({ perMs }) => perMs));

  return {
    take(key: string): number | undefined {
      const now = clock.now().getTime();
      const recent = (taken.get(key) ?? []).filter((at) => at > now - longest);
      const waitMs = Math.max(0, ...limits.map((limit) => waitFor(recent, limit, now)));
      if (waitMs === 0) recent.push(now);
      taken.set(key, recent);
      return waitMs === 0 ? undefined : Math.ceil(waitMs / 1_000);
    },
  };
}

/** Until the window has room for one more. */
function waitFor(recent: number[], { requests, perMs }: Limit, now: number): number {
  const inside = recent.filter((at) => at > now - perMs);
  const leaving = inside[inside.length - requests];
  return leaving === undefined ? 0 : leaving + perMs - now;
}

/** Source: Microsoft Graph throttling limits; msteams-docs, rate-limit. */
export const vendorLimits = {
  /** For each app and tenant. */
  presence: [{ requests: 1_500, perMs: 30_000 }],
  /** For each app and tenant. */
  installedApps: [{ requests: 30, perMs: 1_000 }],
  /** For each bot and conversation. */
  conversation: [
    { requests: 7, perMs: 1_000 },
    { requests: 8, perMs: 2_000 },
    { requests: 60, perMs: 30_000 },
    { requests: 1_800, perMs: 3_600_000 },
  ],
  /** Everything of one bot in one tenant. */
  bot: [{ requests: 30, perMs: 1_000 }],
} as const satisfies Record<string, readonly Limit[]>;
