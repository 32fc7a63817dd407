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

  it("is not watched for ever, and cancel only ends the watch", () => {
    const story = blind();
    story.passes(35_999);
    expect(story.state).toBe("ringing");
    expect(story.passes(1)).toEqual([]);
    expect(story.consult).toMatchObject({ state: "ended", result: "transferred" });
    const cancelled = blind();
    expect(cancelled.moves("cancel")).toEqual([]);
    expect(cancelled.consult).toMatchObject({ state: "ended", result: "transferred" });
  });
});
