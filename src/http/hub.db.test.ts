import { setTimeout as sleep } from "node:timers/promises";
import { eq, inArray } from "drizzle-orm";
import fc from "fast-check";
import postgres from "postgres";
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import type { Actor, Ctx } from "../ctx.ts";
import { type Database, openDatabase } from "../db.ts";
import { people } from "../identity/schema.ts";
import { newId, type PersonId } from "../ids.ts";
import { announce } from "../jobs/queue.ts";
import { silentLog } from "../log.ts";
import { testDatabase } from "../testing/database.ts";
import type { TestDatabase } from "../testing/postgres.ts";
import { readCursor, writeCursor } from "./cursor.ts";
import { bufferBytesMax, createHub, type Hub, type HubOptions, type Views } from "./hub.ts";

let file: TestDatabase;
let database: Database;
let sql: postgres.Sql;
const hubs: Hub[] = [];
let now = new Date();

beforeAll(async () => {
  file = await testDatabase();
  database = openDatabase(file.url, { connectionsMax: 12 });
  sql = postgres(file.url, { max: 1, onnotice: () => {} });
});
afterEach(async () => {
  for (const hub of hubs.splice(0)) await hub.stop();
  now = new Date();
});
afterAll(async () => {
  await database.close();
  await sql.end({ timeout: 1 });
  await file.drop();
});

type Company = { tenantId: string; ids: PersonId[] };
async function makeCompany(size = 4): Promise<Company> {
  const tenantId = newId("ten");
  await sql`insert into tenants (id, slug, name, created_at) values (${tenantId}, ${tenantId}, 'n', now())`;
  const ids = Array.from({ length: size }, () => newId("per"));
  for (const id of ids)
    await sql`insert into people (id, tenant_id, name, created_at, updated_at) values (${id}, ${tenantId}, 'n', now(), now())`;
  return { tenantId, ids };
}

/** What a person shows is their title. */
const titles = async (ctx: Ctx, keys: string[]) => {
  const rows = await ctx.db
    .select()
    .from(people)
    .where(inArray(people.id, keys as PersonId[]));
  return rows.map((row) => ({ key: row.id, view: { id: row.id, title: row.title }, mayView: () => true }));
};

function makeHub(options: Partial<HubOptions> = {}): Hub {
  const views: Views = { presence: titles };
  const hub = createHub({ database, views, now: () => now, log: silentLog, pollMs: 5, ...options });
  hubs.push(hub);
  return hub;
}

const contextOf = (tenantId: string, db: Ctx["db"]): Ctx => ({
  db,
  tenantId,
  actor: { kind: "system", name: "test" },
  now: () => now,
  log: silentLog,
});
const write = (tenantId: string, ids: PersonId[], title: string, before: () => Promise<void> = async () => {}) =>
  database.inTenant(tenantId, async (db) => {
    await db.update(people).set({ title }).where(inArray(people.id, ids));
    for (const id of ids) await announce(contextOf(tenantId, db), "presence", id);
    await before();
  });

type Event = { event: string; id?: string; data: { id?: string; title?: string } };
const parse = (text: string): Event[] =>
  text.split("\n\n").flatMap((block) => {
    const fields = Object.fromEntries(block.split("\n").map((line) => line.split(/: (.*)/s).slice(0, 2)));
    return fields.event
      ? [{ event: fields.event, ...(fields.id ? { id: fields.id } : {}), data: JSON.parse(fields.data) }]
      : [];
  });

const machine: Actor = { kind: "machine", keyId: newId("key"), name: "m", scopes: ["presence:read"] };

const decoder = () => new TextDecoderStream() as ReadableWritablePair<string, Uint8Array>;

