import { describe, expect, it } from "vitest";
import { BridgeError } from "../errors.ts";
import { readPlan } from "./plan.ts";

const mistakes = (text: string, secrets: Record<string, string> = {}): string[] => {
  try {
    readPlan(text, secrets);
    return [];
  } catch (error) {
    if (!(error instanceof BridgeError) || error.code !== "invalid") throw error;
    return error.message.split("\n");
  }
};

describe("the declarative file", () => {
  it("takes secrets from the environment, as a whole value only", () => {
    const plan = readPlan(
      `tenant: { slug: t, name: "costs $FIVE" }
connections:
  - { name: c, adapter: webhook, settings: { secret: $SECRET, list: ["\${SECRET}"], text: "x $SECRET" } }
apiKeys:
  - { name: k, key: $KEY, scopes: [desk:mint] }`,
      { SECRET: "s3cret", KEY: `pck_${"k".repeat(32)}`, FIVE: "5" },
    );
    expect(plan.tenant.name).toBe("costs $FIVE");
    expect(plan.connections[0]?.settings).toEqual({ secret: "s3cret", list: ["s3cret"], text: "x $SECRET" });
    expect(plan.apiKeys[0]?.key).toBe(`pck_${"k".repeat(32)}`);
  });

  it("with mistakes lists every one, where it is, and no secret", () => {
    const found = mistakes(
      `tenant: { slug: "Not A Slug", name: T, colour: red, settings: { contextHours: 1000, locale: not_a_locale! } }
connections:
  - { name: "", adapter: webhook, settings: { secret: $MISSING } }
apiKeys:
  - { name: k, key: $SHORT, scopes: [everything] }
  - { name: l, key: $ALSO_MISSING, scopes: [desk:mint] }
people:
  - { email: nobody, timeZone: Nowhere/Land }
experts:
  - { email: a@example.com, skills: { plumbing: 9 }, roster: { timeZone: Mars, hours: [{ days: [8], from: "25:00", to: "24:30" }] } }`,
      { SHORT: "not-a-key-but-secret" },
    );
    const places = found.map((line) => line.split(": ")[0]);
    expect(places.sort()).toEqual([
      "apiKeys.0.key",
      "apiKeys.0.scopes.0",
      "apiKeys.1.key",
      "connections.0.name",
      "connections.0.settings.secret",
      "experts.0.roster.hours.0.days.0",
      "experts.0.roster.hours.0.from",
      "experts.0.roster.hours.0.to",
      "experts.0.roster.timeZone",
      "experts.0.skills.plumbing",
      "people.0.email",
      "people.0.timeZone",
      "tenant",
      "tenant.settings.contextHours",
      "tenant.settings.locale",
      "tenant.slug",
    ]);
    expect(found.join()).toContain("connections.0.settings.secret: asks for MISSING, which is not set");
    expect(found.join()).toContain("apiKeys.1.key: asks for ALSO_MISSING");
    expect(found.join()).not.toContain("not-a-key-but-secret");
  });

  it.each(["", "a: [", "- x", "7", "{}"])("%j is told to be no plan", (text) => {
    expect(mistakes(text).length).toBeGreaterThan(0);
  });
});
