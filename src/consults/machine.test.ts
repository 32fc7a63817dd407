import { describe, expect, it } from "vitest";
import { BridgeError } from "../errors.ts";
import { step } from "./machine.ts";
import type { Consult } from "./model.ts";
import { tell } from "./simulation/telling.ts";

const conflict = (sentence: string) => new BridgeError("conflict", sentence);

describe("a consult", () => {
  it("goes from the question over a private word and three voices to the hand-over", () => {
    const story = tell("consult");
    expect(story.start()).toEqual(["offer 0"]);
    expect(story.state).toBe("offering");

    expect(story.answers(0, "now")).toEqual(["startConsult +493012340"]);
    expect(story.state).toBe("ringing");
    story.outcome("accepted");
    expect(story.shows({ customer: "held", expert: "ringing" })).toEqual([]);

    expect(story.shows({ customer: "held", expert: "connected" })).toEqual([]);
    expect(story.consult).toMatchObject({ state: "consulting", talkingTo: "expert", expertProven: true });

    expect(story.moves("talk-to-customer")).toEqual(["switchParty customer"]);
    story.outcome("done");
    expect(story.shows({ expert: "held" })).toEqual([]);
    expect(story.consult).toMatchObject({ state: "consulting", talkingTo: "customer" });

    expect(story.moves("all-together")).toEqual(["mergeConference"]);
    story.outcome("done");
    story.shows({ expert: "connected" });
    expect(story.state).toBe("conferencing");

    expect(story.moves("hand-over")).toEqual(["completeTransfer"]);
    expect(story.state).toBe("transferring");
    story.outcome("done");
    expect(story.shows({ agent: "left", expert: "connected" })).toEqual([]);
    expect(story.cards).toBe(true);
    expect(story.consult).toMatchObject({ state: "ended", result: "transferred" });
  });

  it("returns the customer when the expert hangs up", () => {
    const story = tell("consult");
    story.untilConsulting();
    expect(story.shows({ customer: "held", expert: "left" })).toEqual(["resume customer"]);
    story.outcome("done");
    story.shows({});
    expect(story.consult).toMatchObject({ state: "ended", result: "returned", trouble: "expert-left" });
  });

  it("lets the agent drop the expert", () => {
    const story = tell("consult");
    story.untilConsulting();
    expect(story.moves("drop-expert")).toEqual(["cancelConsult leg-1"]);
    story.outcome("done");
    expect(story.state).toBe("consulting");
    story.finds({ expert: "left" });
    expect(story.consult).toMatchObject({ state: "ended", result: "returned" });
  });

  it("follows the agent who uses the platform's own buttons", () => {
    const story = tell("consult");
    story.untilConsulting();
    expect(story.shows({ expert: "connected" })).toEqual([]);
    expect(story.state).toBe("conferencing");
    expect(story.shows({ expert: "held" })).toEqual([]);
    expect(story.consult).toMatchObject({ state: "consulting", talkingTo: "customer" });
  });

  it("keeps no names and no attributes of the call", () => {
    const story = tell("consult");
    story.untilConsulting();
    expect(JSON.stringify(story.consult)).not.toMatch(/Lucía|invoice/);
  });
});

