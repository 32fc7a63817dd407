import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { Ajv } from "ajv";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { kinds, offerStates, results, states } from "../consults/model.ts";
import { buildPackage, viewOfPackage } from "../context/package.ts";
import { type OfferFacts, offerCard, stateOf } from "./cards.ts";
import { plain } from "./plain.ts";
import { languages, sayIn } from "./texts/index.ts";

const folder = process.env.PATCHCORD_CONTRACTS ?? fileURLToPath(new URL("../../../shared/contracts", import.meta.url));

const attributes = {
  customer: "Lucía Prat",
  tier: "Gold",
  intent: "Duplicate invoice?",
  phone: "+34600111222",
  tried: "Sent it again",
};
const links = [{ title: "Order", url: "https://crm.example.com/orders/7" }];
const packaged = buildPackage("Is the March invoice a duplicate?", attributes, { links });

const asking: OfferFacts = {
  offerId: "off_0123456789abcdefghjkmnpqrs",
  offer: "asked",
  consult: "offering",
  kind: "consult",
  talkingTo: "expert",
  isWinner: false,
  agent: "Ana Berg",
  customer: "Lucía Prat",
  tier: "Gold",
  language: "es",
  channel: "voice",
  topic: "Duplicate invoice?",
  waitingMinutes: 2,
  context: viewOfPackage(packaged, false),
};

/** Every history that an offer can have, and some that it cannot. */
const histories: OfferFacts[] = kinds.flatMap((kind) =>
  [
    ...states.filter((state) => state !== "ended").map((consult) => ({ consult })),
    ...results.map((result) => ({ consult: "ended" as const, result })),
  ].flatMap((how) =>
    offerStates.flatMap((offer) =>
      [false, true].flatMap((isWinner) =>
        (["expert", "customer"] as const).map((talkingTo) => ({
          ...asking,
          ...how,
          kind,
          offer,
          isWinner,
          talkingTo,
          ...(isWinner ? {} : { taker: "Marta Ruiz" }),
          ...(offer === "later" ? { againAtText: "09:05" } : {}),
          ...(how.consult === "ended" && isWinner && kind !== "question"
            ? { after: talkingTo === "expert" ? { isNoted: false, skill: "e_invoicing" } : { isNoted: true } }
            : {}),
          ...(how.consult === "offering" && talkingTo === "customer" ? { quota: { used: 17, perMonth: 20 } } : {}),
          links: {
            page: "https://teams.microsoft.com/l/entity/x/expert",
            call: "https://teams.microsoft.com/l/call/0/0?users=ana%40example.com",
            chat: "https://teams.microsoft.com/l/chat/0/0?users=ana%40example.com",
          },
          ...(kind === "meeting" && how.consult !== "requested" ? { joinUrl: "https://meet.example.com/7" } : {}),
          context: viewOfPackage(packaged, isWinner),
        })),
      ),
    ),
  ),
);

/** One history for each card that looks different. */
const distinct = [
  ...new Map(histories.map((facts) => [JSON.stringify(offerCard(facts, sayIn("en")).content), facts])).values(),
];
const inAll = Object.keys(languages).flatMap((language) =>
  distinct.map((facts) => ({
    name: `${language} ${stateOf(facts) ?? "asking"} ${facts.kind}`,
    card: offerCard(facts, sayIn(language)),
  })),
);

