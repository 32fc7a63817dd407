import { describe, expect, it } from "vitest";
import type { Line } from "./lines.ts";
import { stepsByRules, stepsOfLine } from "./plan-steps.ts";
import { requestSchema } from "./request.ts";
import { presetNames, type Rule, ruleFor, unreachedRules } from "./rules.ts";

const request = (input: object = {}) => requestSchema.parse(input);
const rule = (name: string, when: Rule["when"]): Rule => ({ name, when, to: [{ queue: {} }] });

describe("rules", () => {
  const rules = [
    rule("billing", { intents: ["invoice-*"], tiers: ["Gold"] }),
    rule("swedish", { languages: ["sv"], channels: ["voice"] }),
    rule("rest", {}),
  ];
  it.each([
    [{ intent: "Invoice-copy", tier: "gold" }, "billing"],
    [{ intent: "invoice-copy" }, "rest"],
    [{ intent: "reinvoice-", tier: "gold" }, "rest"],
    [{ language: "sv" }, "swedish"],
    [{ language: "sv", channel: "chat" }, "rest"],
    [{}, "rest"],
  ])("%j is decided by %s", (input, name) => expect(ruleFor(rules, request(input))?.name).toBe(name));

  it("that can never be reached are named", () => {
    expect(unreachedRules(rules)).toEqual([]);
    expect(unreachedRules([rule("all", {}), rule("late", { tiers: ["gold"] })])).toEqual(["late"]);
    for (const preset of presetNames) expect(unreachedRules(preset)).toEqual([]);
  });

  it("that do not fit leave the customer where the flow would have sent them", () => {
    const only = [rule("billing", { intents: ["invoice"] })];
    expect(stepsByRules(only, request({ queue: "main" }))).toMatchObject({ steps: [{ queue: {} }] });
    expect(stepsByRules(only, request({ intent: "other" }))).toMatchObject({ steps: [] });
  });
});

describe("a direct line", () => {
  const weekdays = { timeZone: "Europe/Stockholm", hours: [{ days: [1, 2, 3, 4, 5], from: "09:00", to: "17:00" }] };
  const line = (number: string, more: Partial<Line> = {}): Line => ({
    id: "lin_1",
    number,
    name: number,
    members: [`per_${number}`],
    hours: weekdays,
    ...more,
  });
  const lund = line("+4646", { cover: ["+4640", "+4611"], queue: "shops", site: "Lund" });
  const malmo = line("+4640", { site: "Malmö" });
  const always = line("+4611", { hours: undefined });
  const at = (iso: string, holidays: (site: string | undefined) => string[] = () => []) =>
    stepsOfLine(lund, [always, malmo], holidays, new Date(iso));
  const asked = ({ steps }: { steps: object[] }) =>
    steps.map((step) => (step as { experts?: { personIds: string[] } }).experts?.personIds[0] ?? Object.keys(step)[0]);

  it("asks its own, then those who stand in, in their order, then the queue; a call-back is always there", () => {
    expect(asked(at("2026-03-02T10:00:00Z"))).toEqual(["per_+4646", "per_+4640", "per_+4611", "queue", "callback"]);
  });

  it("out of hours asks only those who are open, and says when it opens", () => {
    const night = at("2026-03-02T20:00:00Z");
    expect(asked(night)).toEqual(["per_+4611", "callback"]);
    expect(night).toMatchObject({ isOpen: false, opensAt: new Date("2026-03-03T08:00:00Z") });
    expect(night.passed).toMatchObject([
      { code: "closed", line: "+4646" },
      { code: "closed", line: "+4640" },
    ]);
  });

  it("keeps the holidays of its own branch only", () => {
    const holiday = at("2026-03-02T10:00:00Z", (site) => (site === "Lund" ? ["2026-03-02"] : []));
    expect(asked(holiday)).toEqual(["per_+4640", "per_+4611", "callback"]);
  });
});
