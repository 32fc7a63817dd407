import { chmodSync, mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { sql } from "drizzle-orm";
import postgres from "postgres";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openDatabase } from "./db.ts";
import { keptKeys, type ServiceDatabase, startServiceDatabase } from "./embedded-postgres-service.ts";
import { createKeyring } from "./seal.ts";

let folder = "";
let database: ServiceDatabase;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "patchcord-embedded-"));
  chmodSync(folder, 0o711);
  database = await startServiceDatabase({ folder, durable: false });
});
afterAll(async () => {
  await database.stop();
  rmSync(folder, { recursive: true, force: true });
});

test("the service's login owns nothing and sees nothing before it takes on a role", async () => {
  const client = postgres(database.url, { max: 1 });
  await expect(client`select * from tenants`).rejects.toThrow("permission denied");
  const [login] = await client`select rolsuper, rolcreaterole, rolinherit from pg_roles where rolname = current_user`;
  expect(login).toEqual({ rolsuper: false, rolcreaterole: false, rolinherit: false });
  await client.end();
  const opened = openDatabase(database.url, { connectionsMax: 1 });
  expect(await opened.asSystem((db) => db.execute(sql`select slug from tenants`))).toHaveLength(0);
  await opened.close();
});

test("starting again keeps what is there, unless it is to begin anew", async () => {
  const tenants = async () => {
    const opened = openDatabase(database.url, { connectionsMax: 1 });
    const rows = await opened.asSystem((db) => db.execute(sql`select slug from tenants`));
    await opened.close();
    return rows.length;
  };
  const opened = openDatabase(database.url, { connectionsMax: 1 });
  await opened.asSystem((db) =>
    db.execute(sql`insert into tenants (id, slug, name, created_at) values ('ten_a', 'a', 'A', now())`),
  );
  await opened.close();
  await database.stop();
  database = await startServiceDatabase({ folder, durable: false });
  expect(await tenants()).toBe(1);
  await database.stop();
  database = await startServiceDatabase({ folder, durable: false, fresh: true });
  expect(await tenants()).toBe(0);
});

test("the master key is made once, and is nobody else's to read", () => {
  const keys = keptKeys(folder);
  expect(keptKeys(folder)).toBe(keys);
  expect(() => createKeyring(keys)).not.toThrow();
  expect(statSync(join(folder, "keys")).mode & 0o077).toBe(0);
});
