/** What happens when, on a simulated clock that begins at 0 and knows whole milliseconds. */
export type Timeline = {
  now(): number;
  clock(): Date;
  /** The past counts as now; of one instant, what was planned first comes first. */
  at(when: number, run: () => void, how?: Planned): void;
  /** Lets time pass until then. `beat`: what comes back regularly, told until when nothing else is planned. */
  runUntil(until: number, beat: Beat): void;
};
/** `isUsual`: belongs to what the beat does by itself. */
export type Planned = { isUsual?: boolean };
export type Beat = { at: number; run(quietUntil: number): void };

export function createTimeline(): Timeline {
  let now = 0;
  let at = new Date(0);
  /** What comes next is last. */
  const queue: { at: number; run: () => void; isUsual: boolean }[] = [];
  return {
    now: () => now,
    clock() {
      if (at.getTime() !== now) at = new Date(now);
      return at;
    },
    at(when, run, { isUsual = false } = {}) {
      const entry = { at: Math.max(Math.ceil(when), now), run, isUsual };
      queue.splice(queue.findLastIndex((one) => one.at > entry.at) + 1, 0, entry);
    },
    runUntil(given, beat) {
      const until = Math.ceil(given);
      let atOnce = 0;
      for (;;) {
        const next = queue.at(-1)?.at ?? Number.POSITIVE_INFINITY;
        const soonest = Math.min(next, Math.max(now, Math.ceil(beat.at)));
        if (soonest > until) break;
        atOnce = soonest === now ? atOnce + 1 : 0;
        if (atOnce > 10_000) throw new Error(`nothing comes to rest at ${now}`);
        now = soonest;
        if (next === soonest) queue.pop()?.run();
        else beat.run(Math.min(queue.findLast((one) => !one.isUsual)?.at ?? Number.POSITIVE_INFINITY, until));
      }
      now = until;
    },
  };
}
