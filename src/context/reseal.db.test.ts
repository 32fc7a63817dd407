import { sql } from "drizzle-orm";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Ctx } from "../ctx.ts";
import { type Database, openDatabase } from "../db.ts";
import { newId } from "../ids.ts";
import { silentLog } from "../log.ts";
import { createKeyring, toBase64 } from "../seal.ts";
import { testDatabase } from "../testing/database.ts";
import { identityHashes } from "./identity.ts";
import { buildPackage, readContext } from "./package.ts";
import { resealContexts, sealedPackage } from "./reseal.ts";
import { contexts } from "./schema.ts";

const key = (id: string, byte: number) => `${id}:${toBase64(new Uint8Array(32).fill(byte))}`;
const older = createKeyring(key("k1", 1));
const both = createKeyring(`${key("k2", 2)},${key("k1", 1)}`);
const newest = createKeyring(key("k2", 2));
const tenant = newId("ten");
const now = () => new Date("2026-03-02T09:00:00Z");

let database: Database;
let drop: () => Promise<void>;
const inTenant = <T>(work: (ctx: Ctx) => Promise<T>) =>
  database.inTenant(tenant, (db) =>
    work({ db, tenantId: tenant, actor: { kind: "system", name: "test" }, now, log: silentLog }),
  );

beforeAll(async () => {
  const made = await testDatabase();
  drop = made.drop;
  database = openDatabase(made.url);
  await database.asSystem((db) =>
    db.execute(sql`insert into tenants (id, slug, name, created_at) values (${tenant}, ${tenant}, 'n', now())`),
  );
});
afterAll(async () => {
  await database.close();
  await drop();
});

describe("a change of keys", () => {
  it("is taken over a hundred at a time; the older key reads until then, and is not needed afterwards", async () => {
    const ids = Array.from({ length: 150 }, () => newId("ctx"));
    const content = buildPackage("Which form?", { phone: "+46 70 111 22 33" });
    await inTenant(async (ctx) => {
      for (const id of ids) {
        const values = { id, tenantId: tenant, createdAt: now(), ...(await sealedPackage(ctx, older, content)) };
        await ctx.db.insert(contexts).values(values);
      }
    });
    const [first = newId("ctx")] = ids;
    expect(await inTenant((ctx) => readContext(ctx, both, first))).toEqual(content);
    await expect(inTenant((ctx) => readContext(ctx, newest, first))).rejects.toMatchObject({ code: "internal" });

    const rounds: number[] = [];
    do rounds.push(await inTenant((ctx) => resealContexts(ctx, both)));
    while (rounds.at(-1) !== 0);
    expect(rounds).toEqual([100, 50, 0]);
    for (const id of ids) expect(await inTenant((ctx) => readContext(ctx, newest, id))).toEqual(content);

    const [hash] = await identityHashes(newest, tenant, ["0046701112233"]);
    const found = await inTenant((ctx) =>
      ctx.db.execute(sql`select count(*)::int as n from contexts where ${hash} = any(customer_hashes)`),
    );
    expect([...found]).toEqual([{ n: 150 }]);
  });
});
