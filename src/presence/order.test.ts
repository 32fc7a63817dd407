import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Presence } from "../platform/contract.ts";
import { dateOf, type Observed, type Ordered, observe } from "./order.ts";
import { ownOf } from "./own.ts";

const at = (seconds: number) => new Date(seconds * 1_000);
const available: Presence = { availability: "available", activity: "none" };
const inCall: Presence = { availability: "busy", activity: "on-call" };
const read = (presence: Presence, seconds: number): Ordered => ({ presence, observedAt: at(seconds), source: "read" });
const push = (presence: Presence, seconds: number): Ordered => ({ ...read(presence, seconds), source: "push" });
const knownAfter = (...reports: [Ordered, number][]): Observed =>
  reports.reduce<Observed | undefined>(
    (known, [report, now]) => observe(known, report, at(now)),
    undefined,
  ) as Observed;

describe("what is known of an account", () => {
  it("has been known since it was first read, while readings follow within a minute", () => {
    const known = knownAfter(
      [read(available, 0), 1],
      [read(available, 50), 51],
      [push(available, 60), 61],
      [read(available, 100), 101],
    );
    expect(known).toMatchObject({ knownAt: at(1), changedAt: at(1), readAt: at(100) });
  });

  it("is known anew after a gap, so that who decided without it decides again", () => {
    expect(knownAfter([read(available, 0), 1], [read(available, 61), 62])).toMatchObject({
      knownAt: at(62),
      changedAt: at(1),
    });
  });

  it("is unproven after a push that says something else, until it has been read", () => {
    expect(knownAfter([read(available, 0), 1], [push(inCall, 2), 3]).readAt).toBeUndefined();
    const proven = knownAfter([read(available, 0), 1], [push(inCall, 2), 3], [read(inCall, 4), 5]);
    expect(proven).toMatchObject({ readAt: at(4), knownAt: at(5), changedAt: at(3) });
  });

  it("is not changed by what is older", () => {
    expect(knownAfter([read(available, 10), 11], [push(inCall, 9), 12])).toMatchObject({
      presence: available,
      readAt: at(10),
    });
  });
});

describe("a push that is late, from a platform whose clock is ahead or behind", () => {
  const minutes = (most: number) => fc.integer({ min: 0, max: most * 60 });
  /** What happened when, how late it was told, and when we read meanwhile what is there by then. */
  const histories = fc.record({
    changes: fc.array(fc.record({ at: minutes(20), late: minutes(10), presence: fc.constantFrom(available, inCall) }), {
      minLength: 1,
      maxLength: 8,
    }),
    reads: fc.array(minutes(30), { maxLength: 8 }),
    skew: fc.integer({ min: -300, max: 300 }),
    isNumbered: fc.boolean(),
  });

  it("stands at most until we have looked again, and before that nothing is decided by it", () => {
    fc.assert(
      fc.property(histories, ({ changes, reads, skew, isNumbered }) => {
        const happened = [{ at: 0, late: 0, presence: available }, ...changes].sort((a, b) => a.at - b.at);
        const truth = (time: number) => happened.findLast((one) => one.at <= time)?.presence ?? available;
        const pushes = happened.map(({ at: when, late, presence }, index) => {
          const pushed = { ...push(presence, when + skew), ...(isNumbered ? { sequence: index } : {}) };
          return { now: when + late, report: { ...pushed, observedAt: dateOf(pushed, undefined, at(when + late)) } };
        });
        const last = 31 * 60;
        const looks = [...reads, last].map((now) => ({ now, report: read(truth(now), now) }));
        let known: Observed | undefined;
        let looked: Presence | undefined;
        for (const { now, report } of [...pushes, ...looks].sort((a, b) => a.now - b.now)) {
          known = observe(known, report, at(now));
          const facts = { account: "acc_1", platform: "office", side: "uc", canShow: [], hasSessions: true } as const;
          if (known.observedAt > at(now)) throw new Error("dated after it came");
          if (report.source === "read") looked = report.presence;
          // A push that changed something is not believed: it makes us look.
          if (known.source === "push" && !known.readAt)
            expect(ownOf({ ...facts, settleMs: 0, seen: known }, at(now))).toEqual({
              known: false,
              why: "unconfirmed",
            });
          else expect(known.presence).toEqual(looked);
        }
        expect(known).toMatchObject({ presence: truth(last), readAt: at(last) });
      }),
      { numRuns: 500 },
    );
  });
});
