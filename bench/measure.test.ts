import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { alternate, compare, type Figure, median, percentile, slopeOf } from "./measure.ts";

const figures = (...values: number[]): Figure[] => values.map((value) => ({ value }));

describe("the middle of some figures", () => {
  it("is the middle one, or half-way between the two", () => {
    expect(median([9, 1, 5])).toBe(5);
    expect(median([4, 1, 3, 2])).toBe(2.5);
    expect(median([])).toBeNaN();
  });

  it("does not mind in which order they came", () => {
    fc.assert(
      fc.property(fc.array(fc.integer(), { minLength: 1 }), (values) => {
        expect(median(values.toReversed())).toBe(median(values));
        expect(values.filter((value) => value <= median(values)).length * 2).toBeGreaterThanOrEqual(values.length);
      }),
    );
  });
});

describe("a percentile", () => {
  it("is a value that was measured", () => {
    const hundred = Array.from({ length: 100 }, (_, index) => 100 - index);
    expect([0.5, 0.95, 0.99, 1].map((share) => percentile(hundred, share))).toEqual([50, 95, 99, 100]);
    expect(percentile([7], 0.99)).toBe(7);
    expect(percentile([], 0.99)).toBeNaN();
  });

  it("is the largest of few", () => expect(percentile([3, 1, 2], 0.99)).toBe(3));
});

describe("a slope", () => {
  it("is by how much values grow from one to the next, whatever swings around it", () => {
    expect(slopeOf([5, 5, 5])).toBe(0);
    expect(slopeOf([10, 8, 6, 4])).toBe(-2);
    expect(slopeOf([1, 3, 1, 3, 1, 3, 1])).toBe(0);
    expect(slopeOf([100, 103, 102, 105, 104])).toBeCloseTo(1);
  });
});

describe("rounds", () => {
  it("go back and forth, after one that does not count", async () => {
    const order: string[] = [];
    const contender = (name: string) => async (round: number) => {
      order.push(`${name}${round}`);
      return { value: round };
    };
    const taken = await alternate(3, { a: contender("a"), b: contender("b") });
    expect(order.join(" ")).toBe("a0 b0 a1 b1 b2 a2 a3 b3");
    expect(taken.a.map(({ value }) => value)).toEqual([1, 2, 3]);
    expect(taken.b.map(({ value }) => value)).toEqual([1, 2, 3]);
  });

  it("break off with the one that fails", async () => {
    const broken = async () => {
      throw new Error("gone");
    };
    await expect(alternate(1, { a: async () => ({ value: 1 }), broken })).rejects.toThrow("gone");
  });
});

describe("a row", () => {
  const rate = { name: "n", unit: "events/s", better: "more", target: 2 } as const;

  it("compares round by round, not the middles", () => {
    const row = compare({ ...rate, subject: figures(100, 300, 200), baseline: figures(50, 100, 200) });
    expect(row).toMatchObject({ subject: 200, baseline: 100, ratio: { median: 2, min: 1, max: 3 }, ok: true });
  });

  it("misses when the middle ratio is below the target", () => {
    expect(compare({ ...rate, subject: figures(199, 199, 900), baseline: figures(100, 100, 100) }).ok).toBe(false);
  });

  it("counts costs the other way round", () => {
    const row = compare({ ...rate, better: "less", unit: "ms", subject: figures(10, 20, 40), baseline: 40 });
    expect(row).toMatchObject({ baseline: 40, ratio: { median: 2, min: 1, max: 4 }, ok: true });
  });

  it("is not ok when anything was wrong, however fast it went", () => {
    const subject = [{ value: 900, faults: ["3 events are missing"] }, { value: 900 }];
    const row = compare({ ...rate, subject, baseline: figures(1, 1) });
    expect(row).toMatchObject({ ok: false, faults: ["3 events are missing"] });
    const wrongPeer = compare({ ...rate, subject: figures(9), baseline: [{ value: 1, faults: ["lost"] }] });
    expect(wrongPeer.ok).toBe(false);
  });

  it("is not ok when there is nothing to compare", () => {
    expect(compare({ ...rate, subject: [], baseline: [] }).ok).toBe(false);
    expect(compare({ ...rate, subject: figures(1), baseline: [] }).ok).toBe(false);
    expect(compare({ ...rate, better: "less", subject: figures(Number.NaN), baseline: 1 }).ok).toBe(false);
  });
});
