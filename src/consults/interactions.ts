import { and, eq, inArray, ne, or, sql } from "drizzle-orm";
import { expireLater } from "../context/expire.ts";
import type { Ctx } from "../ctx.ts";
import { accounts } from "../identity/schema.ts";
import {
  type ConnectionId,
  type ContextId,
  type InteractionId,
  isId,
  type JourneyId,
  newId,
  type PersonId,
} from "../ids.ts";
import { announce, enqueue } from "../jobs/queue.ts";
import { reviveDates } from "../json-dates.ts";
import type { InteractionSnapshot } from "../platform/contract.ts";
import { emit } from "../webhooks/emit.ts";
import { withoutPersonalData } from "./derive.ts";
import { consults, interactions } from "./schema.ts";
import { withSince } from "./since.ts";
import { eventsOfInteraction } from "./told.ts";

export const readSnapshot = (raw: unknown): InteractionSnapshot => reviveDates<InteractionSnapshot>(raw);

/** Older than what we have? By the platform's numbering where there is one, else by time. */
export function isOlder(
  next: Pick<InteractionSnapshot, "sequence" | "observedAt">,
  kept: { sequence: number | null; observedAt: Date },
): boolean {
  if (next.sequence !== undefined && kept.sequence !== null) return next.sequence < kept.sequence;
  return next.observedAt < kept.observedAt;
}

const agentOf = (snapshot: InteractionSnapshot) =>
  snapshot.parties.find(
    (party) =>
      party.role === "agent" && party.account !== undefined && party.state !== "left" && party.state !== "failed",
  )?.account;

async function personOf(
  ctx: Ctx,
  connectionId: ConnectionId,
  account: string | undefined,
): Promise<PersonId | undefined> {
  if (account === undefined) return undefined;
  const [row] = await ctx.db
    .select({ personId: accounts.personId })
    .from(accounts)
    .where(and(eq(accounts.connectionId, connectionId), eq(accounts.externalId, account)));
  return row?.personId ?? undefined;
}

/**
 * A customer who comes back, or is called back, goes on with the same journey where the platform hands it over: our
 * journey id or a context reference of ours among the attributes, under whatever name.
 */
async function journeyOf(ctx: Ctx, { attributes }: InteractionSnapshot): Promise<JourneyId> {
  const values = Object.values(attributes);
  const journeys = values.filter((value) => isId("jny", value)) as JourneyId[];
  const references = values.filter((value) => isId("ctx", value)) as ContextId[];
  if (journeys.length + references.length > 0) {
    const [known] = await ctx.db
      .select({ id: consults.journeyId })
      .from(consults)
      .where(
        and(
          eq(consults.tenantId, ctx.tenantId),
          or(inArray(consults.journeyId, journeys), inArray(consults.contextId, references)),
        ),
      )
      .limit(1);
    if (known) return known.id;
    // Where routing has sent them, see src/routing.
    const [sent] = await ctx.db.execute<{ id: JourneyId }>(sql`
      select journey_id as id from routing_decisions
      where tenant_id = ${ctx.tenantId} and journey_id in (select json_array_elements_text(${JSON.stringify(journeys)}::json)) limit 1`);
    if (sent) return sent.id;
  }
  return newId("jny", ctx.now());
}

/** After so long without news an interaction is looked for. */
export const silenceMs = 86_400_000;

const lookWhenSilent = (ctx: Ctx): Promise<void> =>
  enqueue(ctx, {
    key: "interactions.age",
    name: "interactions.age",
    runAt: new Date(ctx.now().getTime() + silenceMs),
    lane: "bulk",
  });

const tieToDecision = (ctx: Ctx, id: InteractionId, journeyId: JourneyId) =>
  ctx.db.execute(sql`update routing_decisions set interaction_id = ${id}
    where tenant_id = ${ctx.tenantId} and journey_id = ${journeyId} and interaction_id is null`);

/**
 * Takes in what a platform says about one interaction; an older word never replaces a newer one. Consults on it are
 * looked at again. Safe to repeat, in any order.
 */
export async function recordInteraction(
  ctx: Ctx,
  connectionId: ConnectionId,
  told: InteractionSnapshot,
): Promise<InteractionId> {
  const [kept] = await ctx.db
    .select()
    .from(interactions)
    .where(
      and(
        eq(interactions.connectionId, connectionId),
        or(eq(interactions.rootRef, told.rootRef), eq(interactions.ref, told.ref)),
      ),
    )
    .for("update");
  if (kept && isOlder(told, kept)) return kept.id;
  const snapshot = withSince(told, kept && readSnapshot(kept.snapshot));
  const agentPersonId = (await personOf(ctx, connectionId, agentOf(snapshot))) ?? kept?.agentPersonId ?? null;
  const facts = {
    ref: snapshot.ref,
    state: snapshot.state,
    channel: snapshot.channel,
    snapshot: kept?.forgottenAt ? withoutPersonalData(snapshot) : snapshot,
    sequence: snapshot.sequence ?? null,
    observedAt: snapshot.observedAt,
    agentPersonId,
    endedAt: snapshot.state === "ended" ? (kept?.endedAt ?? ctx.now()) : null,
  };
  const id = kept?.id ?? newId("int", ctx.now());
  const hasEnded = snapshot.state === "ended" && kept?.state !== "ended";
  // What came after an erasure during the call is forgotten in its own time.
  if (kept)
    await ctx.db
      .update(interactions)
      .set(hasEnded ? { ...facts, forgottenAt: null } : facts)
      .where(eq(interactions.id, id));
  const journeyId = kept?.journeyId ?? (await journeyOf(ctx, snapshot));
  if (!kept) {
    await ctx.db.insert(interactions).values({
      id,
      tenantId: ctx.tenantId,
      connectionId,
      rootRef: snapshot.rootRef,
      journeyId,
      startedAt: snapshot.startedAt,
      ...facts,
    });
    await tieToDecision(ctx, id, journeyId);
  }
  const live = await ctx.db
    .select({ id: consults.id })
    .from(consults)
    .where(and(eq(consults.interactionId, id), ne(consults.state, "ended")));
  for (const consult of live) {
    await enqueue(ctx, {
      key: `consult.settle:${consult.id}`,
      name: "consult.settle",
      payload: { consultId: consult.id },
      lane: "call",
    });
  }
  if (hasEnded) await expireLater(ctx);
  if (!kept) await lookWhenSilent(ctx);
  await announce(ctx, "interaction", id);
  await emit(ctx, eventsOfInteraction({ id, connectionId, journeyId, ...facts }, kept));
  return id;
}
