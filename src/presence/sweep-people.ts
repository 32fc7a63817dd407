/** Who is read in a sweep. */
import { and, asc, eq, gt, inArray, type SQL, sql } from "drizzle-orm";
import type { Ctx } from "../ctx.ts";
import { accounts, connections } from "../identity/schema.ts";
import type { AccountId, ConnectionId, PersonId } from "../ids.ts";
import type { AnyAdapter } from "../platform/contract.ts";
import type { Service } from "../platform/service.ts";
import { presences } from "./schema.ts";

const used = (ctx: Ctx, id: ConnectionId, which?: SQL) =>
  and(eq(accounts.connectionId, id), eq(accounts.tenantId, ctx.tenantId), eq(accounts.active, true), which);

type Order = { isOldestFirst?: boolean };

/** `isOldestFirst`: who has waited longest for being read comes first. */
async function externalIds(ctx: Ctx, id: ConnectionId, which?: SQL, { isOldestFirst }: Order = {}): Promise<string[]> {
  const every = ctx.db
    .select({ ids: sql<string[]>`coalesce(json_agg(${accounts.externalId}${order(isOldestFirst)}), '[]')` })
    .from(accounts)
    .$dynamic();
  const query = isOldestFirst ? every.leftJoin(presences, eq(presences.accountId, accounts.id)) : every;
  const [row] = await query.where(used(ctx, id, which));
  return row?.ids ?? [];
}

const order = (isOldestFirst = false): SQL => (isOldestFirst ? sql` order by ${presences.readAt} nulls first` : sql``);

/** People in a consult, and accounts whose fresh reading somebody waits for. */
export async function engagedAccounts(ctx: Ctx, id: ConnectionId, people: readonly PersonId[]): Promise<string[]> {
  const ofPeople = sql`${accounts.personId} in (select json_array_elements_text(${JSON.stringify(people)}::json))`;
  const engaged = people.length > 0 ? await externalIds(ctx, id, ofPeople) : [];
  const isAwaited = sql`${accounts.id} in (select account_id from presences where tenant_id = ${ctx.tenantId} and look_at is not null)`;
  return [...new Set([...engaged, ...(await externalIds(ctx, id, isAwaited))])];
}

/** Agents and experts: everybody with a contact-center account, and who is enrolled. */
export async function watchedAccounts(
  ctx: Ctx,
  service: Service,
  id: ConnectionId,
  adapter: AnyAdapter,
  order: Order = {},
): Promise<string[]> {
  if (adapter.side === "contact-center") return externalIds(ctx, id, undefined, order);
  const adapters = [...service.adapters.values()].filter(({ side }) => side === "contact-center").map((one) => one.id);
  // Asked first, and few: so the database begins with those few agents instead of going through everybody.
  const centers = await ctx.db
    .select({ id: connections.id })
    .from(connections)
    .where(and(eq(connections.tenantId, ctx.tenantId), inArray(connections.adapter, adapters)));
  const people = [
    sql`select person_id from experts where tenant_id = ${ctx.tenantId}`,
    ...centers.map(
      (center) => sql`select person_id from accounts
        where tenant_id = ${ctx.tenantId} and connection_id = ${center.id} and active and person_id is not null`,
    ),
  ];
  return externalIds(ctx, id, sql`${accounts.personId} in (${sql.join(people, sql` union `)})`, order);
}

/** The next slices of everybody, in the order of our ids: whom to ask for, and the last one's id. */
export async function knownAccounts(
  ctx: Ctx,
  id: ConnectionId,
  after: string | null,
  { slices, max }: { slices: number; max: number },
): Promise<{ ids: string[]; last: string }[]> {
  const next = ctx.db
    .select({
      id: accounts.id,
      externalId: accounts.externalId,
      slice: sql<number>`(row_number() over (order by ${accounts.id}) - 1) / ${max}::int`.as("slice"),
    })
    .from(accounts)
    .where(used(ctx, id, after === null ? undefined : gt(accounts.id, after as AccountId)))
    .orderBy(asc(accounts.id))
    .limit(slices * max)
    .as("next");
  return ctx.db
    .select({
      // One row of many ids is read faster than many rows.
      ids: sql<string[]>`json_agg(${next.externalId} order by ${next.id})`,
      last: sql<string>`max(${next.id})`,
    })
    .from(next)
    .groupBy(next.slice)
    .orderBy(next.slice);
}

export const countKnown = (ctx: Ctx, id: ConnectionId): Promise<number> => ctx.db.$count(accounts, used(ctx, id));
