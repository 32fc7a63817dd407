import { sql } from "drizzle-orm";
import { drizzle, type PostgresJsDatabase } from "drizzle-orm/postgres-js";
import postgres from "postgres";

/** Queries inside one transaction that already has its role, and its tenant where there is one. */
export type Db = Parameters<Parameters<PostgresJsDatabase["transaction"]>[0]>[0];

export type Database = {
  /** One transaction as `patchcord_app`, which sees the rows of this tenant only. */
  inTenant<T>(tenantId: string, work: (db: Db) => Promise<T>): Promise<T>;
  /** One transaction as `patchcord_system`: job queue, sign-in look-ups, the live feed. Sees no customer data. */
  asSystem<T>(work: (db: Db) => Promise<T>): Promise<T>;
  close(): Promise<void>;
};

/**
 * The login role owns nothing and inherits nothing: a query outside of these two functions is refused by the server.
 * Role and tenant are set for the transaction only, so poolers in transaction mode and Hyperdrive are safe.
 */
export function openDatabase(url: string, options: { connectionsMax?: number } = {}): Database {
  const client = postgres(url, {
    max: options.connectionsMax ?? 10,
    onnotice: () => {},
    prepare: true,
    idle_timeout: 60,
    connect_timeout: 10,
    fetch_types: false,
  });
  const database = drizzle(client);
  const within = <T>(role: string, tenantId: string, work: (db: Db) => Promise<T>) =>
    database.transaction(async (db) => {
      await db.execute(sql`select set_config('role', ${role}, true), set_config('app.tenant_id', ${tenantId}, true)`);
      return work(db);
    });
  return {
    inTenant: (tenantId, work) => within("patchcord_app", tenantId, work),
    asSystem: (work) => within("patchcord_system", "", work),
    close: () => client.end({ timeout: 5 }),
  };
}
