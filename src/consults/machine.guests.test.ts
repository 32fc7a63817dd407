import { describe, expect, it } from "vitest";
import { tell } from "./simulation/telling.ts";

const conference = () => {
  const story = tell("conference");
  story.untilConferencing();
  expect(story.state).toBe("conferencing");
  return story;
};
const here = { expert: "connected", human: true } as const;

/** The one who is added has said yes and their phone rings. */
const ringing = () => {
  const story = conference();
  story.adds();
  story.answers(7, "now");
  story.outcome("done");
  expect(story.shows({ ...here, second: "ringing" })).toEqual([]);
  return story;
};
const allFour = () => {
  const story = ringing();
  expect(story.shows({ ...here, second: { human: true } })).toEqual([]);
  return story;
};
const unchanged = { state: "conferencing", winner: "off_0", goal: "together", expertProven: true };

describe("somebody who is added", () => {
  it("is asked by card, rung on their yes, and joins", () => {
    const story = conference();
    expect(story.adds()).toEqual(["offer 7"]);
    expect(story.answers(7, "now")).toEqual(["addParty +493012347"]);
    story.outcome("done");
    story.shows({ ...here, second: "ringing" });
    story.shows({ ...here, second: { human: true } });
    expect(story.consult).toMatchObject(unchanged);
    expect(story.consult.offers.at(-1)).toMatchObject({ state: "accepted", guest: { isOn: true, party: "leg-9" } });
  });

  it("can be one of several: the first yes wins, a later one is told so", () => {
    const story = conference();
    expect(story.adds(7, 8)).toEqual(["offer 7"]);
    expect(story.answers(7, "no", "busy")).toEqual(["offer 8"]);
    expect(story.answers(8, "now")).toEqual(["addParty +493012348"]);
    expect(story.answers(7, "now")).toEqual([]);
    expect([story.added(7), story.added(8)]).toEqual(["declined", "accepted"]);
  });

  it.each([
    ["says no", (story: ReturnType<typeof conference>) => story.answers(7, "no"), "declined"],
    ["says nothing", (story: ReturnType<typeof conference>) => story.passes(20_000), "silent"],
    [
      "cannot be shown a card",
      (story: ReturnType<typeof conference>) =>
        story.happen({ type: "undeliverable", offer: "off_7", reason: "no-card" }),
      "undeliverable",
    ],
  ])("who %s changes nothing for the others", (_what, happens, becomes) => {
    const story = conference();
    story.adds();
    expect(happens(story)).toEqual([]);
    expect(story.added()).toBe(becomes);
    expect(story.consult).toMatchObject(unchanged);
    expect(story.adds(8)).toEqual(["offer 8"]);
  });

  it.each([
    ["is busy", { state: "failed", reason: "busy" }, "undeliverable", []],
    ["declines the call", { state: "failed", reason: "declined" }, "declined", []],
    ["has voicemail", { human: false }, "silent", ["removeParty leg-9"]],
  ] as const)("whose phone %s changes nothing for the others", (_what, second, becomes, commands) => {
    const story = ringing();
    expect(story.shows({ ...here, second })).toEqual(commands);
    expect(story.added()).toBe(becomes);
    expect(story.consult).toMatchObject(unchanged);
  });

  it("whose phone stopped ringing while we were away is looked for first", () => {
    const answered = ringing();
    expect(answered.passes(40_000)).toEqual(["lookup"]);
    answered.finds({ ...here, second: { state: "connected" } });
    expect(answered.passes(60_000)).toEqual([]);
    const silent = ringing();
    silent.passes(40_000);
    expect(silent.passes(5_000)).toContain("removeParty leg-9");
  });

  it("whose phone rings in vain is let go, nobody else", () => {
    const story = ringing();
    expect(story.passes(18_000)).toEqual(["removeParty leg-9"]);
    story.outcome("done");
    story.finds({ ...here, second: { state: "left", reason: "removed" } });
    expect(story.consult).toMatchObject({ ...unchanged, trouble: "expert-no-answer" });
  });

  it("whom the platform refuses to ring changes nothing for the others", () => {
    const story = conference();
    story.adds();
    story.answers(7, "now");
    expect(story.outcome("refused", "too_many_parties")).toEqual(["lookup"]);
    expect(story.added()).toBe("undeliverable");
    expect(story.consult).toMatchObject({ ...unchanged, trouble: "too_many_parties" });
  });

  it("is no longer asked when a machine turns out to be on the first expert's line, and leaves room for the next at once", () => {
    const story = conference();
    expect(story.adds()).toEqual(["offer 7"]);
    const asked = story.shows({ ...here, human: false });
    expect(asked).toEqual(expect.arrayContaining(["offer 1"]));
    expect(story.added()).toBe("withdrawn");
    expect(story.shows({ ...here, human: false })).toEqual([]);
  });

  it("is not rung twice when the answer was lost", () => {
    const story = conference();
    story.adds();
    story.answers(7, "now");
    expect(story.outcome("unknown")).toEqual(["lookup"]);
    expect(story.finds({ ...here, second: "ringing" })).toEqual([]);
    expect(story.consult.pending).toBeUndefined();
  });
});

