/** What goes wrong, and how often: a twentieth of all requests and events, the same in every run of a seed. */
import { createRandom } from "../random.ts";

/** Of requests of ours: told to wait, refused before or after it took effect. Of events: told twice, or late. */
export type Refusing = "throttled" | "unavailable" | "answer-lost";
export type Telling = "twice" | "late";

export function createMishaps(share: number, seed: number) {
  const random = createRandom(seed);
  const some = <T>(kinds: readonly T[]): T | undefined =>
    random() < share ? kinds[Math.floor(random() * kinds.length)] : undefined;
  return {
    random,
    between: (leastMs: number, mostMs: number) => leastMs + random() * (mostMs - leastMs),
    ofRequest: () => some<Refusing>(["throttled", "unavailable", "answer-lost"]),
    ofEvent: () => some<Telling>(["twice", "late"]),
  };
}
export type Mishaps = ReturnType<typeof createMishaps>;
