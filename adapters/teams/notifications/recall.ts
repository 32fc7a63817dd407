import type { TeamsConnection } from "../settings.ts";

/** As long as the service itself remembers a connection's settings. */
const knownMs = 5_000;

type Known = { at: number; value: Promise<unknown> };
/** Goes with the settings. */
const memories = new WeakMap<object, Map<string, Known>>();

function memoryOf({ settings }: TeamsConnection): Map<string, Known> {
  const memory = memories.get(settings) ?? new Map<string, Known>();
  memories.set(settings, memory);
  return memory;
}

/**
 * What was found lately, so that a storm of notifications asks the store, and makes keys, once in a few seconds. What
 * is not there, or could not be found, is looked for again each time.
 */
export async function recall<T>(
  c: TeamsConnection,
  key: string,
  find: () => Promise<T | undefined>,
): Promise<T | undefined> {
  const memory = memoryOf(c);
  const now = c.now().getTime();
  const known = memory.get(key);
  if (known && Math.abs(now - known.at) < knownMs) return known.value as Promise<T>;
  const finding = { at: now, value: find() };
  memory.set(key, finding);
  const forgetThis = () => void (memory.get(key) === finding && memory.delete(key));
  try {
    const found = await finding.value;
    if (found === undefined) forgetThis();
    return found;
  } catch (error) {
    forgetThis();
    throw error;
  }
}

export const forget = (c: TeamsConnection, key: string): void => void memoryOf(c).delete(key);
