/** Nobody waits in vain: whoever was asked a question and has not written is reminded, by themselves or by the agent. */
import { and, desc, eq } from "drizzle-orm";
import { type Api, endpoint, z } from "../api.ts";
import type { Ctx } from "../ctx.ts";
import { BridgeError } from "../errors.ts";
import type { ConsultId, OfferId, PersonId } from "../ids.ts";
import { announce, enqueue, type JobRequest } from "../jobs/queue.ts";
import { readMachine } from "./move.ts";
import { owing } from "./owing.ts";
import { consultFor } from "./request.ts";
import { consults, offers, timeline } from "./schema.ts";
import { consultViewOf } from "./view.ts";

/** Nobody is reminded more often than this. */
export const remindEveryMs = 120_000;

/** `byAgent`: the agent presses for it; else once, when half of the time is over. */
export const reminder = (id: OfferId, byAgent: boolean, runAt?: Date): JobRequest => ({
  key: `offer.remind:${id}`,
  name: "offer.remind",
  payload: { offerId: id, byAgent },
  lane: "offer",
  ...(runAt ? { runAt } : {}),
});

export async function lastReminded(ctx: Ctx, id: ConsultId, person?: PersonId): Promise<Date | undefined> {
  const rows = await ctx.db
    .select({ at: timeline.at, data: timeline.data })
    .from(timeline)
    .where(and(eq(timeline.consultId, id), eq(timeline.tenantId, ctx.tenantId), eq(timeline.what, "reminded")))
    .orderBy(desc(timeline.id));
  return rows.find(({ data }) => !person || data.person === person)?.at;
}

/**
 * The agent asks for a word to whoever has not answered yet.
 * @throws BridgeError `conflict` when nobody owes an answer, or they were reminded a moment ago.
 */
export async function remindExperts(ctx: Ctx, id: ConsultId): Promise<void> {
  const [row] = await ctx.db
    .select()
    .from(consults)
    .where(and(eq(consults.id, id), eq(consults.tenantId, ctx.tenantId)))
    .for("update");
  const late = row ? owing(readMachine(row)) : [];
  if (late.length === 0) throw new BridgeError("conflict", "Nobody owes an answer to this any more.");
  const last = await lastReminded(ctx, id);
  if (last && ctx.now().getTime() - last.getTime() < remindEveryMs)
    throw new BridgeError("conflict", "They were reminded a moment ago. Give them two minutes, or ask somebody else.");
  for (const { id: offer, person } of late) {
    await noteReminder(ctx, id, person);
    await enqueue(ctx, reminder(offer, true));
  }
}

export async function noteReminder(ctx: Ctx, id: ConsultId, person: PersonId): Promise<void> {
  await ctx.db
    .insert(timeline)
    .values({ tenantId: ctx.tenantId, consultId: id, at: ctx.now(), what: "reminded", data: { person } });
  await announce(ctx, "consult", id);
}

/** Is this offer's answer still to come? Undefined for what does not exist (any more). */
export async function owesAnswer(ctx: Ctx, id: OfferId): Promise<{ consultId: ConsultId; owes: boolean } | undefined> {
  const [row] = await ctx.db
    .select({ consultId: consults.id, machine: consults.machine })
    .from(offers)
    .innerJoin(consults, eq(consults.id, offers.consultId))
    .where(and(eq(offers.id, id), eq(offers.tenantId, ctx.tenantId)));
  return row && { consultId: row.consultId, owes: owing(readMachine(row)).some((offer) => offer.id === id) };
}

export function addReminderRoutes(api: Api): void {
  endpoint(
    api,
    {
      method: "post",
      path: "/v1/consults/{id}/reminders",
      summary: "Remind whoever was asked a question and has not answered it",
      allowed: { kinds: ["agent"], scope: "consults:write" },
      params: z.object({ id: z.string().max(60) }),
      result: z.looseObject({ id: z.string() }).openapi("Consult"),
      status: 202,
    },
    async (ctx, { params }, service) => {
      const { id } = await consultFor(ctx, params.id as ConsultId);
      await remindExperts(ctx, id);
      return consultViewOf(ctx, service, id);
    },
  );
}
