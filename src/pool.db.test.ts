import { setTimeout as sleep } from "node:timers/promises";
import { sql } from "drizzle-orm";
import postgres from "postgres";
import { afterAll, beforeAll, expect, it } from "vitest";
import { createPool, type Pool } from "./pool.ts";
import { testDatabase } from "./testing/database.ts";
import type { TestDatabase } from "./testing/postgres.ts";

let given: TestDatabase;
let owner: postgres.Sql;
let pool: Pool;
beforeAll(async () => {
  given = await testDatabase();
  owner = postgres(given.url, { max: 1 });
  await owner`create table marks (mark text)`;
  pool = createPool(given.url, 2);
});
afterAll(async () => {
  await pool.close();
  await owner.end();
  await given.drop();
});

type Tx = Parameters<Parameters<Parameters<Parameters<Pool["use"]>[0]>[0]["transaction"]>[0]>[0];
const transact = <T>(work: (tx: Tx) => Promise<T>) => pool.use((database) => database.transaction(work));
const mark = (tx: Tx, text: string) => tx.execute(sql`insert into marks values (${text})`).execute();
const pidOf = async (tx: Tx) => Number([...(await tx.execute(sql`select pg_backend_pid() as pid`))][0]?.pid);
const marks = async () => (await owner`select mark from marks order by mark`).map((row) => row.mark);
const causeOf = (error: unknown) => (error as { cause?: { code?: string; message?: string } }).cause;

it("a transaction whose connection is killed between two statements is refused as a whole, and all goes on", async () => {
  const lost = transact(async (tx) => {
    await mark(tx, "lost 1");
    await owner`select pg_terminate_backend(${await pidOf(tx)})`;
    await sleep(50); // until the driver has heard of it
    await mark(tx, "lost 2").catch(() => {}); // whoever does not notice must not write outside of the transaction
    await mark(tx, "lost 3");
  });
  expect(causeOf(await lost.catch((error: unknown) => error))?.code).toMatch(/^CONNECTION_CLOSED$|^57P01$/);
  await transact((tx) => mark(tx, "kept"));
  expect(await marks()).toEqual(["kept"]);
});

it("a transaction for which no connection could be had leaves nothing to the next one", async () => {
  const elsewhere = postgres(Object.assign(new URL(given.url), { pathname: "/postgres" }).href, { max: 1 });
  const admit = (isAdmitted: boolean) =>
    elsewhere.unsafe(`alter database "${new URL(given.url).pathname.slice(1)}" allow_connections ${isAdmitted}`);
  const own = createPool(given.url, 1);
  await admit(false);
  const refused = own.use((database) =>
    database.transaction(async (tx) => {
      // More than the driver has tried, one after the other, by the time it is let in again.
      const left = Array.from({ length: 50 }, (_, n) => mark(tx, `left ${n}`).catch(() => "refused"));
      await left[0];
      await admit(true);
      await Promise.all(left);
    }),
  );
  await expect(refused).rejects.toThrow();
  await own.use((database) => database.transaction((tx) => mark(tx, "let in")));
  await own.close();
  await elsewhere.end();
  expect((await marks()).filter((one) => /^left|^let/.test(one))).toEqual(["let in"]);
});

it("while a statement is under way too, for all that wait as well", async () => {
  const pids = Promise.withResolvers<number>();
  const lost = transact(async (tx) => {
    pids.resolve(await pidOf(tx));
    await tx.execute(sql`select pg_sleep(30)`);
  });
  const waiting = [1, 2, 3].map((n) => transact((tx) => mark(tx, `waited ${n}`)));
  await owner`select pg_terminate_backend(${await pids.promise})`;
  await expect(lost).rejects.toThrow();
  await Promise.all(waiting);
  expect(await marks()).toEqual(expect.arrayContaining(["waited 1", "waited 2", "waited 3"]));
});

it("a statement that failed undoes all, though nobody minded", async () => {
  const ended = transact(async (tx) => {
    await mark(tx, "undone");
    await tx.execute(sql`select 1 / 0`).catch(() => {});
  });
  expect(String((await ended.catch((error: unknown) => error)) as Error)).toContain("division by zero");
  expect(await marks()).not.toContain("undone");
});

