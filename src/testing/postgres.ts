import { existsSync, mkdtempSync, readdirSync, rmSync, statfsSync, statSync } from "node:fs";
import { chmod } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import postgres from "postgres";
import { type EmbeddedPostgres, startEmbeddedPostgres } from "../embedded-postgres.ts";
import { migrate } from "../migrate-database.ts";

const memory = "/dev/shm";
const roomMin = 1_000_000_000; // containers often get only 64 MB of it
const prefix = "patchcord-test-";

const hasRoom = (folder: string) => {
  const { bavail, bsize } = statfsSync(folder);
  return bavail * bsize > roomMin;
};

/** A server that is gone, data and all, when it is stopped. In memory where there is room. */
export async function startThrowawayPostgres(options: { binDir?: string } = {}): Promise<EmbeddedPostgres> {
  const base = existsSync(memory) && hasRoom(memory) ? memory : tmpdir();
  removeLeftovers(base);
  const folder = mkdtempSync(join(base, `${prefix}${process.pid}-`));
  await chmod(folder, 0o711); // the server may run as another account
  const remove = () => rmSync(folder, { recursive: true, force: true });
  try {
    const server = await startEmbeddedPostgres({ ...options, dataDir: join(folder, "postgres"), durable: false });
    return { url: server.url, stop: () => server.stop().finally(remove) };
  } catch (error) {
    remove();
    throw error;
  }
}

/** What killed runs of this account left. A server whose folder has gone ends by itself within a minute. */
function removeLeftovers(base: string): void {
  for (const name of readdirSync(base).filter((name) => name.startsWith(prefix))) {
    const folder = join(base, name);
    const pid = Number(name.slice(prefix.length).split("-")[0]);
    const owner = statSync(folder, { throwIfNoEntry: false })?.uid;
    if (pid > 0 && !isAlive(pid) && owner === process.getuid?.()) rmSync(folder, { recursive: true, force: true });
  }
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

const versionMin = 15;

/** Folder with the programs of the newest supported PostgreSQL server that is installed here, as Debian does it. */
export function installedServer(): string | undefined {
  const base = "/usr/lib/postgresql";
  const versions = existsSync(base) ? readdirSync(base).map(Number) : [];
  return versions
    .filter((version) => version >= versionMin)
    .sort((a, b) => a - b)
    .map((version) => join(base, String(version), "bin"))
    .findLast((bin) => existsSync(join(bin, "initdb")));
}

async function asOwner<T>(serverUrl: string, work: (sql: postgres.Sql) => Promise<T>): Promise<T> {
  const sql = postgres(serverUrl, { max: 1, onnotice: () => {} });
  try {
    return await work(sql);
  } finally {
    await sql.end({ timeout: 5 });
  }
}

const urlOf = (serverUrl: string, database: string) => {
  const url = new URL(serverUrl);
  url.pathname = `/${database}`;
  return url.href;
};

const newName = (kind: string) => `patchcord_${kind}_${crypto.randomUUID().replaceAll("-", "").slice(0, 16)}`;

export type TestDatabase = {
  /** Login that may do everything; the roles of the service are taken on by `openDatabase`. */
  url: string;
  name: string;
  drop(): Promise<void>;
};

/** A migrated database to clone. Nobody may stay connected to it. */
export async function createTemplate(serverUrl: string): Promise<TestDatabase> {
  const template = await createDatabase(serverUrl, newName("template"), "template0");
  await migrate(template.url);
  return template;
}

/** An own copy of the template, made in milliseconds. */
export const cloneTemplate = (serverUrl: string, template: string): Promise<TestDatabase> =>
  createDatabase(serverUrl, newName("test"), template);

async function createDatabase(serverUrl: string, name: string, template: string): Promise<TestDatabase> {
  await asOwner(serverUrl, async (sql) => {
    for (let tries = 1; ; tries++) {
      try {
        return await sql`create database ${sql(name)} template ${sql(template)}`;
      } catch (error) {
        const isBusy = error instanceof postgres.PostgresError && error.code === "55006"; // another session is on it
        if (!isBusy || tries === 20) throw error;
        await sleep(100);
      }
    }
  });
  const drop = () =>
    asOwner(serverUrl, async (sql) => void (await sql`drop database if exists ${sql(name)} with (force)`));
  return { url: urlOf(serverUrl, name), name, drop };
}
