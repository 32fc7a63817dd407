import type { Lane } from "./contract.ts";

/** A documented limit. `share` is what we allow ourselves of it. */
export type Budget = { requests: number; perMs: number; source: string; asOf: string };

/** Which budget a request spends is the adapter's word (`cost`); a connection without one spends none. */
export const budgets: Record<string, Budget> = {
  "teams:presence": {
    requests: 1500,
    perMs: 30_000,
    source: "Microsoft Graph throttling limits, presence",
    asOf: "2025-12-15",
  },
  "teams:apps": {
    requests: 30,
    perMs: 1_000,
    source: "Microsoft Graph throttling limits, Teams installed apps, each app and tenant",
    asOf: "2025-12-15",
  },
  "teams:callers": {
    requests: 1000,
    perMs: 30_000,
    source: "Azure Communication Services limits, identity: create and issue, each",
    asOf: "2025-12-15",
  },
  "teams:callers-end": {
    requests: 500,
    perMs: 30_000,
    source: "Azure Communication Services limits, identity: delete and revoke",
    asOf: "2025-12-15",
  },
  "ringcentral:light": {
    requests: 50,
    perMs: 60_000,
    source: "RingCentral developer guide, basics/rate-limits",
    asOf: "2026-04-28",
  },
  "ringcentral:medium": {
    requests: 40,
    perMs: 60_000,
    source: "RingCentral developer guide, basics/rate-limits",
    asOf: "2026-04-28",
  },
  "ringcentral:heavy": {
    requests: 10,
    perMs: 60_000,
    source: "RingCentral developer guide, basics/rate-limits",
    asOf: "2026-04-28",
  },
  "ringcentral:auth": {
    requests: 5,
    perMs: 60_000,
    source: "RingCentral developer guide, basics/rate-limits",
    asOf: "2026-04-28",
  },
};
export const shareOfBudget = 0.8;

/** The last part of a budget is kept for what is worth more: bulk reading stops first, calls never wait for it. */
export const reserve: Record<Lane, number> = { call: 0, engaged: 0.1, expert: 0.2, bulk: 0.35 };

/** A sliding count per connection and cost. In-process; one runner at a time reads a connection, see sweep.ts. */
export class Spending {
  readonly #spent = new Map<string, number[]>();

  /** Milliseconds to wait before this request fits; 0 when it may go (and is counted). */
  take(connectionId: string, cost: string | undefined, lane: Lane, nowMs: number): number {
    const budget = cost === undefined ? undefined : budgets[cost];
    if (!budget) return 0;
    const key = `${connectionId}/${cost}`;
    const since = nowMs - budget.perMs;
    const times = (this.#spent.get(key) ?? []).filter((at) => at > since);
    const room = Math.max(1, Math.floor(budget.requests * shareOfBudget * (1 - reserve[lane])));
    this.#spent.set(key, times);
    const blocking = times.length < room ? undefined : times[times.length - room];
    if (blocking !== undefined) return blocking + budget.perMs - nowMs;
    times.push(nowMs);
    return 0;
  }

  /** How much of each budget that was ever touched is used now. */
  all(nowMs: number): { connectionId: string; cost: string; used: number }[] {
    return [...this.#spent.keys()].flatMap((key) => {
      const [connectionId, cost] = key.split("/");
      return connectionId && cost ? [{ connectionId, cost, used: this.used(connectionId, cost, nowMs) }] : [];
    });
  }

  /** The used part of a budget, 0 to 1 of the documented limit. */
  used(connectionId: string, cost: string, nowMs: number): number {
    const budget = budgets[cost];
    if (!budget) return 0;
    const since = nowMs - budget.perMs;
    return (this.#spent.get(`${connectionId}/${cost}`) ?? []).filter((at) => at > since).length / budget.requests;
  }
}
