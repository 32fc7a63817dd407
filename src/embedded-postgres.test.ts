import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import postgres from "postgres";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { startEmbeddedPostgres } from "./embedded-postgres.ts";
import { pidFile } from "./embedded-postgres-orphan.ts";

const isRoot = process.getuid?.() === 0;
let place = "";
let dataDir = "";
const children = new Set<ChildProcess>();

beforeEach(() => {
  place = mkdtempSync(join(tmpdir(), "patchcord-embedded-"));
  chmodSync(place, 0o755);
  dataDir = join(place, "postgres");
});

afterEach(async () => {
  for (const child of children) child.kill("SIGKILL");
  children.clear();
  endServer("SIGQUIT");
  while (pidFile(dataDir)) await sleep(10);
  if (isRoot && existsSync(dataDir) && lstatSync(dataDir).isSymbolicLink()) {
    rmSync(dirname(realpathSync(dataDir)), { recursive: true });
  }
  rmSync(place, { recursive: true });
});

function endServer(signal: "SIGQUIT" | "SIGKILL"): void {
  const pid = Number(pidFile(dataDir)?.[0]);
  if (pid > 0) process.kill(pid, signal);
}

/** A separate process that starts the database, prints its url and lives until it is killed. */
async function startOwner(): Promise<{ url: string; owner: ChildProcess }> {
  const program = `
    const { startEmbeddedPostgres } = await import(${JSON.stringify(new URL("./embedded-postgres.ts", import.meta.url).href)});
    const { url } = await startEmbeddedPostgres({ dataDir: ${JSON.stringify(dataDir)} });
    process.stdout.write(url);
    setInterval(() => {}, 1000);`;
  const owner = spawn(process.execPath, ["--input-type=module", "-e", program], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  children.add(owner);
  const [url] = (await once(owner.stdout, "data")) as [Buffer];
  return { url: url.toString(), owner };
}

async function kill(child: ChildProcess): Promise<void> {
  const gone = once(child, "exit");
  child.kill("SIGKILL");
  await gone;
}

async function query<T>(url: string, work: (sql: postgres.Sql) => Promise<T>): Promise<T> {
  const sql = postgres(url, { max: 1, onnotice: () => {} });
  try {
    return await work(sql);
  } finally {
    await sql.end({ timeout: 1 });
  }
}

/** Syncing to disk matters when the machine loses power, which no test does; without it a start is twice as quick. */
const start = (more: { port?: number } = {}) => startEmbeddedPostgres({ dataDir, durable: false, ...more });

const readNotes = (url: string) => query(url, (sql) => sql`select body from note order by body`);

describe("startEmbeddedPostgres", () => {
  it("keeps what was committed when its owner is killed, and takes the abandoned server's place", async () => {
    const first = await startOwner();
    await query(first.url, (sql) => sql`create table note (body text)`);
    await query(first.url, (sql) => sql`insert into note values ('kept')`);
    const abandoned = pidFile(dataDir)?.[0];
    await kill(first.owner);
    expect(pidFile(dataDir)?.[0]).toBe(abandoned); // it outlives its owner: that is the trap

    const second = await start();
    expect(await readNotes(second.url)).toEqual([{ body: "kept" }]);
    expect(pidFile(dataDir)?.[0]).not.toBe(abandoned);
    await expect(readNotes(first.url)).rejects.toMatchObject({ code: "ECONNREFUSED" });
    await second.stop();
  });

  it("recovers when the server itself is killed", async () => {
    const first = await startEmbeddedPostgres({ dataDir });
    await query(first.url, (sql) => sql`create table note (body text)`);
    await query(first.url, (sql) => sql`insert into note values ('kept')`);
    endServer("SIGKILL");
    const second = await start();
    expect(await readNotes(second.url)).toEqual([{ body: "kept" }]);
    await second.stop();
  });

  it("leaves a server alone whose owner is alive", async () => {
    const { url, owner } = await startOwner();
    await expect(start()).rejects.toMatchObject({
      code: "conflict",
      message: `The database is in use by process ${owner.pid}: stop that one first.`,
    });
    expect(await query(url, (sql) => sql`select 1 as one`)).toEqual([{ one: 1 }]);
  });

  it("does not end a foreign process that was given the old process id", async () => {
    await (await start()).stop();
    const bystander = spawn(process.execPath, ["-e", "setInterval(() => {}, 1000)"]);
    children.add(bystander);
    writeFileSync(join(dataDir, "postmaster.pid"), `${bystander.pid}\n${dataDir}\n0\n1\n\n127.0.0.1\n`);
    await start().then(
      (server) => server.stop(),
      () => {}, // PostgreSQL may refuse for safety; that is its business
    );
    expect(bystander.exitCode ?? bystander.signalCode).toBeNull();
    rmSync(join(dataDir, "postmaster.pid"), { force: true });
  });

  it("starts again after an interrupted first start", async () => {
    await (await start()).stop();
    rmSync(dataDir, { recursive: true });
    writeFileSync(`${dataDir}.initdb`, "left over");
    const server = await start();
    expect(await query(server.url, (sql) => sql`select 1 as one`)).toEqual([{ one: 1 }]);
    await server.stop();
  });

  it("wants the password, keeps it from others, keeps values out of its log, and leaves no process", async () => {
    const server = await start();
    const wrong = new URL(server.url);
    wrong.password = "wrong";
    await expect(query(wrong.href, (sql) => sql`select 1`)).rejects.toMatchObject({ code: "28P01" });
    expect(statSync(`${dataDir}.password`).mode & 0o777).toBe(0o600);
    expect(statSync(`${dataDir}.log`).mode & 0o777).toBe(0o600);
    expect(existsSync(`${dataDir}.initdb`)).toBe(false);

    await query(server.url, (sql) => sql`create table note (body text primary key)`);
    const insert = () => query(server.url, (sql) => sql`insert into note values ('a secret')`);
    await insert();
    await expect(insert()).rejects.toThrow("duplicate key");

    await Promise.all([server.stop(), server.stop()]);
    await server.stop();
    expect(pidFile(dataDir)).toBeUndefined();
    const log = readFileSync(`${dataDir}.log`, "utf8");
    expect(log).toContain("duplicate key");
    expect(log).not.toContain("a secret");
  });

  it("says why it cannot start", async () => {
    await (await start()).stop();
    const taken = createServer().listen(0, "127.0.0.1");
    await once(taken, "listening");
    const address = taken.address();
    const port = typeof address === "object" && address ? address.port : 0;
    await expect(start({ port })).rejects.toMatchObject({
      code: "unavailable",
      message: expect.stringMatching(/^The database cannot start: .*could not create any TCP/),
    });
    taken.close();
  });

  it.runIf(isRoot)("works for root below a folder that is closed to others, and finds the data again", async () => {
    chmodSync(place, 0o700);
    const first = await start();
    await query(first.url, (sql) => sql`create table note (body text)`);
    await first.stop();
    expect(realpathSync(dataDir).startsWith(place)).toBe(false);
    expect(statSync(realpathSync(dataDir)).mode & 0o077).toBe(0);
    const second = await start();
    expect(await readNotes(second.url)).toEqual([]);
    await second.stop();
  });
});