describe("every card in every language", () => {
  it("there are many, and every sentence is among them", () => {
    expect(distinct.length).toBeGreaterThan(40);
    const sentences = new Set(distinct.map(stateOf));
    const known = Object.keys(languages.en ?? {}).filter((key) => key.startsWith("state."));
    expect([...sentences].filter(Boolean).sort()).toEqual(known.sort());
  });

  it.skipIf(!existsSync(folder))("is an Adaptive Card 1.5 (needs the contracts folder)", () => {
    const raw = JSON.parse(readFileSync(join(folder, "adaptive-card-1.5.schema.json"), "utf8"));
    const { id: _, $schema: __, ...schema } = raw;
    const validate = new Ajv({ strict: false, logger: false }).compile(schema);
    /** What Teams adds to the format. Source: msteams-docs, full width cards. */
    const withoutOurs = ({ msteams: _, ...content }: Record<string, unknown>) => content;
    for (const { name, card } of inAll)
      expect(
        validate(withoutOurs(card.content as Record<string, unknown>)),
        `${name} ${JSON.stringify(validate.errors)}`,
      ).toBe(true);
    expect(validate({ type: "AdaptiveCard", version: "1.5", body: [{ type: "TextBlok" }] })).toBe(false);
  });

  it("is read without a warning by the library that shows it", () => {
    const library = createRequire(import.meta.url)("adaptivecards/dist/adaptivecards.js");
    const warnings = (content: unknown): string[] => {
      const context = new library.SerializationContext();
      const card = new library.AdaptiveCard();
      card.parse(content, context);
      const { validationEvents } = card.validateProperties();
      return [
        ...Array.from({ length: context.eventCount }, (_, index) => context.getEventAt(index).message),
        ...validationEvents.map((event: { message: string }) => event.message),
      ];
    };
    for (const { name, card } of inAll) expect(warnings(card.content), name).toEqual([]);
    expect(warnings({ type: "AdaptiveCard", version: "1.5", body: [{ type: "TextBlok" }] })).not.toEqual([]);
  });

  it("leaves no gap unfilled and says something", () => {
    for (const { name, card } of inAll) {
      expect(JSON.stringify(card), name).not.toMatch(/\{\w+\}|undefined|\[object|null/);
      expect(card.text.length, name).toBeGreaterThan(10);
    }
  });

  it("asks only while there is something to answer", () => {
    for (const facts of histories.filter(({ consult, after }) => consult === "ended" && after?.isNoted !== false))
      expect(JSON.stringify(offerCard(facts, sayIn("en")).content)).not.toMatch(/Action\.(Execute|Submit)|Input\./);
  });
});

describe("when it is over", () => {
  const over: OfferFacts = { ...asking, consult: "ended", result: "returned", offer: "accepted", isWinner: true };
  const cardOf = (facts: OfferFacts) => JSON.stringify(offerCard(facts, sayIn("en")).content);

  it("asks who has helped how it went, offers the topic as a skill, and thanks once that is said", () => {
    const form = cardOf({ ...over, after: { isNoted: false, skill: "e_invoicing" } });
    for (const word of ["How did it go?", "A note for Ana Berg", "Ask me about e\\\\_invoicing again"])
      expect(form).toContain(word);
    expect(cardOf({ ...over, after: { isNoted: false } })).not.toContain("addSkill");
    expect(cardOf({ ...over, after: { isNoted: true } })).toContain("Thank you, that is noted.");
  });
});

describe("what little is left of the month's number", () => {
  it("is told while it asks, and no longer", () => {
    const quota = { used: 17, perMonth: 20 };
    const cardOf = (facts: OfferFacts) => JSON.stringify(offerCard(facts, sayIn("en")).content);
    expect(cardOf({ ...asking, quota })).toContain("number 18 of 20");
    expect(cardOf({ ...asking, quota, consult: "ended", result: "cancelled" })).not.toContain("18 of 20");
  });
});

describe("what may be seen", () => {
  const cardOf = (facts: OfferFacts) => JSON.stringify(offerCard(facts, sayIn("en")));

  it("sensitive details show only to who has said yes", () => {
    for (const facts of histories.filter(({ isWinner }) => !isWinner)) expect(cardOf(facts)).not.toContain("600111222");
    expect(cardOf({ ...asking, consult: "ringing", isWinner: true, context: viewOfPackage(packaged, true) })).toContain(
      "600111222",
    );
  });

  it("links open only for who has said yes, and only on the web", () => {
    const bad = ["javascript:alert(1)", "data:text/html,x", "file:///etc/passwd", "msteams://x", " https://x"];
    const given = [...bad, "https://ok.example.com"].map((url) => ({ title: "x", url }));
    const context = viewOfPackage(buildPackage("?", {}, { links: given }), true);
    expect(cardOf({ ...asking, context })).not.toContain("ok.example.com");
    const shown = cardOf({ ...asking, consult: "consulting", isWinner: true, context });
    expect(shown).toContain("https://ok.example.com");
    for (const url of bad) expect(shown).not.toContain(JSON.stringify(url).slice(1, -1));
  });
});

describe("texts of customers", () => {
  const markup = fc.string({
    unit: fc.constantFrom(
      "*",
      "_",
      "~",
      "`",
      "[",
      "]",
      "(",
      ")",
      "#",
      ">",
      "|",
      "\\",
      "-",
      "+",
      "=",
      "1",
      ".",
      " ",
      "\n",
      "{",
      "}",
      "$",
      "a",
      "é",
    ),
    maxLength: 40,
  });

  it("are shown as they were written", () => {
    fc.assert(
      fc.property(markup, (text) => {
        const shown = plain(text).replace(/\\([!-/:-@[-`{-~])/g, "$1");
        expect(shown.replaceAll("{ ", "{")).toBe(text.replaceAll("{ ", "{"));
      }),
      { numRuns: 2_000 },
    );
  });

  it("hold no mark-up that a client could read", () => {
    fc.assert(
      fc.property(markup, (text) => {
        const withoutEscapes = plain(text).replace(/\\[!-/:-@[-`{-~]/g, "E");
        expect(withoutEscapes).not.toMatch(/[*_~`[\]#>|]/);
        expect(withoutEscapes).not.toMatch(/^[ \t]*[-+](\s|$)/m);
        expect(withoutEscapes).not.toMatch(/^[ \t]*\d{1,9}[.)](\s|$)/m);
        expect(withoutEscapes).not.toMatch(/^[ \t]*[-=]+[ \t]*$/m);
        expect(withoutEscapes).not.toContain("{{");
      }),
      { numRuns: 2_000 },
    );
  });

  it("are never taken for gaps or functions of ours", () => {
    const sly = "{agent} {{DATE(2017-02-14T06:08:39Z)}} {{{x}}} [pay](https://evil.test)";
    const facts = {
      ...asking,
      customer: sly,
      topic: sly,
      tier: sly,
      context: viewOfPackage(buildPackage(sly, { note: sly }), true),
    };
    for (const one of [facts, { ...facts, isWinner: true, consult: "consulting" as const }]) {
      const { content } = offerCard(one, sayIn("en"));
      const { fallbackText: _, ...read } = content as Record<string, unknown>;
      const shown = JSON.stringify(read);
      expect(shown).toContain("{agent}");
      expect(shown).not.toContain("{{");
      expect(shown).not.toMatch(/(?<!\\)\]\(https/);
    }
  });
});

describe("the largest context", () => {
  const cost = (value: unknown) => new TextEncoder().encode(JSON.stringify(value)).length;

  it.each(["x", "é", "€", "😀", "*", "\\", "\u0001", '"', "\n", "{"])("made of %j fits below 28 KB", (char) => {
    const long = char.repeat(2_000 / char.length);
    const fields = Object.fromEntries(Array.from({ length: 40 }, (_, index) => [`${index}${long}`, long]));
    const many = Array.from({ length: 10 }, () => ({ title: long, url: `https://example.com/${"x".repeat(5_000)}` }));
    const names = { agent: long, taker: long, customer: long, tier: long, language: long, topic: long };
    for (const isWinner of [false, true]) {
      for (const consult of ["offering", "consulting"] as const) {
        const context = viewOfPackage(buildPackage(long, fields, { fields, links: [...links, ...many] }), true);
        const card = offerCard({ ...asking, ...names, consult, isWinner, context }, sayIn("fr"));
        expect(cost(card)).toBeLessThan(28 * 1024);
        expect(JSON.stringify(card.content)).toContain("answer");
      }
    }
  });

  it("is cut no more than needed", () => {
    const long = "a long story. ".repeat(100);
    const card = offerCard({ ...asking, context: viewOfPackage(buildPackage(long, {}), false) }, sayIn("en"));
    expect(JSON.stringify(card.content)).toContain(long.trim());
  });
});
