import { readdir, readFile } from "node:fs/promises";
import postgres from "postgres";

const folder = new URL("../migrations/", import.meta.url);

/**
 * Brings the database up to date: every file of migrations/ once, in order, each in a transaction, one process at a
 * time. Safe to repeat. `ownerUrl` must be able to create tables and roles.
 */
export async function migrate(ownerUrl: string): Promise<string[]> {
  const files = (await readdir(folder)).filter((name) => name.endsWith(".sql")).sort();
  const client = postgres(ownerUrl, { max: 1, onnotice: () => {} });
  try {
    return await client.begin(async (sql) => {
      await sql`select pg_advisory_xact_lock(7260919)`; // held until commit, so safe with poolers too
      await sql`create table if not exists schema_migrations (name text primary key, applied_at timestamptz not null default now())`;
      const done = new Set((await sql<{ name: string }[]>`select name from schema_migrations`).map((row) => row.name));
      const fresh = files.filter((name) => !done.has(name));
      for (const name of fresh) {
        await sql.unsafe(await readFile(new URL(name, folder), "utf8"));
        await sql`insert into schema_migrations (name) values (${name})`;
      }
      return fresh;
    });
  } finally {
    await client.end({ timeout: 5 });
  }
}
