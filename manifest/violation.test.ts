import { describe, expect, it } from "vitest";
import { sentences as en, type ViolationCode } from "./sentences/en.ts";
import { sayViolation, sentenceOf, spoken } from "./violation.ts";

const languages = ["en", "es", "fr", "sv"];
const codes = Object.keys(en) as ViolationCode[];
const values = ["ONE", "TWO", "THREE"];
const gaps = (text: string) => [...new Set(text.match(/\{\d\}/g) ?? [])].sort();

describe("violations in words", () => {
  it.each(languages)("say in %s what is wrong and what to do, with the same facts as in English", (language) => {
    for (const code of codes) {
      const raw = sayViolation({ where: "x", code }, language);
      for (const part of ["problem", "fix"] as const) {
        expect(raw[part].trim(), `${code} ${part}`).not.toBe("");
        expect(gaps(raw[part]), `${code} ${part}`).toEqual(gaps(en[code][part]));
        expect(raw[part], `${code} ${part}`).not.toMatch(/\.$/);
        if (language !== "en") expect(raw[part], `${code} ${part}`).not.toBe(en[code][part]);
      }
      expect(sentenceOf({ where: "x", code, values }, language)).not.toMatch(/\{\d\}/);
    }
  });

  it("take values as they are, whatever is in them", () => {
    const { problem } = sayViolation({ where: "appId", code: "notGuid", values: ["$& {1} {0}"] }, "sv");
    expect(problem).toBe("”$& {1} {0}” är inget GUID");
  });

  it.each([
    ["sv-SE", "sv"],
    ["fr_FR.UTF-8", "fr"],
    ["ES", "es"],
    ["C.UTF-8", "en"],
    ["", "en"],
    ["__proto__", "en"],
  ])("asked for in “%s” are told in %s", (tag, language) => expect(spoken(tag)).toBe(language));
});