it("what comes after the end of a transaction is not carried out in the next one", async () => {
  const late = Promise.withResolvers<void>();
  let left: Promise<unknown> = Promise.resolve();
  const failed = transact(async (tx) => {
    left = late.promise.then(() => mark(tx, "late"));
    throw new Error("changed my mind");
  });
  await expect(failed).rejects.toThrow("changed my mind");
  const next = transact(async (tx) => {
    late.resolve();
    expect(causeOf(await left.catch((error: unknown) => error))?.message).toBe("this transaction is over");
    await mark(tx, "next");
  });
  await next;
  expect(await marks()).toContain("next");
  expect(await marks()).not.toContain("late");
});

it("gives no connection to two at once, and none after its end", async () => {
  const own = createPool(given.url, 3);
  let [now, most] = [0, 0];
  const one = () =>
    own.use((database) =>
      database.transaction(async (tx) => {
        most = Math.max(most, ++now);
        await tx.execute(sql`select pg_sleep(0.01)`);
        now--;
      }),
    );
  await Promise.all(Array.from({ length: 20 }, one));
  expect(most).toBe(3);
  const last = one();
  await own.close();
  await last;
  await expect(one()).rejects.toMatchObject({ code: "CONNECTION_CLOSED" });
});

it("tells how long the next in turn has waited for a connection", async () => {
  const own = createPool(given.url, 1);
  const held = Promise.withResolvers<void>();
  const first = own.use(() => held.promise);
  expect(own.waitedMs()).toBe(0);
  const second = own.use((database) => database.transaction((tx) => pidOf(tx)));
  await expect.poll(() => own.waitedMs()).toBeGreaterThan(0);
  held.resolve();
  await Promise.all([first, second]);
  expect(own.waitedMs()).toBe(0);
  await own.close();
});

it("of statements sent together the one that failed tells why, not those that failed because of it", async () => {
  const ended = transact(async (tx) => {
    const first = tx.execute(sql`select 1 / 0`);
    const second = tx.execute(sql`select 1`);
    first.catch(() => {});
    await second;
  });
  expect(String(await ended.catch((error: unknown) => error))).toContain("division by zero");
});

it("a statement that runs often is planned once a connection, and still says what is wrong with a value", async () => {
  const own = createPool(given.url, 1);
  const ask = (value: string) =>
    own.use((database) =>
      database.transaction((tx) => tx.execute(sql`select count(*) from marks where mark = ${value}`)),
    );
  for (let n = 0; n < 20; n++) await ask(`mark ${n}`);
  const planned = await own.use((database) =>
    database.transaction((tx) =>
      tx.execute(sql`select calls from (select generic_plans + custom_plans as calls, statement
      from pg_prepared_statements) known where statement like 'select count%'`),
    ),
  );
  expect([...planned]).toHaveLength(1);
  expect(causeOf(await ask("\u0000").catch((error: unknown) => error))?.code).toBe("22021");
  await own.close();
});

it("a transaction whose end travels with its statement is kept, or undone as a whole", async () => {
  const once = (...texts: string[]) =>
    pool.useOnce((database) => database.transaction((tx) => Promise.all(texts.map((text) => mark(tx, text)))));
  await once("at once");
  await expect(once("undone at once", "\u0000")).rejects.toThrow();
  await expect(once("\u0000", "undone at once")).rejects.toThrow();
  expect(await marks()).toContain("at once");
  expect(await marks()).not.toContain("undone at once");
  let late: Promise<unknown> = Promise.resolve();
  await pool.useOnce((database) =>
    database.transaction(async (tx) => {
      await mark(tx, "first");
      late = mark(tx, "late");
      await late.catch(() => {});
    }),
  );
  expect(causeOf(await late.catch((error: unknown) => error))?.message).toBe("this transaction is over");
  await transact((tx) => mark(tx, "afterwards"));
  expect(await marks()).not.toContain("late");
});
