import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { endVariable, legsVariable, resultVariable } from "./names.ts";
import { settings } from "./settings.ts";

const readme = readFileSync(new URL("./README.md", import.meta.url), "utf8");
const sample = (name: string): string => new RegExp(`\`\`\`ini ${name}\n(.*?)\`\`\``, "s").exec(readme)?.[1] ?? "";

describe("the README", () => {
  it("names every setting, with its default", () => {
    for (const [name, schema] of Object.entries(settings.shape)) {
      const row = readme.split("\n").find((line) => line.startsWith("| `") && line.includes(`\`${name}\``));
      expect(row, name).toBeDefined();
      const standard = schema.safeParse(undefined).data;
      if (typeof standard === "string") expect(row, name).toContain(`default \`${standard}\``);
    }
  });

  it("shows a dialplan that hands over as names.ts reads it, and never leaves a customer alone", () => {
    const dialplan = sample("extensions.conf");
    const calls = [...dialplan.matchAll(/Stasis\(([^,]+),([^,]+),(\w+)/g)].map(([, ...found]) => found);
    expect(calls).toEqual([
      ["patchcord", `\${UNIQUEID}`, "customer"],
      ["patchcord", `\${CUSTOMER}`, "agent"],
    ]);
    const afterwards = dialplan.split("Stasis(").slice(1);
    for (const part of afterwards) expect(part.split("\n")[1]).toContain(`"\${STASISSTATUS}" = "FAILED"`);
    expect(dialplan).toContain(resultVariable);
  });

  it("names the variables that are kept in Asterisk", () => {
    expect(readme).toContain(`\`${legsVariable}\``);
    expect(readme).toContain(`\`${endVariable("")}…\``);
    expect(sample("ari.conf")).toContain("channelvars = PATCHCORD_INTERACTION,PATCHCORD_ROLE,PATCHCORD_ACCOUNT");
  });

  it("gives no password of anybody's", () => {
    expect(sample("ari.conf")).toMatch(/^password = CHANGE-ME$/m);
  });
});
