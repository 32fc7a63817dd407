/** How often to read whom: by how much somebody cares, and never beyond our share of what the platform allows. Pure. */
import { type Budget, reserve, shareOfBudget } from "../platform/budgets.ts";
import type { Lane } from "../platform/contract.ts";

/** In a consult now; agents and experts; everybody whom we know, the former included. */
export const classes = ["engaged", "watched", "known"] as const;
export type Class = (typeof classes)[number];
export type Counts = Record<Class, number>;

/** One way of reading: how many accounts a request tells about, and the budget that it spends, if one is documented. */
export type Way = { max: number; budget?: Budget | undefined };
export type Ways = { read: Way; readAll?: Way };

export type ClassPlan = { everyMs: number; by: keyof Ways };
/** `stretch`: how many times longer than wanted the slowest class has to wait; 1: as wanted. */
export type SweepPlan = Record<Class, ClassPlan> & { stretch: number };

/** A lap of the known ends inside the minute after which presence counts as stale. */
export const wantedMs: Record<Class, number> = { engaged: 2_000, watched: 4_000, known: 50_000 };
export const laneOf: Record<Class, Lane> = { engaged: "engaged", watched: "expert", known: "bulk" };

/** Those in a consult are read by themselves, and must not take the room of all others. */
const engagedShare = 0.5;
/** A class that has no room left still gets this share of the budget, so that nobody is forgotten. */
const shareMin = 0.02;

/** Each class, the most important first, takes what it needs of what its lane may spend; the rest wait longer. */
export function planSweep(counts: Counts, ways: Ways): SweepPlan {
  const spent: Record<keyof Ways, number> = { read: 0, readAll: 0 };
  const plan = {} as Record<Class, ClassPlan>;
  for (const one of classes) {
    const options = waysFor(one, counts, ways).map(({ by, requests, way }) => ({
      by,
      requests,
      everyMs: Math.max(wantedMs[one], Math.ceil(requests / roomPerMs(way, one, spent[by]))),
    }));
    const best = options.sort((a, b) => a.everyMs - b.everyMs || a.requests - b.requests)[0];
    plan[one] = { by: best?.by ?? "read", everyMs: best?.everyMs ?? wantedMs[one] };
    if (best) spent[best.by] += best.requests / best.everyMs;
  }
  const stretch = Math.max(...classes.map((one) => plan[one].everyMs / wantedMs[one]));
  return { ...plan, stretch };
}

/** Those in a consult are few: they are read by name. Reading everybody needs as many pages as there are accounts. */
function waysFor(one: Class, counts: Counts, { read, readAll }: Ways) {
  if (counts[one] === 0) return [];
  const byName = { by: "read" as const, way: read, requests: Math.ceil(counts[one] / read.max) };
  if (!readAll || one === "engaged" || counts[one] <= read.max) return [byName];
  const everybody = Math.max(counts.known, counts[one]);
  return [byName, { by: "readAll" as const, way: readAll, requests: Math.ceil(everybody / readAll.max) }];
}

function roomPerMs({ budget }: Way, one: Class, spent: number): number {
  if (!budget) return Number.POSITIVE_INFINITY;
  const ours = (budget.requests * shareOfBudget) / budget.perMs;
  const allowed = one === "engaged" ? engagedShare : 1 - reserve[laneOf[one]];
  return Math.max(ours * allowed - spent, ours * shareMin);
}

const mostAtOnceMs = 10_000;

/**
 * How many requests' worth of the known are due, so that a lap takes its time, and up to when that is done. After a
 * pause the lap goes on at its pace; it does not catch up in one burst.
 */
export function slicesDue(known: number, max: number, everyMs: number, since: Date | null, now: Date) {
  const all = Math.ceil(known / max);
  const sinceMs = since ? now.getTime() - since.getTime() : everyMs;
  const most = Math.max(1, Math.ceil((all * mostAtOnceMs) / everyMs));
  const due = Math.min(all, Math.floor((all * sinceMs) / everyMs));
  if (!since || due > most) return { slices: Math.min(due, most), doneAt: now };
  return { slices: due, doneAt: new Date(since.getTime() + (due * everyMs) / Math.max(1, all)) };
}
