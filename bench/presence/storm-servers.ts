/** Program: takes the morning in: our whole service, or a bare server that keeps each delivery with one upsert. */
import { Hono } from "hono";
import postgres from "postgres";
import { listen } from "../../src/listen-node.ts";
import type { Company } from "../company.ts";
import { answerQuestions } from "../program.ts";
import { startService } from "../service.ts";

export type StormServerQuestion = { do: "start"; kind: "ours" | "bare"; company: Company } | { do: "tell" };
/** The most that was ever resident, in megabytes of 2^20 bytes. */
export type StormServer = { port: number; peakMegabytes: number };

type Told = { events: { agent?: string; state?: { status: string; sequence: number } }[] };

/** Newer ones pass; nobody is asked who they are, and nobody is told. */
function bare({ databaseUrl }: Company): Hono {
  const sql = postgres(databaseUrl, { max: 16, fetch_types: false, onnotice: () => {} });
  const app = new Hono();
  app.post("/hooks/:connection", async (c) => {
    const { events } = (await c.req.json()) as Told;
    const newest = new Map<string, { agent: string; native: string; sequence: number }>();
    for (const { agent, state } of events) {
      if (agent && state && state.sequence > (newest.get(agent)?.sequence ?? -1))
        newest.set(agent, { agent, native: state.status, sequence: state.sequence });
    }
    const rows = [...newest.values()].sort((a, b) => (a.agent < b.agent ? -1 : 1));
    await sql`insert into plain_states
      select * from json_to_recordset(${JSON.stringify(rows)}::text::json) as r(agent text, native text, sequence bigint)
      on conflict (agent) do update set native = excluded.native, sequence = excluded.sequence
      where excluded.sequence > plain_states.sequence`;
    return c.body(null, 200);
  });
  return app;
}

let port = 0;
answerQuestions(async (question: StormServerQuestion): Promise<StormServer> => {
  if (question.do === "start") {
    const { kind, company } = question;
    const listening =
      kind === "ours"
        ? startService({ company, jobs: true })
        : listen({ host: "127.0.0.1", port: 0, setting: "PORT", fetch: bare(company).fetch });
    port = (await listening).port;
  }
  return { port, peakMegabytes: process.resourceUsage().maxRSS / 1024 };
});
