import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { Ajv } from "ajv";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { acts, type CallbackFacts, callbackCard, standings } from "./card.ts";
import { callbackTexts, sayCallbackIn } from "./texts/index.ts";

const folder =
  process.env.PATCHCORD_CONTRACTS ?? fileURLToPath(new URL("../../../../shared/contracts", import.meta.url));
const bytesMax = 28 * 1_024;
const facts: CallbackFacts = {
  id: "cbk_0123456789abcdefghjkmnpqrs",
  standing: "asked",
  colleague: "Marta Ruiz",
  line: "Lund",
  byText: "15:30",
  askedText: "14:58",
  customer: "Lucía Prat",
  about: "Two invoices",
  phone: "•••33",
  callUrl: "https://example.com/call",
};
const all = Object.keys(callbackTexts).flatMap((language) =>
  standings.map((standing) => ({
    language,
    standing,
    card: callbackCard({ ...facts, standing }, sayCallbackIn(language)),
  })),
);
const buttonsOf = (content: unknown) => [...JSON.stringify(content).matchAll(/"act":"([^"]+)"/g)].map(([, act]) => act);

describe("the card of a call-back", () => {
  it.skipIf(!existsSync(folder))("is an Adaptive Card 1.5 whatever it says (needs the contracts folder)", () => {
    const raw = JSON.parse(readFileSync(join(folder, "adaptive-card-1.5.schema.json"), "utf8"));
    const { id: _, $schema: __, ...schema } = raw;
    const validate = new Ajv({ strict: false, logger: false }).compile(schema);
    for (const { language, standing, card } of all) {
      const { msteams: ___, ...content } = card.content;
      expect(validate(content), `${language} ${standing} ${JSON.stringify(validate.errors)}`).toBe(true);
    }
  });

  it("is read without a warning by the library that shows it, and no gap is left open", () => {
    const library = createRequire(import.meta.url)("adaptivecards/dist/adaptivecards.js");
    for (const { card } of all) {
      const context = new library.SerializationContext();
      const shown = new library.AdaptiveCard();
      shown.parse(card.content, context);
      expect([context.eventCount, shown.validateProperties().validationEvents]).toEqual([0, []]);
      expect(JSON.stringify(card)).not.toMatch(/\{\w+\}|undefined/);
    }
  });

  it("offers only what may be done, and shows nothing of the customer to whom it is not", () => {
    for (const { standing, card } of all) {
      const may =
        standing === "asked" || standing === "again" ? ["take", "pass"] : standing === "mine" ? acts.slice(1) : [];
      expect(new Set(buttonsOf(card.content)), standing).toEqual(new Set(may));
      if (may.length === 0) expect(JSON.stringify(card.content), standing).not.toMatch(/Two invoices|•••33|call\/call/);
    }
  });

  it("fits, and its notification stays short, whatever customers and lines are called", () => {
    const text = fc.string({ maxLength: 1_200, unit: "binary" });
    const any = fc.record({ customer: text, about: text, line: text, phone: fc.string({ maxLength: 20 }) });
    fc.assert(
      fc.property(
        any,
        fc.constantFrom(...standings),
        fc.constantFrom(...Object.keys(callbackTexts)),
        (more, standing, language) => {
          const card = callbackCard({ ...facts, ...more, standing }, sayCallbackIn(language));
          expect(new TextEncoder().encode(JSON.stringify(card.content)).length).toBeLessThan(bytesMax);
          expect(card.text.length).toBeLessThanOrEqual(300);
        },
      ),
    );
  });

  it("tells who and what within the first 80 characters, also with long names", () => {
    for (const language of Object.keys(callbackTexts)) {
      const { text } = callbackCard(
        { ...facts, customer: "Lucía Prat de la Santísima Trinidad" },
        sayCallbackIn(language),
      );
      expect(text.slice(0, 80)).toContain("Lucía Prat de la Santísima Trinidad");
    }
  });
});
