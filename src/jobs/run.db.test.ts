import { sql } from "drizzle-orm";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { Ctx } from "../ctx.ts";
import { type Database, openDatabase } from "../db.ts";
import { BridgeError } from "../errors.ts";
import { silentLog } from "../log.ts";
import { testDatabase } from "../testing/database.ts";
import { enqueue, type JobRequest, lanes } from "./queue.ts";
import { type Handlers, type RunnerOptions, runDueJobs } from "./run.ts";
import { startRunner } from "./runner.ts";

let database: Database;
let drop: () => Promise<void>;
let tenantId: string;
let nowMs = Date.parse("2026-03-02T09:00:00Z");
let tenants = 0;
const now = () => new Date(nowMs);

beforeAll(async () => {
  const made = await testDatabase();
  database = openDatabase(made.url, { connectionsMax: 8 });
  drop = async () => {
    await database.close();
    await made.drop();
  };
});
afterAll(() => drop());
async function newTenant(): Promise<string> {
  const id = `ten_${++tenants}`;
  await database.asSystem((db) =>
    db.execute(sql`insert into tenants (id, slug, name, created_at) values (${id}, ${id}, 'T', now())`),
  );
  return id;
}
beforeEach(async () => {
  await database.asSystem((db) => db.execute(sql`delete from jobs`));
  tenantId = await newTenant();
});

const ctxOf = (db: Ctx["db"], of = tenantId): Ctx => ({
  db,
  tenantId: of,
  actor: { kind: "system", name: "test" },
  now,
  log: silentLog,
});
const ask = (request: JobRequest, of = tenantId) => database.inTenant(of, (db) => enqueue(ctxOf(db, of), request));
const options = (handlers: Handlers): RunnerOptions => ({ database, handlers, now, log: silentLog });
const left = () =>
  database.asSystem(async (db) => [
    ...(await db.execute<{ key: string; attempts: number; run_at: string }>(
      sql`select key, attempts, run_at from jobs order by key`,
    )),
  ]);

