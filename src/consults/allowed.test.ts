import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { isBridgeError } from "../errors.ts";
import { newId } from "../ids.ts";
import { movesOf } from "./allowed.ts";
import { step } from "./machine.ts";
import type { Consult, Move } from "./model.ts";
import { anyHistory } from "./simulation/histories.ts";
import { play, type Step } from "./simulation/world.ts";

const isRefused = (consult: Consult, move: Move, now: Date, heard = false): boolean => {
  try {
    step(consult, { type: "move", move, heard }, now, () => newId("cmd", now));
    return false;
  } catch (error) {
    if (!isBridgeError(error)) throw error;
    return true;
  }
};
const reasonOf = (consult: Consult, move: Move) => movesOf(consult).find((one) => one.move === move)?.reason;

/** Plays stories and looks at every consult on the way. */
function everyConsult(runs: number, look: (consult: Consult, now: Date) => void): void {
  const looking: Step = (consult, event, now, ...rest) => {
    look(consult, now);
    return step(consult, event, now, ...rest);
  };
  fc.assert(
    fc.property(anyHistory, (history) => void play(history, looking)),
    { numRuns: runs },
  );
}

describe("what the agent may do", () => {
  it("is exactly what the lifecycle does not refuse, in every state of any story", () => {
    const seen = new Set<string>();
    everyConsult(600, (consult, now) => {
      if (consult.state === "ended") return;
      for (const { move, possible, reason } of movesOf(consult)) {
        expect({ move, possible }).toEqual({ move, possible: !isRefused(consult, move, now) });
        if (!possible) expect(reason).toBeDefined();
        seen.add(`${consult.state} ${move} ${possible} ${reason ?? ""}`);
      }
    });
    const has = (pattern: RegExp) => [...seen].some((one) => pattern.test(one));
    for (const pattern of [/ hand-over true/, / hand-over false not-proven/, / false coming-back/, / false not-a-call/])
      expect(has(pattern), String(pattern)).toBe(true);
  });

  it("says `already` only of what would change nothing wanted", () => {
    everyConsult(100, (consult, now) => {
      for (const { move, possible, reason } of movesOf(consult)) {
        if (reason !== "already" || !possible) continue;
        const { consult: after } = step(consult, { type: "move", move }, now, () => newId("cmd", now));
        expect(after.talkingTo).toBe(consult.talkingTo);
      }
    });
  });

  it("lets a hand-over through once the agent has heard the expert, wherever only that proof is missing", () => {
    everyConsult(600, (consult, now) => {
      if (reasonOf(consult, "hand-over") === "not-proven")
        expect(isRefused(consult, "hand-over", now, true)).toBe(false);
    });
  });

  it("is nothing once it is over", () => {
    everyConsult(30, (consult) => {
      if (consult.state === "ended") expect(movesOf(consult).every(({ possible }) => !possible)).toBe(true);
    });
  });
});
