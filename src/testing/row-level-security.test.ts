import postgres from "postgres";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { testDatabase } from "./database.ts";
import { createTemplate, installedServer, startThrowawayPostgres } from "./postgres.ts";
import { type SampleRows, sampleRows } from "./sample-rows.ts";

/** All that the system role may do. Longer only with a reason: it sees the rows of every tenant. */
const systemGrants: Record<string, string> = {
  api_keys: "SELECT",
  changes: "DELETE SELECT",
  connections: "SELECT",
  idempotency_keys: "DELETE SELECT",
  inbound_events: "DELETE SELECT",
  jobs: "DELETE INSERT SELECT UPDATE",
  platform_tokens: "DELETE SELECT",
  sign_ins: "SELECT",
  sweeps: "SELECT",
  stream_leases: "DELETE INSERT SELECT UPDATE",
  tenants: "DELETE INSERT SELECT UPDATE",
};

type Opened = { url: string; drop(): Promise<void> };

async function ownServer(binDir?: string): Promise<Opened> {
  const server = await startThrowawayPostgres(binDir ? { binDir } : {});
  return { url: (await createTemplate(server.url)).url, drop: server.stop };
}

const installed = installedServer();
type Tx = postgres.TransactionSql;
const servers: [name: string, isHere: boolean, open: () => Promise<Opened>][] = [
  ["the server of this run", true, testDatabase],
  [
    "an installed PostgreSQL server (needs one in /usr/lib/postgresql)",
    installed !== undefined,
    () => ownServer(installed),
  ],
];
if (process.env.TEST_DATABASE_URL) servers.push(["the built-in server", true, () => ownServer()]);

