import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { onRoster, type Roster } from "../../roster.ts";
import { coming, isSpan, nextSpan, weekOf, withDayOff, withoutDayOff, withWeek } from "./week.ts";

const time = fc.integer({ min: 0, max: 23 }).map((hour) => `${String(hour).padStart(2, "0")}:00`);
const roster: fc.Arbitrary<Roster> = fc.record({
  timeZone: fc.constant("Europe/Stockholm"),
  hours: fc.array(fc.record({ days: fc.subarray([1, 2, 3, 4, 5, 6, 7], { minLength: 1 }), from: time, to: time }), {
    minLength: 1,
    maxLength: 4,
  }),
  exceptions: fc.constant([{ date: "2026-12-24", hours: [] }]),
});

describe("a week", () => {
  test("means the same hours after it was taken apart and put together", () => {
    fc.assert(
      fc.property(roster, fc.integer({ min: 0, max: 24 * 14 }), (before, hours) => {
        const after = withWeek(before, weekOf(before));
        const now = new Date(Date.UTC(2026, 2, 2) + hours * 3_600_000);
        expect(onRoster(after, now).on).toBe(onRoster(before, now).on);
        expect(after.exceptions).toEqual(before.exceptions);
        expect(weekOf(after)).toEqual(weekOf(withWeek(after, weekOf(after))));
      }),
    );
  });

  test("keeps hours that count for one skill only, and days with the same hours on one line", () => {
    const hours = [
      { days: [1, 2], from: "09:00", to: "12:00" },
      { days: [2], from: "13:00", to: "15:00", skill: "tax" },
    ];
    expect(withWeek({}, weekOf({ hours })).hours).toEqual(hours);
  });

  test("without hours means always", () => {
    expect(withWeek({ timeZone: "UTC", hours: [{ days: [1], from: "09:00", to: "10:00" }] }, weekOf({}))).toEqual({
      timeZone: "UTC",
    });
  });

  test("offers new hours that end after they begin, however late the last ones end", () => {
    fc.assert(fc.property(time, (to) => isSpan(nextSpan([{ from: "00:00", to }]))));
    expect(isSpan(nextSpan([]))).toBe(true);
    expect(isSpan(nextSpan([{ from: "09:00", to: "24:00" }]))).toBe(true);
  });
});

test("a day off is added once, taken back, and forgotten when it is past", () => {
  const off = withDayOff(withDayOff({}, "2026-12-24"), "2026-12-24");
  expect(off).toEqual({ exceptions: [{ date: "2026-12-24", hours: [] }] });
  expect(coming(off, "2026-12-24")).toHaveLength(1);
  expect(coming(off, "2026-12-25")).toEqual([]);
  expect(withoutDayOff(off, "2026-12-24")).toEqual({});
});
