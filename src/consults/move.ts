import { eq, sql } from "drizzle-orm";
import type { Ctx } from "../ctx.ts";
import { builtOnce, executePrepared, send, value } from "../db.ts";
import { BridgeError } from "../errors.ts";
import { noteAsked } from "../experts/enrol.ts";
import { type ConsultId, newId } from "../ids.ts";
import { announceAll, enqueue, type JobRequest, type Topic } from "../jobs/queue.ts";
import { reviveDates } from "../json-dates.ts";
import type { CallCommand } from "../platform/contract.ts";
import { emit } from "../webhooks/emit.ts";
import { step } from "./machine.ts";
import type { Consult, ConsultEvent, Effect, Offer } from "./model.ts";
import { commands, consults } from "./schema.ts";
import { timelineOf } from "./timeline.ts";
import { eventsOfStep } from "./told.ts";

export type ConsultRow = typeof consults.$inferSelect;
export const readMachine = (row: Pick<ConsultRow, "machine">): Consult => reviveDates<Consult>(row.machine);

/**
 * The one place where a consult moves: locks its row, asks the lifecycle, writes what follows in the same transaction.
 * Commands and cards go out by jobs afterwards. Repeating an event changes nothing.
 * @throws BridgeError `not_found`; `conflict` for a move that is not possible now.
 */
export async function moveConsult(ctx: Ctx, id: ConsultId, event: ConsultEvent): Promise<Consult> {
  const [row] = await lockConsult(ctx.db, { id });
  if (!row) throw new BridgeError("not_found", "There is no such consult.");
  return moveLocked(ctx, row, event);
}

const lockConsult = builtOnce((db) =>
  db
    .select()
    .from(consults)
    .where(eq(consults.id, value("id")))
    .for("update"),
);

/** The same for whoever has locked the row in this transaction, and has not written it since. */
export async function moveLocked(ctx: Ctx, row: ConsultRow, event: ConsultEvent): Promise<Consult> {
  const before = readMachine(row);
  const { consult, effects } = step(before, event, ctx.now(), () => newId("cmd", ctx.now()));
  const ordered = await ordersOf(ctx, row, effects); // whatever may be refused comes before the first write
  const hasChanged = JSON.stringify(before) !== JSON.stringify(consult);
  const jobs = [
    ...jobsOfStep(row, before, consult),
    ...effects.flatMap((effect) => jobsOfEffect(row, consult, effect)),
  ];
  if (hasChanged) send(ctx.db, ...writesOf(ctx, row, before, consult, event));
  send(ctx.db, ...ordered.map((args) => writeCommand(ctx, row, args)), enqueue(ctx, jobs));
  return consult;
}

const offerBefore = (before: Consult, { id }: Offer) => before.offers.find((one) => one.id === id);
const leavesNow = (before: Consult, offer: Offer) =>
  offer.guest?.hasLeft === true && !offerBefore(before, offer)?.guest?.hasLeft;

function writesOf(ctx: Ctx, row: ConsultRow, before: Consult, after: Consult, event: ConsultEvent): Promise<unknown>[] {
  const winner = after.offers.find((offer) => offer.id === after.winner);
  const changed = after.offers.filter(
    (offer) => offerBefore(before, offer)?.state !== offer.state || leavesNow(before, offer),
  );
  const askedNow = after.offers.filter(
    (offer) => offer.askedAt && offer.askedAt.getTime() !== offerBefore(before, offer)?.askedAt?.getTime(),
  );
  const hasNewWinner = before.state !== after.state || before.winner !== after.winner;
  const entries = timelineOf(before, after, event);
  const seen: [Topic, string][] = [...changed, ...(winner && hasNewWinner ? [winner] : [])].map(({ person }) => [
    "presence",
    person,
  ]);
  return [
    writeConsult(ctx.db, {
      id: row.id,
      machine: after,
      state: after.state,
      result: after.result ?? null,
      expertPersonId: winner?.person ?? null,
      changedAt: ctx.now(),
      endedAt: after.endedAt ?? null,
    }),
    noteAsked(
      ctx,
      askedNow.map(({ person }) => person),
    ),
    writeOffers(ctx, before, changed),
    writeTimeline(ctx, row.id, entries),
    announceAll(ctx, [...seen, ["consult", row.id]]),
    emit(ctx, eventsOfStep(row, before, after)),
  ];
}

const writeConsult = builtOnce((db) =>
  db
    .update(consults)
    .set({
      machine: value("machine"),
      state: value("state"),
      result: value("result"),
      expertPersonId: value("expertPersonId"),
      version: sql`${consults.version} + 1`,
      changedAt: value("changedAt"),
      endedAt: value("endedAt"),
    })
    .where(eq(consults.id, value("id"))),
);

async function writeTimeline(ctx: Ctx, id: ConsultId, entries: ReturnType<typeof timelineOf>): Promise<void> {
  if (entries.length === 0) return;
  await executePrepared(
    ctx.db,
    sql`insert into timeline (tenant_id, consult_id, at, what, data)
      select ${ctx.tenantId}, ${id}, ${ctx.now().toISOString()}::timestamptz, one ->> 'what', coalesce(one -> 'data', '{}')::jsonb
      from json_array_elements(${JSON.stringify(entries)}::json) with ordinality as entries(one, place) order by place`,
  );
}

