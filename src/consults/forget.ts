/** Details of customers do not outlive their purpose: expiry, and erasure on request. */
import { and, arrayOverlaps, asc, eq, inArray, isNotNull, isNull, lte, or, sql } from "drizzle-orm";
import { eraseAnswers } from "../answers/erase.ts";
import { recordAudit } from "../audit.ts";
import { keptMs } from "../context/expire.ts";
import { knownHashes, normalizeIdentity } from "../context/identity.ts";
import { contexts } from "../context/schema.ts";
import { storing, waitBriefly } from "../context/slow.ts";
import type { Ctx } from "../ctx.ts";
import { BridgeError } from "../errors.ts";
import { eraseKeptAnswers } from "../idempotency.ts";
import { type ConsultId, type InteractionId, newId } from "../ids.ts";
import { announce, enqueue } from "../jobs/queue.ts";
import type { Handler } from "../jobs/run.ts";
import type { Service } from "../platform/service.ts";
import { withoutPersonalData } from "./derive.ts";
import { readSnapshot } from "./interactions.ts";
import { consults, interactions, offers, replies } from "./schema.ts";

export type Forgotten = { interactions: number; contexts: number; replies: number; cards: number };
export type Erased = Forgotten & { savedAnswers: number };

/**
 * Forgets what was said and known in these interactions: contexts, answers, names and attributes; cards that were shown
 * are emptied. Who helped whom and when stays, for the figures. Safe to repeat.
 */
async function forget(ctx: Ctx, ids: InteractionId[]): Promise<Forgotten> {
  if (ids.length === 0) return { interactions: 0, contexts: 0, replies: 0, cards: 0 };
  const rows = await ctx.db
    .select({ id: interactions.id, snapshot: interactions.snapshot })
    .from(interactions)
    .where(and(inArray(interactions.id, ids), eq(interactions.tenantId, ctx.tenantId)))
    .orderBy(asc(interactions.id))
    .for("update");
  for (const { id, snapshot } of rows)
    await ctx.db
      .update(interactions)
      .set({ snapshot: withoutPersonalData(readSnapshot(snapshot)), forgottenAt: ctx.now() })
      .where(and(eq(interactions.id, id), eq(interactions.tenantId, ctx.tenantId)));
  await waitBriefly(ctx);
  const gone = await ctx.db
    .delete(contexts)
    .where(and(inArray(contexts.interactionId, ids), eq(contexts.tenantId, ctx.tenantId)))
    .returning({ id: contexts.id });
  const about = ctx.db.select({ id: consults.id }).from(consults).where(inArray(consults.interactionId, ids));
  const unsaid = await ctx.db
    .delete(replies)
    .where(and(inArray(replies.consultId, about), eq(replies.tenantId, ctx.tenantId)))
    .returning({ id: replies.id });
  const shown = await ctx.db
    .select({ id: offers.id })
    .from(offers)
    .where(and(inArray(offers.consultId, about), isNotNull(offers.place)));
  await enqueue(
    ctx,
    shown.map(({ id }) => ({ key: `offer.card:${id}`, name: "offer.card", payload: { offerId: id }, lane: "bulk" })),
  );
  await announce(ctx, "interaction", ids);
  return { interactions: rows.length, contexts: gone.length, replies: unsaid.length, cards: shown.length };
}

const atOnce = 200;

/** Job `context.expire`: forgets what is due, and comes again when the next is. */
export const expireContexts = (): Handler => (run) =>
  run.tx(async (ctx) => {
    const ms = await keptMs(ctx);
    const toForget = and(
      eq(interactions.tenantId, ctx.tenantId),
      isNotNull(interactions.endedAt),
      isNull(interactions.forgottenAt),
    );
    const due = await ctx.db
      .select({ id: interactions.id })
      .from(interactions)
      .where(and(toForget, lte(interactions.endedAt, new Date(ctx.now().getTime() - ms))))
      .orderBy(asc(interactions.endedAt))
      .limit(atOnce);
    await forget(
      ctx,
      due.map(({ id }) => id),
    );
    if (due.length > 0) await eraseKeptAnswers(ctx, new Date(ctx.now().getTime() - ms));
    const [next] = await ctx.db
      .select({ endedAt: interactions.endedAt })
      .from(interactions)
      .where(toForget)
      .orderBy(asc(interactions.endedAt))
      .limit(1);
    return next?.endedAt ? new Date(next.endedAt.getTime() + ms) : undefined;
  });

