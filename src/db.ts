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

/**
 * Whoever runs jobs in this process and has room for more. What a transaction asks for can be taken at once, in the
 * transaction itself, and begins when it has committed (src/jobs).
 */
export type Hands = {
  /** For one transaction: until when what it takes is leased, told from every other lease by its microseconds. */
  until(): string;
  /** May a job of this lane be taken now? Its place is kept free until `end`. */
  reserve(lane: number): boolean;
  /** It is over. `reserved`: the lanes of its places; `taken`: what it took, if it is kept; `isMore`: it left something due. */
  end(reserved: readonly number[], taken: readonly unknown[], isMore: boolean, until: string): void;
};
/** What a transaction has taken so far, by its id. */
type Promised = { hands: Hands; until: string; reserved: number[]; taken: Map<number, unknown>; isMore: boolean };

const promises = new WeakMap<object, Promised>();

/** What a transaction promises to whoever runs jobs here; undefined where nobody does. */
export const promisedIn = (db: Db): Promised | undefined => promises.get(db);

export type Database = {
  /** One transaction as `patchcord_app`, which sees the rows of this tenant only. */
  inTenant<T>(tenantId: string, work: (db: Db) => Promise<T>): Promise<T>;
  /** One transaction as `patchcord_system`: job queue, sign-in look-ups, the live feed. Sees no customer data. */
  asSystem<T>(work: (db: Db) => Promise<T>): Promise<T>;
  /** The same for one statement that finds its rows by keys: one way to the server and back. */
  asSystemOnce<T extends Record<string, unknown>>(statement: SQL): Promise<T[]>;
  /** Set by whoever runs jobs in this process. */
  hands: Hands | undefined;
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
 * From here on in this transaction a prepared statement is planned once a connection, whatever it is asked with. For those
 * that find their rows by keys: else Postgres may plan anew each time, which takes longer than many of them run.
 */
export const keepPlans = (db: Db): Promise<unknown> => executePrepared(db, sql`select ${keepingPlans}`);
const keepingPlans = sql`set_config('plan_cache_mode', 'force_generic_plan', true)`;

/**
 * The login role owns nothing and inherits nothing: a query outside of these two functions is refused by the server.
 * Role and tenant are set for the transaction only, so poolers in transaction mode and Hyperdrive are safe.
 */
export function openDatabase(url: string, options: { connectionsMax?: number } = {}): Database {
  const pool = createPool(url, options.connectionsMax ?? 10);
  const within = <T>(role: string, tenantId: string, work: (db: Db) => Promise<T>, promised?: Promised) =>
    pool.use((database) =>
      database.transaction(async (db) => {
        if (promised) promises.set(db, promised);
        // On its way before the first statement of `work`, not answered before it. Should it fail, so do all that follow.
        const [, result] = await Promise.all([executePrepared(db, toBe(role, tenantId)), work(db)]);
        return result;
      }),
    );
  /** Jobs of this process that the transaction took begin when it is kept, and only then. */
  async function inTenant<T>(tenantId: string, work: (db: Db) => Promise<T>): Promise<T> {
    const { hands } = opened;
    if (!hands) return within("patchcord_app", tenantId, work);
    const promised: Promised = { hands, until: hands.until(), reserved: [], taken: new Map(), isMore: false };
    let isKept = false;
    try {
      const result = await within("patchcord_app", tenantId, work, promised);
      isKept = true;
      return result;
    } finally {
      const { reserved, taken, isMore, until } = promised;
      hands.end(reserved, isKept ? [...taken.values()] : [], isKept && isMore, until);
    }
  }
  const opened: Database = {
    hands: undefined,
    inTenant: (tenantId, work) =>
      inTenant(tenantId, work).catch((error: unknown) => {
        if (error instanceof BeginAnew) return inTenant(tenantId, work);
        throw error;
      }),
    asSystem: (work) => within("patchcord_system", "", work),
    asSystemOnce: <T extends Record<string, unknown>>(statement: SQL) =>
      pool.useOnce((database) =>
        database.transaction(async (db) => {
          const [, rows] = await Promise.all([
            executePrepared(db, sql`${toBe("patchcord_system", "")}, ${keepingPlans}`),
            executePrepared<T>(db, statement),
          ]);
          return rows;
        }),
      ),
    close: () => pool.close(),
  };
  return opened;
}
