import { and, eq, inArray } from "drizzle-orm";
import type { Ctx } from "../ctx.ts";
import { accounts, connections } from "../identity/schema.ts";
import type { PersonId } from "../ids.ts";
import type { PresenceView } from "../views.ts";
import type { Adapters } from "./facts.ts";
import { presenceView } from "./reachability.ts";
import { holds, presences } from "./schema.ts";

/** What each account of these people shows, with its age. People without any, or of another tenant, are left out. */
export async function presenceViews(
  ctx: Ctx,
  adapters: Adapters,
  ids: readonly PersonId[],
): Promise<Map<PersonId, PresenceView[]>> {
  const views = new Map<PersonId, PresenceView[]>();
  if (ids.length === 0) return views;
  const rows = await ctx.db
    .select({ account: accounts, adapter: connections.adapter, presence: presences, shown: holds.shown })
    .from(accounts)
    .innerJoin(connections, and(eq(connections.id, accounts.connectionId), eq(connections.enabled, true)))
    .innerJoin(presences, eq(presences.accountId, accounts.id))
    .leftJoin(holds, eq(holds.accountId, accounts.id))
    .where(and(eq(accounts.tenantId, ctx.tenantId), eq(accounts.active, true), inArray(accounts.personId, [...ids])));
  for (const { account, adapter: id, presence, shown } of rows) {
    const adapter = adapters.get(id);
    if (!adapter || !account.personId) continue;
    const { availability, activity, native, observedAt } = presence;
    const view = presenceView(
      {
        account: account.id,
        adapter: id,
        platform: adapter.name,
        side: adapter.side,
        canCards: adapter.invitations !== undefined,
        seen: { availability, activity, observedAt, ...(native === null ? {} : { native }) },
        ours: (shown ?? []).filter(({ endedAt }) => !endedAt).map((one) => one.presence),
      },
      ctx.now(),
    );
    views.set(account.personId, [...(views.get(account.personId) ?? []), ...view]);
  }
  return views;
}