/** Interactions whose details name this customer, in what the contact center told or in what was passed on. */
async function interactionsOfCustomer(ctx: Ctx, service: Service, identity: string): Promise<InteractionId[]> {
  const hashes = await knownHashes(service.keyring, ctx.tenantId, [identity]);
  const wanted = normalizeIdentity(identity);
  const passedOn = ctx.db
    .select({ id: contexts.interactionId })
    .from(contexts)
    .where(and(eq(contexts.tenantId, ctx.tenantId), arrayOverlaps(contexts.customerHashes, hashes)));
  // The same comparison as in normalizeIdentity.
  const isNamed = sql`exists (select from jsonb_each_text(${interactions.snapshot}->'attributes') told
    where lower(trim(told.value)) = ${wanted} or (told.value ~ '^[+0-9 ().-]+$'
      and regexp_replace(regexp_replace(told.value, '[^0-9]', '', 'g'), '^00', '') = ${wanted}))`;
  const rows = await ctx.db
    .select({ id: interactions.id })
    .from(interactions)
    .where(
      and(
        eq(interactions.tenantId, ctx.tenantId),
        or(inArray(interactions.id, passedOn), and(isNull(interactions.forgottenAt), isNamed)),
      ),
    );
  return rows.map(({ id }) => id);
}

async function consultsAbout(ctx: Ctx, ids: InteractionId[]): Promise<ConsultId[]> {
  if (ids.length === 0) return [];
  const rows = await ctx.db
    .select({ id: consults.id })
    .from(consults)
    .where(and(eq(consults.tenantId, ctx.tenantId), inArray(consults.interactionId, ids)));
  return rows.map(({ id }) => id);
}

/** Where they were sent (src/routing) no longer knows them; a call-back that waits for them is over. */
async function forgetRouting(ctx: Ctx, hashes: string[]): Promise<void> {
  const theirs = sql`tenant_id = ${ctx.tenantId} and caller_hash in (select json_array_elements_text(${JSON.stringify(hashes)}::json))`;
  await ctx.db.execute(sql`update routing_decisions set caller_hash = null where ${theirs}`);
  const over = await ctx.db.execute<{
    id: string;
  }>(sql`update callbacks set sealed = null, caller_hash = null, outcome = coalesce(outcome, 'cancelled'),
    state = case when state = 'lost' then state else 'done' end where ${theirs} returning id`);
  const cards = [...over].map(({ id }) => ({
    key: `callback.card:${id}`,
    name: "callback.card",
    payload: { callbackId: id },
  }));
  await enqueue(ctx, cards); // cards that still name them
}

/** What is not stored yet cannot be searched. */
async function nothingOnItsWay(ctx: Ctx): Promise<void> {
  const waiting = await ctx.db.execute(storing(ctx));
  if (waiting.length > 0)
    throw new BridgeError("unavailable", "Details of a request are just being stored. Try again in a moment.", {
      retryAfterMs: 5_000,
    });
}

/**
 * Erases one customer by whatever identifies them: a phone number, an e-mail address, a customer number. Answers with a
 * receipt that the audit log knows; the identity itself is in neither. Repeating finds nothing more.
 * @throws BridgeError `invalid` for something too short to identify anybody; `unavailable` while details are on their way.
 */
export async function eraseCustomer(
  ctx: Ctx,
  service: Service,
  identity: string,
): Promise<{ receipt: string; erasedAt: string; erased: Erased }> {
  if (normalizeIdentity(identity).length < 4)
    throw new BridgeError("invalid", "This is too short to identify one customer. Give a phone number or an address.");
  await waitBriefly(ctx);
  await nothingOnItsWay(ctx);
  const ids = await interactionsOfCustomer(ctx, service, identity);
  const savedAnswers = await eraseAnswers(ctx, await consultsAbout(ctx, ids), identity);
  const erased = { ...(await forget(ctx, ids)), savedAnswers };
  await eraseKeptAnswers(ctx);
  await forgetRouting(ctx, await knownHashes(service.keyring, ctx.tenantId, [identity]));
  const receipt = newId("era", ctx.now());
  await recordAudit(ctx, "context.erase", receipt, erased);
  return { receipt, erasedAt: ctx.now().toISOString(), erased };
}
