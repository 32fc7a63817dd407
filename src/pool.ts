/**
 * Connections to Postgres, each for one transaction at a time. The driver's own pool does not survive a server that is
 * killed: what is left of a transaction is written to a socket that is gone, which ends the process, or is carried out in
 * the next transaction of the connection (postgres 3.4.9; porsager/postgres issues 1066 and 1208, pull request 1155). So
 * each connection is a client of its own here: once it has closed, nothing is sent through it any more.
 */
import { drizzle, type PostgresJsDatabase } from "drizzle-orm/postgres-js";
import postgres from "postgres";

type Client = postgres.Sql;
type Ask = (...given: Parameters<Client["unsafe"]>) => ReturnType<Client["unsafe"]>;
type Asked = ReturnType<Client["unsafe"]>;
type Connection = {
  client: Client;
  database: PostgresJsDatabase;
  single: PostgresJsDatabase;
  isGone: boolean;
  /** What has been asked for and not been answered. */
  asked: Set<Asked>;
};

/** Statements that have run this often are planned once a connection from then on: one way to the server, not two. */
const usesUntilPrepared = 12;
/** Lists of many lengths make many texts; what is kept of them, here and in the server, is bounded. */
const textsMax = 400;
const textLengthMax = 6_000;
const uses = new Map<string, number>();

/** Runs often, with a text that is always the same. `?prepare=false` in the URL turns it off all the same. */
function isFrequent(text: string): boolean {
  const count = uses.get(text);
  if (count === usesUntilPrepared) return true;
  if (count !== undefined || (uses.size < textsMax && text.length <= textLengthMax)) uses.set(text, (count ?? 0) + 1);
  return false;
}

export type Pool = {
  /** Waits for a connection that is free. What `work` does with it is one transaction on it. */
  use<T>(work: (database: PostgresJsDatabase) => Promise<T>): Promise<T>;
  /** The same for a transaction whose statements are all asked for at once: its end travels with them. */
  useOnce<T>(work: (database: PostgresJsDatabase) => Promise<T>): Promise<T>;
  /** How long whoever is next has been waiting for a connection; 0 when nobody is. */
  waitedMs(): number;
  /** Lets the transactions under way end, for five seconds at most. */
  close(): Promise<void>;
};

const closeMsMax = 5_000;

export function createPool(url: string, connectionsMax: number): Pool {
  const all = new Set<Connection>();
  const idle: Connection[] = [];
  const waiting: (PromiseWithResolvers<Connection> & { since: number })[] = [];
  let isClosed = false;
  let whenQuiet: (() => void) | undefined;

  function connect(): Connection {
    const connection = openConnection(url);
    all.add(connection);
    return connection;
  }
  function discard(connection: Connection): void {
    all.delete(connection);
    void connection.client.end({ timeout: 0 });
  }
  async function take(): Promise<Connection> {
    if (isClosed) throw gone("This database has been closed.");
    for (let found = idle.pop(); found; found = idle.pop()) {
      if (!found.isGone) return found;
      discard(found);
    }
    if (all.size < connectionsMax) return connect();
    const turn = { ...Promise.withResolvers<Connection>(), since: performance.now() };
    waiting.push(turn);
    return turn.promise;
  }
  function giveBack(connection: Connection): void {
    if (connection.isGone) discard(connection);
    const next = waiting.shift();
    if (next) next.resolve(connection.isGone ? connect() : connection);
    else if (!connection.isGone) idle.push(connection);
    if (idle.length === all.size) whenQuiet?.();
  }
  async function use<T>(work: (connection: Connection) => Promise<T>): Promise<T> {
    const connection = await take();
    try {
      return await work(connection);
    } finally {
      giveBack(connection);
    }
  }
  return {
    use: (work) => use(({ database }) => work(database)),
    useOnce: (work) => use(({ single }) => work(single)),
    waitedMs: () => (waiting[0] ? performance.now() - waiting[0].since : 0),
    async close() {
      isClosed = true;
      for (const turn of waiting.splice(0)) turn.reject(gone("This database has been closed."));
      if (idle.length < all.size) {
        const late = setTimeout(() => whenQuiet?.(), closeMsMax);
        await new Promise<void>((done) => {
          whenQuiet = done;
        });
        clearTimeout(late);
      }
      await Promise.all([...all].map(({ client }) => client.end({ timeout: 0 })));
    },
  };
}

/** In the driver's words, which are understood wherever a database may be away. */
const gone = (message: string) => Object.assign(new Error(message), { code: "CONNECTION_CLOSED" });

function openConnection(url: string): Connection {
  const client = postgres(url, {
    max: 1,
    onnotice: () => {},
    idle_timeout: 60,
    max_lifetime: null, // it would end between two statements of a transaction
    connect_timeout: 10,
    fetch_types: false,
    onclose: () => {
      connection.isGone = true;
      for (const query of connection.asked) withdraw(query);
    },
  });
  const databaseOf = (isOnce: boolean) => {
    const begin = <T>(work: (client: Client) => Promise<T>) => transact(connection, work, isOnce);
    return drizzle({ client: { options: client.options, begin } as unknown as Client });
  };
  const connection: Connection = {
    ...{ client, database: databaseOf(false), single: databaseOf(true) },
    ...{ isGone: false, asked: new Set() },
  };
  return connection;
}

/**
 * What has not been sent when a connection closes, or could not be had, is kept by the driver for the next connection, where
 * it would be carried out without its transaction: one statement after the other, each for good.
 */
function withdraw(query: Asked): void {
  const { state, reject } = query as unknown as { state: unknown; reject(error: Error): void };
  if (state) return; // sent
  reject(gone("The connection to the database has gone."));
  query.cancel();
}

/** Of statements sent together the first to fail says why; those behind it fail because of it, and may be heard of first. */
function isConsequence(error: unknown): boolean {
  const { code, cause } = (error ?? {}) as { code?: unknown; cause?: { code?: unknown } };
  return (code ?? cause?.code) === "25P02";
}

/** One transaction. Whatever `work` asks for after its end, or after the connection has gone, is refused. */
async function transact<T>(connection: Connection, work: (client: Client) => Promise<T>, isOnce: boolean): Promise<T> {
  const { client } = connection;
  let isOver = false;
  let failure: unknown;
  const ask: Ask = (text, values = [], how = {}) => {
    if (connection.isGone) throw gone("The connection to the database has gone.");
    const query = client.unsafe(text, values, {
      ...how,
      prepare: how.prepare || (values.length > 0 && isFrequent(text)),
    });
    connection.asked.add(query);
    query.then(
      () => connection.asked.delete(query),
      (error: unknown) => {
        connection.asked.delete(query);
        failure ??= error;
        // What did not come from the server tells of the connection.
        if (!(error instanceof postgres.PostgresError)) connection.isGone = true;
      },
    );
    return query;
  };
  const unsafe: Ask = (...given) => {
    if (isOver) throw new Error("this transaction is over");
    return ask(...given);
  };
  try {
    void ask("begin"); // answered with the first statement
    const working = work({ options: client.options, unsafe } as unknown as Client);
    isOver = isOnce;
    const ended = isOnce ? ask("commit") : undefined; // undoes all of it should a statement have failed
    const result = await working;
    isOver = true;
    if (failure) throw failure;
    await (ended ?? ask("commit"));
    if (failure) throw failure; // of what was still on its way; the server has undone all of it without a word
    return result;
  } catch (error) {
    isOver = true;
    if (!connection.isGone && !isOnce) await ask("rollback").catch(() => {});
    throw isConsequence(error) ? failure : error;
  }
}
