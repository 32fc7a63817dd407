import { describe, expect, it } from "vitest";
import { activities, availabilities } from "../../platform/contract.ts";
import type { TriedCode } from "../try-policy.ts";
import { languages, textsIn, whySentence } from "./index.ts";

const busy = { availability: "busy", activity: "on-call" } as const;
const codes = Object.keys(textsIn("en").why) as TriedCode[];

describe("why something is shown, in words", () => {
  it.each(
    Object.entries(languages),
  )("%s has a whole sentence for each decision, with nothing left to fill in", (_, texts) => {
    for (const code of codes) {
      const cause = { platform: "Phones", presence: busy };
      const sentence = whySentence(texts, { code, platform: "Office", shown: busy, cause, presence: busy });
      expect(sentence).toMatch(/\.$/);
      expect(sentence).toContain(code === "cause-lost" || code === "cause-unclear" ? "Phones" : "Office");
      expect(sentence).not.toMatch(/[{}?]|undefined/);
    }
    for (const one of availabilities) expect(texts.availability[one]).not.toBe("");
    for (const one of activities) expect(texts.activity[one] === "").toBe(one === "none");
  });

  it("other languages are not English again, and unknown ones are", () => {
    for (const [name, texts] of Object.entries(languages)) {
      if (name === "en") continue;
      for (const code of codes) expect(texts.why[code], `${name} ${code}`).not.toBe(textsIn("en").why[code]);
    }
    expect(textsIn("sv-SE").availability.busy).toBe("upptagen");
    expect(textsIn("tlh")).toBe(languages.en);
  });
});
