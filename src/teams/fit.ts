import type { Card } from "../platform/contract.ts";
import type { OfferFacts } from "./cards.ts";

/** Below the 28 KB that every client takes. Source: msteams-docs, format-your-bot-messages, and older pages. */
const bytesMax = 27_000;
const urlMax = 2_000;

const bytesOf = (card: Card) => new TextEncoder().encode(JSON.stringify(card)).length;
const cut = (text: string, most: number) => (text.length > most ? `${text.slice(0, most - 1).trimEnd()}…` : text);

/** The same facts with no text longer than `most` characters. Addresses cannot be cut: too long ones are left out. */
function shorten(facts: OfferFacts, most: number): OfferFacts {
  const { context, ...rest } = facts;
  const texts = ["agent", "taker", "customer", "tier", "language", "topic"] as const;
  const short = Object.fromEntries(texts.flatMap((key) => (rest[key] ? [[key, cut(rest[key], most)]] : [])));
  return {
    ...rest,
    ...short,
    context: {
      ...context,
      question: cut(context.question, most),
      fields: context.fields.map((one) => ({ ...one, label: cut(one.label, most), value: cut(one.value, most) })),
      links: context.links.filter(({ url }) => url.length <= urlMax),
    },
  };
}

/** The card with as much text as there is room for. */
export function fitCard(facts: OfferFacts, build: (facts: OfferFacts) => Card): Card {
  for (const most of [2_000, 700, 250]) {
    const card = build(shorten(facts, most));
    if (bytesOf(card) <= bytesMax) return card;
  }
  return build(shorten(facts, 80));
}
