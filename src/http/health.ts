import type { Api } from "../api.ts";
import { BridgeError } from "../errors.ts";
import { errorFields } from "../log.ts";
import { noteFigures, noteJobs } from "./figures.ts";

/** Live: this process answers. Ready: it can reach its database and its jobs are not piling up. */
export function addHealthRoutes(api: Api, metricsText?: () => Promise<string>, metricsToken?: string): void {
  api.get("/health/live", (c) => c.json({ live: true }));
  api.get("/health/ready", async (c) => {
    const service = c.get("service");
    try {
      const jobs = await noteJobs(service);
      return c.json({
        ready: true,
        jobs_waiting: jobs.waiting,
        oldest_job_seconds: Math.round(jobs.oldest),
      });
    } catch (error) {
      c.get("log").error("not ready", errorFields(error));
      return c.json({ ready: false, fix: "The database does not answer. Check DATABASE_URL and the server." }, 503);
    }
  });
  api.get("/metrics", async (c) => {
    if (!metricsText) throw new BridgeError("not_found", "Metrics are kept by the Node server only.");
    if (metricsToken && c.req.header("authorization") !== `Bearer ${metricsToken}`)
      throw new BridgeError("unauthenticated", "Send METRICS_TOKEN as bearer token.");
    const service = c.get("service");
    // What this process counted can be read while the database is away.
    await noteFigures(service).catch((error) => c.get("log").warn("figures not read", errorFields(error)));
    return c.text(await metricsText(), 200, { "content-type": "text/plain; version=0.0.4" });
  });
}
