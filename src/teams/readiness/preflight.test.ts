import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { skipCodes } from "../../ladder-texts.ts";
import type { ReachabilityView } from "../../views.ts";
import { type AccountSetUp, preflight } from "./preflight.ts";
import { appStates } from "./schema.ts";
import { preflightTexts, wordIn } from "./texts/index.ts";

const reach = (state: ReachabilityView["state"]): ReachabilityView => ({
  state,
  availability: "available",
  activity: "none",
  reasons: [{ code: "available" }],
  skipped: [],
  presences: [],
});
const good: AccountSetUp = {
  platform: "Teams",
  health: "well",
  phone: "+46700000000",
  needsApp: true,
  canCards: true,
  app: "installed",
  seen: { phoneLicence: true },
  isChecked: true,
};

describe("a preflight", () => {
  it("is green only when nothing is missing; what nobody can see makes nothing worse", () => {
    expect(preflight([good], reach("call")).level).toBe("green");
    expect(preflight([{ ...good, seen: {} }], reach("call")).level).toBe("green");
    expect(preflight([], reach("no"))).toMatchObject({ level: "red", lines: [{ says: "account.none" }, {}] });
  });

  it("is red where all calls go elsewhere, and says what is not visible where the platform does not tell", () => {
    const voicemail = (seen: object) =>
      preflight([{ ...good, seen }], reach("call")).lines.find(({ check }) => check === "voicemail");
    expect(voicemail({ forwardsAll: true })).toMatchObject({ level: "red", fix: "voicemail.forwards.fix" });
    expect(voicemail({ forwardsAll: false })).toMatchObject({ level: "green", says: "voicemail.rings" });
    expect(voicemail({})).toMatchObject({ level: "unknown", says: "voicemail.hidden" });
  });

  it("shows each rung of the ladder: passed over with its fix, then the one that is used", () => {
    const rungs = (more: Partial<ReachabilityView>) =>
      preflight([good], { ...reach("call"), ...more })
        .lines.filter(({ check }) => check === "rung")
        .map(({ level, says, fix }) => [level, says, fix]);
    const skipped = skipCodes.map((reason) => ({ kind: "phone" as const, platform: "Teams", reason }));
    expect(rungs({ rung: { kind: "phone", platform: "Teams" } })).toEqual([["green", "ladder.phone", undefined]]);
    expect(rungs({ skipped: [], rung: { kind: "chat", platform: "Teams" } })).toEqual([
      ["amber", "ladder.chat", "phone.fix"],
    ]);
    const above = rungs({ skipped, rung: { kind: "mobile", platform: "RingCentral" } });
    expect(above.map(([level]) => level)).toEqual([...skipCodes.map(() => "amber"), "green"]);
    const nothing = rungs({ state: "no", skipped });
    expect(nothing.map(([level]) => level)).toEqual(skipCodes.map(() => "red"));
    for (const [, says, fix] of nothing)
      for (const language of ["en", "es", "sv", "fr"]) {
        const word = wordIn(language);
        expect(word(says as never, "Teams")).toMatch(/Teams.*\.$|\.$/);
        expect(word(fix as never, "Teams")).toMatch(/\.$/);
      }
  });

  const accounts = fc.record({
    platform: fc.constant("Teams"),
    health: fc.constantFrom("starting" as const, "well" as const, "degraded" as const, "needs-attention" as const),
    phone: fc.constantFrom(undefined, "+46700000000"),
    needsApp: fc.boolean(),
    canCards: fc.boolean(),
    app: fc.constantFrom(undefined, ...appStates),
    seen: fc.constantFrom(
      {},
      { phoneLicence: true },
      { phoneLicence: false },
      { forwardsAll: true },
      { forwardsAll: false },
    ),
    isChecked: fc.boolean(),
  });
  const states = fc.constantFrom("call" as const, "chat" as const, "later" as const, "no" as const);

  it("is as bad as its worst line, and whatever is not well says how it is mended", () => {
    fc.assert(
      fc.property(fc.array(accounts, { maxLength: 3 }), states, (set, state) => {
        const { level, lines } = preflight(set, reach(state));
        const levels = lines.map((line) => line.level);
        expect(level).toBe(levels.includes("red") ? "red" : levels.includes("amber") ? "amber" : "green");
        for (const line of lines)
          if (line.level === "red" || line.level === "amber") expect(line.fix, line.says).toBeDefined();
      }),
    );
  });

  it("is worded in full in every language", () => {
    for (const [language, texts] of Object.entries(preflightTexts)) {
      for (const [key, text] of Object.entries(texts))
        expect(text, `${language} ${key}`).toMatch(/^\p{Lu}|^\{.*[.!]$/u);
    }
  });
});