/** A screen: keeps the last of everything, and the place from which it would go on. */
function makeScreen(tenantId: string, more: { actor?: Actor; people?: string[]; lastEventId?: string } = {}) {
  const screen = {
    events: [] as Event[],
    last: new Map<string, string | undefined>(),
    lastEventId: more.lastEventId,
    drop: async () => {},
    isOpen: false,
    /** `most`: the line breaks after so many events. */
    async open(hub: Hub, most = Infinity): Promise<void> {
      const { actor = machine, people } = more;
      const stream = await hub.open({
        tenantId,
        actor,
        ...(people ? { people } : {}),
        ...(screen.lastEventId === undefined ? {} : { lastEventId: screen.lastEventId }),
      });
      const reader = stream.pipeThrough(decoder()).getReader();
      screen.isOpen = true;
      let left = most;
      const follow = async () => {
        while (left > 0) {
          const part = await reader.read();
          if (part.done) break;
          for (const event of parse(part.value).slice(0, left)) {
            left--;
            screen.events.push(event);
            screen.lastEventId = event.id ?? screen.lastEventId;
            if (event.data.id) screen.last.set(event.data.id, event.data.title);
          }
        }
        screen.isOpen = false;
        await reader.cancel();
      };
      const following = follow().catch(() => {});
      screen.drop = async () => {
        await reader.cancel().catch(() => {});
        await following;
      };
    },
  };
  return screen;
}

const settled = (assert: () => void) => vi.waitFor(assert, { timeout: 30_000, interval: 5 });

describe("a feed", () => {
  it("begins with hello, and from then on loses nothing", async () => {
    const { tenantId, ids } = await makeCompany();
    const hub = makeHub();
    for (let count = 0; count < 20; count++) {
      const screen = makeScreen(tenantId);
      await screen.open(hub);
      await settled(() => expect(screen.events[0]?.event).toBe("hello"));
      await write(tenantId, ids.slice(0, 1), String(count));
      await settled(() => expect(screen.last.get(ids[0] ?? "")).toBe(String(count)));
      await screen.drop();
    }
    expect(hub.subscribers()).toBe(0);
  });

  it("begins with the present, not with the past", async () => {
    const { tenantId, ids } = await makeCompany();
    await write(tenantId, ids, "before");
    const hub = makeHub();
    for (let count = 0; count < 2; count++) {
      const screen = makeScreen(tenantId);
      await screen.open(hub);
      await write(tenantId, ids.slice(0, 1), `after ${count}`);
      await settled(() => expect(screen.last.size).toBe(1));
      expect(screen.events.map(({ event }) => event)).toEqual(["hello", "presence"]);
      await screen.drop();
    }
  });

  it("waits for who began earlier and commits later", async () => {
    const { tenantId, ids } = await makeCompany();
    const [first, second] = [ids.slice(0, 1), ids.slice(1, 2)];
    const screen = makeScreen(tenantId);
    await screen.open(makeHub());
    const begun = Promise.withResolvers<void>();
    const gate = Promise.withResolvers<void>();
    const slow = write(tenantId, first, "slow", () => {
      begun.resolve();
      return gate.promise;
    });
    await begun.promise;
    await write(tenantId, second, "quick");
    await sleep(30);
    await screen.drop();
    await screen.open(makeHub());
    await sleep(30);
    gate.resolve();
    await slow;
    await settled(() => expect([...screen.last.values()].sort()).toEqual(["quick", "slow"]));
  });

  it("shows only the people that the screen asked for", async () => {
    const { tenantId, ids } = await makeCompany();
    const screen = makeScreen(tenantId, { people: ids.slice(0, 2) });
    await screen.open(makeHub());
    await write(tenantId, ids, "all");
    await settled(() => expect([...screen.last.keys()].sort()).toEqual(ids.slice(0, 2).sort()));
  });

  it("shows each reader what that reader may see", async () => {
    const { tenantId, ids } = await makeCompany();
    const views: Views = {
      presence: async (ctx, keys) =>
        (await titles(ctx, keys)).map((one) => ({
          ...one,
          mayView: (actor: Actor) => "personId" in actor && actor.personId === one.key,
        })),
    };
    const hub = makeHub({ views });
    const screens = ids.map((personId) => makeScreen(tenantId, { actor: { kind: "agent", personId, name: "a" } }));
    for (const screen of screens) await screen.open(hub);
    await write(tenantId, ids, "own");
    for (const [index, screen] of screens.entries())
      await settled(() => expect([...screen.last.keys()]).toEqual([ids[index]]));
  });

  it("shows nothing of another tenant, not even when it names their people", async () => {
    const [mine, theirs] = [await makeCompany(), await makeCompany()];
    const hub = makeHub();
    const screen = makeScreen(mine.tenantId, { people: [...mine.ids, ...theirs.ids] });
    const everything = makeScreen(mine.tenantId);
    for (const one of [screen, everything]) await one.open(hub);
    await write(theirs.tenantId, theirs.ids, "theirs");
    await write(mine.tenantId, mine.ids, "mine");
    for (const one of [screen, everything]) {
      await settled(() => expect(one.last.size).toBe(mine.ids.length));
      expect([...one.last.keys()].sort()).toEqual([...mine.ids].sort());
    }
  });

  it("tells every 15 seconds that it lives", async () => {
    const { tenantId } = await makeCompany();
    const stream = await makeHub().open({ tenantId, actor: machine });
    const reader = stream.pipeThrough(decoder()).getReader();
    await reader.read();
    now = new Date(now.getTime() + 15_000);
    expect((await reader.read()).value).toBe(": still here\n\n");
    await reader.cancel();
  });

  it("ends for those whose sign-in holds no more, and for nobody else", async () => {
    const { tenantId } = await makeCompany();
    const other: Actor = { ...machine, keyId: newId("key") };
    const hub = makeHub({ stillSignedIn: async (_ctx, actors) => actors.filter((actor) => actor !== machine) });
    const screens = [makeScreen(tenantId), makeScreen(tenantId, { actor: other })];
    for (const screen of screens) await screen.open(hub);
    now = new Date(now.getTime() + 15_000);
    await settled(() => expect(screens.map(({ isOpen }) => isOpen)).toEqual([false, true]));
    expect(hub.subscribers()).toBe(1);
  });

  it("ends when the hub does", async () => {
    const { tenantId } = await makeCompany();
    const hub = makeHub();
    const screen = makeScreen(tenantId);
    await screen.open(hub);
    await hub.stop();
    await settled(() => expect(screen.isOpen).toBe(false));
  });
});

