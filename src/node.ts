/** The Node front door: `npm start`. The sandbox where nothing is configured, else the server. */
import { existsSync } from "node:fs";
import { flushCompileCache } from "node:module";
import { readSettings, type Settings } from "./config.ts";
import { createLog, errorFields } from "./log.ts";

const closeMsMax = 15_000;

/** Set by the sandbox for the service that it runs beside its world. */
const worldUrl = process.env.PATCHCORD_SANDBOX_WORLD;

const isSandbox = (settings: Settings): boolean => {
  const isBare = !settings.DATABASE_URL && !existsSync(settings.PATCHCORD_CONFIG) && settings.NODE_ENV !== "production";
  return worldUrl === undefined && (settings.PATCHCORD_SANDBOX ?? isBare);
};

async function runServer(settings: Settings): Promise<void> {
  const log = createLog();
  const fail = (message: string) => (error: unknown) => {
    // The message of an unknown failure may quote what a customer said; where it happened does not.
    const at =
      error instanceof Error
        ? error.stack
            ?.split("\n")
            .find((line) => /^\s+at /.test(line))
            ?.trim()
        : undefined;
    log.error(message, { ...errorFields(error), at });
    process.exit(1);
  };
  process.on("uncaughtException", fail("uncaught exception"));
  process.on("unhandledRejection", fail("unhandled rejection"));
  const { startServer } = await import("./server-node.ts");
  const server = await startServer({ settings, log, secrets: process.env, ...(worldUrl ? { worldUrl } : {}) });
  const stop = () => {
    setTimeout(() => process.exit(1), closeMsMax).unref();
    server.close().then(() => process.exit(0), fail("closing failed"));
  };
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, stop);
  if (!process.send) return;
  flushCompileCache(); // so that the next start is quick even if this process is killed
  // The sandbox that started us waits for this, and takes us with it when it goes.
  process.once("disconnect", stop);
  process.send("ready");
}

try {
  const settings = readSettings(process.env);
  // The stand-ins of the sandbox are no part of a server.
  if (isSandbox(settings)) await (await import("./sandbox/main.ts")).runSandbox(settings);
  else await runServer(settings);
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exit(1);
}
