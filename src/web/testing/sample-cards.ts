/** One card for each thing that becomes of an offer, for looking at. */
import { buildPackage, viewOfPackage } from "../../context/package.ts";
import type { OfferFacts } from "../../teams/cards.ts";

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

export const sampleCards: readonly { name: string; facts: OfferFacts }[] = [
  { name: "asked", facts: asked },
  { name: "asked, quota nearly used", facts: { ...asked, quota: { used: 17, perMonth: 20 } } },
  { name: "asked for a meeting", facts: { ...asked, kind: "meeting" } },
  { name: "ringing", facts: { ...won, consult: "ringing" } },
  { name: "in the consult", facts: { ...won, consult: "consulting" } },
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
  { name: "largest", facts: { ...won, consult: "consulting", context: viewOfPackage(largest, true) } },
];
