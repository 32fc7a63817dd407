import fc from "fast-check";
import { expect, test } from "vitest";
import { pauseEnd, pauses } from "./pause.ts";

test("a pause ends in the future, at most eight days ahead", () => {
  fc.assert(
    fc.property(fc.date({ min: new Date(2026, 0, 1), max: new Date(2027, 0, 1), noInvalidDate: true }), (now) => {
      for (const pause of pauses) {
        const ms = pauseEnd(pause, now).getTime() - now.getTime();
        expect(ms).toBeGreaterThan(0);
        expect(ms).toBeLessThan(8 * 86_400_000);
      }
    }),
  );
});

test("mornings are eight o'clock where the person is, and Monday is the next one", () => {
  const monday = new Date(2026, 2, 2, 11, 30);
  expect(pauseEnd("tomorrow", monday)).toEqual(new Date(2026, 2, 3, 8));
  expect(pauseEnd("nextWeek", monday)).toEqual(new Date(2026, 2, 9, 8));
  expect(pauseEnd("nextWeek", new Date(2026, 2, 8, 23))).toEqual(new Date(2026, 2, 9, 8));
});
