import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { reserve, shareOfBudget } from "../platform/budgets.ts";
import { classes, laneOf, planSweep, slicesDue, type Ways, wantedMs } from "./plan-sweep.ts";

const budget = (requests: number, perMs: number) => ({ requests, perMs, source: "", asOf: "" });
const bulkRead: Ways = { read: { max: 650, budget: budget(1500, 30_000) } };
const byPage: Ways = {
  read: { max: 30, budget: budget(50, 60_000) },
  readAll: { max: 1_000, budget: budget(10, 60_000) },
};

describe("planning a sweep", () => {
  it("reads everybody as often as wanted while the budget allows: 100,000 known, 10,000 of them agents and experts", () => {
    const plan = planSweep({ engaged: 200, watched: 10_000, known: 100_000 }, bulkRead);
    expect(plan).toMatchObject({
      engaged: { everyMs: 2_000 },
      watched: { everyMs: 4_000 },
      known: { everyMs: 50_000 },
      stretch: 1,
    });
  });

  it("lets those wait who matter least, and says so", () => {
    const plan = planSweep({ engaged: 200, watched: 60_000, known: 1_500_000 }, bulkRead);
    expect(plan.engaged.everyMs).toBe(2_000);
    expect(plan.watched.everyMs).toBe(4_000);
    expect(plan.known.everyMs).toBeGreaterThan(50_000);
    expect(plan.stretch).toBeCloseTo(plan.known.everyMs / wantedMs.known);
  });

  it("reads a few by name and many by page, whichever is sooner", () => {
    const few = planSweep({ engaged: 2, watched: 20, known: 20 }, byPage);
    expect(few.watched.by).toBe("read");
    expect(few.watched.everyMs).toBeLessThanOrEqual(6_000);
    expect(few.engaged.everyMs).toBeLessThanOrEqual(3_000);
    const many = planSweep({ engaged: 0, watched: 500, known: 900 }, byPage);
    expect(many.watched.by).toBe("readAll");
    expect(many.watched.everyMs).toBeLessThan(10_000);
  });

  it("never spends more than its lanes may, whatever the counts", () => {
    const counts = fc.record({
      engaged: fc.nat({ max: 500 }),
      watched: fc.nat({ max: 50_000 }),
      known: fc.nat({ max: 600_000 }),
    });
    const limit = fc.record({ max: fc.integer({ min: 1, max: 1_000 }), requests: fc.integer({ min: 5, max: 3_000 }) });
    fc.assert(
      fc.property(counts, limit, (people, { max, requests }) => {
        const allowed = budget(requests, 60_000);
        const plan = planSweep(people, { read: { max, budget: allowed } });
        const perMs = classes.reduce((sum, one) => sum + Math.ceil(people[one] / max) / plan[one].everyMs, 0);
        const most = (allowed.requests * shareOfBudget) / allowed.perMs;
        expect(perMs).toBeLessThanOrEqual(most * (1 - Math.min(...classes.map((one) => reserve[laneOf[one]])) + 0.04));
        for (const one of classes) expect(plan[one].everyMs).toBeGreaterThanOrEqual(wantedMs[one]);
      }),
    );
  });
});

describe("a lap through everybody", () => {
  it.each([0, 1, 5, 649, 650, 651, 10_000, 100_000])("of %i takes its time and no longer", (known) => {
    let [since, at, slices] = [null as Date | null, new Date(0), 0];
    const all = Math.ceil(known / 650);
    const lapMs: number[] = [];
    for (let began = 0; lapMs.length < 3 && at.getTime() < 400_000; at = new Date(at.getTime() + 2_000)) {
      const due = slicesDue(known, 650, 50_000, since, at);
      if (due.slices === 0) continue;
      slices += due.slices;
      since = due.doneAt;
      if (slices < all) continue;
      lapMs.push(at.getTime() - began);
      [began, slices] = [at.getTime(), slices - all];
    }
    if (known === 0) return expect(lapMs).toEqual([]);
    expect(lapMs).toHaveLength(3);
    for (const ms of lapMs) expect(ms).toBeLessThanOrEqual(54_000);
  });

  it("goes on at its pace after a pause", () => {
    const { slices } = slicesDue(100_000, 650, 50_000, new Date(0), new Date(600_000));
    expect(slices).toBeLessThan(40);
  });
});
