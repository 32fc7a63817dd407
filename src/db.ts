import { type SQL, sql } from "drizzle-orm";
import { PgDialect } from "drizzle-orm/pg-core";
import type { PostgresJsDatabase } from "drizzle-orm/postgres-js";
import { createPool } from "./pool.ts";

/** Queries inside one transaction that already has its role, and its tenant where there is one. */
export type Db = Parameters<Parameters<PostgresJsDatabase["transaction"]>[0]>[0];

/**
 * Thrown within a tenant's transaction that is to be undone and begun once more: what stood in its way has been noted, and
 * is left out the second time.
 */
export class BeginAnew extends Error {
  override readonly name = "BeginAnew";
}

export type Database = {
  /** One transaction as `patchcord_app`, which sees the rows of this tenant only. */
  inTenant<T>(tenantId: string, work: (db: Db) => Promise<T>): Promise<T>;
  /** One transaction as `patchcord_system`: job queue, sign-in look-ups, the live feed. Sees no customer data. */
  asSystem<T>(work: (db: Db) => Promise<T>): Promise<T>;
  close(): Promise<void>;
};

const toBe = (role: string, tenantId: string) =>
  sql`select set_config('role', ${role}, true), set_config('app.tenant_id', ${tenantId}, true)`;

const dialect = new PgDialect();

/**
 * For a statement that runs often and whose text is always the same: planned once a connection, and one way to the
 * server and back instead of two. A pooler that cannot keep prepared statements wants `?prepare=false` in the URL.
 */
export async function executePrepared<T extends Record<string, unknown>>(db: Db, statement: SQL): Promise<T[]> {
  const query = dialect.sqlToQuery(statement);
  return (await db._.session.prepareQuery(query, undefined, "prepared", false).execute()) as T[];
}

/**
 * The login role owns nothing and inherits nothing: a query outside of these two functions is refused by the server.
 * Role and tenant are set for the transaction only, so poolers in transaction mode and Hyperdrive are safe.
 */
export function openDatabase(url: string, options: { connectionsMax?: number } = {}): Database {
  const pool = createPool(url, options.connectionsMax ?? 10);
  const within = <T>(role: string, tenantId: string, work: (db: Db) => Promise<T>) =>
    pool.use((database) =>
      database.transaction(async (db) => {
        // On its way before the first statement of `work`, not answered before it. Should it fail, so do all that follow.
        const [, result] = await Promise.all([executePrepared(db, toBe(role, tenantId)), work(db)]);
        return result;
      }),
    );
  return {
    inTenant: (tenantId, work) =>
      within("patchcord_app", tenantId, work).catch((error: unknown) => {
        if (error instanceof BeginAnew) return within("patchcord_app", tenantId, work);
        throw error;
      }),
    asSystem: (work) => within("patchcord_system", "", work),
    close: () => pool.close(),
  };
}
