import fc from "fast-check";
import { describe, it } from "vitest";
import { step } from "./machine.ts";
import { addingHistory, anyHistory, smoothAddingHistory, smoothHistory } from "./simulation/histories.ts";
import { play, playOnTime } from "./simulation/world.ts";

const runs = Number(process.env.PATCHCORD_HISTORIES ?? 2_000);
const minuteMs = 60_000;

/** Whole numbers only: fast-check counts down to exactly zero, so with a fraction it would never come to its end. */
const times = (wanted: number) => ({
  numRuns: Math.ceil(wanted),
  interruptAfterTimeLimit: Math.max(minuteMs, wanted * 30),
  markInterruptAsFailure: true,
});

describe("a consult, whatever happens", { timeout: 20 * minuteMs }, () => {
  it("keeps its promises", () => {
    fc.assert(
      fc.property(anyHistory, (history) => void play(history)),
      times(runs),
    );
  });

  it("keeps them when every step is read back from the database, and changes nothing that it is given", () => {
    fc.assert(
      fc.property(anyHistory, (history) => void play(history, step, true)),
      times(runs / 10),
    );
  });

  it("keeps them when somebody else is added", () => {
    fc.assert(
      fc.property(addingHistory, (history) => void play(history, step, true)),
      times(runs / 3),
    );
    fc.assert(
      fc.property(smoothAddingHistory, (history) => void playOnTime(history)),
      times(runs / 5),
    );
  });

  it("keeps to the seconds that we promise when the wires work", () => {
    fc.assert(
      fc.property(smoothHistory, (history) => void playOnTime(history)),
      times(runs / 3),
    );
  });
});
