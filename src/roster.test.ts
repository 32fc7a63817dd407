import { describe, expect, it } from "vitest";
import { onRoster, type Roster } from "./roster.ts";

const office: Roster = { timeZone: "Europe/Stockholm", hours: [{ days: [1, 2, 3, 4, 5], from: "08:00", to: "17:00" }] };
const at = (text: string) => new Date(text);

describe("a roster", () => {
  it("without hours is always on", () => expect(onRoster({}, at("2026-03-02T03:00:00Z"))).toEqual({ on: true }));

  it("is on within its hours, in its own time zone, until they end", () => {
    expect(onRoster(office, at("2026-03-02T07:00:00Z"))).toEqual({ on: true, until: at("2026-03-02T16:00:00Z") });
    expect(onRoster(office, at("2026-03-02T06:59:59Z"))).toEqual({ on: false, until: at("2026-03-02T07:00:00Z") });
    expect(onRoster(office, at("2026-07-06T06:00:00Z")).on).toBe(true);
  });

  it("tells over the weekend when it begins again", () =>
    expect(onRoster(office, at("2026-03-06T18:00:00Z"))).toEqual({ on: false, until: at("2026-03-09T07:00:00Z") }));

  it("keeps its hours when the clocks change", () =>
    expect(onRoster(office, at("2026-03-27T18:00:00Z"))).toEqual({ on: false, until: at("2026-03-30T06:00:00Z") }));

  it("lets an exception replace the day", () => {
    const holiday = {
      ...office,
      exceptions: [
        { date: "2026-03-02", hours: [] },
        { date: "2026-03-07", hours: [{ from: "10:00", to: "12:00" }] },
      ],
    };
    expect(onRoster(holiday, at("2026-03-02T09:00:00Z")).on).toBe(false);
    expect(onRoster(holiday, at("2026-03-07T09:30:00Z"))).toEqual({ on: true, until: at("2026-03-07T11:00:00Z") });
  });

  it("can differ by skill", () => {
    const bySkill: Roster = { hours: [{ days: [1], from: "08:00", to: "10:00", skill: "solar" }] };
    expect(onRoster(bySkill, at("2026-03-02T09:00:00Z"), { skill: "solar" }).on).toBe(true);
    expect(onRoster(bySkill, at("2026-03-02T09:00:00Z"), { skill: "invoicing" }).on).toBe(false);
  });

  it("can cover another branch at some hours", () => {
    const cover: Roster = {
      hours: [
        { days: [1], from: "08:00", to: "12:00" },
        { days: [1], from: "12:00", to: "16:00", site: "Lund" },
      ],
    };
    expect(onRoster(cover, at("2026-03-02T13:00:00Z"), { site: "Lund" }).on).toBe(true);
    expect(onRoster(cover, at("2026-03-02T13:00:00Z"), { site: "Malmö" }).on).toBe(false);
    expect(onRoster(cover, at("2026-03-02T09:00:00Z"), { site: "Malmö" }).on).toBe(true);
  });

  it("keeps holidays, unless an exception says otherwise, in its own time zone", () => {
    const holidays = ["2026-03-02"];
    expect(onRoster(office, at("2026-03-02T09:00:00Z"), { holidays })).toEqual({
      on: false,
      until: at("2026-03-03T07:00:00Z"),
    });
    expect(onRoster({}, at("2026-03-02T09:00:00Z"), { holidays })).toEqual({
      on: false,
      until: at("2026-03-03T00:00:00Z"),
    });
    expect(onRoster({}, at("2026-03-01T09:00:00Z"), { holidays }).until).toEqual(at("2026-03-02T00:00:00Z"));
    const working = { ...office, exceptions: [{ date: "2026-03-02", hours: [{ from: "09:00", to: "11:00" }] }] };
    expect(onRoster(working, at("2026-03-02T09:00:00Z"), { holidays }).on).toBe(true);
    expect(onRoster(office, at("2026-03-02T23:30:00Z"), { holidays: ["2026-03-03"] }).on).toBe(false);
  });
});
