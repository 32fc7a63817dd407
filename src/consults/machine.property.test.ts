import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { step } from "./machine.ts";
import { anyHistory, smoothHistory } from "./simulation/histories.ts";
import { play } from "./simulation/world.ts";

const runs = Number(process.env.PATCHCORD_HISTORIES ?? 3_000);

describe("a consult, whatever happens", () => {
  it("keeps its promises", () => {
    fc.assert(
      fc.property(anyHistory, (history) => void play(history)),
      { numRuns: runs },
    );
  });

  it("keeps them when every step is read back from the database, and changes nothing that it is given", () => {
    fc.assert(
      fc.property(anyHistory, (history) => void play(history, step, true)),
      { numRuns: runs / 10 },
    );
  });

  it("brings the customer back within 3 s and stops a ghost ring within 2 s when the wires work", () => {
    fc.assert(
      fc.property(smoothHistory, (history) => {
        const { heldAfterLossMs, ghostRingMs } = play(history);
        expect(heldAfterLossMs).toBeLessThanOrEqual(3_000);
        expect(ghostRingMs).toBeLessThanOrEqual(2_000);
      }),
      { numRuns: runs / 3 },
    );
  });
});