async function writeOffers(ctx: Ctx, before: Consult, changed: readonly Offer[]): Promise<void> {
  if (changed.length === 0) return;
  const rows = changed.map((offer) => ({
    id: offer.id,
    state: offer.state,
    asked_at: offer.askedAt,
    answered_at: offer.answeredAt,
    left_at: leavesNow(before, offer) ? ctx.now() : undefined,
  }));
  await executePrepared(
    ctx.db,
    sql`update offers set state = now.state, asked_at = now.asked_at, answered_at = now.answered_at,
        left_at = coalesce(now.left_at, offers.left_at)
      from json_to_recordset(${JSON.stringify(rows)}::json)
        as now(id text, state text, asked_at timestamptz, answered_at timestamptz, left_at timestamptz)
      where offers.id = now.id and offers.tenant_id = ${ctx.tenantId}`,
  );
}

/** When time has passed, and where people meet. A tick that comes too early names the next one itself. */
function jobsOfStep(row: ConsultRow, before: Consult, after: Consult): JobRequest[] {
  const payload = { consultId: row.id };
  const jobs: JobRequest[] = [];
  const isSooner = after.wakeAt && (!before.wakeAt || after.wakeAt < before.wakeAt);
  if (after.wakeAt && isSooner && after.state !== "ended")
    jobs.push({ key: `consult.tick:${row.id}`, name: "consult.tick", payload, runAt: after.wakeAt, lane: "offer" });
  if (after.kind === "meeting" && after.state === "consulting" && before.state !== "consulting")
    jobs.push({ key: `consult.meet:${row.id}`, name: "consult.meet", payload, lane: "call" });
  return jobs;
}

/** A card that somebody is looking at need not follow every step of a call within a blink. */
const refreshMs = 200;

const cardJob = (offerId: string): JobRequest => ({
  key: `offer.card:${offerId}`,
  name: "offer.card",
  payload: { offerId },
  lane: "offer",
});

function jobsOfEffect(row: ConsultRow, { offers }: Consult, effect: Effect): JobRequest[] {
  switch (effect.do) {
    case "offer":
      return [cardJob(effect.offer)];
    case "refresh-cards": // who was never asked has none
      return offers.filter(({ askedAt }) => askedAt).map(({ id }) => ({ ...cardJob(id), gatherMs: refreshMs }));
    case "lookup":
      return [{ key: `consult.look:${row.id}`, name: "consult.look", payload: { consultId: row.id }, lane: "call" }];
    case "command": {
      const payload = { commandId: effect.id };
      return [{ key: `command.run:${effect.id}`, name: "command.run", payload, lane: "call" }];
    }
  }
}

/** @throws BridgeError when there is nobody or nothing to command any more. */
async function ordersOf(ctx: Ctx, row: ConsultRow, effects: readonly Effect[]): Promise<CallCommand[]> {
  const orders = effects.filter((effect) => effect.do === "command");
  if (orders.length === 0) return [];
  const { ref, agent } = await readCall(ctx, row);
  return orders.map(({ do: _, id, ...rest }) => ({
    commandId: id,
    interaction: ref,
    agent,
    ...rest,
    ...(row.contextId ? { contextRef: row.contextId } : {}),
  }));
}

/** The call, and the agent's account on its platform; one that is being taken away from them still has this call. */
async function readCall(ctx: Ctx, row: ConsultRow): Promise<{ ref: string; agent: string }> {
  const [found] = await executePrepared<{ ref: string; agent: string | null }>(
    ctx.db,
    sql`select i.ref, a.external_id as agent from interactions i
        left join accounts a on a.connection_id = i.connection_id and a.person_id = ${row.agentPersonId}
      where i.id = ${row.interactionId} order by a.active desc nulls last limit 1`,
  );
  if (!found) throw new BridgeError("not_found", "The interaction is gone.");
  const { ref, agent } = found;
  if (agent === null) throw new BridgeError("conflict", "The agent has no account on this platform any more.");
  return { ref, agent };
}

const writeCommand = (ctx: Ctx, row: ConsultRow, args: CallCommand): Promise<unknown> =>
  insertCommand(ctx.db, {
    id: args.commandId,
    tenantId: ctx.tenantId,
    consultId: row.id,
    operation: args.operation,
    args,
    askedAt: ctx.now(),
  });

const insertCommand = builtOnce((db) =>
  db
    .insert(commands)
    .values({
      id: value("id"),
      tenantId: value("tenantId"),
      consultId: value("consultId"),
      operation: value("operation"),
      args: value("args"),
      state: "asked",
      askedAt: value("askedAt"),
    })
    .onConflictDoUpdate({
      target: commands.id,
      set: { state: "asked", settledAt: null, holder: null, claimUntil: null, outcomeUntil: null },
    }),
);
