import { type SQL, sql } from "drizzle-orm";
import type { Database } from "../db.ts";
import type { Topic } from "../jobs/queue.ts";
import { endOf, type Position } from "./cursor.ts";

export type Change = { tenant_id: string; topic: Topic; keys: string[]; tx: string; id: string };

/** Each tells of all that one statement changed. */
export const batchMax = 1_000;

const atThisLook = sql`pg_current_snapshot()`;

/**
 * Whatever began before this in our database has ended, and this look sees what it wrote: the first transaction that was
 * open when the look began. Transactions belong to the whole server, so those that are known to work in another database
 * are left out. That is asked after the look has begun: a session that takes the place of another meanwhile begins nothing
 * that counts, and one that ends meanwhile is not left out, since the look does not see what it wrote. Everybody may see
 * whose number is whose. A standby does not tell which transactions are open, only the first of them.
 */
const firstOpen: SQL = sql`(select case when pg_is_in_recovery() then pg_snapshot_xmin(${atThisLook})
  else coalesce(
    (select open from pg_snapshot_xip(${atThisLook}) open where open::xid not in (
      select backend_xid from pg_stat_activity where backend_xid is not null
        and datid <> (select oid from pg_database where datname = current_database())
      union all select transaction from pg_prepared_xacts where database <> current_database())
    order by open limit 1),
    pg_snapshot_xmax(${atThisLook})) end)`;

/**
 * What changed after a place, in the order of transactions: nothing that is told later has its place before.
 * `settled`: up to there an earlier look has told all. A later one may be more careful, and must not end before.
 */
export function readChanges(
  database: Database,
  after: Position,
  settled: Position,
  tenantId: string | null = null,
): Promise<Change[]> {
  const next = String(BigInt(settled.tx) + 1n);
  return database.asSystemOnce<Change>(sql`
    select tenant_id, topic, to_json(keys) as keys, tx::text as tx, id::text as id from changes
    where (tx, id) > (${after.tx}::xid8, ${after.id}::bigint) and tx < greatest(${firstOpen}, ${next}::xid8)
      and (${tenantId}::text is null or tenant_id = ${tenantId})
    order by changes.tx, changes.id -- as numbers, not as the texts that are told
    limit ${sql.raw(String(batchMax))}`);
}

/** `end`: what is told after it is new. `isPast`: has this database come by this place? */
export type Present = { end: Position; isPast: (place: Position) => boolean };

export async function readPresent(database: Database): Promise<Present> {
  const [row] = await database.asSystemOnce<{ open: string; next: string }>(
    sql`select ${firstOpen}::text as open, pg_snapshot_xmax(${atThisLook})::text as next`,
  );
  const { open, next } = row ?? { open: "1", next: "1" };
  return { end: endOf(String(BigInt(open) - 1n)), isPast: ({ tx }) => BigInt(tx) < BigInt(next) };
}
