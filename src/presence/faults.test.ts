import { describe, expect, it } from "vitest";
import { faultOf } from "./faults.ts";
import { layer, layered } from "./policy.ts";
import { effectOf, presets, type Rule } from "./rules.ts";

const adapters = [
  { id: "desk", side: "contact-center" as const },
  { id: "office", side: "uc" as const },
  { id: "phones", side: "uc" as const },
];
const rule = (
  platform: string,
  availability: Rule["availability"],
  activity: Rule["activity"],
  effect: Rule["effect"],
): Rule => ({ platform, availability, activity, effect });
const hold = (availability: "busy" | "do-not-disturb" | "away", more = {}): Rule["effect"] => ({
  do: "hold",
  show: { availability, activity: "none" },
  ...more,
});

describe("faults in a policy", () => {
  it.each(Object.entries(presets))("the preset %s has none", (_name, rules) => {
    expect(faultOf(rules, adapters)).toBeUndefined();
  });

  it.each<[string, string, Rule[]]>([
    ["contradiction", "Two rules", [rule("uc", "busy", "*", hold("busy")), rule("uc", "busy", "*", { do: "ignore" })]],
    ["unknown-platform", '"fax"', [rule("fax", "*", "*", { do: "ignore" })]],
    ["unknown-platform", '"fax"', [rule("desk", "busy", "*", hold("busy", { on: ["fax"] }))]],
    ["wrong-side", "same side", [rule("office", "busy", "*", hold("busy", { on: ["phones"] }))]],
    [
      "wrong-side",
      "own states",
      [rule("desk", "busy", "*", { do: "set-state", show: { availability: "away", activity: "break" } })],
    ],
    [
      "mutual",
      "because desk is free",
      [rule("desk", "*", "*", hold("busy")), rule("uc", "available", "*", hold("busy"))],
    ],
    [
      "loop",
      "chase one another",
      [
        rule("desk", "busy", "*", hold("away")),
        rule("uc", "away", "*", hold("do-not-disturb")),
        rule("desk", "do-not-disturb", "*", hold("busy")),
        rule("uc", "busy", "*", hold("busy")),
      ],
    ],
  ])("%s: %s", (code, sentence, rules) => {
    expect(faultOf(rules, adapters)).toMatchObject({ code, sentence: expect.stringContaining(sentence) });
  });

  it("two sides that show the same to each other are no loop", () => {
    expect(
      faultOf([rule("desk", "busy", "*", hold("busy")), rule("uc", "busy", "*", hold("busy"))], adapters),
    ).toBeUndefined();
  });
});

describe("which rule counts", () => {
  const office = { platform: "office", side: "uc" as const };
  const inCall = { availability: "busy", activity: "on-call" } as const;
  const named = [
    rule("*", "*", "*", hold("away")),
    rule("uc", "busy", "on-call", hold("busy")),
    rule("office", "*", "*", { do: "ignore" }),
  ];

  it("the platform by name, then its side; the activity before the availability", () => {
    expect(effectOf([named], office, inCall)).toEqual({ do: "ignore" });
    expect(effectOf([named.slice(0, 2)], office, inCall)).toEqual(hold("busy"));
    const both = [rule("uc", "busy", "*", hold("busy")), rule("uc", "*", "on-call", { do: "do-not-route" })];
    expect(effectOf([both], office, inCall)).toEqual({ do: "do-not-route" });
  });

  it("the most personal layer that says anything", () => {
    const policy = layered({
      tenant: "in-call-both-ways",
      team: [rule("uc", "*", "on-call", { do: "ignore" })],
      person: "read-only",
    });
    expect(effectOf(policy, office, inCall)).toEqual({ do: "do-not-route" });
    expect(effectOf(policy.slice(1), office, inCall)).toEqual({ do: "ignore" });
  });

  it("nothing follows from a word that nobody knows, not even for a rule about everything", () => {
    expect(effectOf([named], office, { availability: "unknown", activity: "none" })).toBeUndefined();
  });

  it("showing somebody as available is no effect", () => {
    const wrong = [
      {
        platform: "*",
        availability: "*",
        activity: "*",
        effect: { do: "hold", show: { availability: "available", activity: "none" } },
      },
    ];
    expect(layer.safeParse(wrong).success).toBe(false);
  });
});
