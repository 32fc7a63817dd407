import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";
import { keptKeys } from "./embedded-postgres-service.ts";
import { testDatabase } from "./testing/database.ts";
import type { TestDatabase } from "./testing/postgres.ts";

let database: TestDatabase;
let folder = "";
beforeAll(async () => {
  database = await testDatabase();
  folder = mkdtempSync(join(tmpdir(), "patchcord-node-"));
});
afterAll(async () => {
  await database.drop();
  rmSync(folder, { recursive: true, force: true });
});

const start = (environment: Record<string, string>): ChildProcess =>
  spawn(process.execPath, [fileURLToPath(new URL("node.ts", import.meta.url))], {
    env: { PATH: process.env.PATH, PATCHCORD_DATA: folder, PORT: "0", ...environment },
    stdio: ["ignore", "pipe", "pipe", "ipc"],
    cwd: folder,
  });

const exitOf = (child: ChildProcess) => new Promise<number | null>((done) => child.once("exit", (code) => done(code)));

async function wordsOf(environment: Record<string, string>): Promise<{ code: number | null; said: string }> {
  const child = start(environment);
  let said = "";
  child.stderr?.on("data", (chunk) => {
    said += chunk;
  });
  return { code: await exitOf(child), said };
}

test("whoever started it as a part of theirs takes it along: no service without its sandbox", async () => {
  const child = start({
    DATABASE_URL: database.url,
    PATCHCORD_KEYS: keptKeys(folder),
    PATCHCORD_SANDBOX_WORLD: "http://127.0.0.1:9",
  });
  await new Promise((ready) => child.once("message", ready));
  const exited = exitOf(child);
  child.disconnect(); // as when the parent is killed
  expect(await exited).toBe(0);
});

test("settings that cannot be used are told at once, in words and without a stack", async () => {
  const { code, said } = await wordsOf({ PORT: "many", PUBLIC_URL: "nowhere" });
  expect(code).toBe(1);
  expect(said).toMatch(/PORT[\s\S]*PUBLIC_URL/);
  expect(said).not.toMatch(/\bat .*\.ts:/);
});

test("production never falls back to the sandbox", async () => {
  const { code, said } = await wordsOf({ NODE_ENV: "production" });
  expect(code).toBe(1);
  expect(said).toContain("In production these must be set: DATABASE_URL, PATCHCORD_KEYS, PUBLIC_URL");
});
