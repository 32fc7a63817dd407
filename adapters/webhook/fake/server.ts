import { type Context, Hono, type MiddlewareHandler } from "hono";
import type { z } from "zod";
import { findForgery } from "../../../src/platform/signature.ts";
import type { Clock } from "../../../src/testing/clock.ts";
import type { WireAgent, WireCapabilities, WireCommand, WireCommandRecord, WireSnapshot } from "../wire.ts";
import { command, stateChange } from "../wire.ts";
import { Refusal } from "./call.ts";
import type { Answer } from "./commands.ts";

/** What the server needs of the contact center behind it. */
export type Desk = {
  clock: Clock;
  secrets: () => readonly string[];
  pageSize: number;
  capabilities: () => WireCapabilities;
  agents: () => WireAgent[];
  moveAgent: (id: string, means: string) => void;
  interaction: (ref: string) => WireSnapshot | undefined;
  handle: (command: WireCommand) => Answer;
  commandRecord: (commandId: string) => WireCommandRecord | undefined;
};

type ProblemStatus = 400 | 401 | 403 | 404 | 409 | 422;

/** The contact center's side of wire.ts. `before` runs first, for faults and logs. */
export function createServer(desk: Desk, ...before: MiddlewareHandler[]): Hono {
  const app = new Hono();
  for (const middleware of before) app.use(middleware);
  app.use(async (c, next) => {
    const body = new Uint8Array(await c.req.arrayBuffer());
    const forgery = await findForgery(desk.secrets(), { headers: c.req.raw.headers, body, now: desk.clock.now() });
    return forgery ? problem(c, 401, "bad_signature", forgery) : next();
  });

  app.get("/capabilities", (c) => c.json(desk.capabilities()));
  app.get("/agents", (c) => c.json(page(desk, c.req.queries("id"), Number(c.req.query("cursor") ?? 0))));
  app.post("/agents/:id/state", async (c) => {
    const change = await readBody(c, stateChange);
    if (change.agent !== c.req.param("id")) throw new Refusal(422, "invalid", "agent: not the one in the path");
    desk.moveAgent(change.agent, change.means);
    return c.json({ state: "done" });
  });
  app.post("/commands", async (c) => {
    const { status, record } = desk.handle(await readBody(c, command));
    return status >= 400 ? problem(c, status as ProblemStatus, record.code, record.reason) : c.json(record, status);
  });
  app.get("/commands/:id", (c) => found(c, desk.commandRecord(c.req.param("id"))));
  app.get("/interactions/:ref", (c) => found(c, desk.interaction(c.req.param("ref"))));

  app.notFound((c) => problem(c, 404, "not_found", "there is nothing at this address"));
  app.onError((error, c) => {
    if (error instanceof Refusal) return problem(c, error.status, error.code, error.message);
    throw error;
  });
  return app;
}

function page(desk: Desk, ids: string[] | undefined, from: number) {
  const asOf = desk.clock.now().toISOString();
  const all = desk.agents();
  if (ids) return { agents: all.filter(({ id }) => ids.includes(id)), asOf };
  const end = from + desk.pageSize;
  const next = end < all.length ? { next: String(end) } : {};
  return { agents: all.slice(from, end), asOf, ...next };
}

async function readBody<T extends z.ZodType>(c: Context, schema: T): Promise<z.output<T>> {
  const parsed = schema.safeParse(await c.req.json().catch(() => undefined));
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new Refusal(422, "invalid", `${issue?.path.join(".")}: ${issue?.message}`);
}

const found = (c: Context, value: object | undefined) =>
  value ? c.json(value) : problem(c, 404, "not_found", "nothing has this id");

const problem = (c: Context, status: ProblemStatus, code = "refused", detail = code) =>
  c.json({ title: "Refused", status, code, detail }, status, { "content-type": "application/problem+json" });
