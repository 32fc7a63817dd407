import { readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import postgres from "postgres";
import { BridgeError } from "./errors.ts";

const stopMsMax = 20_000;

/** The lines of `postmaster.pid`: process id, folder, start, port, …, and on line 8 `ready`. */
export function pidFile(data: string): string[] | undefined {
  try {
    return readFileSync(join(data, "postmaster.pid"), "utf8").split("\n");
  } catch {
    return undefined;
  }
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

/**
 * Ends the server that a killed owner left running on this folder. A process id alone proves nothing (it may have been
 * given to another program since): the server must accept our password and name this folder as its own.
 * @throws BridgeError `conflict` when its owner is alive.
 */
export async function endOrphan(data: string, login: (port: number) => string): Promise<boolean> {
  const lines = pidFile(data);
  const pid = Number(lines?.[0]);
  const port = Number(lines?.[3]);
  if (!(pid > 0) || !(port > 0)) return false;
  for (let tries = 0; tries < 20 && isAlive(pid); tries++) {
    const found = await askServer(login(port));
    if (found?.data === data) {
      if (isAlive(found.owner)) {
        throw new BridgeError("conflict", `The database is in use by process ${found.owner}: stop that one first.`);
      }
      await endServer(data, pid);
      return true;
    }
    await sleep(100); // it may be recovering, or shutting down
  }
  return false;
}

async function askServer(url: string): Promise<{ data: string; owner: number } | undefined> {
  const client = postgres(url, { max: 1, connect_timeout: 2, onnotice: () => {} });
  try {
    const [row] = await client<{ data: string; owner: number }[]>`
      select current_setting('data_directory') as data, current_setting('patchcord.owner')::int as owner`;
    return row;
  } catch {
    return undefined;
  } finally {
    await client.end({ timeout: 1 });
  }
}

/** Its pid file goes at the end of a clean stop; the process may stay listed until somebody reaps it. */
async function endServer(data: string, pid: number): Promise<void> {
  process.kill(pid, "SIGINT");
  for (let waited = 0; isAlive(pid) && pidFile(data); waited += 20) {
    if (waited > stopMsMax) {
      throw new BridgeError("unavailable", `A database left behind does not end: process ${pid}.`);
    }
    await sleep(20);
  }
}
