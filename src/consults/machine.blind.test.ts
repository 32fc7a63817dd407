import { describe, expect, it } from "vitest";
import { tell } from "./simulation/telling.ts";

describe("a blind transfer", () => {
  const blind = () => {
    const story = tell("blind-transfer");
    story.start();
    expect(story.answers(0, "now")).toContain("blindTransfer +493012340");
    story.outcome("done");
    expect(story.shows({ agent: "left", expert: "ringing" })).toEqual([]);
    return story;
  };

  it("is watched until the phone is answered", () => {
    const story = blind();
    expect(story.state).toBe("ringing");
    expect(story.passes(18_000)).toEqual([]);
    story.shows({ agent: "left", expert: "connected" });
    expect(story.consult).toMatchObject({ state: "ended", result: "transferred" });
    expect(story.consult.trouble).toBeUndefined();
  });

  it("says that nobody picked up; nobody else is asked, since the agent has gone", () => {
    const story = blind();
    expect(story.shows({ agent: "left", expert: "failed", reason: "no-answer" })).toEqual([]);
    expect(story.consult).toMatchObject({ state: "ended", result: "transferred", trouble: "expert-no-answer" });
    expect([0, 1].map(story.offer)).toEqual(["silent", "withdrawn"]);
  });

  it("is not watched for ever", () => {
    const story = blind();
    story.passes(35_999);
    expect(story.state).toBe("ringing");
    expect(story.passes(1)).toEqual([]);
    expect(story.consult).toMatchObject({ state: "ended", result: "transferred" });
  });

  it.each([
    ["a cancel", (story: ReturnType<typeof blind>) => story.moves("cancel")],
    ["a no on the card", (story: ReturnType<typeof blind>) => story.answers(0, "no")],
  ])("is watched on after %s, so that the phone stops when the customer hangs up", (_what, happens) => {
    const story = blind();
    expect(happens(story)).toEqual([]);
    expect(story.state).toBe("ringing");
    const seen = story.shows({ customer: "left", agent: "left", expert: "ringing" });
    expect(seen).toContain("cancelConsult leg-1");
    story.outcome("done");
    story.finds({ customer: "left", agent: "left", expert: "left" });
    expect(story.consult).toMatchObject({ state: "ended", result: "customer-left" });
  });

  it("that was answered is brought together with pauses in between, after the phone would have stopped too", () => {
    const story = blind();
    expect(story.shows({ customer: "held", agent: "left", expert: "connected" })).toEqual(["mergeConference"]);
    story.passes(35_000);
    for (let tries = 0; tries < 10; tries++) {
      story.outcome("refused");
      story.finds({ customer: "held", agent: "left", expert: "connected" });
      const { wakeAt = new Date(0) } = story.consult;
      story.passes(0);
      expect(story.consult.wakeAt).toEqual(wakeAt);
      expect(story.consult.retryAt).toEqual(wakeAt);
      expect(story.passes(5_000)).toHaveLength(1);
    }
    story.outcome("done");
    story.finds({ customer: "connected", agent: "left", expert: "connected" });
    expect(story.consult).toMatchObject({ state: "ended", result: "transferred" });
  });

  it("is over when a machine picked up", () => {
    const story = blind();
    story.shows({ agent: "left", expert: "connected", human: false });
    expect(story.consult).toMatchObject({ state: "ended", result: "transferred", trouble: "voicemail" });
  });
});
