import { BridgeError } from "../errors.ts";

/** Platforms give up after three seconds at the latest; a refusal in time, on a busy machine too, makes them come again. */
const answerMsMax = 2_000;

/**
 * What this answers, or a refusal when it takes too long, whatever it waits for. What was begun goes on: it is repeated
 * by the platform, and taken once. @throws BridgeError `unavailable`.
 */
export async function inTime<T>(work: Promise<T>): Promise<T> {
  const late = Promise.withResolvers<never>();
  const refuse = () =>
    late.reject(
      new BridgeError("unavailable", "We could not store this in time. Send it again.", { retryAfterMs: 1_000 }),
    );
  const timer = setTimeout(refuse, answerMsMax);
  try {
    return await Promise.race([work, late.promise]);
  } finally {
    clearTimeout(timer);
  }
}