describe("a slow reader", () => {
  it("gets the last value of each thing, not the history, and keeps nobody waiting", async () => {
    const { tenantId, ids } = await makeCompany();
    const hub = makeHub();
    const quick = makeScreen(tenantId);
    await quick.open(hub);
    const stream = await hub.open({ tenantId, actor: machine });
    for (let count = 0; count <= 90; count++) {
      await write(tenantId, ids, String(count));
      if (count % 30 === 0) await settled(() => expect(quick.last.get(ids[3] ?? "")).toBe(String(count)));
    }
    await settled(() => expect([...quick.last.values()]).toEqual(ids.map(() => "90")));
    const reader = stream.pipeThrough(decoder()).getReader();
    const seen: Event[] = [];
    const last = () => new Map(seen.map(({ data }) => [data.id, data.title]));
    let bytes = 0;
    while (ids.some((id) => last().get(id) !== "90")) {
      const { value = "" } = await reader.read();
      bytes += value.length;
      seen.push(...parse(value));
    }
    expect(bytes).toBeLessThanOrEqual(bufferBytesMax + 200 * ids.length);
    expect(seen.length).toBeLessThan(90 * ids.length);
    expect(seen.at(-1)?.id).toBeDefined();
    await reader.cancel();
  });
});

describe("going on from Last-Event-ID", () => {
  it.each([
    "",
    "x",
    "1",
    "1.2",
    "-1.2.3",
    "1.2.3.4",
    "99999999999999999999.1.1",
    "1.9999999999999999999.1",
    "1e3.1.1",
    "٣.٣.٣",
  ])("%j is no place of ours: read everything again", async (lastEventId) => {
    const { tenantId, ids } = await makeCompany();
    const screen = makeScreen(tenantId, { lastEventId });
    await screen.open(makeHub());
    await settled(() => expect(screen.events[0]?.event).toBe("reset"));
    await write(tenantId, ids, "on");
    await settled(() => expect(screen.last.size).toBe(ids.length));
  });

  const end = async () => {
    const [row] = await sql`select (pg_snapshot_xmin(pg_current_snapshot())::text::numeric - 1)::text as tx`;
    return String(row?.tx);
  };

  it("from so long ago that changes have been forgotten: read everything again", async () => {
    const { tenantId } = await makeCompany();
    const place = { tx: await end(), id: "1" };
    const first = async (at: Date) => {
      const screen = makeScreen(tenantId, { lastEventId: writeCursor(place, at) });
      await screen.open(makeHub());
      await settled(() => expect(screen.events.length).toBeGreaterThan(0));
      return screen.events[0]?.event;
    };
    expect(await first(new Date(now.getTime() - 44 * 60_000))).toBe("hello");
    expect(await first(new Date(now.getTime() - 46 * 60_000))).toBe("reset");
  });

  it("from a future of which this database knows nothing, as after a restore: read everything again", async () => {
    const { tenantId } = await makeCompany();
    const place = { tx: String(BigInt(await end()) + 1_000_000n), id: "1" };
    const screen = makeScreen(tenantId, { lastEventId: writeCursor(place, now) });
    await screen.open(makeHub());
    await settled(() => expect(screen.events[0]?.event).toBe("reset"));
  });

  it("with more missed than is worth repeating: read everything again", async () => {
    const { tenantId, ids } = await makeCompany();
    const lastEventId = writeCursor({ tx: await end(), id: "1" }, now);
    const told = await sql<{ tx: string }[]>`insert into changes (tenant_id, topic, keys, at)
      select ${tenantId}, 'presence', ${[ids[0] ?? ""]}, now() from generate_series(1, 1000) returning tx::text`;
    // Other transactions of the server may hold back what is the past.
    await expect.poll(async () => BigInt(await end()) >= BigInt(told[0]?.tx ?? 0)).toBe(true);
    const screen = makeScreen(tenantId, { lastEventId });
    await screen.open(makeHub());
    await settled(() => expect(screen.events.map(({ event }) => event)).toContain("reset"));
    await write(tenantId, ids, "on");
    await settled(() => expect(screen.last.size).toBe(ids.length));
    expect(readCursor(screen.lastEventId ?? "")).toBeDefined();
  });

  it("a break between two events of one transaction costs nothing", async () => {
    const { tenantId, ids } = await makeCompany(8);
    const hub = makeHub();
    const screen = makeScreen(tenantId);
    await screen.open(hub, 3);
    await write(tenantId, ids, "all at once");
    await settled(() => expect(screen.isOpen).toBe(false));
    expect(screen.last.size).toBe(2);
    await screen.open(hub);
    await settled(() => expect(screen.last.size).toBe(8));
  });

  it("a break right after hello costs nothing", async () => {
    const { tenantId, ids } = await makeCompany();
    const screen = makeScreen(tenantId);
    const hub = makeHub();
    await screen.open(hub);
    await settled(() => expect(screen.lastEventId).toBeDefined());
    await screen.drop();
    await write(tenantId, ids, "missed");
    const failing = makeHub({ views: { presence: () => Promise.reject(new Error("not now")) } });
    await screen.open(failing);
    await settled(() => expect(screen.events.length).toBeGreaterThan(1));
    await screen.drop();
    await screen.open(hub);
    await settled(() => expect([...screen.last.values()]).toEqual(ids.map(() => "missed")));
  });
});

