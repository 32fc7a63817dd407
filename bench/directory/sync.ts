/** Program: reads a directory, through our job or by a bare loop that writes each page with one upsert. */
import postgres from "postgres";
import { syncDirectory } from "../../src/identity/directory.ts";
import type { Run } from "../../src/jobs/run.ts";
import { silentLog } from "../../src/log.ts";
import { type Wired, wire } from "../../src/wire.ts";
import type { Company } from "../company.ts";
import { answerQuestions } from "../program.ts";

export type SyncQuestion = { kind: "ours" | "raw"; company: Company; graphUrl: string };
export type Synced = { seconds: number };

type User = {
  id: string;
  displayName: string;
  mail: string;
  businessPhones: string[];
  department: string;
  jobTitle: string;
  officeLocation: string;
};
type Page = { value: User[]; "@odata.nextLink"?: string; "@odata.deltaLink"?: string };

async function syncOurs({ company }: SyncQuestion): Promise<void> {
  const { databaseUrl, keys, tenantId, connectionIds } = company;
  const wired: Wired = wire({ databaseUrl, keys, publicUrl: "http://127.0.0.1", sandbox: true, log: silentLog });
  const now = () => new Date();
  const run: Run = {
    tenantId,
    now,
    log: silentLog,
    attempt: 1,
    tx: (work) =>
      wired.service.database.inTenant(tenantId, (db) =>
        work({ db, tenantId, actor: { kind: "system", name: "directory.sync" }, now, log: silentLog }),
      ),
  };
  try {
    await syncDirectory(wired.service)(run, { connectionId: connectionIds.office });
  } finally {
    await wired.close();
  }
}

/** Where the bare loop goes on, per database. */
const cursors = new Map<string, string>();

async function syncRaw({ company: { databaseUrl }, graphUrl }: SyncQuestion): Promise<void> {
  const sql = postgres(databaseUrl, { max: 1, onnotice: () => {} });
  try {
    await sql`create table if not exists plain_people (id text primary key, name text not null, emails text[] not null,
      phone text, department text, title text, site text, updated_at timestamptz not null)`;
    let link: string | undefined = cursors.get(databaseUrl) ?? `${graphUrl}/v1.0/users/delta`;
    while (link) {
      const page = (await (await fetch(link)).json()) as Page;
      const rows = page.value.map((user) => ({ ...user, emails: [user.mail], phone: user.businessPhones[0] }));
      await sql`insert into plain_people
        select id, "displayName", emails, phone, department, "jobTitle", "officeLocation", now()
        from json_to_recordset(${JSON.stringify(rows)}::text::json) as r(id text, "displayName" text, emails text[],
          phone text, department text, "jobTitle" text, "officeLocation" text)
        on conflict (id) do update set name = excluded.name, emails = excluded.emails, phone = excluded.phone,
          department = excluded.department, title = excluded.title, site = excluded.site, updated_at = excluded.updated_at`;
      if (page["@odata.deltaLink"]) cursors.set(databaseUrl, page["@odata.deltaLink"]);
      link = page["@odata.nextLink"];
    }
  } finally {
    await sql.end({ timeout: 5 });
  }
}

answerQuestions(async (question: SyncQuestion): Promise<Synced> => {
  const startedAt = performance.now();
  await (question.kind === "ours" ? syncOurs(question) : syncRaw(question));
  return { seconds: (performance.now() - startedAt) / 1000 };
});
