import { describe, expect, it } from "vitest";
import type { Presence } from "../platform/contract.ts";
import { type Observed, type Ordered, observe } from "./order.ts";

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
