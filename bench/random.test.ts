import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createRandom, createZipf } from "./random.ts";

const draw = (times: number, next: () => number) => Array.from({ length: times }, next);

describe("chance", () => {
  it("is the same for the same seed, from 0 up to 1", () => {
    fc.assert(
      fc.property(fc.integer(), (seed) => {
        const values = draw(50, createRandom(seed));
        expect(draw(50, createRandom(seed))).toEqual(values);
        expect(values.every((value) => value >= 0 && value < 1)).toBe(true);
      }),
    );
  });

  it("is even", () => {
    const values = draw(20_000, createRandom(1));
    for (const tenth of [0, 3, 9]) {
      expect(values.filter((value) => Math.floor(value * 10) === tenth).length).toBeGreaterThan(1_800);
    }
  });
});

describe("Zipf", () => {
  it("stays within its count", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 500 }), fc.integer(), (count, seed) => {
        const values = draw(100, createZipf(count, createRandom(seed)));
        expect(values.every((value) => Number.isInteger(value) && value >= 0 && value < count)).toBe(true);
      }),
    );
  });

  it("draws each as often as one over its rank", () => {
    const times = 100_000;
    const counts = Map.groupBy(draw(times, createZipf(1_000, createRandom(7))), (value) => value);
    const first = counts.get(0)?.length ?? 0;
    const harmonic = Array.from({ length: 1_000 }, (_, index) => 1 / (index + 1)).reduce((sum, one) => sum + one, 0);
    expect(first / times).toBeCloseTo(1 / harmonic, 2);
    for (const rank of [2, 5, 10]) {
      expect(first / (counts.get(rank - 1)?.length ?? 0) / rank).toBeGreaterThan(0.85);
      expect(first / (counts.get(rank - 1)?.length ?? 0) / rank).toBeLessThan(1.15);
    }
  });

  it("comes to the rare ones too", () => {
    const seen = new Set(draw(20_000, createZipf(100, createRandom(3))));
    expect(seen.size).toBe(100);
  });
});
