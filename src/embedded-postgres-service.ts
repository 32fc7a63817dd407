/** The embedded server with a migrated database, and the login with which the service uses it. */
import { randomBytes } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import postgres from "postgres";
import { type EmbeddedPostgres, startEmbeddedPostgres } from "./embedded-postgres.ts";
import type { Log } from "./log.ts";
import { migrate } from "./migrate-database.ts";

export type ServiceDatabase = {
  /** Login that owns nothing and inherits nothing, as in production. Holds a password: never log it. */
  url: string;
  stop(): Promise<void>;
};

export type ServiceDatabaseOptions = {
  /** Holds the data, the server's log and whatever else is kept. */
  folder: string;
  /** true: whatever was in the database is gone. */
  fresh?: boolean;
  /** false: no fsync, for throwaway data only. */
  durable?: boolean;
  log?: Log;
};

const database = "patchcord";
const login = "patchcord_service";

export async function startServiceDatabase(options: ServiceDatabaseOptions): Promise<ServiceDatabase> {
  const { folder, fresh = false, durable = true, log } = options;
  mkdirSync(folder, { recursive: true });
  const server = await startEmbeddedPostgres({ dataDir: join(folder, "postgres"), durable, ...(log ? { log } : {}) });
  try {
    await ensureDatabase(server, fresh);
    await migrate(urlOf(server.url, {}));
    const password = await ensureLogin(server);
    return { url: urlOf(server.url, { username: login, password }), stop: server.stop };
  } catch (error) {
    await server.stop();
    throw error;
  }
}

function urlOf(serverUrl: string, change: { username?: string; password?: string }): string {
  return Object.assign(new URL(serverUrl), { pathname: `/${database}`, ...change }).href;
}

async function asOwner<T>({ url }: EmbeddedPostgres, work: (sql: postgres.Sql) => Promise<T>): Promise<T> {
  const sql = postgres(url, { max: 1, onnotice: () => {} });
  try {
    return await work(sql);
  } finally {
    await sql.end({ timeout: 5 });
  }
}

const ensureDatabase = (server: EmbeddedPostgres, fresh: boolean) =>
  asOwner(server, async (sql) => {
    if (fresh) await sql`drop database if exists ${sql(database)} with (force)`;
    const [known] = await sql`select from pg_database where datname = ${database}`;
    if (!known) await sql`create database ${sql(database)} template template0`;
  });

/** A new password at each start, so that none has to be kept. The roles come with the migrations. */
const ensureLogin = (server: EmbeddedPostgres): Promise<string> =>
  asOwner(server, async (sql) => {
    const password = randomBytes(24).toString("hex");
    const [known] = await sql`select from pg_roles where rolname = ${login}`;
    const word = known ? "alter" : "create";
    await sql.unsafe(
      `${word} role ${login} login noinherit nosuperuser nocreatedb nocreaterole password '${password}'`,
    );
    await sql`grant patchcord_app, patchcord_system to ${sql(login)}`;
    return password;
  });

/** The master key of a folder, made at its first use and readable by its owner only. */
export function keptKeys(folder: string): string {
  const file = join(folder, "keys");
  mkdirSync(folder, { recursive: true });
  if (!existsSync(file)) writeFileSync(file, `k1:${randomBytes(32).toString("base64")}`, { mode: 0o600 });
  return readFileSync(file, "utf8").trim();
}
