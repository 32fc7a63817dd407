import type { MiddlewareHandler } from "hono";
import type { Clock } from "../../../src/testing/clock.ts";

/** One request as it went over the wire. */
export type TimelineEntry = {
  at: Date;
  method: string;
  path: string;
  /** The form, without credentials. */
  form: Record<string, string>;
  /** 0: the connection broke before the answer. */
  status: number;
  latencyMs: number;
};

const entriesMax = 1_000;

/** Writes down each request that changes something, with how long its answer took, faults included. */
export function createTimeline(clock: Clock): { middleware: MiddlewareHandler; entries: TimelineEntry[] } {
  const entries: TimelineEntry[] = [];
  const middleware: MiddlewareHandler = async (c, next) => {
    if (c.req.method === "GET") return next();
    const at = clock.now();
    const form = new URLSearchParams(await c.req.raw.clone().text());
    form.delete("SipAuthPassword");
    await next();
    const { method, path } = c.req;
    const latencyMs = clock.now().getTime() - at.getTime();
    entries.push({ at, method, path, form: Object.fromEntries(form), status: c.res.status, latencyMs });
    if (entries.length > entriesMax) entries.shift();
  };
  return { middleware, entries };
}
