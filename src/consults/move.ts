import { eq, sql } from "drizzle-orm";
import type { Ctx } from "../ctx.ts";
import { BridgeError } from "../errors.ts";
import { noteAsked } from "../experts/enrol.ts";
import { type ConsultId, newId, type PersonId } from "../ids.ts";
import { announce, enqueue } from "../jobs/queue.ts";
import { reviveDates } from "../json-dates.ts";
import type { CallCommand } from "../platform/contract.ts";
import { emit } from "../webhooks/emit.ts";
import { step } from "./machine.ts";
import type { Consult, ConsultEvent, Effect } from "./model.ts";
import { commands, consults, interactions, offers, timeline } from "./schema.ts";
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
  const [row] = await ctx.db.select().from(consults).where(eq(consults.id, id)).for("update");
  if (!row) throw new BridgeError("not_found", "There is no such consult.");
  const before = readMachine(row);
  const { consult, effects } = step(before, event, ctx.now(), () => newId("cmd", ctx.now()));
  await writeConsult(ctx, row, before, consult, event);
  for (const effect of effects) await carryOut(ctx, row, effect);
  if (consult.wakeAt && consult.state !== "ended")
    await enqueue(ctx, {
      key: `consult.tick:${id}`,
      name: "consult.tick",
      payload: { consultId: id },
      runAt: consult.wakeAt,
      lane: "offer",
    });
  return consult;
}

async function writeConsult(
  ctx: Ctx,
  row: ConsultRow,
  before: Consult,
  after: Consult,
  event: ConsultEvent,
): Promise<void> {
  if (JSON.stringify(before) === JSON.stringify(after)) return;
  const winner = after.offers.find((offer) => offer.id === after.winner);
  await ctx.db
    .update(consults)
    .set({
      machine: after,
      state: after.state,
      result: after.result ?? null,
      expertPersonId: winner?.person ?? null,
      version: sql`${consults.version} + 1`,
      changedAt: ctx.now(),
      endedAt: after.endedAt ?? null,
    })
    .where(eq(consults.id, row.id));
  const askedNow = after.offers.filter(({ id, askedAt }) => {
    const was = before.offers.find((one) => one.id === id)?.askedAt;
    return askedAt && askedAt.getTime() !== was?.getTime();
  });
  await noteAsked(
    ctx,
    askedNow.map(({ person }) => person),
  );
  for (const offer of after.offers) {
    const was = before.offers.find((one) => one.id === offer.id);
    const hasLeft = offer.guest?.hasLeft === true && !was?.guest?.hasLeft;
    if (was?.state === offer.state && !hasLeft) continue;
    await ctx.db
      .update(offers)
      .set({
        state: offer.state,
        askedAt: offer.askedAt ?? null,
        answeredAt: offer.answeredAt ?? null,
        ...(hasLeft ? { leftAt: ctx.now() } : {}),
      })
      .where(eq(offers.id, offer.id));
    await announce(ctx, "presence", offer.person);
    if (offer.guest) await settleSoon(ctx, offer.person);
  }
  const entries = timelineOf(before, after, event);
  if (entries.length > 0) {
    await ctx.db
      .insert(timeline)
      .values(entries.map((entry) => ({ tenantId: ctx.tenantId, consultId: row.id, at: ctx.now(), ...entry })));
  }
  await announce(ctx, "consult", row.id);
  await emit(ctx, eventsOfStep(row, before, after));
  if (after.kind === "meeting" && after.state === "consulting" && before.state !== "consulting") {
    await enqueue(ctx, {
      key: `consult.meet:${row.id}`,
      name: "consult.meet",
      payload: { consultId: row.id },
      lane: "call",
    });
  }
  if (before.state !== after.state || before.winner !== after.winner) {
    for (const person of [row.agentPersonId, winner?.person]) if (person) await settleSoon(ctx, person);
    if (winner) await announce(ctx, "presence", winner.person);
  }
}

const settleSoon = (ctx: Ctx, personId: PersonId) =>
  enqueue(ctx, {
    key: `presence.settle:${personId}`,
    name: "presence.settle",
    payload: { personId },
    lane: "presence",
  });

async function carryOut(ctx: Ctx, row: ConsultRow, effect: Effect): Promise<void> {
  switch (effect.do) {
    case "offer":
      return enqueue(ctx, {
        key: `offer.card:${effect.offer}`,
        name: "offer.card",
        payload: { offerId: effect.offer },
        lane: "offer",
      });
    case "refresh-cards": {
      const rows = await ctx.db.select({ id: offers.id }).from(offers).where(eq(offers.consultId, row.id));
      return enqueue(
        ctx,
        rows.map(({ id }) => ({
          key: `offer.card:${id}`,
          name: "offer.card",
          payload: { offerId: id },
          lane: "offer",
        })),
      );
    }
    case "lookup":
      return enqueue(ctx, {
        key: `consult.look:${row.id}`,
        name: "consult.look",
        payload: { consultId: row.id },
        lane: "call",
      });
    case "command": {
      const { do: _, id, ...rest } = effect;
      const [interaction] = await ctx.db
        .select({ ref: interactions.ref, snapshot: interactions.snapshot })
        .from(interactions)
        .where(eq(interactions.id, row.interactionId));
      if (!interaction) throw new BridgeError("not_found", "The interaction is gone.");
      const args: CallCommand = {
        commandId: id,
        interaction: interaction.ref,
        agent: await agentAccount(ctx, row),
        ...rest,
        ...(row.contextId ? { contextRef: row.contextId } : {}),
      };
      await ctx.db
        .insert(commands)
        .values({
          id,
          tenantId: ctx.tenantId,
          consultId: row.id,
          operation: effect.operation,
          args,
          state: "asked",
          askedAt: ctx.now(),
        })
        .onConflictDoUpdate({
          target: commands.id,
          set: { state: "asked", settledAt: null, holder: null, claimUntil: null, outcomeUntil: null },
        });
      return enqueue(ctx, { key: `command.run:${id}`, name: "command.run", payload: { commandId: id }, lane: "call" });
    }
  }
}

/** The agent's account on the interaction's platform; one that is being taken away from them still has this call. */
async function agentAccount(ctx: Ctx, row: ConsultRow): Promise<string> {
  const [found] = await ctx.db.execute<{ external_id: string }>(sql`
    select a.external_id from accounts a join interactions i on i.connection_id = a.connection_id
    where i.id = ${row.interactionId} and a.person_id = ${row.agentPersonId}
    order by a.active desc limit 1`);
  if (!found) throw new BridgeError("conflict", "The agent has no account on this platform any more.");
  return found.external_id;
}
