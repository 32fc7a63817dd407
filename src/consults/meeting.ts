import { and, eq } from "drizzle-orm";
import type { Ctx } from "../ctx.ts";
import { openConnection } from "../identity/connect.ts";
import { accounts, connections } from "../identity/schema.ts";
import type { ConsultId } from "../ids.ts";
import { announce, enqueue } from "../jobs/queue.ts";
import type { Handler } from "../jobs/run.ts";
import type { Service } from "../platform/service.ts";
import { moveConsult } from "./move.ts";
import { consults, offers } from "./schema.ts";

/** The winner's account on a platform that can open meetings. */
async function organizerOf(ctx: Ctx, service: Service, id: ConsultId) {
  const [consult] = await ctx.db.select().from(consults).where(eq(consults.id, id));
  if (!consult || consult.state === "ended" || consult.joinConnectionId || !consult.expertPersonId) return undefined;
  const rows = await ctx.db
    .select({ account: accounts, adapter: connections.adapter })
    .from(accounts)
    .innerJoin(connections, and(eq(connections.id, accounts.connectionId), eq(connections.enabled, true)))
    .where(and(eq(accounts.personId, consult.expertPersonId), eq(accounts.active, true)));
  const able = rows.find((row) => service.adapters.get(row.adapter)?.meetings);
  return { account: able?.account };
}

/**
 * Job `consult.meet`: opens the room that the expert said yes to, in their name, and shows the link on card and desk, and
 * whether the desk may join by itself.
 * Asking twice gives the same room where the platform keeps the key. Without a platform that can, the consult ends.
 */
export const openMeeting =
  (service: Service): Handler =>
  async (run, payload) => {
    const id = payload.consultId as ConsultId;
    const found = await run.tx((ctx) => organizerOf(ctx, service, id));
    if (!found) return;
    const { account } = found;
    if (!account) {
      await run.tx((ctx) => moveConsult(ctx, id, { type: "move", move: "cancel" }));
      return;
    }
    const { adapter, connection } = await openConnection(service, run.tenantId, account.connectionId, run.tx);
    const joinWays = [...(adapter.calling?.ways(connection.settings) ?? [])];
    // Where only colleagues themselves can be reached, their own client rings in place of a meeting.
    const isRung = joinWays.length > 0 && !joinWays.includes("meeting");
    const meeting = isRung
      ? undefined
      : await adapter.meetings?.create(connection, account.externalId, "Patchcord", id);
    if (!meeting && !isRung) return;
    const joins = { joinUrl: meeting?.joinUrl ?? null, joinConnectionId: account.connectionId, joinWays };
    await run.tx(async (ctx) => {
      await ctx.db
        .update(consults)
        .set(joins)
        .where(and(eq(consults.id, id), eq(consults.tenantId, ctx.tenantId)));
      const asked = await ctx.db.select({ id: offers.id }).from(offers).where(eq(offers.consultId, id));
      for (const { id: offerId } of asked)
        await enqueue(ctx, { key: `offer.card:${offerId}`, name: "offer.card", payload: { offerId }, lane: "offer" });
      await announce(ctx, "consult", id);
    });
  };
