/** Program: applies reports in batches, through our door or by a bare upsert, and tells how long it took. */
import postgres from "postgres";
import { silentLog } from "../../src/log.ts";
import type { PresenceReport } from "../../src/platform/contract.ts";
import { recordReports } from "../../src/presence/observe.ts";
import { wire } from "../../src/wire.ts";
import { type Company, externalId } from "../company.ts";
import { answerQuestions } from "../program.ts";
import { type Change, changesOf, nativeOf, type Shape } from "./changes.ts";

export type ApplyQuestion = { kind: "ours" | "raw"; company: Company; shape: Shape; batch: number };
export type Applied = { applied: number; seconds: number };

type Apply = (batch: readonly Change[]) => Promise<unknown>;

const chunk = <T>(all: readonly T[], size: number): T[][] =>
  Array.from({ length: Math.ceil(all.length / size) }, (_, index) => all.slice(index * size, (index + 1) * size));

/** Each batch is a transaction of its own, one after the other; both kinds get the very same batches. */
async function applyAll({ shape, batch }: ApplyQuestion, apply: Apply): Promise<Applied> {
  const batches = chunk(changesOf(shape), batch);
  const startedAt = performance.now();
  for (const one of batches) await apply(one);
  return { applied: batches.flat().length, seconds: (performance.now() - startedAt) / 1000 };
}

async function applyOurs(question: ApplyQuestion): Promise<Applied> {
  const { databaseUrl, keys, tenantId, connectionId } = question.company;
  const wired = wire({ databaseUrl, keys, publicUrl: "http://127.0.0.1", sandbox: true, log: silentLog });
  const { database, now } = wired.service;
  const actor = { kind: "system", name: "bench" } as const;
  try {
    return await applyAll(question, (batch) =>
      database.inTenant(tenantId, (db) =>
        recordReports({ db, tenantId, actor, now, log: silentLog }, connectionId, batch.map(reportOf)),
      ),
    );
  } finally {
    await wired.close();
  }
}

const reportOf = ({ person, sequence, at }: Change): PresenceReport => ({
  account: externalId(person),
  presence: { availability: sequence % 2 ? "busy" : "available", activity: "none", native: nativeOf(sequence) },
  observedAt: at,
  sequence,
  source: "push",
});

type Row = { account: string; availability: string; activity: string; native: string; sequence: number; at: Date };

/** What somebody would write by hand: the newest of each in the batch, one upsert that only newer ones pass. */
async function applyRaw(question: ApplyQuestion): Promise<Applied> {
  const sql = postgres(question.company.databaseUrl, { max: 1, onnotice: () => {} });
  try {
    return await applyAll(question, (batch) => {
      const newest = new Map<number, Change>();
      for (const one of batch) if (one.sequence > (newest.get(one.person)?.sequence ?? -1)) newest.set(one.person, one);
      const rows: Row[] = [...newest.values()].map((one) => {
        const { account, presence, observedAt, sequence = 0 } = reportOf(one);
        const { availability, activity, native = "" } = presence;
        return { account, availability, activity, native, sequence, at: observedAt };
      });
      return sql`insert into plain_presences
        select * from json_to_recordset(${JSON.stringify(rows)}::text::json) as r(account text, availability text,
          activity text, native text, sequence bigint, at timestamptz)
        on conflict (account) do update set availability = excluded.availability, activity = excluded.activity,
          native = excluded.native, sequence = excluded.sequence, at = excluded.at
        where excluded.sequence > plain_presences.sequence`;
    });
  } finally {
    await sql.end({ timeout: 5 });
  }
}

if (process.send)
  answerQuestions((question: ApplyQuestion) => (question.kind === "ours" ? applyOurs(question) : applyRaw(question)));
