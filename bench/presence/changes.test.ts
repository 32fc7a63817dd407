import { expect, it } from "vitest";
import { changesOf, lastOf } from "./changes.ts";

const shape = { people: 1_000, changes: 20_000, seed: 3, firstSequence: 1, startedAt: new Date(0) };
const changes = changesOf(shape);

it("a tenth is told twice", () => {
  expect(changes.length / shape.changes).toBeCloseTo(1.1, 1);
  expect(new Set(changes.map(({ sequence }) => sequence)).size).toBe(shape.changes);
});

it("a tenth comes after something newer of the same batch", () => {
  let newest = 0;
  const late = changes.filter(({ sequence }) => {
    newest = Math.max(newest, sequence);
    return sequence < newest - 100;
  });
  expect(late.length / shape.changes).toBeGreaterThan(0.1);
});

it("the last of each is the newest, wherever it came", () => {
  const last = lastOf(changes);
  expect(Math.max(...last.values())).toBe(shape.changes);
  expect(changesOf(shape)).toEqual(changes);
});
