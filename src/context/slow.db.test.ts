import { sql } from "drizzle-orm";
import postgres from "postgres";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { Ctx } from "../ctx.ts";
import { type Database, openDatabase } from "../db.ts";
import { isBridgeError } from "../errors.ts";
import type { InteractionId } from "../ids.ts";
import { silentLog } from "../log.ts";
import { createKeyring, type Keyring } from "../seal.ts";
import { testDatabase } from "../testing/database.ts";
import { masterKey } from "../testing/service.ts";
import { readContext, storeContext } from "./package.ts";
import { late, waitBriefly } from "./slow.ts";

const tenantId = "ten_slow";
const content = { question: "Why?", fields: { phone: "+46701112233" }, links: [] };
let database: Database;
let owner: postgres.Sql;
let drop: () => Promise<void>;
let keyring: Keyring;
let nowMs = Date.parse("2026-03-02T09:00:00Z");

beforeAll(async () => {
  const made = await testDatabase();
  database = openDatabase(made.url, { connectionsMax: 8 });
  owner = postgres(made.url, { max: 2, onnotice: () => {} });
  await owner`insert into tenants (id, slug, name, created_at) values (${tenantId}, 'slow', 'T', now())`;
  await owner`alter table contexts drop constraint contexts_tenant_id_interaction_id_fkey`;
  drop = made.drop;
});
afterAll(async () => {
  await database.close();
  await owner.end();
  await drop();
});
beforeEach(() => {
  keyring = createKeyring(masterKey("k1"));
});

const inTenant = <T>(work: (ctx: Ctx) => Promise<T>) =>
  database.inTenant(tenantId, (db) =>
    work({ db, tenantId, actor: { kind: "system", name: "test" }, now: () => new Date(nowMs), log: silentLog }),
  );
const store = () => inTenant((ctx) => storeContext(ctx, keyring, "int_1" as InteractionId, content));
const read = (id: Awaited<ReturnType<typeof store>>) => inTenant((ctx) => readContext(ctx, keyring, id));
const jobs = async () => (await owner`select key, payload from jobs`).map(({ key }) => key);
/** While nobody can read or write details. */
const locked = <T>(work: () => Promise<T>) =>
  owner.begin(async (tx) => {
    await tx`lock table contexts in access exclusive mode`;
    return work();
  });

describe("details that are slow", () => {
  it("in time: they are stored and read, and no job is asked for", async () => {
    const id = await store();
    expect(await read(id)).toEqual(content);
    expect(await jobs()).toEqual([]);
  });

  it("are on their way instead, sealed, in the same transaction, and can be read from there", async () => {
    const id = await locked(async () => {
      const made = await store();
      expect(await read(made)).toEqual(content);
      return made;
    });
    expect(await jobs()).toEqual([`context.store:${id}`]);
    const [job] = await owner`select payload::text as kept from jobs`;
    expect(job?.kept).not.toMatch(/Why|4670/);
    expect(await read(id)).toEqual(content);
  });

  it("are late while they cannot be read, and asked for again, by one at a time, after a while", async () => {
    const id = await store();
    await locked(async () => {
      expect(await read(id)).toBe(late);
      nowMs += 1_900;
    });
    expect(await read(id), "too soon to ask again").toBe(late);
    nowMs += 200;
    await locked(async () => {
      const both = await Promise.all([read(id), read(id)]);
      expect(both).toEqual([late, late]);
    });
    nowMs += 2_000;
    expect(await read(id)).toEqual(content);
    expect(await Promise.all([read(id), read(id)])).toEqual([content, content]);
  });

  it("hold up nothing else of the transaction, which has no limit afterwards", async () => {
    const id = await store();
    const left = await inTenant(async (ctx) => {
      await readContext(ctx, keyring, id);
      return [...(await ctx.db.execute(sql`select current_setting('statement_timeout') as most`))];
    });
    expect(left).toEqual([{ most: "0" }]);
  });

  it("that were deleted are gone, not late", async () => {
    const gone = await read("ctx_gone" as Awaited<ReturnType<typeof store>>).catch((error: unknown) => error);
    expect(isBridgeError(gone) && gone.code).toBe("not_found");
  });

  it("whoever can wait does not wait for ever", async () => {
    const failed = await locked(() =>
      inTenant(async (ctx) => {
        await waitBriefly(ctx);
        await ctx.db.execute(sql`delete from contexts`);
      }).catch((error: { cause?: { code?: string } }) => error.cause?.code),
    );
    expect(failed).toBe("55P03");
  });
});
