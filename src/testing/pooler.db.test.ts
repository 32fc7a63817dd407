/** Tenants stay apart although their transactions share few connections of a pooler, in no order, and some break off. */
import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { chmod } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { sql } from "drizzle-orm";
import postgres from "postgres";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { type Database, openDatabase } from "../db.ts";
import { serverAccount } from "../embedded-postgres-binaries.ts";
import { type ServiceDatabase, startServiceDatabase } from "../embedded-postgres-service.ts";
import { listen } from "../listen-node.ts";
import { seeded } from "../presence/simulation/random.ts";

const places = [process.env.PATCHCORD_PGBOUNCER, "/usr/sbin/pgbouncer", "/usr/bin/pgbouncer"];
const program = places.find((path) => path !== undefined && existsSync(path));
const host = "127.0.0.1";
const tenants = ["ten_a", "ten_b", "ten_c"];

describe.skipIf(!program)(
  "through a pooler in transaction mode (needs pgbouncer, or its path in PATCHCORD_PGBOUNCER)",
  () => {
    let folder = "";
    let server: ServiceDatabase;
    let pooler: ChildProcess;
    let database: Database;
    let bare: postgres.Sql;

    beforeAll(async () => {
      folder = mkdtempSync(join(tmpdir(), "patchcord-pooler-"));
      await chmod(folder, 0o755); // server and pooler may run as another account
      server = await startServiceDatabase({ folder, durable: false });
      const url = new URL(server.url);
      const free = await listen({ host, port: 0, setting: "PORT", fetch: () => new Response(), plain: true });
      await free.close();
      writeFileSync(join(folder, "users.txt"), `"${url.username}" "${url.password}"\n`);
      writeFileSync(
        join(folder, "pgbouncer.ini"),
        `[databases]
* = host=${host} port=${url.port}
[pgbouncer]
listen_addr = ${host}
listen_port = ${free.port}
unix_socket_dir =
auth_type = plain
auth_file = ${folder}/users.txt
pool_mode = transaction
default_pool_size = 3
max_client_conn = 100
`,
      );
      pooler = spawn(program ?? "", [join(folder, "pgbouncer.ini")], { ...serverAccount(), stdio: "ignore" });
      url.port = String(free.port);
      url.searchParams.set("prepare", "false"); // this pooler keeps no prepared statements
      database = openDatabase(url.href, { connectionsMax: 12 });
      bare = postgres(url.href, { max: 4, fetch_types: false });
      await vi.waitFor(() => database.asSystem((db) => db.execute(sql`select 1`)), { timeout: 10_000 });
      for (const id of tenants) {
        await database.asSystem((db) =>
          db.execute(sql`insert into tenants (id, slug, name, created_at) values (${id}, ${id}, 'T', now())`),
        );
        await database.inTenant(id, (db) =>
          db.execute(sql`insert into people (id, tenant_id, name, created_at, updated_at)
          select 'per_' || ${id} || n, ${id}, 'P', now(), now() from generate_series(1, 20) n`),
        );
      }
    });
    afterAll(async () => {
      await database?.close();
      await bare?.end({ timeout: 1 });
      pooler?.kill("SIGKILL");
      await server?.stop();
      rmSync(folder, { recursive: true, force: true });
    });

    it("nobody sees or changes a row of another tenant, and without a tenant there are none", async () => {
      const random = seeded(7);
      const seen: string[] = [];
      /** Whoever is given a connection after us, and sets nothing, has nothing of ours. */
      const lookBare = async () => {
        const rows = await bare`select tenant_id from people`.catch(({ code }) => code);
        if (rows !== "42501") seen.push(`without a role: ${JSON.stringify(rows)}`);
      };
      const one = async () => {
        const tenant = tenants[Math.floor(random() * tenants.length)] as string;
        const what = random();
        const work = database.inTenant(what < 0.1 ? "" : tenant, async (db) => {
          if (what > 0.8) await db.execute(sql`update people set title = ${tenant}`);
          const rows = await db.execute<{ tenant_id: string }>(sql`select tenant_id from people`);
          const expected = what < 0.1 ? 0 : 20;
          if (rows.length !== expected) seen.push(`${rows.length} rows instead of ${expected}`);
          for (const row of rows) if (row.tenant_id !== tenant) seen.push(`${row.tenant_id} in ${tenant}`);
          if (what > 0.9) await db.execute(sql`select 1 / 0`);
        });
        await work.catch((error: unknown) => {
          if (what <= 0.9) throw error;
        });
      };
      await Promise.all(
        Array.from({ length: 12 }, async () => {
          for (let n = 0; n < 100; n++) await (n % 7 === 0 ? lookBare() : one());
        }),
      );
      expect(seen).toEqual([]);
      for (const tenant of tenants) {
        const titles = await database.inTenant(tenant, (db) => db.execute(sql`select distinct title from people`));
        expect([...titles]).toEqual([{ title: tenant }]);
      }
    });
  },
);
