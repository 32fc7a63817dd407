import { sql } from "drizzle-orm";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { z } from "zod";
import { type Database, openDatabase } from "../db.ts";
import { type ConnectionId, newId } from "../ids.ts";
import type { Run } from "../jobs/run.ts";
import { silentLog } from "../log.ts";
import { type DirectoryPerson, defineAdapter } from "../platform/contract.ts";
import { noMetrics, type Service } from "../platform/service.ts";
import { createKeyring } from "../seal.ts";
import { testDatabase } from "../testing/database.ts";
import { syncDirectory } from "./directory.ts";

type Answer = { people: DirectoryPerson[]; next?: string; delta?: boolean };

let database: Database;
let drop: () => Promise<void>;
let answers: Answer[] = [];
let asked: (string | undefined)[] = [];
let tenantId: string;
let connectionId: ConnectionId;

const keyring = createKeyring(`k1:${btoa("k".repeat(32))}`);
const now = () => new Date("2026-03-02T09:00:00Z");
const directory = defineAdapter({
  id: "directory",
  name: "Directory",
  side: "uc",
  settings: z.object({}),
  secretSettings: [],
  facts: {},
  check: async () => {},
  people: {
    async list(_c, cursor) {
      asked.push(cursor);
      return answers.shift() ?? { people: [] };
    },
  },
});

beforeAll(async () => {
  const made = await testDatabase();
  drop = made.drop;
  database = openDatabase(made.url);
});
afterAll(async () => {
  await database?.close();
  await drop?.();
});

async function newTenant(): Promise<{ tenantId: string; connectionId: ConnectionId }> {
  const tenant = newId("ten");
  const connection = newId("con");
  const sealed = await keyring.seal(tenant, `settings:${connection}`, {});
  await database.asSystem((db) =>
    db.execute(sql`insert into tenants (id, slug, name, created_at) values (${tenant}, ${tenant}, 'n', now())`),
  );
  await database.inTenant(tenant, (db) =>
    db.execute(sql`insert into connections (id, tenant_id, adapter, name, settings_sealed, created_at)
      values (${connection}, ${tenant}, ${directory.id}, 'n', ${sealed}, now())`),
  );
  return { tenantId: tenant, connectionId: connection };
}
beforeEach(async () => {
  asked = [];
  ({ tenantId, connectionId } = await newTenant());
});

async function sync(...given: Answer[]) {
  answers = given;
  const service: Service = {
    database,
    keyring,
    adapters: new Map([[directory.id, directory]]),
    now,
    log: silentLog,
    fetch,
    publicUrl: "https://patchcord.test",
    sandbox: false,
    metrics: noMetrics,
  };
  const run: Run = {
    tenantId,
    now,
    log: silentLog,
    attempt: 1,
    tx: (work) =>
      database.inTenant(tenantId, (db) =>
        work({ db, tenantId, actor: { kind: "system", name: "test" }, now, log: silentLog }),
      ),
  };
  return syncDirectory(service)(run, { connectionId });
}

const read = async <Row extends Record<string, unknown>>(query: ReturnType<typeof sql>, of = tenantId) => [
  ...(await database.inTenant(of, (db) => db.execute<Row>(query))),
];
const active = async (table: "people" | "accounts") =>
  (await read<{ n: number }>(sql`select count(*)::int as n from ${sql.identifier(table)} where active`))[0]?.n;
const entries = (from: number, to: number): DirectoryPerson[] =>
  Array.from({ length: to - from }, (_, index) => ({
    account: `u${from + index}`,
    name: `Person ${from + index}`,
    emails: [`p${from + index}@example.com`],
    active: true,
  }));
const addresses = sql`select email from people_addresses order by email`;

describe("a directory", () => {
  it("is read page by page, and who is no longer in it has left", async () => {
    await sync({ people: entries(0, 3), next: "2" }, { people: entries(3, 5) });
    expect([asked, await active("people"), await active("accounts")]).toEqual([[undefined, "2"], 5, 5]);
    await sync({ people: entries(1, 5) });
    expect([await active("people"), await active("accounts")]).toEqual([4, 4]);
  });

  it("may hold more people than a statement has parameters", async () => {
    await sync({ people: entries(0, 10) });
    const many = entries(5, 70_000).map(({ account }) => account);
    answers = [];
    await sync({
      people: entries(5, 10).concat(many.slice(5).map((account) => ({ account, name: "", emails: [], active: false }))),
    });
    expect(await active("accounts")).toBe(5);
  });

  it("tells feeds of whom it shows for the first time, and of nobody the second time", async () => {
    const told = sql`select sum(cardinality(keys))::int as n from changes where topic = 'presence'`;
    await sync({ people: entries(0, 3) });
    expect(await read(told)).toEqual([{ n: 3 }]);
    await sync({ people: entries(0, 3) });
    expect(await read(told)).toEqual([{ n: 3 }]);
  });

  it("of another tenant is nobody's here, even with the same addresses", async () => {
    await sync({ people: entries(0, 2) });
    const theirs = await newTenant();
    ({ tenantId, connectionId } = theirs);
    await sync({ people: entries(0, 1) });
    expect(await active("people")).toBe(1);
    expect(await read(sql`select matched_by from accounts`)).toEqual([{ matched_by: "alone" }]);
    expect(await read(addresses)).toEqual([{ email: "p0@example.com" }]);
  });
});

describe("addresses", () => {
  it("follow the people whose they are", async () => {
    await sync({ people: entries(0, 2) });
    await sync({ people: [{ ...entries(0, 1)[0], emails: ["new@example.com"] } as DirectoryPerson, ...entries(1, 2)] });
    expect((await read(addresses)).map((row) => row.email)).toEqual([
      "new@example.com",
      "p0@example.com",
      "p1@example.com",
    ]);
    await database.inTenant(tenantId, (db) => db.execute(sql`update people set emails = '{b@example.com}'`));
    expect(await read(addresses)).toEqual([{ email: "b@example.com" }, { email: "b@example.com" }]);
  });
});
