/** Program: one of the three servers that take events in. */
import { Hono } from "hono";
import postgres from "postgres";
import { listen } from "../../src/listen-node.ts";
import { findForgery } from "../../src/platform/signature.ts";
import type { Company } from "../company.ts";
import { answerQuestions } from "../program.ts";
import { startService } from "../service.ts";

export type Kind = "ours" | "insert" | "bare";
export type ServerOptions = { kind: Kind; jobs?: boolean; company: Company };

/** Takes an event without keeping it: what HTTP and the signature cost by themselves. */
function bare({ secret }: Company): Hono {
  const app = new Hono();
  app.post("/hooks/:connection", async (c) => {
    const body = new Uint8Array(await c.req.arrayBuffer());
    if (await findForgery([secret], { headers: c.req.raw.headers, body, now: new Date() })) return c.body(null, 401);
    JSON.parse(new TextDecoder().decode(body));
    return c.body(null, 200);
  });
  return app;
}

/** One insert a request, committed before the answer, after the same check of the signature. */
function insert({ databaseUrl, secret }: Company): Hono {
  const sql = postgres(databaseUrl, { max: 16, fetch_types: false });
  const app = new Hono();
  app.post("/hooks/:connection", async (c) => {
    const body = new Uint8Array(await c.req.arrayBuffer());
    if (await findForgery([secret], { headers: c.req.raw.headers, body, now: new Date() })) return c.body(null, 401);
    const event = JSON.parse(new TextDecoder().decode(body));
    await sql`insert into plain_events (event_id, agent, event) values (${event.eventId}, ${event.agent}, ${sql.json(event)})
      on conflict do nothing`;
    return c.body(null, 200);
  });
  return app;
}

answerQuestions(async ({ kind, jobs = false, company }: ServerOptions) => {
  if (kind === "ours") return (await startService({ company, jobs })).port;
  const app = kind === "bare" ? bare(company) : insert(company);
  return (await listen({ host: "127.0.0.1", port: 0, setting: "PORT", fetch: app.fetch })).port;
});
