import fc from "fast-check";
import { describe, it } from "vitest";
import { step } from "./machine.ts";
import { anyHistory, smoothHistory } from "./simulation/histories.ts";
import { play, playOnTime } from "./simulation/world.ts";

const runs = Number(process.env.PATCHCORD_HISTORIES ?? 2_000);

describe("a consult, whatever happens", { timeout: 600_000 }, () => {
  it("keeps its promises", () => {
    fc.assert(
      fc.property(anyHistory, (history) => void play(history)),
      { numRuns: runs },
    );
  });

  it("keeps them when every step is read back from the database, and changes nothing that it is given", () => {
    fc.assert(
      fc.property(anyHistory, (history) => void play(history, step, true)),
      { numRuns: Math.ceil(runs / 10) },
    );
  });

  it("keeps to the seconds that we promise when the wires work", () => {
    fc.assert(
      fc.property(smoothHistory, (history) => void playOnTime(history)),
      { numRuns: Math.ceil(runs / 3) },
    );
  });
});
