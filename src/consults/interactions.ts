import { and, asc, eq, inArray, ne, or, sql } from "drizzle-orm";
import { expireLater } from "../context/expire.ts";
import type { Ctx } from "../ctx.ts";
import { builtOnce, executePrepared, send, value } from "../db.ts";
import { accounts } from "../identity/schema.ts";
import {
  type ConnectionId,
  type ConsultId,
  type ContextId,
  type InteractionId,
  isId,
  type JourneyId,
  newId,
  type PersonId,
} from "../ids.ts";
import { announce, enqueue, type JobRequest } from "../jobs/queue.ts";
import { reviveDates } from "../json-dates.ts";
import { errorFields } from "../log.ts";
import type { InteractionSnapshot } from "../platform/contract.ts";
import { emit } from "../webhooks/emit.ts";
import { withoutPersonalData } from "./derive.ts";
import { type ConsultRow, moveLocked } from "./move.ts";
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
  const [row] = await readPerson(ctx.db, { connectionId, account });
  return row?.personId ?? undefined;
}

const readPerson = builtOnce((db) =>
  db
    .select({ personId: accounts.personId })
    .from(accounts)
    .where(and(eq(accounts.connectionId, value("connectionId")), eq(accounts.externalId, value("account")))),
);

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
  executePrepared(
    ctx.db,
    sql`update routing_decisions set interaction_id = ${id}
      where tenant_id = ${ctx.tenantId} and journey_id = ${journeyId} and interaction_id is null`,
  );

type Where = { connectionId: ConnectionId } & Pick<InteractionSnapshot, "ref" | "rootRef">;
const isThat = and(
  eq(interactions.connectionId, value("connectionId")),
  or(eq(interactions.rootRef, value("rootRef")), eq(interactions.ref, value("ref"))),
);

/** Before the interaction itself, and always in the same order, as by everybody, so that nobody waits in a circle. */
const lockLiveConsults = (ctx: Ctx, where: Where): Promise<ConsultRow[]> =>
  lockConsults(ctx.db, where).then((rows) => rows.map(({ consult }) => consult));

const lockConsults = builtOnce((db) =>
  db
    .select({ consult: consults })
    .from(consults)
    .innerJoin(interactions, eq(interactions.id, consults.interactionId))
    .where(and(isThat, ne(consults.state, "ended")))
    .orderBy(asc(consults.id))
    .for("update", { of: consults }),
);

const lockInteraction = builtOnce((db) => db.select().from(interactions).where(isThat).for("update"));

/**
 * Takes in what a platform says about one interaction; an older word never replaces a newer one. Consults on it move with
 * it, but for `mover`, which its caller moves. Safe to repeat, in any order.
 */
export async function recordInteraction(
  ctx: Ctx,
  connectionId: ConnectionId,
  told: InteractionSnapshot,
  mover?: ConsultId,
): Promise<InteractionId> {
  const where = { connectionId, ref: told.ref, rootRef: told.rootRef };
  // Sent together, carried out in this order.
  const [live, [kept], spoken] = await Promise.all([
    lockLiveConsults(ctx, where),
    lockInteraction(ctx.db, where),
    personOf(ctx, connectionId, agentOf(told)),
  ]);
  if (kept && isOlder(told, kept)) return kept.id;
  const snapshot = withSince(told, kept && readSnapshot(kept.snapshot));
  const facts = {
    ref: snapshot.ref,
    state: snapshot.state,
    channel: snapshot.channel,
    snapshot: kept?.forgottenAt ? withoutPersonalData(snapshot) : snapshot,
    sequence: snapshot.sequence ?? null,
    observedAt: snapshot.observedAt,
    agentPersonId: spoken ?? kept?.agentPersonId ?? null,
    endedAt: snapshot.state === "ended" ? (kept?.endedAt ?? ctx.now()) : null,
  };
  const journeyId = kept?.journeyId ?? (await journeyOf(ctx, snapshot));
  const id = kept?.id ?? (await begin(ctx, { connectionId, journeyId, rootRef: snapshot.rootRef }, snapshot, facts));
  const hasEnded = snapshot.state === "ended" && kept?.state !== "ended";
  // What came after an erasure during the call is forgotten in its own time.
  if (kept) send(ctx.db, writeInteraction(ctx.db, { id, ...facts, forgottenAt: hasEnded ? null : kept.forgottenAt }));
  send(
    ctx.db,
    announce(ctx, "interaction", id),
    emit(ctx, eventsOfInteraction({ id, connectionId, journeyId, ...facts }, kept)),
  );
  if (hasEnded) await expireLater(ctx);
  for (const consult of live) if (consult.id !== mover) await moveWith(ctx, consult, snapshot);
  return id;
}

const writeInteraction = builtOnce((db) =>
  db
    .update(interactions)
    .set({
      ref: value("ref"),
      state: value("state"),
      channel: value("channel"),
      snapshot: value("snapshot"),
      sequence: value("sequence"),
      observedAt: value("observedAt"),
      agentPersonId: value("agentPersonId"),
      endedAt: value("endedAt"),
      forgottenAt: value("forgottenAt"),
    })
    .where(eq(interactions.id, value("id"))),
);

/** What the platform said is kept, whatever comes of it: a consult that cannot follow just now is tried by a job. */
async function moveWith(ctx: Ctx, consult: ConsultRow, snapshot: InteractionSnapshot): Promise<void> {
  try {
    await moveLocked(ctx, consult, { type: "snapshot", snapshot });
  } catch (error) {
    ctx.log.warn("consult does not follow its interaction", { consult_id: consult.id, ...errorFields(error) });
    await enqueue(ctx, settleJob(consult.id));
  }
}

const settleJob = (consultId: ConsultId): JobRequest => ({
  key: `consult.settle:${consultId}`,
  name: "consult.settle",
  payload: { consultId },
  lane: "call",
});

type Facts = Omit<typeof interactions.$inferInsert, "id" | "tenantId" | "startedAt" | keyof Begun>;
type Begun = { connectionId: ConnectionId; journeyId: JourneyId; rootRef: string };

/** Seen for the first time. */
async function begin(ctx: Ctx, begun: Begun, { startedAt }: InteractionSnapshot, facts: Facts): Promise<InteractionId> {
  const id = newId("int", ctx.now());
  send(
    ctx.db,
    ctx.db
      .insert(interactions)
      .values({ id, tenantId: ctx.tenantId, startedAt, ...begun, ...facts })
      .execute(),
    tieToDecision(ctx, id, begun.journeyId),
    lookWhenSilent(ctx),
  );
  return id;
}
