import { sql } from "drizzle-orm";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { Ctx } from "../ctx.ts";
import { type Database, openDatabase } from "../db.ts";
import { BridgeError } from "../errors.ts";
import { silentLog } from "../log.ts";
import { testDatabase } from "../testing/database.ts";
import { enqueue, type JobRequest } from "./queue.ts";
import { type Handlers, type RunnerOptions, runDueJobs, startRunner } from "./run.ts";

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

  it("give way to what is more urgent", async () => {
    const order: unknown[] = [];
    const work = options({ look: async (_run, payload) => void order.push(payload.what) });
    await ask({ key: "a", name: "look", payload: { what: "directory" }, lane: "bulk" });
    await ask({ key: "b", name: "look", payload: { what: "call" }, lane: "call" });
    await runDueJobs(work, 1);
    await runDueJobs(work, 1);
    expect(order).toEqual(["call", "directory"]);
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
