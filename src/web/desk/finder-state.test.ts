import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type FinderEvent, type FinderState, initialFinder, pickedMax, reduceFinder } from "./finder-state.ts";
import { hit } from "./samples.ts";

const run = (events: FinderEvent[], from: FinderState = initialFinder) => events.reduce(reduceFinder, from);
const ids = (state: FinderState) => state.hits.map(({ personId }) => personId);
const found = (names: string[], asked = true): FinderEvent => ({
  type: "found",
  hits: names.map((name) => hit(name)),
  asked,
});

describe("a list with the pointer or the focus in it", () => {
  const inside = run([found(["a", "b"]), { type: "inside", inside: true }]);

  test("keeps its order until it is left", () => {
    const refreshed = run([found(["b", "a"], false)], inside);
    expect(ids(refreshed)).toEqual(["a", "b"]);
    expect(ids(run([{ type: "inside", inside: false }], refreshed))).toEqual(["b", "a"]);
  });

  test("follows at once what the agent typed themselves", () => {
    expect(ids(run([found(["c"])], inside))).toEqual(["c"]);
  });

  test("never changes its order through any news or refresh", () => {
    const news = fc.oneof(
      fc.constantFrom("a", "b", "x").map((id): FinderEvent => ({ type: "presence", person: hit(id, "later") })),
      fc.shuffledSubarray(["a", "b", "c"]).map((names) => found(names, false)),
      fc.constant<FinderEvent>({ type: "search-failed" }),
    );
    fc.assert(
      fc.property(fc.array(news), (events) => {
        expect(ids(run(events, inside))).toEqual(["a", "b"]);
      }),
    );
  });

  test("shows news that came while it was waiting", () => {
    const state = run(
      [found(["b", "a"], false), { type: "presence", person: hit("a", "no") }, { type: "inside", inside: false }],
      inside,
    );
    expect(state.hits.find(({ personId }) => personId === "a")?.reachability.state).toBe("no");
  });
});

describe("presence", () => {
  test("is shown in place, and asks for a new search only when reachability changed", () => {
    const list = run([found(["a", "b"])]);
    expect(run([{ type: "presence", person: hit("a") }], list).outdated).toBe(false);
    const changed = run([{ type: "presence", person: hit("a", "later") }], list);
    expect(changed.outdated).toBe(true);
    expect(changed.hits[0]?.reachability.state).toBe("later");
  });

  test("of somebody who is not listed matters only for who is reachable now", () => {
    const list = run([found(["a"])]);
    expect(run([{ type: "presence", person: hit("x") }], list)).toBe(list);
    expect(
      run(
        [
          { type: "tab", tab: "reachable" },
          { type: "presence", person: hit("x") },
        ],
        list,
      ).outdated,
    ).toBe(true);
  });
});

test("a failed search keeps what is there, and says so when there is nothing", () => {
  expect(run([{ type: "search-failed" }]).status).toBe("failed");
  expect(run([found(["a"]), { type: "search-failed" }]).status).toBe("ready");
});

test("more people are added without twins", () => {
  expect(ids(run([found(["a", "b"]), { type: "found-more", hits: [hit("b"), hit("c")] }]))).toEqual(["a", "b", "c"]);
});

test("at most three are picked", () => {
  const picks = ["a", "b", "c", "d"].map((person): FinderEvent => ({ type: "pick", person, on: true }));
  const state = run(picks);
  expect(state.picked).toHaveLength(pickedMax);
  expect(run([{ type: "pick", person: "b", on: false }], state).picked).toEqual(["a", "c"]);
  expect(run([{ type: "pick-none" }], state).picked).toBeUndefined();
});

test("who is reachable now is looked for again from time to time, other lists are not", () => {
  const list = run([found(["a"])]);
  expect(run([{ type: "stale" }], list)).toBe(list);
  expect(run([{ type: "tab", tab: "reachable" }, { type: "stale" }], list).outdated).toBe(true);
});
