import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { localTime } from "../roster.ts";
import { readPause } from "./pause-until.ts";

const now = new Date("2026-11-20T12:40:00Z"); // 13:40 in Stockholm
const read = (words: string) => readPause(words, now, "Europe/Stockholm")?.toISOString().slice(0, 16);

describe("how long somebody wants to pause", () => {
  it.each([
    ["until 15:00", "2026-11-20T14:00"],
    ["till 3pm", "2026-11-20T14:00"],
    ["until 9", "2026-11-21T08:00"],
    ["till kl. 15.30", "2026-11-20T14:30"],
    ["hasta las 15:00", "2026-11-20T14:00"],
    ["jusqu'à 15h30", "2026-11-20T14:30"],
    ["jusqu’à 15 h", "2026-11-20T14:00"],
    ["2 h", "2026-11-20T14:40"],
    ["45 min", "2026-11-20T13:25"],
    ["2 timmar", "2026-11-20T14:40"],
    ["2 horas", "2026-11-20T14:40"],
    ["tomorrow", "2026-11-20T23:00"],
    ["till i morgon", "2026-11-20T23:00"],
    ["hasta mañana", "2026-11-20T23:00"],
    ["jusqu'à demain", "2026-11-20T23:00"],
    ["until 24:00", "2026-11-20T23:00"],
  ])("%s", (words, at) => expect(read(words)).toBe(at));

  it.each([
    "",
    "until",
    "until later",
    "until 25:00",
    "until 12:61",
    "0 min",
    "999 h",
    "15:00:00",
    "x".repeat(5_000),
  ])("%s is not understood", (words) => expect(read(words)).toBeUndefined());

  it("ends in the future, within a day, when the wall clock shows what was written", () => {
    const zones = fc.constantFrom("Europe/Stockholm", "America/New_York", "Asia/Kolkata", "UTC");
    const instants = fc.date({ min: new Date("2026-01-01"), max: new Date("2027-01-01"), noInvalidDate: true });
    fc.assert(
      fc.property(instants, zones, fc.nat(23), fc.nat(59), (at, zone, hour, minute) => {
        const until = readPause(`until ${hour}:${String(minute).padStart(2, "0")}`, at, zone);
        const shown = until && localTime(until, zone).minute;
        if (!until || shown === undefined) throw new Error("not understood");
        expect(until.getTime()).toBeGreaterThan(at.getTime() - 1);
        expect(until.getTime() - at.getTime()).toBeLessThanOrEqual(25 * 3_600_000);
        const skipped = Math.abs(shown - (hour * 60 + minute));
        expect(skipped === 0 || skipped === 60).toBe(true);
      }),
    );
  });
});
