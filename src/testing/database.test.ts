import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync } from "node:fs";
import { dirname, join } from "node:path";
import postgres from "postgres";
import { afterAll, beforeAll, expect, it } from "vitest";
import { testDatabase } from "./database.ts";
import { startThrowawayPostgres, type TestDatabase } from "./postgres.ts";

let one: TestDatabase;
let other: TestDatabase;
beforeAll(async () => {
  [one, other] = await Promise.all([testDatabase(), testDatabase()]);
});
afterAll(async () => {
  await Promise.all([one.drop(), other.drop()]);
});

async function query(url: string, text: string) {
  const sql = postgres(url, { max: 1 });
  try {
    return await sql.unsafe(text);
  } finally {
    await sql.end({ timeout: 1 });
  }
}

it("gives each caller a migrated database of its own", async () => {
  expect(one.name).not.toBe(other.name);
  expect(await query(one.url, "select name from schema_migrations")).not.toEqual([]);
  await query(one.url, "create table only_here ()");
  await expect(query(other.url, "select 1 from only_here")).rejects.toMatchObject({ code: "42P01" });
});

// An index serves a join only where both sides are compared alike. The tenant's id, which policies look at, is the exception.
it("compares every id byte by byte", async () => {
  const columns = await query(
    one.url,
    `select table_name, column_name, collation_name from information_schema.columns
     where table_schema = 'public' and data_type = 'text' and is_generated = 'NEVER'
       and (column_name = 'id' or column_name like '%\\_id') and column_name <> 'tenant_id' and table_name <> 'tenants'`,
  );
  expect(columns.length).toBeGreaterThan(50);
  expect(columns.filter(({ collation_name }) => collation_name !== "C")).toEqual([]);
});

it("drops a database that somebody is still connected to", async () => {
  const brief = await testDatabase();
  const sql = postgres(brief.url, { max: 1, onclose: () => {} });
  await sql`select 1`;
  await brief.drop();
  await expect(query(brief.url, "select 1")).rejects.toMatchObject({ code: "3D000" });
  await sql.end({ timeout: 1 });
});

it("leaves nothing of a throwaway server, nor of one whose run was killed", async () => {
  const gone = spawnSync(process.execPath, ["--version"]).pid;
  const one = await startThrowawayPostgres();
  const data = await query(one.url, "show data_directory").then(([row]) => String(row?.data_directory));
  const leftover = join(dirname(dirname(data)), `patchcord-test-${gone}-x`);
  mkdirSync(leftover);
  const other = await startThrowawayPostgres();
  expect([existsSync(leftover), existsSync(data)]).toEqual([false, true]);
  await Promise.all([one.stop(), other.stop()]);
  expect(existsSync(dirname(data))).toBe(false);
});