describe("trouble", () => {
  it("of one tenant's views stops nobody else, and costs nothing when it is over", async () => {
    const [ill, well] = [await makeCompany(), await makeCompany()];
    let isIll = true;
    const views: Views = {
      presence: (ctx, keys) =>
        isIll && ctx.tenantId === ill.tenantId ? Promise.reject(new Error("no")) : titles(ctx, keys),
    };
    const hub = makeHub({ views });
    const screens = [makeScreen(ill.tenantId), makeScreen(well.tenantId)] as const;
    for (const screen of screens) await screen.open(hub);
    await write(ill.tenantId, ill.ids, "one");
    await write(well.tenantId, well.ids, "one");
    await settled(() => expect(screens[1].last.size).toBe(well.ids.length));
    expect(screens[0].last.size).toBe(0);
    isIll = false;
    await settled(() => expect(screens[0].last.size).toBe(ill.ids.length));
  });

  it("with the database costs nothing when it is over", async () => {
    const { tenantId, ids } = await makeCompany();
    let failures = 0;
    const shaky: Database = {
      ...database,
      asSystem: (work) => (failures-- > 0 ? Promise.reject(new Error("gone")) : database.asSystem(work)),
      inTenant: (id, work) => (failures-- > 0 ? Promise.reject(new Error("gone")) : database.inTenant(id, work)),
    };
    const screen = makeScreen(tenantId);
    await screen.open(makeHub({ database: shaky }));
    for (let count = 1; count <= 8; count++) {
      failures = count % 4;
      await write(tenantId, ids, String(count));
      await settled(() => expect([...screen.last.values()]).toEqual(ids.map(() => String(count))));
    }
  });
});