describe("jobs", () => {
  it("run once for many requests, and are gone afterwards", async () => {
    const seen: unknown[] = [];
    for (let i = 0; i < 5; i++) await ask({ key: "look:1", name: "look", payload: { i } });
    const work = options({ look: async (_run, payload) => void seen.push(payload.i) });
    expect(await runDueJobs(work)).toBe(1);
    expect(seen).toEqual([4]);
    expect(await left()).toEqual([]);
  });

  it("are not visible when their transaction is rolled back", async () => {
    const lost = database.inTenant(tenantId, async (db) => {
      await enqueue(ctxOf(db), { key: "look:1", name: "look" });
      throw new Error("changed my mind");
    });
    await expect(lost).rejects.toThrow("changed my mind");
    expect(await left()).toEqual([]);
  });

  it("run again when they are asked for while they run", async () => {
    let runs = 0;
    const work = options({
      look: async () => {
        runs++;
        if (runs === 1) await ask({ key: "look:1", name: "look" });
      },
    });
    await ask({ key: "look:1", name: "look" });
    await runDueJobs(work);
    expect(await left()).toHaveLength(1);
    await runDueJobs(work);
    expect(runs).toBe(2);
    expect(await left()).toEqual([]);
  });

  it("wait for their time, keep the earlier of two, and come back when they name a time", async () => {
    const later = (ms: number) => new Date(nowMs + ms);
    await ask({ key: "look:1", name: "look", runAt: later(60_000) });
    await ask({ key: "look:1", name: "look", runAt: later(10_000) });
    await ask({ key: "look:1", name: "look", runAt: later(90_000) });
    const work = options({ look: async (run) => new Date(run.now().getTime() + 5_000) });
    expect(await runDueJobs(work)).toBe(0);
    nowMs += 10_000;
    expect(await runDueJobs(work)).toBe(1);
    expect(await runDueJobs(work)).toBe(0);
    nowMs += 5_000;
    expect(await runDueJobs(work)).toBe(1);
  });

  it("are tried again with growing pauses, never sooner than a platform asked", async () => {
    let failure: Error = new Error("broken");
    const work = options({
      look: async () => {
        throw failure;
      },
    });
    await ask({ key: "look:1", name: "look" });
    await runDueJobs(work);
    expect(await runDueJobs(work)).toBe(0);
    nowMs += 500;
    failure = new BridgeError("platform_throttled", "slow down", { retryAfterMs: 7_000 });
    expect(await runDueJobs(work)).toBe(1);
    nowMs += 6_900;
    expect(await runDueJobs(work)).toBe(0);
    nowMs += 100;
    expect(await runDueJobs(work)).toBe(1);
  });

  it("are taken over when whoever held them has died", async () => {
    await ask({ key: "look:1", name: "look" });
    await database.asSystem((db) =>
      db.execute(
        sql`update jobs set locked_until = ${new Date(nowMs + 30_000).toISOString()}::timestamptz, attempts = 1`,
      ),
    );
    const work = options({ look: async () => undefined });
    expect(await runDueJobs(work)).toBe(0);
    nowMs += 30_001;
    expect(await runDueJobs(work)).toBe(1);
    expect(await left()).toEqual([]);
  });

  it("are done by exactly one of several runners", async () => {
    const runs = new Map<unknown, number>();
    const work = options({
      look: async (_run, payload) => {
        runs.set(payload.i, (runs.get(payload.i) ?? 0) + 1);
      },
    });
    for (let i = 0; i < 60; i++) await ask({ key: `look:${i}`, name: "look", payload: { i } });
    const runners = [1, 2, 3].map(() => startRunner(work, { pollMs: 10, atOnce: 4 }));
    await expect.poll(left, { timeout: 10_000 }).toEqual([]);
    await Promise.all(runners.map((runner) => runner.stop()));
    expect(runs.size).toBe(60);
    expect([...runs.values()].every((count) => count === 1)).toBe(true);
  });

  it("tell how late they begin, tenant by tenant, for as long as it means something", async () => {
    const other = await newTenant();
    await ask({ key: "late", name: "look", lane: "call" });
    nowMs += 2_500;
    await ask({ key: "in time", name: "look", lane: "call" }, other);
    const runner = startRunner(options({ look: async () => undefined }), { pollMs: 60_000 });
    await expect.poll(left).toEqual([]);
    expect([database.hands?.lateMs(tenantId), database.hands?.lateMs(other)]).toEqual([2_500, 0]);
    nowMs += 3_000;
    expect(database.hands?.lateMs(tenantId)).toBe(0);
    await runner.stop();
  });

  it("give way to what is more urgent", async () => {
    const order: unknown[] = [];
    const work = options({ look: async (_run, payload) => void order.push(payload.what) });
    await ask({ key: "a", name: "look", payload: { what: "directory" }, lane: "bulk" });
    await ask({ key: "b", name: "look", payload: { what: "call" }, lane: "call" });
    await runDueJobs(work, 1);
    await runDueJobs(work, 1);
    expect(order).toEqual(["call", "directory"]);
  });

  it("starve in no lane, however many more urgent ones there are: one place in four is for the longest wait", async () => {
    const order: string[] = [];
    const work = options({ look: async (_run, { what }) => void order.push(String(what)) });
    const others = ["offer", "engaged", "presence", "normal", "bulk"] as const;
    for (const lane of others) await ask({ key: lane, name: "look", payload: { what: lane }, lane });
    nowMs += 1_000;
    let calls = 0;
    const call = () => ask({ key: `call ${++calls}`, name: "look", payload: { what: "call" }, lane: "call" });
    for (let n = 0; n < 8; n++) await call();
    for (let turn = 0; turn < 10 && (await left()).length > 0; turn++) {
      await runDueJobs(work, 4);
      for (let n = 0; n < 4; n++) await call();
    }
    expect(order.filter((what) => what !== "call")).toHaveLength(others.length);
    for (let first = 0; first + 4 <= order.length; first += 4)
      expect(order.slice(first, first + 4).filter((what) => what === "call").length).toBeGreaterThanOrEqual(3);
  });

  it("of a lower lane come by age in a runner with one place too", async () => {
    const order: string[] = [];
    let calls = 0;
    const call = () => ask({ key: `call ${++calls}`, name: "look", payload: { what: "call" }, lane: "call" });
    const work = options({
      look: async (_run, { what }) => {
        order.push(String(what));
        if (what === "call" && order.length < 40) await call();
      },
    });
    await ask({ key: "directory", name: "look", payload: { what: "directory" }, lane: "bulk" });
    nowMs += 1_000;
    for (let n = 0; n < 3; n++) await call();
    const runner = startRunner(work, { pollMs: 10, atOnce: 1, reserved: 0 });
    await expect.poll(left, { timeout: 10_000 }).toEqual([]);
    await runner.stop();
    expect(order.indexOf("directory")).toBeGreaterThan(0);
    expect(order.indexOf("directory")).toBeLessThan(8);
  });

  describe("asked for where a runner has room", () => {
    const leases = () =>
      database.asSystem(async (db) => [
        ...(await db.execute<{ key: string; locked_until: string | null }>(
          sql`select key, locked_until from jobs order by key`,
        )),
      ]);
    /** A runner that has looked and found nothing. */
    async function idleRunner(work: RunnerOptions) {
      const runner = startRunner(work, { pollMs: 60_000, atOnce: 2, reserved: 0 });
      await expect.poll(() => database.hands?.reserve(lanes.call)).toBe(true);
      database.hands?.end([lanes.call], [], false, database.hands.until());
      return runner;
    }

    it("are leased by the transaction that asks, and begin with its commit, once, as asked last", async () => {
      const seen: unknown[] = [];
      const runner = await idleRunner(options({ look: async (_run, payload) => void seen.push(payload.n) }));
      await database.inTenant(tenantId, async (db) => {
        await enqueue(ctxOf(db), { key: "look:1", name: "look", payload: { n: 1 } });
        await enqueue(ctxOf(db), { key: "look:1", name: "look", payload: { n: 2 } });
        expect(seen).toEqual([]);
      });
      await expect.poll(left).toEqual([]);
      expect(seen).toEqual([2]);
      await runner.stop();
    });

    it("are nobody's when the transaction is rolled back, and the place is free again", async () => {
      const seen: unknown[] = [];
      const runner = await idleRunner(options({ look: async (_run, payload) => void seen.push(payload.n) }));
      for (let n = 0; n < 5; n++)
        await database
          .inTenant(tenantId, async (db) => {
            await enqueue(ctxOf(db), { key: "lost", name: "look" });
            throw new Error("changed my mind");
          })
          .catch(() => {});
      await ask({ key: "kept", name: "look", payload: { n: "kept" } });
      await expect.poll(left).toEqual([]);
      expect(seen).toEqual(["kept"]);
      await runner.stop();
    });

    it("are another process's when this one dies before it has begun: the lease runs out", async () => {
      const runner = await idleRunner(options({ look: async () => undefined }));
      const { hands } = database;
      database.hands = { until: () => String(hands?.until()), reserve: () => true, lateMs: () => 0, end: () => {} }; // dies with the commit
      await ask({ key: "look:1", name: "look" });
      database.hands = hands;
      await runner.stop();
      const [lease] = await leases();
      expect(lease?.locked_until).not.toBe(null);
      let runs = 0;
      const other = options({ look: async () => void runs++ });
      expect(await runDueJobs(other)).toBe(0);
      nowMs += 7_001;
      expect(await runDueJobs(other)).toBe(1);
      expect(runs).toBe(1);
    });

    it("wait for what else comes, where they may, and are done once", async () => {
      const seen: unknown[] = [];
      const runner = await idleRunner(options({ look: async (_run, payload) => void seen.push(payload.n) }));
      for (const n of [1, 2]) await ask({ key: "card", name: "look", payload: { n }, lane: "offer", gatherMs: 200 });
      expect((await leases()).map((one) => one.locked_until)).toEqual([null]);
      nowMs += 200;
      runner.wake();
      await expect.poll(left).toEqual([]);
      expect(seen).toEqual([2]);
      await runner.stop();
    });

    it("beyond its room wait for their turn, and none is forgotten", async () => {
      const seen: unknown[] = [];
      const runner = await idleRunner(options({ look: async (_run, payload) => void seen.push(payload.n) }));
      await database.inTenant(tenantId, (db) =>
        enqueue(
          ctxOf(db),
          Array.from({ length: 30 }, (_, n) => ({ key: `look:${n}`, name: "look", payload: { n } })),
        ),
      );
      await expect.poll(left, { timeout: 10_000 }).toEqual([]);
      expect(new Set(seen).size).toBe(30);
      expect(seen).toHaveLength(30);
      await runner.stop();
    });

    it("leave room for what is urgent when they are not", async () => {
      const begun: string[] = [];
      const letGo: (() => void)[] = [];
      const work = options({
        look: (_run, { what }) =>
          new Promise((done) => {
            begun.push(String(what));
            letGo.push(() => done(undefined));
          }),
      });
      const runner = startRunner(work, { pollMs: 10, atOnce: 3, othersAtOnce: 1, reserved: 0 });
      const sweep = (what: string) => ask({ key: what, name: "look", payload: { what }, lane: "presence" });
      await sweep("sweep 1");
      await expect.poll(() => begun).toEqual(["sweep 1"]);
      await sweep("sweep 2");
      for (const what of ["call 1", "call 2"]) {
        await ask({ key: what, name: "look", payload: { what }, lane: "call" });
        await expect.poll(() => begun.at(-1)).toBe(what);
      }
      expect(begun).toEqual(["sweep 1", "call 1", "call 2"]);
      for (const go of letGo) go();
      await expect.poll(() => begun).toEqual(["sweep 1", "call 1", "call 2", "sweep 2"]);
      for (const go of letGo) go();
      await runner.stop();
    });

    it("run again when they are asked for while they run", async () => {
      let runs = 0;
      const work = options({
        look: async () => {
          if (++runs === 1) await ask({ key: "look:1", name: "look" });
        },
      });
      const runner = await idleRunner(work);
      await ask({ key: "look:1", name: "look" });
      await expect.poll(left).toEqual([]);
      expect(runs).toBe(2);
      await runner.stop();
    });
  });

  describe("of several tenants", () => {
    /** Jobs that last until they are let go; which have begun, in order. */
    function createGate() {
      const begun: string[] = [];
      const held = new Map<string, () => void>();
      const work = options({
        look: (_run, { what }) =>
          new Promise((done) => {
            begun.push(String(what));
            held.set(String(what), () => done(undefined));
          }),
      });
      const letGo = (...names: string[]) => {
        for (const name of names) held.get(name)?.();
      };
      return { begun, letGo, work, hasBegun: (...names: string[]) => expect.poll(() => begun).toEqual(names) };
    }
    const askFor = async (of: string, ...names: string[]) => {
      for (const what of names) {
        await ask({ key: what, name: "look", payload: { what } }, of);
        nowMs += 1;
      }
    };

    it("go to whoever has the fewest in hand, not to whoever asked for the most", async () => {
      const other = await newTenant();
      await askFor(tenantId, "a1", "a2", "a3", "a4");
      await askFor(other, "b1");
      const { letGo, work, hasBegun } = createGate();
      const runner = startRunner(work, { pollMs: 10, atOnce: 2, reserved: 0 });
      await hasBegun("a1", "a2");
      letGo("a1");
      await hasBegun("a1", "a2", "b1");
      letGo("a2", "b1");
      await hasBegun("a1", "a2", "b1", "a3", "a4");
      letGo("a3", "a4");
      await runner.stop();
    });

    it("have a place left while one tenant's platform answers nothing, and that tenant has not", async () => {
      const other = await newTenant();
      await askFor(tenantId, "a1", "a2", "a3");
      const { letGo, work, hasBegun } = createGate();
      const runner = startRunner(work, { pollMs: 10, atOnce: 2, reserved: 1 });
      await hasBegun("a1", "a2");
      await askFor(other, "b1", "b2");
      await hasBegun("a1", "a2", "b1");
      letGo("b1");
      await hasBegun("a1", "a2", "b1", "b2");
      letGo("b2", "a1", "a2");
      await hasBegun("a1", "a2", "b1", "b2", "a3");
      letGo("a3");
      await runner.stop();
    });
  });
});
