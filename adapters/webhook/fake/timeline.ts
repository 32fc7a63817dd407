import type { MiddlewareHandler } from "hono";
import type { Clock } from "../../../src/testing/clock.ts";
import { statusOf } from "../../../src/testing/faults.ts";

/** One command as it went over the wire. */
export type TimelineEntry = {
  at: Date;
  commandId: string;
  operation: string;
  interaction: string;
  /** 0: the connection broke before the answer. */
  status: number;
  latencyMs: number;
};

const entriesMax = 1_000;

/** Writes down each command with how long its answer took, faults included. */
export function createTimeline(clock: Clock): { middleware: MiddlewareHandler; entries: TimelineEntry[] } {
  const entries: TimelineEntry[] = [];
  const middleware: MiddlewareHandler = async (c, next) => {
    if (c.req.method !== "POST" || !c.req.path.endsWith("/commands")) return next();
    const at = clock.now();
    const body = (await c.req.raw
      .clone()
      .json()
      .catch(() => ({}))) as Record<string, unknown>;
    await next();
    const word = (name: string) => String(body[name] ?? "");
    entries.push({
      at,
      commandId: word("commandId"),
      operation: word("op"),
      interaction: word("interaction"),
      status: statusOf(c.res),
      latencyMs: clock.now().getTime() - at.getTime(),
    });
    if (entries.length > entriesMax) entries.shift();
  };
  return { middleware, entries };
}
