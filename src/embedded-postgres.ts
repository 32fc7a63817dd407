/**
 * PostgreSQL as a child process, for a machine that has none: `npm start` without DATABASE_URL, and the tests.
 * Listens on 127.0.0.1 only, asks for a password, and survives the sudden death of its owner.
 */
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import * as fs from "node:fs";
import { createServer } from "node:net";
import { basename, dirname, join, resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import {
  type Account,
  type Binaries,
  findBinaries,
  isReachable,
  openFolder,
  serverAccount,
} from "./embedded-postgres-binaries.ts";
import { endOrphan, pidFile } from "./embedded-postgres-orphan.ts";
import { BridgeError } from "./errors.ts";
import { type Log, silentLog } from "./log.ts";

export type EmbeddedPostgresOptions = {
  /** Made when absent. Beside it are kept `<dataDir>.password` and `<dataDir>.log`. */
  dataDir: string;
  /** Default: any free port. */
  port?: number;
  /** false: no fsync, for throwaway data only. */
  durable?: boolean;
  /** Folder of another server's `initdb` and `postgres`. Default: the built-in one. */
  binDir?: string;
  log?: Log;
};
export type EmbeddedPostgres = {
  /** Superuser login over TCP. Holds the password: never log it. */
  url: string;
  /** Disconnects all clients and ends the server. Safe to repeat. */
  stop(): Promise<void>;
};

const startAttempts = 3;
const readyMsMax = 60_000; // recovery after a crash replays up to 1 GB of log
const stopMsMax = 20_000;

/** Starts the server on its data folder, which is made on first use. Ends a server that a killed owner left behind. */
export async function startEmbeddedPostgres(options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
  const log = options.log ?? silentLog;
  const account = serverAccount();
  const files = settle(resolve(options.dataDir), account);
  const durable = options.durable ?? true;
  const binaries = options.binDir ? binariesIn(options.binDir) : findBinaries(account, dirname(files.data));
  const password = keptPassword(files.password);
  if (!fs.existsSync(join(files.data, "PG_VERSION"))) {
    initialize({ binaries, account, files, durable }, password);
    log.info("database created");
  }
  if (await endOrphan(files.data, (port) => urlOf(password, port))) log.warn("database of a killed process ended");
  for (let attempt = 1; ; attempt++) {
    try {
      const port = options.port ?? (await freePort());
      const child = await launch({ binaries, account, files, durable }, port);
      log.info("database started", { port });
      return { url: urlOf(password, port), stop: () => stop(child, "SIGINT") };
    } catch (error) {
      // The port was taken meanwhile, or a killed predecessor is not yet reaped.
      if (attempt === startAttempts) throw error;
      await sleep(500);
    }
  }
}

type Cluster = { binaries: Binaries; account: Account; files: Files; durable: boolean };
type Files = { data: string; password: string; log: string };
const urlOf = (password: string, port: number) => `postgres://postgres:${password}@127.0.0.1:${port}/postgres`;
const binariesIn = (folder: string): Binaries => ({
  initdb: join(folder, "initdb"),
  postgres: join(folder, "postgres"),
});

/**
 * Where the data really is. An account that cannot enter the wanted folder (root's home is closed to it) gets an open
 * place, to which a link at the wanted place leads; removing the link begins anew.
 */
function settle(wanted: string, account: Account): Files {
  fs.mkdirSync(dirname(wanted), { recursive: true });
  const dataDir = join(fs.realpathSync(dirname(wanted)), basename(wanted));
  const beside = { password: `${dataDir}.password`, log: `${dataDir}.log` };
  if (fs.existsSync(dataDir)) return { data: fs.realpathSync(dataDir), ...beside };
  if (!("uid" in account) || isReachable(dirname(dataDir))) return { data: dataDir, ...beside };
  fs.mkdirSync(openFolder, { recursive: true });
  const place = fs.mkdtempSync(join(openFolder, "data-"));
  fs.chmodSync(place, 0o711);
  const data = join(place, "postgres");
  fs.rmSync(dataDir, { force: true }); // a link whose place is gone
  fs.symlinkSync(data, dataDir);
  return { data, ...beside };
}

function keptPassword(file: string): string {
  if (!fs.existsSync(file)) fs.writeFileSync(file, randomBytes(24).toString("hex"), { mode: 0o600 });
  return fs.readFileSync(file, "utf8").trim();
}

/** Works beside and renames at the end: a data folder is complete or absent. */
function initialize({ binaries, account, files, durable }: Cluster, password: string): void {
  const unfinished = `${files.data}.new`;
  const passwordCopy = `${files.data}.initdb`; // the kept one is closed to the server's account
  fs.rmSync(unfinished, { recursive: true, force: true });
  fs.mkdirSync(unfinished, { mode: 0o700 });
  fs.writeFileSync(passwordCopy, password, { mode: 0o600 });
  if ("uid" in account) for (const path of [unfinished, passwordCopy]) fs.chownSync(path, account.uid, account.gid);
  const speed = durable ? [] : ["--no-sync"];
  // ICU sorts and folds case alike on every machine, and needs pattern indexes as production servers do.
  const locale = ["--locale=C", "--locale-provider=icu", "--icu-locale=und", "--encoding=UTF8"];
  const login = ["--username=postgres", "--auth=scram-sha-256", `--pwfile=${passwordCopy}`];
  const made = spawnSync(binaries.initdb, ["-D", unfinished, ...login, ...locale, "--no-instructions", ...speed], {
    ...account,
    cwd: "/",
    env: { LC_ALL: "C" },
  });
  fs.rmSync(passwordCopy);
  if (made.error) throw made.error;
  if (made.status !== 0) {
    throw new BridgeError("unavailable", `The database cannot be created: ${reasonIn(made.stderr)}`);
  }
  fs.renameSync(unfinished, files.data);
}

async function launch({ binaries, account, files, durable }: Cluster, port: number): Promise<ChildProcess> {
  const settings = {
    listen_addresses: "127.0.0.1",
    unix_socket_directories: "",
    max_connections: "200",
    "patchcord.owner": String(process.pid), // tells an orphan from a server in use, see endOrphan
    // Statements and key values may hold personal data.
    log_min_error_statement: "panic",
    log_error_verbosity: "terse",
    log_checkpoints: "off",
    ...(durable ? {} : { fsync: "off", synchronous_commit: "off", full_page_writes: "off" }),
  };
  const flags = Object.entries(settings).flatMap(([name, value]) => ["-c", `${name}=${value}`]);
  const output = fs.openSync(files.log, "w", 0o600);
  const child = spawn(binaries.postgres, ["-D", files.data, "-p", String(port), ...flags], {
    ...account,
    cwd: "/",
    env: { LC_ALL: "C" },
    stdio: ["ignore", output, output],
    detached: process.platform !== "win32", // Ctrl-C is for the owner, which ends the server last
  });
  fs.closeSync(output);
  const exited = new Promise<"exited">((done) =>
    child.once("exit", () => done("exited")).once("error", () => done("exited")),
  );
  const endWithOwner = () => child.kill("SIGINT");
  process.once("exit", endWithOwner);
  void exited.then(() => process.off("exit", endWithOwner));
  const outcome = await Promise.race([exited, becomesReady(child, files.data)]);
  if (outcome === "ready") return child;
  await stop(child, "SIGQUIT");
  throw new BridgeError("unavailable", `The database cannot start: ${reasonIn(fs.readFileSync(files.log))}`);
}

/** The server writes `ready` on line 8 of its pid file; the same sign that pg_ctl waits for. */
async function becomesReady(child: ChildProcess, data: string): Promise<"ready" | "late" | "gone"> {
  for (let waited = 0; waited < readyMsMax; waited += 10) {
    await sleep(10);
    if (hasEnded(child)) return "gone";
    const lines = pidFile(data);
    if (lines?.[0]?.trim() === String(child.pid) && lines[7]?.trim() === "ready") return "ready";
  }
  return "late";
}

const hasEnded = (child: ChildProcess) =>
  child.pid === undefined || child.exitCode !== null || child.signalCode !== null;

async function stop(child: ChildProcess, signal: "SIGINT" | "SIGQUIT"): Promise<void> {
  if (hasEnded(child)) return;
  const exited = new Promise((done) => child.once("exit", done));
  child.kill(signal);
  const hurry = setTimeout(() => child.kill("SIGQUIT"), stopMsMax);
  await exited;
  clearTimeout(hurry);
}

const freePort = () =>
  new Promise<number>((done, fail) => {
    const server = createServer().once("error", fail);
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      server.close(() => done(typeof address === "object" && address ? address.port : 0));
    });
  });

/** Programs of PostgreSQL go on talking after they have named the fault. */
function reasonIn(output: Buffer): string {
  const lines = output.toString().trim().split("\n");
  return lines.findLast((line) => /\b(error|FATAL)\b/.test(line)) ?? lines.at(-1) ?? "";
}
