import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { gapMs } from "../hold.ts";
import { isFree, isSame } from "../own.ts";
import { changes, type Kind, sideOf } from "./platform.ts";
import { type Conditions, type Simulation, simulate } from "./service.ts";

const minute = 60_000;
const hour = 60 * minute;

/** mulberry32: the same seed, the same history. */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

const kinds = fc.constantFrom<Kind[]>(
  ["agent", "sessions"],
  ["agent", "status"],
  ["agent", "sessions", "status"],
  ["agent", "sessions", "sessions"],
  ["agent", "agent", "sessions"],
);
const upTo = (max: number) => fc.oneof(fc.constant(0), fc.nat({ max }));
const conditions = fc.record({
  seed: fc.integer(),
  sweepMs: fc.integer({ min: 2_000, max: 30_000 }),
  lagMs: upTo(10 * minute),
  requestMs: upTo(10_000),
  pushMs: upTo(10 * minute),
  skewMs: fc.oneof(fc.constant(0), fc.integer({ min: -5 * minute, max: 5 * minute })),
});
const reliably = ({ seed, ...rest }: { seed: number } & Omit<Conditions, "random" | "lost">): Conditions => ({
  ...rest,
  random: seeded(seed),
  lost: 0,
});
const step = fc.record({ account: fc.nat({ max: 2 }), what: fc.constantFrom(...changes), restMs: upTo(20 * minute) });

const isOnCall = ({ platform }: Simulation["accounts"][number]) => platform.own().activity === "on-call";
/** A call of their own beneath a status of ours that looks the same cannot be told; it is seen when ours has gone. */
const isHidden = ({ platform }: Simulation["accounts"][number]) => platform.kind === "sessions" && platform.holdsNow();

/** What everybody sees is what the person does themselves, or what follows from it. */
function expectConverged({ accounts, breaches }: Simulation): void {
  for (const account of accounts) {
    const { platform } = account;
    const own = platform.own();
    const causes = accounts.filter((one) => sideOf(one.platform.kind) !== sideOf(platform.kind)).filter(isOnCall);
    if (causes.length === 0) platform.forgetOverride();
    if (causes.length === 0 || own.routable) {
      expect(platform.shows()).toEqual(own);
      // Written beneath a call in the contact center, it can be taken back when the call is over.
      if (platform.kind !== "agent" || !isOnCall(account))
        expect(platform.holdsNow(), "ours without a reason").toBe(false);
    } else if (!isFree(own, platform.kind === "sessions")) {
      // Busier than what we show, or as busy and thus not seen beneath ours.
      expect(isSame(platform.shows(), own) || own.availability === "busy", "hides the person's own status").toBe(true);
    } else if (!platform.isOverridden() && !causes.every(isHidden)) {
      expect(platform.shows().availability, `${platform.kind} follows`).toBe("busy");
    }
  }
  expect(breaches).toEqual([]);
}

function expectGaps({ accounts }: Simulation): void {
  for (const { writes } of accounts) {
    for (const [index, at] of writes.entries()) {
      if (index > 0) expect(at - (writes[index - 1] ?? 0)).toBeGreaterThanOrEqual(gapMs);
    }
  }
}

const writesOf = ({ accounts }: Simulation) => accounts.map(({ writes }) => writes.length);

function expectSilenceForADay(simulation: Simulation): void {
  simulation.sweepEvery(50_000);
  const before = writesOf(simulation);
  simulation.run(24 * hour);
  expect(writesOf(simulation)).toEqual(before);
}

describe("what we show for people, over random histories", () => {
  it("follows each change with at most one write per account, and then rests", () => {
    fc.assert(
      fc.property(kinds, conditions, fc.array(step, { maxLength: 12 }), (people, given, steps) => {
        const simulation = simulate(people, reliably(given));
        simulation.run(hour);
        for (const { account, what } of steps) {
          const before = writesOf(simulation);
          simulation.change(account, what);
          simulation.run(40 * minute);
          for (const [index, count] of writesOf(simulation).entries())
            expect(count - (before[index] ?? 0)).toBeLessThanOrEqual(1);
          expectConverged(simulation);
        }
        expectSilenceForADay(simulation);
      }),
      { numRuns: 120 },
    );
  });

  it("what is kept beneath a call follows whom it still can follow, never who by now follows it", () => {
    const simulation = simulate(["agent", "sessions", "status"], {
      random: seeded(0),
      sweepMs: 2_000,
      lagMs: 0,
      requestMs: 0,
      pushMs: 0,
      skewMs: 0,
      lost: 0,
    });
    simulation.run(hour);
    for (const account of [1, 2, 0, 1]) {
      simulation.change(account, "call");
      simulation.run(40 * minute);
      expectConverged(simulation);
    }
  });

  it("writes no more often than things change, however fast they do", () => {
    fc.assert(
      fc.property(kinds, conditions, fc.array(step, { maxLength: 25 }), (people, given, steps) => {
        const simulation = simulate(people, reliably(given));
        simulation.run(minute);
        for (const { account, what, restMs } of steps) {
          simulation.change(account, what);
          simulation.run(restMs);
        }
        simulation.rest();
        simulation.run(hour);
        for (const count of writesOf(simulation)) expect(count).toBeLessThanOrEqual(steps.length + people.length);
        expectConverged(simulation);
        expectGaps(simulation);
        expectSilenceForADay(simulation);
      }),
      { numRuns: 120 },
    );
  });

  it("ends right after lost answers, blindness and crashes", () => {
    const trouble = fc.record({
      after: fc.nat({ max: 20 }),
      what: fc.constantFrom("crash", "blind"),
      ms: upTo(30 * minute),
    });
    fc.assert(
      fc.property(
        kinds,
        conditions,
        fc.array(step, { maxLength: 20 }),
        fc.array(trouble, { maxLength: 4 }),
        fc.double({ min: 0, max: 0.4, noNaN: true }),
        (people, given, steps, troubles, lost) => {
          const faults = { ...reliably(given), lost };
          const simulation = simulate(people, faults);
          for (const [index, { account, what, restMs }] of steps.entries()) {
            simulation.change(account, what);
            for (const one of troubles.filter(({ after }) => after === index)) {
              if (one.what === "crash") simulation.crash(one.ms);
              else simulation.goBlind(one.ms);
            }
            simulation.run(restMs);
          }
          simulation.run(30 * minute);
          faults.lost = 0;
          simulation.run(hour);
          expectConverged(simulation);
          expectGaps(simulation);
          expectSilenceForADay(simulation);
        },
      ),
      { numRuns: 120 },
    );
  });

  it("leaves nothing behind for longer than a lease when it dies for good", () => {
    const simulation = simulate(["agent", "sessions"], {
      random: seeded(1),
      sweepMs: 4_000,
      lagMs: 0,
      requestMs: 100,
      pushMs: 0,
      skewMs: 0,
      lost: 0,
    });
    simulation.run(minute);
    simulation.change(0, "call");
    simulation.run(7 * minute);
    expect(simulation.accounts[1]?.platform.holdsNow()).toBe(true);
    simulation.crash(Number.POSITIVE_INFINITY);
    simulation.run(10 * minute);
    expect(simulation.accounts[1]?.platform.holdsNow()).toBe(false);
  });
});
