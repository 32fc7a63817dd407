import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Database, openDatabase } from "../db.ts";
import { readerFromNow, type Session, withSessions } from "../testing/change-reader.ts";
import { testDatabase } from "../testing/database.ts";
import type { TestDatabase } from "../testing/postgres.ts";
import { readChanges, readPresent } from "./changes.ts";
import { endOf } from "./cursor.ts";

let file: TestDatabase;
let elsewhere: TestDatabase;
let database: Database;

beforeAll(async () => {
  [file, elsewhere] = [await testDatabase(), await testDatabase()];
  database = openDatabase(file.url, { connectionsMax: 4 });
});
afterAll(async () => {
  await database?.close();
  await file?.drop();
  await elsewhere?.drop();
});

describe("what changed", () => {
  it("is told although another database of the server has something open", async () => {
    await withSessions([file.url, elsewhere.url], async (ours, other) => {
      await other.say("begin");
      await other.tell("elsewhere");
      const read = await readerFromNow(database);
      await ours.tell("a");
      expect(await read()).toEqual(["a"]);
      expect(await (await readerFromNow(database))()).toEqual([]);
      await other.say("commit");
      expect(await read()).toEqual([]);
    });
  });

  it("waits for what began before it in this database, and comes after it", async () => {
    await withSessions([file.url, file.url], async (slow, quick) => {
      const read = await readerFromNow(database);
      await slow.say("begin");
      await slow.say("select pg_current_xact_id()");
      await quick.tell("quick");
      const late = await readerFromNow(database);
      expect([await read(), await late()]).toEqual([[], []]);
      await slow.tell("slow");
      await slow.say("commit");
      expect([await read(), await late()]).toEqual([
        ["slow", "quick"],
        ["slow", "quick"],
      ]);
    });
  });

  it("comes in the order of numbers, where one more digit begins too", async () => {
    await withSessions([file.url], async (session) => {
      const read = await readerFromNow(database);
      const [row] = await session.say("select max(id)::text as id from changes");
      const next = 10n ** BigInt(String(row?.id).length);
      await session.say(`select setval(pg_get_serial_sequence('changes', 'id'), ${next - 3n})`);
      await session.say("begin");
      for (const key of ["a", "b", "c", "d"]) await session.tell(key);
      await session.say("commit");
      expect(await read()).toEqual(["a", "b", "c", "d"]);
      expect(await read()).toEqual([]);
    });
  });

  it("has the place of the whole transaction, whichever part of it has told it", async () => {
    await withSessions([file.url, file.url], async (slow, quick) => {
      const read = await readerFromNow(database);
      await slow.say("begin; savepoint a");
      await slow.tell("undone");
      await slow.say("rollback to a; savepoint b");
      await quick.tell("quick");
      await slow.tell("slow");
      await slow.say("release b");
      expect(await read()).toEqual([]);
      await slow.say("commit");
      expect(await read()).toEqual(["slow", "quick"]);
    });
  });

  it("is told again up to where it has been told, whatever is open by now", async () => {
    await withSessions([file.url, file.url], async (slow, quick) => {
      const { end } = await readPresent(database);
      await slow.say("begin; select pg_current_xact_id()");
      await quick.tell("quick");
      const [row] = await quick.say("select max(tx::text::bigint)::text as tx from changes");
      expect(await readChanges(database, end, end)).toEqual([]);
      expect(await readChanges(database, end, endOf(row?.tx))).toMatchObject([{ keys: ["quick"] }]);
    });
  });

  it("is of a past that this database knows, or not", async () => {
    await withSessions([file.url], async (open) => {
      await open.say("begin; select pg_current_xact_id()");
      const { end, isPast } = await readPresent(database);
      expect(isPast(end)).toBe(true);
      expect(isPast(endOf(String(BigInt(end.tx) + 1_000_000n)))).toBe(false);
    });
  });

  const actions = ["begin", "tell", "savepoint a", "rollback to a", "release a", "commit", "rollback"] as const;
  type Step = { who: number; action: (typeof actions)[number] | "move" };

  it("is told once each, none left out, in whatever order sessions here and elsewhere begin and end", async () => {
    const step: fc.Arbitrary<Step> = fc.record({
      who: fc.nat({ max: 3 }),
      action: fc.constantFrom(...actions, "tell", "begin", "move"),
    });
    await withSessions([file.url, file.url, file.url, elsewhere.url], async (...sessions) => {
      await fc.assert(
        fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 40 }), async (steps) => {
          const read = await readerFromNow(database);
          const told: string[] = [];
          /** What each session has written in its transaction and in the parts of it. */
          const open: (string[][] | undefined)[] = sessions.map(() => undefined);
          const kept: string[] = [];
          for (const [count, { who, action }] of steps.entries()) {
            const [session, parts] = [sessions[who] as Session, open[who]];
            const key = `k${count}`;
            const isOurs = who < 3;
            if (action === "move") await read.move();
            else if (action === "begin" && !parts) {
              await session.say("begin; select pg_current_xact_id()");
              open[who] = [[]];
            } else if (action === "tell") {
              await session.tell(key);
              if (parts) parts.at(-1)?.push(key);
              else if (isOurs) kept.push(key);
            } else if (parts && action === "savepoint a" && parts.length === 1) {
              await session.say(action);
              parts.push([]);
            } else if (parts?.length === 2 && (action === "rollback to a" || action === "release a")) {
              await session.say(action);
              const last = parts.pop() ?? [];
              if (action === "rollback to a") await session.say("release a");
              else parts[0]?.push(...last);
            } else if (parts && (action === "commit" || action === "rollback")) {
              await session.say(action);
              if (action === "commit" && isOurs) kept.push(...parts.flat());
              open[who] = undefined;
            }
            told.push(...(await read()));
          }
          for (const [who, parts] of open.entries()) {
            if (!parts || who === 3) continue;
            await sessions[who]?.say("commit");
            kept.push(...parts.flat());
          }
          told.push(...(await read()));
          if (open[3]) await sessions[3]?.say("rollback");
          expect(told.toSorted()).toEqual(kept.toSorted());
        }),
        { numRuns: 60 },
      );
    });
  });

  it("is told once each while sessions here and elsewhere begin and end all the time", async () => {
    const urls = Array.from({ length: 8 }, (_, index) => (index % 2 ? elsewhere : file).url);
    await withSessions(urls, async (...sessions) => {
      const read = await readerFromNow(database);
      const told: string[] = [];
      let isOver = false;
      const reading = (async () => {
        while (!isOver) told.push(...(await read()));
      })();
      const write = async (session: Session, who: number) => {
        for (let count = 0; count < 150; count++) {
          await session.say("begin; select pg_current_xact_id()");
          if (count % 3 === 0) await session.say("savepoint a");
          await session.tell(`${who}.${count}`);
          await session.say("commit");
        }
      };
      await Promise.all(sessions.map(write));
      isOver = true;
      await reading;
      told.push(...(await read()), ...(await read()));
      const written = [0, 2, 4, 6].flatMap((who) => Array.from({ length: 150 }, (_, count) => `${who}.${count}`));
      expect(told.toSorted()).toEqual(written.toSorted());
    });
  });
});
