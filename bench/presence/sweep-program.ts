/** Program: reads everybody's presence once, through our job by a clock that jumps from beat to beat, or by a bare loop. */

import { eq } from "drizzle-orm";
import postgres from "postgres";
import type { Run } from "../../src/jobs/run.ts";
import { silentLog } from "../../src/log.ts";
import { sweeps } from "../../src/presence/schema.ts";
import { sweepPresence } from "../../src/presence/sweep.ts";
import { type Wired, wire } from "../../src/wire.ts";
import { type Company, externalId } from "../company.ts";
import { answerQuestions } from "../program.ts";

export type SweepQuestion = { kind: "ours" | "raw"; company: Company; graphUrl: string; people: number; at: Date };
/** `lapSeconds`: by the clock that jumps. `requests` counts refused ones too. */
export type Swept = { seconds: number; cpuSeconds: number; lapSeconds: number; requests: number };

/** Microsoft's most in one request. */
const idsMax = 650;
const presencesPath = "/communications/getPresencesByUserId";

async function sweepOurs({ company, at }: SweepQuestion): Promise<Omit<Swept, "seconds" | "cpuSeconds">> {
  const { databaseUrl, keys, tenantId, connectionIds } = company;
  const seen = { now: at, requests: 0 };
  const now = () => seen.now;
  const wired = wire({
    ...{ databaseUrl, keys, publicUrl: "http://127.0.0.1", sandbox: true, log: silentLog, now },
    fetch: async (input, init) => {
      const response = await fetch(input, init);
      if (String(input).endsWith(presencesPath)) seen.requests++;
      return response;
    },
  });
  const run = runOf(wired, tenantId, now);
  const beat = sweepPresence(wired.service, { engagedPeople: async () => [], random: () => 0.5 });
  const readPlace = async () => {
    const [row] = await run.tx(({ db }) =>
      db.select().from(sweeps).where(eq(sweeps.connectionId, connectionIds.office)),
    );
    return { cursor: row?.cursor ?? null, knownMs: row?.knownAt?.getTime() };
  };
  try {
    const begun = await readPlace();
    let place = begun;
    do {
      seen.now = (await beat(run, { connectionId: connectionIds.office })) ?? seen.now;
      place = await readPlace();
    } while (place.cursor !== null || place.knownMs === begun.knownMs);
    return { lapSeconds: (seen.now.getTime() - at.getTime()) / 1000, requests: seen.requests };
  } finally {
    await wired.close();
  }
}

const runOf = ({ service: { database } }: Wired, tenantId: string, now: () => Date): Run => ({
  ...{ tenantId, now, log: silentLog, attempt: 1 },
  tx: (work) =>
    database.inTenant(tenantId, (db) =>
      work({ db, tenantId, actor: { kind: "system", name: "presence.sweep" }, now, log: silentLog }),
    ),
});

/** One request after the other, each answer stored with one upsert; waits for nobody and heeds no limit. */
async function sweepRaw({
  company,
  graphUrl,
  people,
  at,
}: SweepQuestion): Promise<Omit<Swept, "seconds" | "cpuSeconds">> {
  const sql = postgres(company.databaseUrl, { max: 1, onnotice: () => {} });
  let requests = 0;
  const read = async (ids: string[]): Promise<unknown> => {
    requests++;
    const init = { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify({ ids }) };
    const response = await fetch(`${graphUrl}/v1.0${presencesPath}`, init);
    return response.ok ? ((await response.json()) as { value: unknown }).value : read(ids);
  };
  try {
    await sql`create table if not exists plain_presences
      (id text primary key, availability text not null, activity text not null, at timestamptz not null)`;
    for (let first = 0; first < people; first += idsMax) {
      const ids = Array.from({ length: Math.min(idsMax, people - first) }, (_, index) => externalId(first + index));
      await sql`insert into plain_presences
        select id, availability, activity, ${at} from json_to_recordset(${JSON.stringify(await read(ids))}::text::json)
          as r(id text, availability text, activity text)
        on conflict (id) do update set availability = excluded.availability, activity = excluded.activity, at = excluded.at`;
    }
    return { lapSeconds: Number.NaN, requests };
  } finally {
    await sql.end({ timeout: 5 });
  }
}

answerQuestions(async (question: SweepQuestion): Promise<Swept> => {
  const startedAt = performance.now();
  const before = process.cpuUsage();
  const swept = await (question.kind === "ours" ? sweepOurs(question) : sweepRaw(question));
  const { user, system } = process.cpuUsage(before);
  return { ...swept, seconds: (performance.now() - startedAt) / 1000, cpuSeconds: (user + system) / 1e6 };
});