describe("with two experts", () => {
  it("either can be dropped, and the other goes on", () => {
    const second = allFour();
    expect(second.drops(7)).toEqual(["removeParty leg-9"]);
    expect(second.consult).toMatchObject(unchanged);
    expect(second.added()).toBe("accepted"); // they have helped

    const first = allFour();
    expect(first.drops(0)).toEqual(["removeParty leg-1"]);
    expect(first.consult).toMatchObject({ state: "conferencing", winner: "off_7" });
    first.outcome("done");
    first.finds({ expert: "left", reason: "removed", second: { human: true } });
    expect(first.consult).toMatchObject({ state: "conferencing", winner: "off_7" });
    expect(first.moves("drop-expert")).toEqual(["cancelConsult leg-9"]);
  });

  it("the second takes over when the first hangs up", () => {
    const story = allFour();
    expect(story.shows({ expert: "left", reason: "hung-up", second: { human: true } })).toEqual([]);
    expect(story.consult).toMatchObject({ state: "conferencing", winner: "off_7", trouble: "expert-left" });
    expect(story.moves("hand-over")).toEqual(["completeTransfer"]);
  });

  it("hand over leaves the customer with both", () => {
    const story = allFour();
    expect(story.moves("hand-over")).toEqual(["completeTransfer"]);
    story.outcome("done");
    story.finds({ agent: "left", ...here, second: { human: true } });
    expect(story.consult).toMatchObject({ state: "ended", result: "transferred" });
    expect([story.offer(0), story.added()]).toEqual(["accepted", "accepted"]);
  });

  it("hand over does not wait for a phone that still rings: it is stopped first", () => {
    const story = ringing();
    expect(story.moves("hand-over")).toEqual(["removeParty leg-9"]);
    story.outcome("done");
    expect(story.finds({ ...here, second: "left" })).toEqual(["completeTransfer"]);
  });

  it("cancel lets both go and brings the customer back", () => {
    const story = allFour();
    expect(story.moves("cancel")).toEqual(["removeParty leg-9"]);
    story.outcome("done");
    expect(story.finds({ ...here, second: "left" })).toEqual(["cancelConsult leg-1"]);
    story.outcome("done");
    story.finds({ expert: "left", second: "left" });
    expect(story.consult).toMatchObject({ state: "ended", result: "cancelled" });
  });

  it("a phone that rings stops when the customer hangs up; those who talk may go on", () => {
    const story = ringing();
    expect(story.shows({ customer: "left", ...here, second: "ringing" })).toEqual(["removeParty leg-9"]);
    story.outcome("done");
    expect(story.finds({ customer: "left", ...here, second: "left" })).toEqual([]);
    expect(story.consult).toMatchObject({ state: "ended", result: "customer-left" });
  });

  it("a phone that rings stops when the agent drops out", () => {
    const story = ringing();
    expect(story.shows({ agent: "left", ...here, second: "ringing" })).toEqual(["removeParty leg-9"]);
    story.outcome("done");
    story.finds({ agent: "left", ...here, second: "left" });
    expect(story.consult).toMatchObject({ state: "ended", result: "transferred" });
  });
});

describe("nobody can be added", () => {
  it.each([
    ["before all hear each other", () => tell("consult"), /Bring all together first/],
    ["while somebody is being added", ringing, /being added already/],
  ])("%s", (_when, prepare, sentence) => {
    const story = prepare();
    if (story.state === "requested") story.untilConsulting();
    expect(() => story.adds(8)).toThrow(sentence);
  });

  it("and nobody is dropped who is not there; a private word is for two", () => {
    const story = allFour();
    expect(() => story.drops(5)).toThrow("This person is not in the call.");
    expect(() => story.moves("talk-to-customer")).toThrow(/all stay together/);
  });
});
