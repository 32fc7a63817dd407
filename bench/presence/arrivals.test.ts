import { expect, it } from "vitest";
import { arrivalsOf, changesEach, eventsOf, lastOf, personOf } from "./arrivals.ts";

const morning = { people: 1_000, spanMs: 72_000, pauseMsMax: 6_000, seed: 9 };

it("everybody changes three times, in order, and all have logged in by the end of the span", () => {
  const arrivals = arrivalsOf(morning);
  expect(arrivals).toHaveLength(morning.people * changesEach);
  expect(arrivals.every(({ dueMs }, index) => dueMs >= (arrivals[index - 1]?.dueMs ?? 0))).toBe(true);
  const seen = new Map<number, number>();
  for (const { number, dueMs } of arrivals) {
    const person = personOf(number);
    expect(number).toBe((seen.get(person) ?? person * changesEach - 1) + 1);
    if (number % changesEach === 0) expect(dueMs).toBeLessThan(morning.spanMs);
    seen.set(person, number);
  }
  expect([...seen].every(([person, number]) => number === lastOf(person))).toBe(true);
  expect(arrivalsOf(morning)).toEqual(arrivals);
});

it("one in fifty has a call that begins and ends", () => {
  const calls = arrivalsOf(morning).flatMap(({ number }) => eventsOf(number, new Date()).slice(1));
  expect(new Set(calls.map(({ eventId }) => eventId)).size).toBe(40);
});
