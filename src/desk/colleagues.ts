/** The colleagues of one agent: those kept at hand, and those asked lately. */
import { and, asc, count, desc, eq, isNotNull, max } from "drizzle-orm";
import { consults, offers } from "../consults/schema.ts";
import type { Ctx } from "../ctx.ts";
import { BridgeError } from "../errors.ts";
import { people } from "../identity/schema.ts";
import type { PersonId } from "../ids.ts";
import { favourites } from "./schema.ts";

const favouritesMax = 50;
const recentMax = 8;

const ofAgent = (ctx: Ctx, agentId: PersonId) =>
  and(eq(favourites.tenantId, ctx.tenantId), eq(favourites.agentId, agentId));

async function mustExist(ctx: Ctx, personId: PersonId): Promise<void> {
  const [person] = await ctx.db
    .select({ id: people.id })
    .from(people)
    .where(and(eq(people.id, personId), eq(people.tenantId, ctx.tenantId)));
  if (!person) throw new BridgeError("not_found", "There is no such person.");
}

export async function favouritesOf(ctx: Ctx, agentId: PersonId): Promise<PersonId[]> {
  const rows = await ctx.db
    .select({ personId: favourites.personId })
    .from(favourites)
    .innerJoin(people, and(eq(people.id, favourites.personId), eq(people.active, true)))
    .where(ofAgent(ctx, agentId))
    .orderBy(asc(people.name));
  return rows.map(({ personId }) => personId);
}

/** Safe to repeat. @throws BridgeError `not_found`, `invalid` when there are too many. */
export async function addFavourite(ctx: Ctx, agentId: PersonId, personId: PersonId): Promise<void> {
  await mustExist(ctx, personId);
  const [kept] = await ctx.db.select({ number: count() }).from(favourites).where(ofAgent(ctx, agentId));
  if ((kept?.number ?? 0) >= favouritesMax)
    throw new BridgeError("invalid", `At most ${favouritesMax} favourites. Take one off the list first.`);
  await ctx.db
    .insert(favourites)
    .values({ tenantId: ctx.tenantId, agentId, personId, createdAt: ctx.now() })
    .onConflictDoNothing();
}

/** Safe to repeat. @throws BridgeError `not_found`. */
export async function removeFavourite(ctx: Ctx, agentId: PersonId, personId: PersonId): Promise<void> {
  await mustExist(ctx, personId);
  await ctx.db.delete(favourites).where(and(ofAgent(ctx, agentId), eq(favourites.personId, personId)));
}

/** Whom this agent has asked, the latest first. */
export async function recentOf(ctx: Ctx, agentId: PersonId): Promise<PersonId[]> {
  const lately = max(offers.askedAt);
  const rows = await ctx.db
    .select({ personId: offers.personId, lately })
    .from(offers)
    .innerJoin(consults, eq(consults.id, offers.consultId))
    .where(and(eq(consults.tenantId, ctx.tenantId), eq(consults.agentPersonId, agentId), isNotNull(offers.askedAt)))
    .groupBy(offers.personId)
    .orderBy(desc(lately))
    .limit(recentMax);
  return rows.map(({ personId }) => personId);
}
