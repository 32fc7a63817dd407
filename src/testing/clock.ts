/** Time as the fake knows it. `after` answers how to call it off. */
export type Clock = { now(): Date; after(ms: number, run: () => void): () => void };

export const realClock: Clock = {
  now: () => new Date(),
  /** A runtime's timer may ring a millisecond before the clock shows its time; whoever then looks sees nothing due. */
  after(ms, run) {
    const dueAt = Date.now() + ms;
    const ring = () => {
      const left = dueAt - Date.now();
      if (left <= 0) run();
      else timer = setTimeout(ring, left);
    };
    let timer = setTimeout(ring, ms);
    return () => clearTimeout(timer);
  },
};

/** A clock that stands still until told otherwise. `advance` runs what falls due, in order, with what it leads to. */
export function createManualClock(start = new Date("2026-03-02T09:00:00Z")): Clock & {
  advance(ms: number): Promise<void>;
} {
  let nowMs = start.getTime();
  let due: { at: number; run: () => void }[] = [];
  return {
    now: () => new Date(nowMs),
    after(ms, run) {
      const timer = { at: nowMs + ms, run };
      due.push(timer);
      return () => {
        due = due.filter((one) => one !== timer);
      };
    },
    async advance(ms) {
      const end = nowMs + ms;
      for (;;) {
        const next = due.filter((timer) => timer.at <= end).sort((a, b) => a.at - b.at)[0];
        if (!next) break;
        due = due.filter((timer) => timer !== next);
        nowMs = Math.max(nowMs, next.at);
        next.run();
        await new Promise((resolve) => setTimeout(resolve));
      }
      nowMs = end;
    },
  };
}