describe("whatever is written in whatever order it commits, and however often the line breaks", () => {
  type Write = { keys: number[]; holdMs: number; isUndone: boolean };
  const aWrite = fc.record({
    keys: fc.uniqueArray(fc.nat({ max: 7 }), { minLength: 1, maxLength: 2 }),
    holdMs: fc.nat({ max: 15 }),
    isUndone: fc.nat({ max: 4 }).map((chance) => chance === 0),
  });
  const undo = new Error("undo");

  async function keepWriting({ tenantId, ids }: Company, writes: Write[], name: string): Promise<void> {
    for (const [count, { keys, holdMs, isUndone }] of writes.entries()) {
      const chosen = [...keys].sort().flatMap((key) => ids[key] ?? []);
      await write(tenantId, chosen, `${name}${count}`, async () => {
        await sleep(holdMs);
        if (isUndone) throw undo;
      }).catch((error: unknown) => {
        // Two writers who wait for each other: one of them gives way.
        if (error !== undo && (error as { cause?: { code?: string } }).cause?.code !== "40P01") throw error;
      });
    }
  }

  it("the screen ends up with the last value of everything", { timeout: 60_000 }, async () => {
    const writers = fc.array(fc.array(aWrite, { maxLength: 6 }), { minLength: 2, maxLength: 4 });
    const aBreak = fc.record({
      afterMs: fc.nat({ max: 15 }),
      most: fc.constantFrom(1, 2, 3, Infinity),
      hub: fc.constantFrom(0 as const, 1 as const),
    });
    const breaks = fc.array(aBreak, { maxLength: 8 });
    await fc.assert(
      fc.asyncProperty(writers, breaks, async (all, drops) => {
        const company = await makeCompany(8);
        const two = [makeHub(), makeHub()] as const;
        const screen = makeScreen(company.tenantId);
        await screen.open(two[0]);
        await settled(() => expect(screen.lastEventId).toBeDefined());
        const writing = Promise.all(all.map((writes, index) => keepWriting(company, writes, `w${index}.`)));
        for (const { afterMs, hub, most } of drops) {
          await sleep(afterMs);
          await screen.drop();
          await screen.open(two[hub], most);
        }
        await screen.drop();
        await screen.open(two[0]);
        await writing;
        const rows = await database.inTenant(company.tenantId, (db) =>
          db.select().from(people).where(eq(people.tenantId, company.tenantId)),
        );
        const truth = Object.fromEntries(rows.filter(({ title }) => title).map(({ id, title }) => [id, title]));
        await settled(() => expect(Object.fromEntries(screen.last)).toEqual(truth));
        await screen.drop();
        for (const hub of two) await hub.stop();
      }),
      { numRuns: 12 },
    );
  });
});
