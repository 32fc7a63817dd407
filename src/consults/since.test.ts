import fc from "fast-check";
import { expect, test } from "vitest";
import type { InteractionSnapshot, PartyState } from "../platform/contract.ts";
import { withSince } from "./since.ts";

const at = (second: number) => new Date(Date.UTC(2026, 2, 2, 12, 0, second));
const seen = (second: number, state: PartyState, since?: Date): InteractionSnapshot => ({
  ref: "call-1",
  rootRef: "call-1",
  channel: "voice",
  state: "live",
  parties: [{ ref: "leg-1", role: "customer", state, ...(since ? { sinceAt: since } : {}) }],
  recording: "on",
  attributes: {},
  startedAt: at(0),
  observedAt: at(second),
});
const sinceOf = (snapshot: InteractionSnapshot | undefined) => snapshot?.parties[0]?.sinceAt;

test("the platform's own time counts", () => {
  expect(sinceOf(withSince(seen(9, "held", at(4)), seen(5, "held", at(3))))).toEqual(at(4));
});

test("a party that is new or has changed is so since we saw it", () => {
  expect(sinceOf(withSince(seen(5, "held"), undefined))).toEqual(at(5));
  expect(sinceOf(withSince(seen(9, "connected"), withSince(seen(5, "held"), undefined)))).toEqual(at(9));
});

test("whatever happens, it is the first moment of the unbroken run of the same state", () => {
  const states = fc.array(fc.constantFrom<PartyState>("connected", "held"), { minLength: 1, maxLength: 12 });
  fc.assert(
    fc.property(states, (history) => {
      let kept: InteractionSnapshot | undefined;
      for (const [second, state] of history.entries()) kept = withSince(seen(second, state), kept);
      const last = history.at(-1);
      const begun = history.findLastIndex((state) => state !== last) + 1;
      expect(sinceOf(kept)).toEqual(at(begun));
    }),
  );
});
