import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Change, Kind } from "./platform.ts";
import { checkConverged, checkWrites, writesOf } from "./promises.ts";
import { seeded } from "./random.ts";
import { simulate } from "./service.ts";
import { stories } from "./stories.ts";

const minute = 60_000;
const calm = { random: () => 0.5, lagMs: 0, requestMs: 100, pushMs: 0, skewMs: 0, lost: 0 };
const numRuns = Number(process.env.PATCHCORD_HISTORIES ?? 500);

describe(`what we show for people, over ${numRuns} random histories`, () => {
  it.each(Object.entries(stories))("%s", (_promise, story) => fc.assert(story(), { numRuns }));
});

/** Counterexamples of before: each is one thing after the other, with all well. */
const stepsOf: Record<string, [Kind[], ...[account: number, what: Change][]]> = {
  "what is kept beneath a call follows whom it still can follow, never who by now follows it": [
    ["agent", "sessions", "status"],
    [1, "call"],
    [2, "call"],
    [0, "call"],
    [1, "call"],
  ],
  "what is kept beneath a call stays while a push about what it follows has not been read": [
    ["agent", "sessions", "status"],
    [2, "call"],
    [0, "call"],
    [2, "undisturbed"],
    [0, "call"],
  ],
  "what is kept beneath a call in the contact center outlives that nobody knows what it follows": [
    ["agent", "sessions", "sessions"],
    [2, "call"],
    [0, "call"],
    [2, "unheard-of"],
    [2, "undisturbed"],
    [0, "call"],
  ],
  "elsewhere it is let go at once": [
    ["agent", "status"],
    [0, "call"],
    [1, "call"],
    [0, "call"],
  ],
  "what was held there because of us is a reason again once it has been let go": [
    ["agent", "sessions"],
    [0, "call"],
    [1, "call"],
    [0, "call"],
  ],
};

describe("one thing after the other", () => {
  it.each(Object.entries(stepsOf))("%s", (_name, [kinds, ...steps]) => {
    const simulation = simulate(kinds, { ...calm, random: seeded(0), sweepMs: 2_000 });
    simulation.run(60 * minute);
    for (const [account, what] of steps) {
      const before = writesOf(simulation);
      simulation.change(account, what);
      simulation.run(40 * minute);
      checkWrites(simulation, before, 1);
      checkConverged(simulation);
    }
  });
});

it("what could not be taken back before a call covered it stays, if by the end of the call there is a reason for it again", () => {
  let isAway = false;
  const weather = (kind: Kind) => (isAway && kind === "agent" ? "away" : "fine");
  const simulation = simulate(["agent", "status"], { ...calm, random: seeded(0), sweepMs: 2_000, weather });
  simulation.run(60 * minute);
  simulation.change(1, "call");
  simulation.run(minute);
  isAway = true;
  simulation.change(1, "call");
  simulation.run(minute / 2);
  expect(simulation.accounts[0]?.hold?.state).toBe("releasing");
  simulation.change(0, "call");
  simulation.change(1, "call");
  simulation.run(minute / 2);
  isAway = false;
  simulation.run(20 * minute);
  const [agent] = simulation.accounts;
  const sights = agent?.platform.history.length ?? 0;
  simulation.change(0, "call");
  simulation.run(20 * minute);
  checkConverged(simulation);
  expect(agent?.platform.history.slice(sights).map(({ shows }) => shows.availability)).toEqual(["busy"]);
});

it("what is seen again after a gap, and ours still, is taken for an echo until it was read later than we let go", () => {
  let isAway = false;
  const weather = (kind: Kind) => (isAway && kind === "sessions" ? "away" : "fine");
  const slow = { ...calm, random: seeded(0), sweepMs: 2_000, requestMs: 5_000, weather };
  const simulation = simulate(["agent", "sessions"], slow);
  simulation.run(60 * minute);
  simulation.change(0, "call");
  simulation.run(2 * minute);
  isAway = true;
  simulation.change(0, "call");
  simulation.run(2 * minute);
  expect(simulation.accounts[1]?.hold?.state).toBe("releasing");
  isAway = false;
  simulation.run(20 * minute);
  checkConverged(simulation);
  expect(simulation.accounts.map(({ writes }) => writes.length)).toEqual([0, 2]);
});

describe("the process dies", () => {
  /** A call begins and ends; the process dies at its nth boundary, and the call ends while it is gone or later. */
  function dieAt(nth: number, goneMs: number, endsMs: number): boolean {
    let passed = 0;
    const dies = () => (++passed === nth ? goneMs : undefined);
    const simulation = simulate(["agent", "sessions", "status"], { ...calm, sweepMs: 4_000, dies });
    simulation.run(minute);
    simulation.change(0, "call");
    simulation.run(endsMs);
    simulation.change(0, "call");
    simulation.run(goneMs + 30_000);
    checkConverged(simulation);
    return passed >= nth;
  }

  it.each([
    1_000,
    minute,
    4 * minute,
  ])("at any boundary of a job, for %d ms: all is right 30 s after its return", (ms) => {
    for (const endsMs of [10, 30_000, 3 * minute]) {
      let nth = 1;
      while (dieAt(nth, ms, endsMs)) nth++;
      expect(nth).toBeGreaterThan(5);
    }
  });

  it("for good: nothing stays behind for longer than a lease", () => {
    const simulation = simulate(["agent", "sessions"], { ...calm, sweepMs: 4_000 });
    simulation.run(minute);
    simulation.change(0, "call");
    simulation.run(7 * minute);
    expect(simulation.accounts[1]?.platform.holdsNow()).toBe(true);
    simulation.crash(Number.POSITIVE_INFINITY);
    simulation.run(10 * minute);
    expect(simulation.accounts[1]?.platform.holdsNow()).toBe(false);
  });
});
