import { expect, it } from "vitest";
import { playDay, weathersOf } from "./day.ts";

const people = Number(process.env.PATCHCORD_PEOPLE ?? 500);
/** Another number is another day; the same number the same. */
const seed = Number(process.env.PATCHCORD_DAY ?? 1);

it(`a working day of ${people} people ends right for everybody (PATCHCORD_DAY=${seed})`, { timeout: 600_000 }, () => {
  const weathers = weathersOf(seed);
  for (let person = 0; person < people; person++) playDay(seed, person, weathers);
});

it("the same seed plays the same day", () => {
  const told = (person: number) => JSON.stringify([weathersOf(7), playDay(7, person)]);
  expect(told(3)).toBe(told(3));
  expect(told(3)).not.toBe(told(4));
});
