import { eq, inArray } from "drizzle-orm";
import { offerFor } from "../consults/answer.ts";
import { isHelping, stateFor } from "../consults/guests.ts";
import { readSnapshot } from "../consults/interactions.ts";
import { followLater } from "../consults/late-context.ts";
import { interactions } from "../consults/schema.ts";
import { readContext, viewOfPackage } from "../context/package.ts";
import { late } from "../context/slow.ts";
import type { Ctx } from "../ctx.ts";
import { isBridgeError } from "../errors.ts";
import { people } from "../identity/schema.ts";
import type { OfferId, PersonId } from "../ids.ts";
import type { Service } from "../platform/service.ts";
import { cardAccountOf, linksFor } from "./card-account.ts";
import type { OfferFacts } from "./cards.ts";
import { afterFor, quotaFor } from "./facts-of-person.ts";

export type CardFacts = { facts: OfferFacts; locale: string | null; person: PersonId; contextId: string | null };

const nothing = { question: "", fields: {}, links: [] };

/** Everything that an offer's card shows, as it is now. */
export async function factsOfOffer(ctx: Ctx, service: Service, id: OfferId): Promise<CardFacts | undefined> {
  const found = await offerFor(ctx, id);
  if (!found) return undefined;
  const { offer, consult, machine } = found;
  const [interaction] = await ctx.db.select().from(interactions).where(eq(interactions.id, consult.interactionId));
  if (!interaction) return undefined;
  const ids = [offer.personId, consult.agentPersonId, ...(consult.expertPersonId ? [consult.expertPersonId] : [])];
  const known = new Map(
    (await ctx.db.select().from(people).where(inArray(people.id, ids))).map((person) => [person.id, person]),
  );
  const mine = machine.offers.find((one) => one.id === offer.id);
  const isWinner = mine !== undefined && isHelping(machine, mine);
  // Whose phone is rung at once has not said yes before they answer it.
  const hasSaidYes = isWinner && mine.state !== "asked" && mine.state !== "silent";
  const content = consult.contextId
    ? await readContext(ctx, service.keyring, consult.contextId).catch((error) => {
        if (isBridgeError(error) && error.code === "not_found") return nothing;
        throw error;
      })
    : nothing;
  if (content === late) await followLater(ctx, consult.id);
  const snapshot = readSnapshot(interaction.snapshot);
  const me = known.get(offer.personId);
  const taker =
    consult.expertPersonId && !isWinner && !offer.joins ? known.get(consult.expertPersonId)?.name : undefined;
  const customer = snapshot.attributes.customer ?? snapshot.parties.find((party) => party.role === "customer")?.name;
  const { tier, language, intent } = snapshot.attributes;
  const isAsked = machine.state !== "ended" && ["planned", "asked", "silent"].includes(mine?.state ?? offer.state);
  const quota = isAsked ? await quotaFor(ctx, service, offer.personId) : undefined;
  const after = await afterFor(ctx, found);
  const where = await cardAccountOf(ctx, service, offer.personId, offer.accountId);
  const links = await linksFor(ctx, service, where, consult.agentPersonId);
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
  };
}

export const clockTime = (at: Date, locale?: string | null, timeZone?: string | null): string =>
  at.toLocaleTimeString(locale ?? "en", { hour: "2-digit", minute: "2-digit", timeZone: timeZone ?? "UTC" });