describe("a transfer", () => {
  it("rings at once, hands over as soon as a person is proven", () => {
    const story = tell("transfer", { mode: "ring" });
    expect(story.start()).toEqual(["offer 0", "startConsult +493012340"]);
    story.outcome("done");
    story.shows({ customer: "held", expert: "ringing" });
    expect(story.shows({ customer: "held", expert: "connected", human: true })).toContain("completeTransfer");
    expect(story.state).toBe("transferring");
    expect(story.offer(0)).toBe("accepted");
  });

  it("waits for a sign of life where the platform cannot tell, and takes the card or the agent's word", () => {
    const unproven = () => {
      const story = tell("transfer", { mode: "ring" });
      story.start();
      story.outcome("done");
      expect(story.shows({ customer: "held", expert: "connected" })).toEqual([]);
      expect(story.state).toBe("consulting");
      return story;
    };
    expect(() => unproven().moves("hand-over")).toThrow(/Confirm that you heard the expert/);
    expect(unproven().answers(0, "now")).toContain("completeTransfer");
    expect(unproven().moves("hand-over", true)).toContain("completeTransfer");
  });

  it("takes no voicemail for a person, not even after a yes on the card", () => {
    const story = tell("transfer");
    story.start();
    story.answers(0, "now");
    story.outcome("done");
    const effects = story.shows({ customer: "held", expert: "connected", reason: "voicemail" });
    expect(effects).toEqual(["offer 1", "cancelConsult leg-1"]);
    expect(story.consult).toMatchObject({ state: "offering", trouble: "voicemail", expertProven: false });
  });

  it("takes its word back when the machine is found out late", () => {
    const story = tell("consult");
    story.start();
    story.answers(0, "now");
    story.outcome("done");
    story.shows({ customer: "held", expert: "connected" });
    expect(story.consult.expertProven).toBe(true);
    story.shows({ customer: "held", expert: "connected", human: false });
    expect(story.consult).toMatchObject({ state: "offering", expertProven: false });
  });

  it("does not go on by itself once the agent has turned to the customer", () => {
    const story = tell("transfer", { mode: "ring" });
    story.start();
    story.outcome("done");
    story.shows({ customer: "held", expert: "connected" });
    expect(story.moves("talk-to-customer")).toEqual(["switchParty customer"]);
    story.outcome("done");
    story.shows({ expert: "held" });
    expect(story.answers(0, "now")).toEqual([]);
    expect(story.consult).toMatchObject({ state: "consulting", expertProven: true });
  });

  it("comes back when the expert is lost on the way, unless the agent has gone", () => {
    const story = tell("transfer");
    story.untilConsulting();
    story.outcome("accepted");
    expect(story.shows({ customer: "held", expert: "left" })).toEqual([]);
    expect(story.outcome("refused")).toEqual(["lookup", "resume customer"]);
    expect(story.finds({ customer: "held", expert: "left" })).toEqual([]);
    expect(story.consult.result).toBeUndefined();
    story.outcome("done");
    story.finds({ expert: "left" });
    expect(story.consult).toMatchObject({ state: "ended", result: "returned" });

    const late = tell("transfer");
    late.untilConsulting();
    late.outcome("done");
    late.shows({ agent: "left", expert: "left" });
    expect(late.consult).toMatchObject({ state: "ended", result: "transferred", trouble: "expert-left" });
  });

  it("stays where it is when the platform refuses", () => {
    const story = tell("transfer");
    story.untilConsulting();
    story.outcome("refused", "not-permitted");
    expect(story.consult).toMatchObject({ state: "consulting", goal: "private", trouble: "not-permitted" });
    expect(story.finds({ customer: "held", expert: "connected", human: true })).toEqual([]);
    expect(story.moves("hand-over")).toContain("completeTransfer");
  });
});

describe("a conference", () => {
  it("brings all together by itself once a person is proven", () => {
    const story = tell("conference");
    expect(story.untilConsulting()).toContain("mergeConference");
    story.outcome("done");
    story.finds({ expert: "connected", human: true });
    expect(story.state).toBe("conferencing");
  });

  it("outlives the agent", () => {
    const story = tell("conference");
    story.untilConsulting();
    story.outcome("done");
    story.shows({ expert: "connected", human: true });
    story.shows({ agent: "left", expert: "connected", human: true });
    expect(story.consult).toMatchObject({ state: "ended", result: "transferred" });
  });

  it("is over when the agent hung up before anybody could be rung", () => {
    const story = tell("conference", { experts: 1 });
    story.start();
    story.answers(0, "now");
    story.outcome("accepted");
    story.shows({ agent: "left" });
    expect(story.state).toBe("ringing");
    story.passes(5_000);
    expect(story.finds({ agent: "left" })).toEqual(["cancelConsult"]);
    story.outcome("refused");
    story.finds({ agent: "left" });
    expect(story.consult).toMatchObject({ state: "ended", result: "failed", trouble: expect.any(String) });
  });

  it("brings customer and expert together when the agent crashes during the private word", () => {
    const story = tell("consult");
    story.untilConsulting();
    expect(story.shows({ customer: "held", agent: "left", expert: "connected" })).toEqual(["mergeConference"]);
    story.outcome("refused", "no-agent");
    story.finds({ customer: "held", agent: "left", expert: "connected" });
    expect(story.passes(500)).toEqual(["resume customer"]);
    story.outcome("done");
    story.finds({ agent: "left", expert: "connected" });
    expect(story.consult).toMatchObject({ state: "ended", result: "transferred" });
  });
});

