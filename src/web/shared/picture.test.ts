import { describe, expect, test } from "vitest";
import { customerPlace, hearingLines, type PictureParty } from "./picture.ts";

const party = (ref: string, hears: string[], change: Partial<PictureParty> = {}): PictureParty => ({
  ref,
  role: ref === "c" ? "customer" : ref === "a" ? "agent" : "expert",
  state: "connected",
  hears,
  music: false,
  ...change,
});

describe("lines", () => {
  test("are one for each pair, with its direction", () => {
    const parties = [party("c", ["a"]), party("a", ["c", "e"]), party("e", [])];
    expect(hearingLines(parties)).toEqual([
      { a: "c", b: "a", both: true },
      { a: "a", b: "e", both: false },
    ]);
  });
  test("do not lead to whoever has gone", () => {
    expect(hearingLines([party("c", ["a"], { state: "left" }), party("a", ["c"])])).toEqual([]);
  });
});

test.each<[string, PictureParty[], string]>([
  ["with the agent", [party("c", ["a"]), party("a", ["c"])], "with-agent"],
  ["with both", [party("c", ["a", "e"]), party("a", []), party("e", [])], "with-both"],
  [
    "with the expert after the hand-over",
    [party("c", ["e"]), party("e", ["c"]), party("a", [], { state: "left" })],
    "with-expert",
  ],
  ["on hold", [party("c", [], { music: true, state: "held" }), party("a", [])], "held"],
  ["hearing nobody", [party("c", []), party("a", [])], "alone"],
  ["gone", [party("c", [], { state: "left" })], "left"],
  ["not there at all", [party("a", [])], "left"],
])("the customer is %s", (_where, parties, place) => expect(customerPlace(parties)).toBe(place));