for (const [name, isHere, open] of servers) {
  describe.skipIf(!isHere)(`row-level security on ${name}`, () => {
    let database: Opened;
    let sql: postgres.Sql;
    let mine: SampleRows;
    let theirs: SampleRows;

    beforeAll(async () => {
      database = await open();
      sql = postgres(database.url, { max: 1, onnotice: () => {} });
      [mine, theirs] = [await sampleRows(sql, "ten_mine"), await sampleRows(sql, "ten_theirs")];
      await sql.begin(async (owner) => {
        await owner`set local session_replication_role = replica`; // rows without the rows that they refer to
        for (const id of ["ten_mine", "ten_theirs"]) {
          await owner`insert into tenants (id, slug, name, created_at) values (${id}, ${id}, 'n', now())`;
        }
        for (const [table, row] of [...mine, ...theirs]) await owner`insert into ${owner(table)} ${owner(row)}`;
      });
    });
    afterAll(async () => {
      await sql.end({ timeout: 1 });
      await database.drop();
    });

    /** Runs `work` as the service does, in a transaction that is undone. */
    async function as<T>(
      role: string,
      tenantId: string | undefined,
      work: (tx: Tx) => Promise<T>,
      on = sql,
    ): Promise<T> {
      const undo = new Error("undo");
      let result: { value: T } | undefined;
      await on
        .begin(async (tx) => {
          await tx`select set_config('role', ${role}, true)`;
          if (tenantId !== undefined) await tx`select set_config('app.tenant_id', ${tenantId}, true)`;
          result = { value: await work(tx) };
          throw undo;
        })
        .catch((error: unknown) => {
          if (error !== undo) throw error;
        });
      if (!result) throw new Error("the work did not end");
      return result.value;
    }

    const codeOf = (work: Promise<unknown>) =>
      work.then(
        () => "done",
        (error: { code?: string }) => error.code ?? "?",
      );

    it("covers more than a handful of tables", () => {
      expect([...mine.keys()]).toEqual(
        expect.arrayContaining(["people", "presences", "consults", "contexts", "audit"]),
      );
    });

    it("is on, forced and with a policy for all commands on every table of tenants", async () => {
      const open = await sql`
        select c.relname from pg_class c
        where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') and c.relname <> 'schema_migrations'
          and not (c.relrowsecurity and c.relforcerowsecurity and exists (
            select from pg_policy p where p.polrelid = c.oid and p.polcmd = '*' and p.polpermissive
              and 'patchcord_app'::regrole = any (p.polroles)
              and pg_get_expr(p.polqual, c.oid) like '%current_tenant()%'
              and pg_get_expr(p.polwithcheck, c.oid) like '%current_tenant()%'))`;
      expect(open).toEqual([]);
    });

    it("lets no table into the application's reach that does not say whose its rows are", async () => {
      const reached = await sql`
        select distinct table_name from information_schema.role_table_grants
        where table_schema = 'public' and grantee in ('patchcord_app', 'patchcord_system', 'PUBLIC')`;
      const names = reached.map((row) => String(row.table_name)).filter((table) => !mine.has(table));
      expect(names).toEqual(["tenants"]);
    });

    it("has no way round it: views and functions that run with their owner's rights", async () => {
      const views = await sql`
        select relname from pg_class where relnamespace = 'public'::regnamespace
          and (relkind = 'm' or (relkind = 'v' and not coalesce('security_invoker=true' = any (reloptions), false)))`;
      const functions = await sql`
        select proname from pg_proc where pronamespace = 'public'::regnamespace and prosecdef`;
      expect([...views, ...functions]).toEqual([]);
    });

    it("cannot be switched off by the working roles, which own nothing and cannot log in", async () => {
      const roles = await sql`
        select rolname, rolsuper or rolbypassrls or rolcreaterole or rolcreatedb or rolreplication or rolcanlogin as mighty,
          exists (select from pg_shdepend d where d.refobjid = r.oid and d.deptype = 'o') as owns,
          exists (select from pg_auth_members m where m.member = r.oid) as becomes_others
        from pg_roles r where rolname in ('patchcord_app', 'patchcord_system') order by rolname`;
      const harmless = { mighty: false, owns: false, becomes_others: false };
      expect(roles).toEqual([
        { rolname: "patchcord_app", ...harmless },
        { rolname: "patchcord_system", ...harmless },
      ]);
      const attempt = as("patchcord_app", "ten_mine", (tx) => tx`alter table people disable row level security`);
      expect(await codeOf(attempt)).toBe("42501");
    });

    it("shows nothing and takes nothing while no tenant is set", async () => {
      // A session that never named a tenant reads null, one that did reads '' afterwards.
      const fresh = postgres(database.url, { max: 1, onnotice: () => {} });
      for (const [session, unset] of [
        [fresh, undefined],
        [sql, undefined],
        [sql, ""],
      ] as const) {
        for (const [table, row] of mine) {
          const visible = await as("patchcord_app", unset, (tx) => tx`select 1 from ${tx(table)}`, session);
          expect(visible, table).toEqual([]);
          const insert = as("patchcord_app", unset, (tx) => tx`insert into ${tx(table)} ${tx(row)}`, session);
          expect(await codeOf(insert), table).toBe("42501");
        }
      }
      await fresh.end({ timeout: 1 });
    });

    it("shows a tenant its own rows and nobody else's", async () => {
      for (const table of [...mine.keys()]) {
        const seen = await as("patchcord_app", "ten_mine", (tx) => tx`select distinct tenant_id from ${tx(table)}`);
        expect(seen, table).toEqual([{ tenant_id: "ten_mine" }]);
      }
      expect(await as("patchcord_app", "ten_mine", (tx) => tx`select id from tenants`)).toEqual([{ id: "ten_mine" }]);
    });

    it("refuses rows in another tenant's name", async () => {
      for (const [table, row] of theirs) {
        const insert = as("patchcord_app", "ten_mine", (tx) => tx`insert into ${tx(table)} ${tx(row)}`);
        expect(await codeOf(insert), table).toBe("42501");
        const give = as("patchcord_app", "ten_mine", (tx) => tx`update ${tx(table)} set tenant_id = 'ten_theirs'`);
        expect(await codeOf(give), table).toBe("42501");
      }
    });

    it("neither changes nor deletes another tenant's rows", async () => {
      for (const table of mine.keys()) {
        const touched = (verb: (tx: Tx) => Promise<postgres.RowList<postgres.Row[]>>) =>
          as("patchcord_app", "ten_mine", verb).then(
            (rows) => rows.count,
            (error: { code?: string }) => (error.code === "42501" ? 0 : error), // append-only tables refuse outright
          );
        const change = (tx: Tx) => tx`update ${tx(table)} set tenant_id = 'ten_mine' where tenant_id = 'ten_theirs'`;
        const remove = (tx: Tx) => tx`delete from ${tx(table)} where tenant_id = 'ten_theirs'`;
        expect([await touched(change), await touched(remove)], table).toEqual([0, 0]);
      }
    });

    it("keeps the audit log append-only", async () => {
      const inOwnTenant = (work: (tx: Tx) => Promise<unknown>) => codeOf(as("patchcord_app", "ten_mine", work));
      expect(await inOwnTenant((tx) => tx`insert into audit ${tx(mine.get("audit") ?? {})}`)).toBe("done");
      expect(await inOwnTenant((tx) => tx`update audit set actor = 'x'`)).toBe("42501");
      expect(await inOwnTenant((tx) => tx`delete from audit`)).toBe("42501");
    });

    it("gives the system role what its list names and no more", async () => {
      const grants = await sql<{ table: string; privileges: string }[]>`
        select table_name as table, string_agg(privilege_type, ' ' order by privilege_type) as privileges
        from information_schema.role_table_grants
        where table_schema = 'public' and grantee = 'patchcord_system' group by table_name`;
      expect(Object.fromEntries(grants.map((grant) => [grant.table, grant.privileges]))).toEqual(systemGrants);
      const columns = await sql`
        select table_name from information_schema.column_privileges where grantee = 'patchcord_system'
          and table_schema = 'public' and table_name <> all (${Object.keys(systemGrants)})`;
      expect(columns).toEqual([]);
    });
  });
}