describe("cancel", () => {
  const cancelled = { state: "ended", result: "cancelled" };

  it("takes the question back while experts are asked", () => {
    const story = tell("consult", { experts: 3, abreast: 2 });
    story.start();
    expect(story.moves("cancel")).toEqual([]);
    expect(story.consult).toMatchObject(cancelled);
    expect([0, 1, 2].map(story.offer)).toEqual(["withdrawn", "withdrawn", "withdrawn"]);
  });

  it("stops a ringing phone and ends only when the customer is back", () => {
    const story = tell("consult");
    story.start();
    story.answers(0, "now");
    story.outcome("done");
    story.shows({ customer: "held", expert: "ringing" });
    expect(story.moves("cancel")).toContain("cancelConsult leg-1");
    story.outcome("done");
    expect(story.finds({ customer: "held", expert: "left" })).toEqual(["resume customer"]);
    expect(story.state).not.toBe("ended");
    story.outcome("done");
    story.finds({ expert: "left" });
    expect(story.consult).toMatchObject(cancelled);
  });

  it("waits for a dial whose fate is unknown, and never forgets it", () => {
    const story = tell("consult");
    story.start();
    story.answers(0, "now");
    expect(story.moves("cancel")).toEqual([]);
    expect(story.outcome("unknown")).toEqual(["lookup"]);
    expect(story.finds({})).toEqual([]);
    expect(story.passes(5_000)).toEqual(["lookup"]);
    expect(story.finds({ customer: "held", expert: "ringing" })).toEqual(["cancelConsult leg-1"]);
    story.outcome("done");
    story.finds({ expert: "left" });
    expect(story.consult).toMatchObject(cancelled);
  });

  it("keeps trying, both ways, while the customer is on hold", () => {
    const story = tell("consult");
    story.untilConsulting();
    const seen: string[] = story.moves("cancel");
    for (let tries = 0; tries < 6; tries++) {
      story.outcome("refused");
      expect(story.consult.retryAt).toBeDefined();
      story.finds({ customer: "held", expert: "connected", human: true });
      expect(story.consult.wakeAt).toEqual(story.consult.retryAt);
      seen.push(...story.passes(5_000).filter((effect) => effect !== "lookup"));
    }
    expect(seen).toEqual([
      "cancelConsult leg-1",
      ...Array(3).fill(["removeParty leg-1", "cancelConsult leg-1"]).flat(),
    ]);
    expect(story.state).not.toBe("ended");
  });

  it("can be pressed twice, but not after another end", () => {
    const story = tell("consult");
    story.start();
    story.moves("cancel");
    expect(story.moves("cancel")).toEqual([]);
    const other = tell("question");
    other.start();
    other.answers(0, "chat");
    other.happen({ type: "replied" });
    expect(() => other.moves("cancel")).toThrow(conflict("This consult is over. Start a new one."));
  });
});

