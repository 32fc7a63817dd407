/** Who is read in a sweep. */
import { and, asc, eq, gt, type SQL, sql } from "drizzle-orm";
import type { Ctx } from "../ctx.ts";
import { accounts } from "../identity/schema.ts";
import type { AccountId, ConnectionId, PersonId } from "../ids.ts";
import type { AnyAdapter } from "../platform/contract.ts";
import type { Service } from "../platform/service.ts";

const used = (ctx: Ctx, id: ConnectionId, which?: SQL) =>
  and(eq(accounts.connectionId, id), eq(accounts.tenantId, ctx.tenantId), eq(accounts.active, true), which);

async function externalIds(ctx: Ctx, id: ConnectionId, which?: SQL): Promise<string[]> {
  const rows = await ctx.db
    .select({ id: accounts.externalId })
    .from(accounts)
    .where(used(ctx, id, which));
  return rows.map((row) => row.id);
}

/** People in a consult, and accounts whose fresh reading somebody waits for. */
export async function engagedAccounts(ctx: Ctx, id: ConnectionId, people: readonly PersonId[]): Promise<string[]> {
  const ofPeople = sql`${accounts.personId} in (select json_array_elements_text(${JSON.stringify(people)}::json))`;
  const engaged = people.length > 0 ? await externalIds(ctx, id, ofPeople) : [];
  const isAwaited = sql`${accounts.id} in (select account_id from presences where tenant_id = ${ctx.tenantId} and look_at is not null)`;
  return [...new Set([...engaged, ...(await externalIds(ctx, id, isAwaited))])];
}

/** Agents and experts: everybody with a contact-center account, and who is enrolled. */
export function watchedAccounts(ctx: Ctx, service: Service, id: ConnectionId, adapter: AnyAdapter): Promise<string[]> {
  if (adapter.side === "contact-center") return externalIds(ctx, id);
  const centers = [...service.adapters.values()].filter(({ side }) => side === "contact-center").map((one) => one.id);
  return externalIds(
    ctx,
    id,
    sql`${accounts.personId} in (
      select person_id from experts where tenant_id = ${ctx.tenantId}
      union select c.person_id from accounts c join connections n on n.id = c.connection_id
        where c.tenant_id = ${ctx.tenantId} and c.active
          and n.adapter in (select json_array_elements_text(${JSON.stringify(centers)}::json)))`,
  );
}

/** The next part of everybody, in the order of our ids. */
export const knownAccounts = (ctx: Ctx, id: ConnectionId, after: string | null, most: number) =>
  ctx.db
    .select({ id: accounts.id, externalId: accounts.externalId })
    .from(accounts)
    .where(used(ctx, id, after === null ? undefined : gt(accounts.id, after as AccountId)))
    .orderBy(asc(accounts.id))
    .limit(most);

export const countKnown = (ctx: Ctx, id: ConnectionId): Promise<number> => ctx.db.$count(accounts, used(ctx, id));
