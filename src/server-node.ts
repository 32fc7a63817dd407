/** The service as one Node process: database, jobs, API and screens. */
import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { applyPlan } from "./admin/apply.ts";
import { readPlan } from "./admin/plan.ts";
import type { Api } from "./api.ts";
import { operatorOf, type Settings } from "./config.ts";
import { keptKeys, type ServiceDatabase, startServiceDatabase } from "./embedded-postgres-service.ts";
import { releaseStreams } from "./http/streams.ts";
import { deskPlaceOf } from "./identity/desk-place.ts";
import { releaseLeases } from "./jobs/run.ts";
import { listen } from "./listen-node.ts";
import type { Log } from "./log.ts";
import { createMetrics } from "./metrics-node.ts";
import { migrate } from "./migrate-database.ts";
import { createOutsideFetch } from "./outside-fetch-node.ts";
import { addScreens } from "./screens-node.ts";
import { type Wired, wire } from "./wire.ts";

export type Server = { url: string; close(): Promise<void> };

export type ServerOptions = {
  settings: Settings;
  log: Log;
  /** For the names of secrets in the declarative file. */
  secrets: Record<string, string | undefined>;
  /** Set for the sandbox's own service: where its world is. The sandbox has prepared the database then. */
  worldUrl?: string;
};

export async function startServer({ settings, log, secrets, worldUrl }: ServerOptions): Promise<Server> {
  const file = settings.PATCHCORD_CONFIG;
  // A mistake in the file is told before anything is started.
  const plan = existsSync(file) ? readPlan(await readFile(file, "utf8"), secrets) : undefined;
  const database = await openDatabase(settings, log, worldUrl !== undefined);
  let wired: Wired | undefined;
  const door = await listen({
    host: settings.HOST,
    port: settings.PORT,
    setting: "PORT",
    fetch: (request, env) => wired?.app.fetch(request, env) ?? new Response("Starting.", { status: 503 }),
  });
  const host = settings.HOST === "0.0.0.0" ? "127.0.0.1" : settings.HOST;
  const url = settings.PUBLIC_URL ?? `http://${host}:${door.port}`;
  const { metrics, text } = createMetrics();
  wired = wire({
    databaseUrl: database.url,
    keys: settings.PATCHCORD_KEYS ?? keptKeys(settings.PATCHCORD_DATA),
    publicUrl: url,
    sandbox: worldUrl !== undefined,
    fetchOutside: createOutsideFetch({ isSandbox: worldUrl !== undefined }),
    log,
    metrics,
    metricsText: text,
    ...(settings.PATCHCORD_OPERATOR_KEY ? { operatorKey: settings.PATCHCORD_OPERATOR_KEY } : {}),
    ...operatorOf(settings),
    ...(settings.METRICS_TOKEN ? { metricsToken: settings.METRICS_TOKEN } : {}),
    more: (api) => addOwnScreens(api, () => wired, worldUrl),
  });
  const close = () => closeAll(door, wired, database);
  try {
    if (plan) {
      const { changes } = await applyPlan(wired.service, plan);
      log.info("set-up applied", { changes: changes.length });
    }
    if (database.isOurs) {
      await releaseLeases(wired.service.database);
      await releaseStreams(wired.service.database);
    }
  } catch (error) {
    await close();
    throw error;
  }
  wired.start();
  log.info("listening", { port: door.port });
  return { url, close };
}

type Opened = { url: string; isOurs: boolean; stop(): Promise<void> };

/** `isOurs`: nobody else works on it. */
async function openDatabase(settings: Settings, log: Log, isPrepared: boolean): Promise<Opened> {
  const { DATABASE_URL: url, DATABASE_OWNER_URL: owner } = settings;
  if (!url) {
    const embedded: ServiceDatabase = await startServiceDatabase({ folder: settings.PATCHCORD_DATA, log });
    return { ...embedded, isOurs: true };
  }
  if (!isPrepared) {
    const applied = await migrate(owner ?? url);
    if (applied.length > 0) log.info("database brought up to date", { migrations: applied.length });
  }
  return { url, isOurs: isPrepared, stop: async () => {} };
}

function addOwnScreens(api: Api, wired: () => Wired | undefined, worldUrl: string | undefined): void {
  addScreens(api, {
    ...(worldUrl ? { worldUrl } : {}),
    deskOf: async (tenant) => wired()?.service.database.asSystem((db) => deskPlaceOf(db, tenant)),
  });
}

async function closeAll(door: { close(): Promise<void> }, wired: Wired | undefined, database: Opened): Promise<void> {
  // The live feeds end with the hub; until then they would keep the door open.
  const closing = door.close();
  await wired?.close();
  await closing;
  await database.stop();
}