describe("the customer hangs up", () => {
  it("and a ringing phone is stopped before the end", () => {
    const story = tell("consult");
    story.start();
    story.answers(0, "now");
    story.outcome("done");
    story.shows({ customer: "held", expert: "ringing" });
    expect(story.shows({ customer: "left", expert: "ringing" })).toEqual(["cancelConsult leg-1"]);
    story.outcome("done");
    story.shows({ customer: "left", expert: "left" });
    expect(story.consult).toMatchObject({ state: "ended", result: "customer-left" });
  });

  it("and so did the agent, blindly: the phone is stopped all the same", () => {
    const story = tell("blind-transfer");
    story.start();
    story.answers(0, "now");
    story.outcome("done");
    expect(story.shows({ customer: "left", agent: "left", expert: "ringing" })).toEqual(["cancelConsult leg-1"]);
    story.outcome("done");
    story.finds({ customer: "left", agent: "left", expert: "left" });
    expect(story.consult).toMatchObject({ state: "ended", result: "customer-left" });
  });

  it("and a leg that cannot be stopped is left to the platform after five tries", () => {
    const story = tell("consult");
    story.start();
    story.answers(0, "now");
    story.outcome("done");
    story.shows({ customer: "held", expert: "ringing" });
    story.shows({ customer: "left", expert: "ringing" });
    for (let tries = 0; tries < 5; tries++) {
      expect(story.state).not.toBe("ended");
      story.outcome("refused");
      story.finds({ customer: "left", expert: "ringing" });
      story.passes(5_000);
    }
    expect(story.consult).toMatchObject({ state: "ended", result: "customer-left" });
  });

  it("and agent and expert may finish what they were saying", () => {
    const story = tell("consult");
    story.untilConsulting();
    expect(story.shows({ customer: "left", expert: "connected" })).toEqual([]);
    expect(story.consult).toMatchObject({ state: "ended", result: "customer-left" });
  });

  it("or the platform no longer knows the call", () => {
    const story = tell("consult");
    story.start();
    expect(story.happen({ type: "interaction-gone" })).toEqual([]);
    expect(story.consult).toMatchObject({ state: "ended", result: "customer-left" });
    expect(story.offer(0)).toBe("withdrawn");
  });

  it("while a dial is on its way: one cancel follows, come what may", () => {
    const story = tell("consult");
    story.start();
    story.answers(0, "now");
    story.happen({ type: "interaction-gone" });
    expect(story.outcome("unknown")).toEqual(["lookup"]);
    story.happen({ type: "interaction-gone" });
    expect(story.passes(5_000)).toEqual(["lookup"]);
    expect(story.happen({ type: "interaction-gone" })).toEqual(["cancelConsult"]);
    story.outcome("refused");
    expect(story.consult).toMatchObject({ state: "ended", result: "customer-left" });
  });
});

describe("a move that is not possible", () => {
  it.each([
    ["offering", (story: ReturnType<typeof tell>) => story.start(), "Nobody has said yes so far. Wait or cancel."],
    [
      "ringing",
      (story: ReturnType<typeof tell>) => {
        story.start();
        story.answers(0, "now");
      },
      "The expert has not answered yet. Wait or cancel.",
    ],
    [
      "coming back",
      (story: ReturnType<typeof tell>) => {
        story.untilConsulting();
        story.moves("drop-expert");
      },
      "The customer is coming back to you. Wait a moment.",
    ],
  ])("while %s says what to do instead", (_state, prepare, sentence) => {
    const story = tell("consult");
    prepare(story);
    const before = story.consult;
    expect(() => story.moves("hand-over")).toThrow(conflict(sentence));
    expect(story.consult).toBe(before);
  });
});

describe("kinds without a call", () => {
  it("a question is answered by chat", () => {
    const story = tell("question", { mode: "ring" });
    expect(story.start()).toEqual(["offer 0"]);
    expect(story.answers(0, "chat")).toEqual([]);
    expect(story.state).toBe("consulting");
    expect(() => story.moves("hand-over")).toThrow(/no call with the expert/);
    story.happen({ type: "replied" });
    expect(story.consult).toMatchObject({ state: "ended", result: "answered" });
  });

  it("a meeting ends when the agent drops it", () => {
    const story = tell("meeting");
    story.start();
    story.answers(0, "now");
    expect(story.shows({ agent: "left" })).toEqual([]);
    story.moves("drop-expert");
    expect(story.consult).toMatchObject({ state: "ended", result: "returned" });
  });
});

it("changes nothing that it is given", () => {
  const story = tell("consult");
  const before = story.consult;
  const copy = structuredClone(before);
  const { consult }: { consult: Consult } = step(before, { type: "start" }, new Date(), () => "cmd_1");
  expect(before).toEqual(copy);
  expect(consult).not.toBe(before);
});
