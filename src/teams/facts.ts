import { eq } from "drizzle-orm";
import { offerFor } from "../consults/answer.ts";
import { isHelping, stateFor } from "../consults/guests.ts";
import { readSnapshot } from "../consults/interactions.ts";
import { followLater } from "../consults/late-context.ts";
import { interactions } from "../consults/schema.ts";
import { type ContextPackage, readContext, viewOfPackage } from "../context/package.ts";
import { type Late, late } from "../context/slow.ts";
import type { Ctx } from "../ctx.ts";
import { builtOnce, value } from "../db.ts";
import { isBridgeError } from "../errors.ts";
import { people } from "../identity/schema.ts";
import type { OfferId, PersonId } from "../ids.ts";
import type { Service } from "../platform/service.ts";
import { isAmong } from "../sql-texts.ts";
import { cardAccountOf, linksFor, type Where } from "./card-account.ts";
import type { OfferFacts } from "./cards.ts";
import { afterFor, quotaFor } from "./facts-of-person.ts";

type Found = NonNullable<Awaited<ReturnType<typeof offerFor>>>;
export type CardFacts = {
  facts: OfferFacts;
  locale: string | null;
  person: PersonId;
  contextId: string | null;
  /** Where the card is, or would be. */
  where: Where | undefined;
} & Found;

const nothing = { question: "", fields: {}, links: [] };

/** By themselves: where details are slow the transaction begins anew (src/context/slow.ts). */
async function detailsOf(ctx: Ctx, service: Service, { consult }: Found): Promise<ContextPackage | Late> {
  if (!consult.contextId) return nothing;
  return readContext(ctx, service.keyring, consult.contextId).catch((error) => {
    if (isBridgeError(error) && error.code === "not_found") return nothing;
    throw error;
  });
}

const readInteraction = builtOnce((db) =>
  db
    .select()
    .from(interactions)
    .where(eq(interactions.id, value("id"))),
);
const readPeople = builtOnce((db) =>
  db
    .select({ id: people.id, name: people.name, locale: people.locale, timeZone: people.timeZone })
    .from(people)
    .where(isAmong(people.id, "ids")),
);

/** Everything else around an offer that its card shows, read at once. */
async function around(ctx: Ctx, service: Service, found: Found, isAsked: boolean) {
  const { offer, consult } = found;
  const ids = [offer.personId, consult.agentPersonId, ...(consult.expertPersonId ? [consult.expertPersonId] : [])];
  const [[interaction], persons, quota, after, { where, links }] = await Promise.all([
    readInteraction(ctx.db, { id: consult.interactionId }),
    readPeople(ctx.db, { ids: JSON.stringify(ids) }),
    isAsked ? quotaFor(ctx, service, offer.personId) : undefined,
    afterFor(ctx, found),
    placeAndLinks(ctx, service, found),
  ]);
  return { interaction, known: new Map(persons.map((one) => [one.id, one])), quota, after, where, links };
}

async function placeAndLinks(ctx: Ctx, service: Service, { offer, consult }: Found) {
  const where = await cardAccountOf(ctx, service, offer.personId, offer.accountId);
  return { where, links: await linksFor(ctx, service, where, consult.agentPersonId) };
}

/** Everything that an offer's card shows, as it is now. */
export async function factsOfOffer(ctx: Ctx, service: Service, id: OfferId): Promise<CardFacts | undefined> {
  const found = await offerFor(ctx, id);
  if (!found) return undefined;
  const { offer, consult, machine } = found;
  const mine = machine.offers.find((one) => one.id === offer.id);
  const isAsked = machine.state !== "ended" && ["planned", "asked", "silent"].includes(mine?.state ?? offer.state);
  const content = await detailsOf(ctx, service, found);
  const { interaction, known, quota, after, where, links } = await around(ctx, service, found, isAsked);
  if (!interaction) return undefined;
  const isWinner = mine !== undefined && isHelping(machine, mine);
  // Whose phone is rung at once has not said yes before they answer it.
  const hasSaidYes = isWinner && mine.state !== "asked" && mine.state !== "silent";
  if (content === late) await followLater(ctx, consult.id);
  const snapshot = readSnapshot(interaction.snapshot);
  const me = known.get(offer.personId);
  const taker =
    consult.expertPersonId && !isWinner && !offer.joins ? known.get(consult.expertPersonId)?.name : undefined;
  const customer = snapshot.attributes.customer ?? snapshot.parties.find((party) => party.role === "customer")?.name;
  const { tier, language, intent } = snapshot.attributes;
  const facts: OfferFacts = {
    offerId: offer.id,
    offer: mine?.state ?? offer.state,
    consult: mine ? stateFor(machine, mine) : machine.state,
    ...(machine.result ? { result: machine.result } : {}),
    kind: machine.kind,
    talkingTo: machine.talkingTo,
    isWinner,
    agent: known.get(consult.agentPersonId)?.name ?? "",
    ...(taker ? { taker } : {}),
    ...(customer ? { customer } : {}),
    ...(tier ? { tier } : {}),
    ...(language ? { language } : {}),
    channel: interaction.channel,
    ...(intent ? { topic: intent } : {}),
    ...(quota ? { quota } : {}),
    ...(after ? { after } : {}),
    ...(links ? { links } : {}),
    ...(consult.joinUrl ? { joinUrl: consult.joinUrl } : {}),
    waitingMinutes: Math.max(0, Math.floor((consult.requestedAt.getTime() - interaction.startedAt.getTime()) / 60_000)),
    ...(mine?.waitedFor ? { waitedSinceText: clockTime(consult.requestedAt, me?.locale, me?.timeZone) } : {}),
    ...(mine?.againAt ? { againAtText: clockTime(mine.againAt, me?.locale, me?.timeZone) } : {}),
    context: viewOfPackage(content, hasSaidYes),
  };
  return {
    facts,
    locale: me?.locale ?? null,
    person: offer.personId,
    contextId: hasSaidYes && content !== late && content !== nothing ? consult.contextId : null,
    where,
    ...found,
  };
}

export const clockTime = (at: Date, locale?: string | null, timeZone?: string | null): string =>
  at.toLocaleTimeString(locale ?? "en", { hour: "2-digit", minute: "2-digit", timeZone: timeZone ?? "UTC" });
