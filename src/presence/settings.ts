/** Whether a tenant uses presence at all, and how long it is kept: what a works council decides. */
import { and, eq, sql } from "drizzle-orm";
import { recordAudit } from "../audit.ts";
import type { Ctx } from "../ctx.ts";
import { accounts, connections } from "../identity/schema.ts";
import { announce, enqueue } from "../jobs/queue.ts";
import { type Adapters, sweepJob } from "./facts.ts";
import { type PresenceSettings, pruneHistory, readPresenceSettings } from "./history.ts";
import { presenceSettings, presences, sweeps } from "./schema.ts";

/** Takes effect at once: what may no longer be kept is deleted in the same transaction, what we show is let go by jobs. */
export async function writePresenceSettings(
  ctx: Ctx,
  adapters: Adapters,
  change: Partial<PresenceSettings>,
): Promise<PresenceSettings> {
  const before = await readPresenceSettings(ctx);
  const after = { ...before, ...change };
  if (after.enabled === before.enabled && after.historyDays === before.historyDays) return before;
  await ctx.db
    .insert(presenceSettings)
    .values({ tenantId: ctx.tenantId, ...after })
    .onConflictDoUpdate({ target: presenceSettings.tenantId, set: after });
  await recordAudit(ctx, "presence-settings.update", ctx.tenantId, after);
  await pruneHistory(ctx);
  if (before.enabled && !after.enabled) await forgetPresence(ctx);
  if (after.enabled && !before.enabled) await readAgain(ctx, adapters);
  await enqueue(ctx, { key: "presence.resettle", name: "presence.resettle", lane: "engaged" });
  return after;
}

async function forgetPresence(ctx: Ctx): Promise<void> {
  const gone = await ctx.db
    .delete(presences)
    .where(eq(presences.tenantId, ctx.tenantId))
    .returning({ id: presences.accountId });
  await ctx.db.delete(sweeps).where(eq(sweeps.tenantId, ctx.tenantId));
  const owners = await ctx.db
    .selectDistinct({ id: accounts.personId })
    .from(accounts)
    .where(sql`${accounts.id} in (select json_array_elements_text(${JSON.stringify(gone.map(({ id }) => id))}::json))`);
  await announce(
    ctx,
    "presence",
    owners.flatMap(({ id }) => (id ? [id] : [])),
  );
}

async function readAgain(ctx: Ctx, adapters: Adapters): Promise<void> {
  const rows = await ctx.db
    .select({ id: connections.id, adapter: connections.adapter })
    .from(connections)
    .where(and(eq(connections.tenantId, ctx.tenantId), eq(connections.enabled, true)));
  const read = rows.filter(({ adapter }) => adapters.get(adapter)?.presence);
  await enqueue(
    ctx,
    read.map(({ id }) => sweepJob(id)),
  );
}
