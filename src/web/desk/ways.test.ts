import { describe, expect, test } from "vitest";
import { hit, interaction, party } from "./samples.ts";
import { waysToAsk, waysToAskPerson } from "./ways.ts";

describe("ways to ask", () => {
  test("begin with a private talk", () => expect(waysToAsk(interaction()).main).toBe("consult"));

  test("are in writing where the platform has no calls", () => {
    const can = [
      { kind: "consult" as const, possible: false, reason: "not-a-call" },
      { kind: "question" as const, possible: true },
    ];
    expect(waysToAsk(interaction({ channel: "chat", can })).main).toBe("question");
  });

  test.each([
    ["nobody is there", undefined],
    ["the call is over", interaction({ state: "ended" })],
    ["the agent has handed over", interaction({ parties: [party("customer"), party("expert")] })],
  ])("are none when %s", (_when, call) => expect(waysToAsk(call)).toEqual({ main: undefined, all: [] }));

  test("leave out the phone for whoever has none, and say so", () => {
    const ways = waysToAskPerson(interaction(), hit("a", "chat"));
    expect(ways.main).toBe("question");
    expect(ways.all.find(({ kind }) => kind === "consult")).toEqual({
      kind: "consult",
      possible: false,
      reason: "chat-only",
    });
  });
});
