import { setTimeout as sleep } from "node:timers/promises";

/**
 * Begins so many a second whether or not those before have ended, as the world does; `dueAt` is when it should have
 * begun, on the clock of `performance.now()`. Ends when all have ended.
 */
export async function atRate(
  count: number,
  perSecond: number,
  begin: (index: number, dueAt: number) => Promise<void>,
): Promise<void> {
  const startedAt = performance.now();
  const dueAt = (index: number) => startedAt + (index * 1000) / perSecond;
  const begun: Promise<void>[] = [];
  while (begun.length < count) {
    while (begun.length < count && dueAt(begun.length) <= performance.now())
      begun.push(begin(begun.length, dueAt(begun.length)));
    await sleep(1);
  }
  await Promise.all(begun);
}
