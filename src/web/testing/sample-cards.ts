/** One card for each thing that becomes of an offer, for looking at. */
import { buildPackage, viewOfPackage } from "../../context/package.ts";
import type { Card } from "../../platform/contract.ts";
import { type CallbackFacts, callbackCard, standings } from "../../teams/callbacks/card.ts";
import { sayCallbackIn } from "../../teams/callbacks/texts/index.ts";
import { type OfferFacts, offerCard } from "../../teams/cards.ts";
import { sayIn } from "../../teams/texts/index.ts";

const packaged = buildPackage(
  "Is the March invoice a duplicate? The customer got two letters with different order numbers.",
  {
    customer: "Lucía Prat",
    queue: "Billing ES",
    phone: "+34600111222",
    account: "ES-4417",
    tried: "Compared both PDFs, amounts are equal",
  },
  { links: [{ title: "Case 20417", url: "https://crm.example.com/cases/20417" }] },
);
const asked: OfferFacts = {
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
  topic: "Duplicate invoice",
  waitingMinutes: 2,
  context: viewOfPackage(packaged, false),
  links: {
    page: "https://teams.microsoft.com/l/entity/x/expert",
    call: "https://teams.microsoft.com/l/call/0/0?users=ana%40example.com",
    chat: "https://teams.microsoft.com/l/chat/0/0?users=ana%40example.com",
  },
};
const won: OfferFacts = { ...asked, offer: "accepted", isWinner: true, context: viewOfPackage(packaged, true) };
const over: OfferFacts = { ...won, consult: "ended" };
const lost: OfferFacts = { ...asked, consult: "ended", result: "returned" };
const long = "An answer needs care when so much has to be said about it. ".repeat(30);
const largest = buildPackage(
  long,
  Object.fromEntries(Array.from({ length: 40 }, (_, index) => [`detail_${index}`, long.slice(0, 400)])),
);

const largestOffer: OfferFacts = { ...won, consult: "consulting", context: viewOfPackage(largest, true) };
const offers: readonly { name: string; facts: OfferFacts }[] = [
  { name: "asked", facts: asked },
  { name: "asked, waited for", facts: { ...asked, waitedSinceText: "09:40" } },
  { name: "asked, quota nearly used", facts: { ...asked, quota: { used: 17, perMonth: 20 } } },
  { name: "asked for a meeting", facts: { ...asked, kind: "meeting" } },
  { name: "rung at once", facts: { ...asked, isWinner: true, consult: "ringing" } },
  { name: "yes, connecting", facts: { ...won, consult: "offering" } },
  { name: "ringing", facts: { ...won, consult: "ringing" } },
  { name: "in the consult", facts: { ...won, consult: "consulting" } },
  { name: "waiting while they talk", facts: { ...won, consult: "consulting", talkingTo: "customer" } },
  { name: "being handed over", facts: { ...won, consult: "transferring" } },
  { name: "in the conference", facts: { ...won, consult: "conferencing" } },
  {
    name: "meeting open",
    facts: { ...won, kind: "meeting", consult: "consulting", joinUrl: "https://meet.example.com/7" },
  },
  { name: "question", facts: { ...asked, kind: "question" } },
  { name: "question answered", facts: { ...over, kind: "question", result: "answered" } },
  { name: "later", facts: { ...asked, offer: "later", againAtText: "14:05" } },
  { name: "by chat", facts: { ...asked, offer: "chat" } },
  { name: "not me", facts: { ...asked, offer: "declined" } },
  { name: "silent", facts: { ...asked, offer: "silent" } },
  { name: "taken", facts: { ...lost, offer: "taken", taker: "Marta Ruiz" } },
  { name: "withdrawn", facts: { ...asked, offer: "withdrawn", consult: "ended", result: "cancelled" } },
  { name: "customer left", facts: { ...lost, offer: "withdrawn", result: "customer-left" } },
  { name: "after", facts: { ...over, result: "transferred", after: { isNoted: false, skill: "late-fees" } } },
  { name: "after, noted", facts: { ...over, result: "returned", after: { isNoted: true } } },
  { name: "failed", facts: { ...over, result: "failed" } },
];

const call: CallbackFacts = {
  id: "cbk_0123456789abcdefghjkmnpqrs",
  standing: "asked",
  line: "Lund",
  byText: "15:30",
  askedText: "14:58",
  customer: "Lucía Prat",
  about: "Two invoices for March, with different order numbers.",
  phone: "•••33",
};
const longest = {
  about: long.slice(0, 1_000),
  customer: "Lucía Prat de la Santísima Trinidad y Compañía ".repeat(2),
  line: "Lund och Malmö kundtjänst ".repeat(4),
};
const callbacks: readonly { name: string; facts: CallbackFacts }[] = [
  ...standings.map((standing) => ({
    name: `call back: ${standing}`,
    facts: { ...call, standing, colleague: "Marta Ruiz" },
  })),
  {
    name: "call back: mine, with a link",
    facts: {
      ...call,
      standing: "mine",
      phone: "+46701112233",
      callUrl: "https://teams.microsoft.com/l/call/0/0?users=4%3A%2B46701112233",
    },
  },
  { name: "call back: largest", facts: { ...call, ...longest, standing: "mine", phone: "+46701112233" } },
];

/** In one language: offers, whatever became of them, and call-backs. */
export const sampleCards = (language: string): { name: string; card: Card }[] => [
  ...offers.map(({ name, facts }) => ({ name, card: offerCard(facts, sayIn(language)) })),
  ...callbacks.map(({ name, facts }) => ({ name, card: callbackCard(facts, sayCallbackIn(language)) })),
  { name: "largest", card: offerCard(largestOffer, sayIn(language)) },
];
