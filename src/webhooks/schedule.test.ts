import fc from "fast-check";
import { expect, it } from "vitest";
import { delayMs, delaysMs } from "./schedule.ts";

it("tries ten times over three days, each time up to a tenth later than the specification's example", () => {
  fc.assert(
    fc.property(fc.string(), (id) => {
      const waits = delaysMs.map((_, index) => delayMs(index + 1, id) ?? 0);
      waits.forEach((wait, index) => {
        const planned = delaysMs[index] ?? 0;
        expect(wait).toBeGreaterThanOrEqual(planned);
        expect(wait).toBeLessThanOrEqual(planned * 1.1);
      });
    }),
  );
  expect(delaysMs.reduce((sum, ms) => sum + ms, 0)).toBe(((75 * 60 + 35) * 60 + 5) * 1_000);
  expect(delayMs(10, "msg")).toBeUndefined();
});

it("is never sooner than the endpoint asked for, and never a day later", () => {
  expect(delayMs(1, "msg", 120_000)).toBe(120_000);
  expect(delayMs(1, "msg", 1e12)).toBe(24 * 3_600_000);
});
