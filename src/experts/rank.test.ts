import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { PersonId } from "../ids.ts";
import type { Quota, Roster } from "../roster.ts";
import type { ReachabilityView } from "../views.ts";
import type { Wanted } from "./facts.ts";
import { rank } from "./rank.ts";

const now = new Date("2026-03-02T09:00:00Z");
const ago = (ms: number) => new Date(now.getTime() - ms);

type Given = {
  level?: number;
  roster?: Roster;
  quota?: Quota;
  helped?: number;
  before?: number;
  lastAskedAt?: Date;
  inConsults?: number;
  site?: string;
  state?: ReachabilityView["state"];
  observedAt?: Date;
};

function ranked(given: Given, wanted: Wanted = { skill: "solar" }) {
  const personId: PersonId = "per_1";
  return rank(
    {
      person: {
        id: personId,
        name: "Marta",
        department: null,
        title: null,
        site: given.site ?? null,
        locale: null,
        active: true,
      },
      expert: {
        accepting: true,
        pausedUntil: null,
        languages: ["es"],
        roster: given.roster ?? {},
        quota: given.quota ?? {},
        lastAskedAt: given.lastAskedAt ?? null,
      },
      skills: [{ skill: "solar", level: given.level ?? 3 }],
      inConsults: given.inConsults ?? 0,
      beingAsked: 0,
      helpedThisMonth: given.helped ?? 0,
      helpedBefore: given.before ?? 0,
      holidays: [],
    },
    { state: given.state ?? "call", observedAt: (given.observedAt ?? now).toISOString() },
    wanted,
    now,
  );
}
const pointsOf = (code: string, given: Given, wanted?: Wanted) =>
  ranked(given, wanted).why.find((one) => one.code === code)?.points;

describe("the ranking says why", () => {
  it.each<[code: string, points: number | undefined, given: Given, wanted?: Wanted]>([
    ["skill", 200, { level: 5 }],
    ["skill", undefined, { level: 5 }, { skill: "tax" }],
    ["language", 60, {}, { language: "es" }],
    ["language", undefined, {}, { language: "sv" }],
    ["fresh", 20, { observedAt: ago(9_000) }],
    ["fresh", 10, { observedAt: ago(59_000) }],
    ["fresh", undefined, { observedAt: ago(61_000) }],
    ["site", 50, { site: "Lund" }, { site: "Lund" }],
    ["site", 40, { roster: { hours: [{ days: [1], from: "08:00", to: "17:00", site: "Lund" }] } }, { site: "Lund" }],
    ["helped-before", 30, { before: 3 }],
    ["helped-before", 50, { before: 300 }],
    ["load", -50, { inConsults: 1 }],
    ["quota-left", 15, { quota: { perMonth: 10, hard: false }, helped: 5 }],
    ["quota-used", -100, { quota: { perMonth: 10, hard: false }, helped: 10 }],
    ["roster-ends", -40, { roster: { hours: [{ days: [1], from: "08:00", to: "09:10" }] } }],
    ["roster-ends", undefined, { roster: { hours: [{ days: [1], from: "08:00", to: "10:00" }] } }],
    ["rested", 40, {}],
    ["rested", 5, { lastAskedAt: ago(3_600_000) }],
  ])("%s: %s", (code, points, given, wanted) => expect(pointsOf(code, given, wanted)).toBe(points));

  it("with points that add up, and whoever can be rung before whoever cannot", () => {
    const anybody: fc.Arbitrary<Given> = fc.record({
      level: fc.integer({ min: 1, max: 5 }),
      helped: fc.nat(20),
      before: fc.nat(100),
      inConsults: fc.nat(2),
      lastAskedAt: fc.integer({ min: 0, max: 100_000_000 }).map(ago),
      quota: fc.constantFrom<Quota>({}, { perMonth: 10, hard: false }),
    });
    fc.assert(
      fc.property(anybody, anybody, (one, other) => {
        const { score, why } = ranked(one);
        expect(why.reduce((sum, { points }) => sum + points, 0)).toBe(score);
        expect(score).toBeGreaterThan(ranked({ ...other, state: "later" }).score);
      }),
    );
  });
});
