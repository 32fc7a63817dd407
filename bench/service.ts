/** Our service as a program: the real app behind the real door, its log and metrics on as in production. */
import { listen } from "../src/listen-node.ts";
import { createLog } from "../src/log.ts";
import { createMetrics } from "../src/metrics-node.ts";
import { type Wired, type WireOptions, wire } from "../src/wire.ts";
import type { Company } from "./company.ts";

export type ServiceOptions = {
  company: Pick<Company, "databaseUrl" | "keys">;
  /** Runs jobs too; else it only answers. */
  jobs: boolean;
  port?: number;
} & Pick<WireOptions, "fetch" | "adapters" | "more">;

export type RunningService = { port: number; wired: Wired; close(): Promise<void> };

export async function startService({ company, jobs, port = 0, ...more }: ServiceOptions): Promise<RunningService> {
  let wired: Wired | undefined;
  const door = await listen({
    host: "127.0.0.1",
    port,
    setting: "PORT",
    fetch: (request, env) => wired?.app.fetch(request, env) ?? new Response(null, { status: 503 }),
  });
  const { metrics, text } = createMetrics();
  wired = wire({
    databaseUrl: company.databaseUrl,
    keys: company.keys,
    publicUrl: `http://127.0.0.1:${door.port}`,
    sandbox: true, // platforms on loopback
    log: createLog(),
    metrics,
    metricsText: text,
    ...more,
  });
  if (jobs) wired.start();
  const closing = wired;
  return {
    port: door.port,
    wired,
    async close() {
      const closed = door.close();
      await closing.close();
      await closed;
    },
  };
}
