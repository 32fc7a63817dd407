// LEAD'S STAND-IN so that other rooms compile and run meanwhile: presence room owner, please replace, keeping the signature.
import { and, eq, inArray } from "drizzle-orm";
import type { Ctx } from "../ctx.ts";
import { accounts } from "../identity/schema.ts";
import type { ConnectionId } from "../ids.ts";
import { announce, enqueue } from "../jobs/queue.ts";
import type { PresenceReport } from "../platform/contract.ts";
import { presences } from "./schema.ts";

export async function recordReports(
  ctx: Ctx,
  connectionId: ConnectionId,
  reports: readonly PresenceReport[],
): Promise<void> {
  const ids = reports.map((report) => report.account);
  if (ids.length === 0) return;
  const owned = await ctx.db
    .select()
    .from(accounts)
    .where(and(eq(accounts.connectionId, connectionId), inArray(accounts.externalId, ids)));
  for (const report of reports) {
    const account = owned.find((one) => one.externalId === report.account);
    if (!account) continue;
    const [kept] = await ctx.db.select().from(presences).where(eq(presences.accountId, account.id));
    if (kept && kept.observedAt > report.observedAt) continue;
    const isNew = kept?.availability !== report.presence.availability || kept?.activity !== report.presence.activity;
    const values = {
      availability: report.presence.availability,
      activity: report.presence.activity,
      native: report.presence.native ?? null,
      routable: report.presence.routable ?? null,
      observedAt: report.observedAt,
      sequence: report.sequence ?? null,
      source: report.source,
      changedAt: isNew || !kept ? ctx.now() : kept.changedAt,
    };
    await ctx.db
      .insert(presences)
      .values({ accountId: account.id, tenantId: ctx.tenantId, ...values })
      .onConflictDoUpdate({ target: presences.accountId, set: values });
    if (isNew && account.personId) {
      await announce(ctx, "presence", account.personId);
      await enqueue(ctx, {
        key: `presence.settle:${account.personId}`,
        name: "presence.settle",
        payload: { personId: account.personId },
        lane: "presence",
      });
    }
  }
}
