import { describe, expect, test } from "vitest";
import type { DayEvent } from "./api.ts";
import { hoursOf, shareOf, spanOf, tracksOf } from "./day.ts";

const at = (time: string) => `2026-03-02T${time}:00.000Z`;
const event = (platform: string, time: string, availability: string, activity = "none"): DayEvent => ({
  platform,
  at: at(time),
  availability,
  activity,
});
const day = [
  event("center", "09:10", "available"),
  event("center", "10:00", "busy", "on-call"),
  event("center", "10:30", "available"),
  event("teams", "09:15", "available"),
];
const names = new Map([
  ["center", "Contact center"],
  ["teams", "Microsoft Teams"],
]);

describe("a day", () => {
  test("spans the whole hours around it", () => {
    expect(spanOf(day)).toEqual({ from: Date.parse(at("09:00")), to: Date.parse(at("11:00")) });
    expect(hoursOf(spanOf(day)).map((hour) => shareOf(hour, spanOf(day)))).toEqual([0, 50, 100]);
  });

  test("is a track for each platform: its own stretches, and ours from what would have been shown until let go", () => {
    const changes = [
      {
        at: at("10:00"),
        platform: "Microsoft Teams",
        code: "follows",
        sentence: "",
        show: { availability: "busy", activity: "on-call" },
      },
      { at: at("10:00"), platform: "Contact center", code: "not-routed", sentence: "" },
      { at: at("10:30"), platform: "Microsoft Teams", code: "nothing-to-follow", sentence: "" },
    ];
    const [center, teams] = tracksOf(day, changes, names);
    expect(center?.own.map(({ activity }) => activity)).toEqual(["none", "on-call", "none"]);
    expect(center?.ours).toEqual([]);
    expect(teams?.own).toHaveLength(1);
    expect(teams?.ours).toEqual([
      { from: Date.parse(at("10:00")), to: Date.parse(at("10:30")), availability: "busy", activity: "on-call" },
    ]);
  });
});
