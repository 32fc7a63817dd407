/** What is kept of what people showed: nothing, unless a tenant wants it. */
import { and, asc, eq, gte, lt, sql } from "drizzle-orm";
import type { Ctx } from "../ctx.ts";
import { accounts } from "../identity/schema.ts";
import type { AccountId, PersonId } from "../ids.ts";
import { presenceHistory, presenceSettings } from "./schema.ts";
import type { Shift } from "./try-policy.ts";

export type PresenceSettings = {
  /** False: nothing is read, kept or shown on anybody's behalf. */
  enabled: boolean;
  /** For how many days changes are kept; 0: not at all. */
  historyDays: number;
};
const defaults: PresenceSettings = { enabled: true, historyDays: 0 };

export async function readPresenceSettings(ctx: Ctx): Promise<PresenceSettings> {
  const [row] = await ctx.db.select().from(presenceSettings).where(eq(presenceSettings.tenantId, ctx.tenantId));
  return row ? { enabled: row.enabled, historyDays: row.historyDays } : defaults;
}

/** Keeps what these accounts show now, if the tenant wants that, and only what is not ours coming back. */
export async function keepHistory(ctx: Ctx, changed: readonly AccountId[]): Promise<void> {
  if (changed.length === 0) return;
  await ctx.db.execute(sql`
    insert into presence_history (tenant_id, account_id, at, availability, activity, routable)
    select p.tenant_id, p.account_id, p.changed_at, p.availability, p.activity, p.routable
    from presences p join presence_settings s on s.tenant_id = p.tenant_id and s.enabled and s.history_days > 0
    where p.tenant_id = ${ctx.tenantId}
      and p.account_id in (select json_array_elements_text(${JSON.stringify(changed)}::json))
      and not exists (select from holds h, jsonb_array_elements(h.shown) ours where h.account_id = p.account_id
        and ours -> 'presence' ->> 'availability' = p.availability and ours -> 'presence' ->> 'activity' = p.activity)`);
}

/** Forgets what is older than the tenant wants. */
export async function pruneHistory(ctx: Ctx): Promise<void> {
  const { enabled, historyDays } = await readPresenceSettings(ctx);
  const before = new Date(ctx.now().getTime() - (enabled ? historyDays : 0) * 86_400_000);
  await ctx.db
    .delete(presenceHistory)
    .where(
      and(
        eq(presenceHistory.tenantId, ctx.tenantId),
        enabled && historyDays > 0 ? lt(presenceHistory.at, before) : undefined,
      ),
    );
}

/** What this person showed within a day from then on, at most so many changes. */
export async function recordedShifts(ctx: Ctx, personId: PersonId, from: Date, most: number): Promise<Shift[]> {
  const until = new Date(from.getTime() + 86_400_000);
  const rows = await ctx.db
    .select({ row: presenceHistory })
    .from(presenceHistory)
    .innerJoin(accounts, eq(accounts.id, presenceHistory.accountId))
    .where(
      and(
        eq(presenceHistory.tenantId, ctx.tenantId),
        eq(accounts.personId, personId),
        gte(presenceHistory.at, from),
        lt(presenceHistory.at, until),
      ),
    )
    .orderBy(asc(presenceHistory.at), asc(presenceHistory.id))
    .limit(most);
  return rows.map(({ row }) => ({
    account: row.accountId,
    at: row.at,
    presence: {
      availability: row.availability,
      activity: row.activity,
      ...(row.routable === null ? {} : { routable: row.routable }),
    },
  }));
}
