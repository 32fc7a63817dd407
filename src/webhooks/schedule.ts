/** When a message is tried again. Source: the Standard Webhooks specification, "Deliverability and reliability". Pure. */
const secondMs = 1_000;
const minuteMs = 60 * secondMs;
const hourMs = 60 * minuteMs;

/** Before each attempt after the first, ten in all over three days. */
export const delaysMs = [
  5 * secondMs,
  5 * minuteMs,
  30 * minuteMs,
  2 * hourMs,
  5 * hourMs,
  10 * hourMs,
  14 * hourMs,
  20 * hourMs,
  24 * hourMs,
] as const;

/** An endpoint that does nothing but fail for so long is switched off. */
export const failingMsMax = 5 * 24 * hourMs;
const retryAfterMsMax = 24 * hourMs;

/** Between 0 and 1, always the same for a message: so that what failed together does not come back together. */
const spreadOf = (id: string) =>
  [...id].reduce((sum, letter) => (sum * 31 + letter.charCodeAt(0)) % 1_000_003, 7) / 1_000_003;

/**
 * How long to wait after so many failed attempts; undefined: no more. Up to a tenth longer than the schedule, never
 * sooner than the endpoint asked for.
 */
export function delayMs(attempts: number, id: string, retryAfterMs = 0): number | undefined {
  const delay = delaysMs[attempts - 1];
  if (delay === undefined) return undefined;
  return Math.max(Math.round(delay * (1 + 0.1 * spreadOf(id))), Math.min(retryAfterMs, retryAfterMsMax));
}
