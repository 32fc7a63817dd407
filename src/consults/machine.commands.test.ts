import { describe, expect, it } from "vitest";
import { tell } from "./simulation/telling.ts";

const dialled = (experts = 2) => {
  const story = tell("consult", { experts });
  story.start();
  story.answers(0, "now");
  return story;
};

describe("a command", () => {
  it("whose answer is lost is looked up, not repeated", () => {
    const story = dialled();
    expect(story.outcome("unknown")).toEqual(["lookup"]);
    expect(story.finds({ customer: "held", expert: "ringing" })).toEqual([]);
    expect(story.consult.pending).toBeUndefined();
  });

  it("that did not take effect is sent once more under its own id", () => {
    const story = dialled();
    const id = story.consult.pending?.id;
    story.outcome("unknown");
    expect(story.finds({})).toEqual(["startConsult +493012340"]);
    expect(story.consult.pending).toMatchObject({ id, repeats: 1 });
  });

  it("is given up when it is old, and a cancel clears up after it", () => {
    const story = dialled();
    story.outcome("unknown");
    story.finds({});
    story.outcome("unknown");
    expect(story.finds({})).toEqual([]);
    expect(story.passes(4_999)).toEqual([]);
    expect(story.passes(1)).toEqual(["lookup"]);
    expect(story.finds({})).toEqual(["offer 1", "cancelConsult"]);
    expect(story.consult).toMatchObject({ trouble: "no-effect", state: "offering" });
  });

  it("that nobody answers is unknown after 5 s", () => {
    const story = dialled();
    expect(story.passes(4_999)).toEqual([]);
    expect(story.passes(1)).toEqual(["lookup"]);
    expect(story.passes(5_000)).toEqual(["lookup"]);
  });

  it("is known by what is seen when its answer is late", () => {
    const story = dialled();
    const command = story.consult.pending?.id ?? "cmd_none";
    story.shows({ customer: "held", expert: "ringing" });
    expect(story.consult.pending).toBeUndefined();
    const before = story.consult;
    expect(story.happen({ type: "command", command, outcome: { state: "refused", code: "late", reason: "" } })).toEqual(
      [],
    );
    expect(story.consult).toEqual(before);
  });

  it("that is refused leads to the next expert, but not before the call has been seen", () => {
    const story = tell("consult", { mode: "ring" });
    story.start();
    expect(story.outcome("refused", "invalid-number")).toEqual(["lookup"]);
    expect(story.finds({ customer: "held" })).toEqual(["resume customer"]);
    story.outcome("done");
    expect(story.finds({})).toEqual(["offer 1", "startConsult +493012341"]);
  });

  it("whose repeat is refused may have worked the first time", () => {
    const story = dialled();
    story.outcome("unknown");
    story.finds({});
    expect(story.outcome("refused", "already-consulting")).toEqual(["lookup"]);
    story.finds({ customer: "held", expert: "ringing" });
    expect(story.consult).toMatchObject({ state: "ringing", expertParty: "leg-1" });
  });

  it("ends the consult when every dial is refused", () => {
    const story = dialled(1);
    story.outcome("refused");
    story.finds({});
    expect(story.consult).toMatchObject({ state: "ended", result: "failed" });
  });

  it("that changes who hears whom goes back to what is seen when it is refused", () => {
    const story = tell("consult");
    story.untilConsulting();
    story.moves("all-together");
    story.outcome("refused", "too-many-parties");
    expect(story.consult).toMatchObject({ state: "consulting", goal: "private", talkingTo: "expert" });
    expect(story.consult.trouble).toBe("too-many-parties");
  });

  it("that is done and shows that it did not help is followed by another way", () => {
    const story = tell("consult");
    story.untilConsulting();
    story.moves("cancel");
    const command = story.consult.pending?.id ?? "cmd_none";
    const snapshot = story.snapshot({ customer: "held", expert: "connected" });
    expect(story.happen({ type: "command", command, outcome: { state: "done", snapshot } })).toEqual([]);
    expect(story.passes(500)).toEqual(["removeParty leg-1"]);
  });

  it("that dials is given time until its leg shows up", () => {
    const story = dialled();
    expect(story.outcome("done")).toEqual(["lookup"]);
    expect(story.finds({ customer: "held" })).toEqual([]);
    story.shows({ customer: "held", expert: "ringing" });
    expect(story.consult).toMatchObject({ state: "ringing", expertParty: "leg-1" });
  });

  it("waits for the one before", () => {
    const story = tell("consult");
    story.untilConsulting();
    story.moves("all-together");
    expect(story.moves("talk-to-customer")).toEqual([]);
    story.outcome("done");
    expect(story.shows({ expert: "connected" })).toContain("switchParty customer");
  });
});

describe("news", () => {
  it("that is older than what is known changes nothing", () => {
    const story = dialled();
    story.outcome("done");
    story.shows({ customer: "held", expert: "connected", sequence: 9 });
    const before = story.consult;
    expect(story.shows({ customer: "held", expert: "ringing", sequence: 8 })).toEqual([]);
    expect(story.consult).toEqual(before);
  });

  it("without numbers goes by time", () => {
    const story = dialled();
    const { sequence: _one, ...early } = story.snapshot({ customer: "held", expert: "ringing" });
    story.passes(100);
    const { sequence: _two, ...late } = story.snapshot({ customer: "held", expert: "connected" });
    story.happen({ type: "snapshot", snapshot: late });
    story.happen({ type: "snapshot", snapshot: early });
    expect(story.state).toBe("consulting");
  });

  it("that was asked for is known by when we asked, or by its own time where clocks agree", () => {
    const story = dialled();
    story.outcome("unknown");
    const { wantedAt } = story.consult.look ?? {};
    if (!wantedAt) throw new Error("a look is wanted");
    const wrongClock = { ...story.snapshot({}), observedAt: new Date(0) };
    expect(story.happen({ type: "snapshot", snapshot: wrongClock })).toEqual([]);
    expect(story.happen({ type: "snapshot", snapshot: wrongClock, lookedAt: wantedAt })).toEqual([
      "startConsult +493012340",
    ]);
    story.outcome("unknown");
    story.shows({});
    expect(story.consult.look).toBeDefined();
    story.passes(2_000);
    story.shows({});
    expect(story.consult.look).toBeUndefined();
  });

  it("from before the question proves nothing", () => {
    const story = dialled();
    const old = story.snapshot({});
    const lookedAt = old.observedAt;
    story.passes(3_000);
    story.outcome("unknown");
    expect(story.happen({ type: "snapshot", snapshot: old })).toEqual([]);
    expect(story.happen({ type: "snapshot", snapshot: old, lookedAt })).toEqual([]);
    expect(story.consult.pending).toMatchObject({ state: "unknown", repeats: 0 });
  });

  it("that merely lacks the expert's leg is checked before anybody else is rung", () => {
    const story = tell("consult", { mode: "ring" });
    story.start();
    story.outcome("done");
    story.shows({ customer: "held", expert: "ringing" });
    expect(story.shows({})).toEqual(["lookup"]);
    expect(story.finds({ customer: "held", expert: "ringing" })).toEqual(["cancelConsult leg-1"]);
  });

  it("is waited for when the call has never been seen", () => {
    const story = tell("consult", { isSeen: false });
    story.start();
    expect(story.answers(0, "now")).toEqual(["lookup"]);
    expect(story.passes(5_000)).toEqual(["lookup"]);
    expect(story.shows({})).toEqual(["startConsult +493012340"]);
    expect(story.consult.look).toBeUndefined();
  });
});
