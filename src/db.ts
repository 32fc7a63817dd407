import { Param, Placeholder, SQL, StringChunk, sql } from "drizzle-orm";
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
  /** How late the last job of this tenant began for which somebody waits on the telephone; 0 when that was in time, or long ago. */
  lateMs(tenantId: string): number;
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
  /** How long whoever is next has been waiting for a connection; 0 when nobody is. */
  waitedMs(): number;
  /** Set by whoever runs jobs in this process. */
  hands: Hands | undefined;
  close(): Promise<void>;
};

const toBe = (role: string, tenantId: string) =>
  sql`select set_config('role', ${role}, true), set_config('app.tenant_id', ${tenantId}, true)`;

const dialect = new PgDialect();
type Query = { sql: string; params: unknown[] };

/** Words and values only, as most of ours are, needs nothing of what drizzle knows of tables; it takes many times as long. */
function queryOf(statement: SQL): Query {
  const params: unknown[] = [];
  const text = textOf(statement, params);
  return text === undefined ? dialect.sqlToQuery(statement) : { sql: text, params };
}

/** Undefined: there is more to it than words and values. */
function textOf({ queryChunks }: SQL, params: unknown[]): string | undefined {
  let text = "";
  for (const chunk of queryChunks) {
    if (chunk instanceof StringChunk) text += chunk.value.join("");
    else if (chunk instanceof SQL) {
      const inner = textOf(chunk, params);
      if (inner === undefined) return undefined;
      text += inner;
    } else if (chunk === null || ["string", "number", "boolean"].includes(typeof chunk))
      text += `$${params.push(chunk)}`;
    else return undefined;
  }
  return text;
}

/**
 * For a statement that runs often and whose text is always the same: planned once a connection, and one way to the
 * server and back instead of two. A pooler that cannot keep prepared statements wants `?prepare=false` in the URL.
 */
export async function executePrepared<T extends Record<string, unknown>>(db: Db, statement: SQL): Promise<T[]> {
  return (await db._.session.prepareQuery(queryOf(statement), undefined, "prepared", false).execute()) as T[];
}

/** Where a value goes in a statement of `builtOnce`; it has whatever type its column has. */
export const value = (name: string) => sql.placeholder(name) as never;

type Prepared<Rows> = { execute(values?: Record<string, unknown>): Promise<Rows> };
/** What drizzle makes of a statement, as far as it is the same in every transaction. */
type Built<Rows> = Prepared<Rows> & {
  queryString: string;
  params: unknown[];
  fields: Parameters<Db["_"]["session"]["prepareQuery"]>[1];
  joinsNotNullableMap?: Record<string, boolean>;
};

/** As drizzle does it, but for null, which it takes for a value of the column's type. */
function filled(param: unknown, values: Record<string, unknown>): unknown {
  const place = param instanceof Param ? param.value : param;
  if (!(place instanceof Placeholder)) return param;
  if (!(place.name in values)) throw new Error(`a statement wants ${place.name}`);
  const given = values[place.name];
  return param instanceof Param && given !== null ? param.encoder.mapToDriverValue(given) : given;
}

/**
 * A statement in drizzle's words that runs often: built when it is first asked for, and prepared like those above. What
 * differs from one time to the next stands there as `value("name")`, and comes as `values`.
 */
export function builtOnce<Values extends Record<string, unknown>, Rows>(
  build: (db: Db) => { prepare(name: string): Prepared<Rows> },
): (db: Db, values: Values) => Promise<Rows> {
  let built: Built<Rows> | undefined;
  return (db, values) => {
    built ??= build(db).prepare("prepared") as Built<Rows>;
    const { queryString, fields, joinsNotNullableMap } = built;
    const params = built.params.map((param) => filled(param, values));
    const query = db._.session.prepareQuery({ sql: queryString, params }, fields, "prepared", true);
    return (Object.assign(query, { joinsNotNullableMap }) as unknown as Prepared<Rows>).execute(values);
  };
}

type Sent = { all: Promise<void>[]; failure?: unknown };
const sentIn = new WeakMap<object, Sent>();

/**
 * Writes whose answers nobody needs: they are on their way at once, in this order, and the end of the transaction travels
 * behind them. Should one fail, nothing of the transaction is kept, and whoever asked for it is told why.
 */
export function send(db: Db, ...writes: Promise<unknown>[]): void {
  const sent = sentIn.get(db);
  if (!sent) throw new Error("this transaction does not wait for what is sent");
  const noteFailure = (error: unknown) => {
    sent.failure ??= error;
  };
  for (const write of writes) {
    // Would be asked for after those behind it.
    if (!(write instanceof Promise))
      throw new Error("a statement of drizzle's is on its way once it is told to execute");
    sent.all.push(write.then(() => {}, noteFailure));
  }
}

/**
 * For a statement whose plan is the same whatever it is asked with, since it finds its rows by keys: planned once a
 * connection. Else Postgres may plan anew each time, which takes longer than many of them run. Not for one that needs a
 * partial index whose condition comes as a value.
 */
export async function executeAsPlanned<T extends Record<string, unknown>>(db: Db, statement: SQL): Promise<T[]> {
  const [, rows] = await Promise.all([
    executePrepared(db, sql`select ${planning("force_generic_plan")}`),
    executePrepared<T>(db, statement),
    executePrepared(db, sql`select ${planning("auto")}`),
  ]);
  return rows;
}
const planning = (mode: "auto" | "force_generic_plan") => sql`set_config('plan_cache_mode', ${mode}, true)`;

/**
 * The login role owns nothing and inherits nothing: a query outside of these two functions is refused by the server.
 * Role and tenant are set for the transaction only, so poolers in transaction mode and Hyperdrive are safe.
 */
export function openDatabase(url: string, options: { connectionsMax?: number } = {}): Database {
  const pool = createPool(url, options.connectionsMax ?? 10);
  const within = async <T>(role: string, tenantId: string, work: (db: Db) => Promise<T>, promised?: Promised) => {
    const sent: Sent = { all: [] };
    const result = await pool.use((database) =>
      database.transaction(async (db) => {
        if (promised) promises.set(db, promised);
        sentIn.set(db, sent);
        // Is on its way before the first statement of `work`. Should it fail, so do all that follow.
        send(db, executePrepared(db, toBe(role, tenantId)));
        const result = await work(db);
        if (sent.failure) throw sent.failure;
        return result;
      }),
    );
    await Promise.all(sent.all); // what they told was heard before the end was
    if (sent.failure) throw sent.failure;
    return result;
  };
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
            executePrepared(db, sql`${toBe("patchcord_system", "")}, ${planning("force_generic_plan")}`),
            executePrepared<T>(db, statement),
          ]);
          return rows;
        }),
      ),
    waitedMs: () => pool.waitedMs(),
    close: () => pool.close(),
  };
  return opened;
}
