/** A reader that goes on where its line broke. */
import { setTimeout as sleep } from "node:timers/promises";
import { eq } from "drizzle-orm";
import fc from "fast-check";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { people } from "../identity/schema.ts";
import { type Company, type FeedRoom, makeScreen, openFeedRoom, settled } from "../testing/feed-room.ts";
import { readPresent } from "./changes.ts";
import { readCursor, writeCursor } from "./cursor.ts";

let room: FeedRoom;
beforeAll(async () => {
  room = await openFeedRoom();
});
afterEach(() => room.rest());
afterAll(() => room.close());

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
    const { tenantId, ids } = await room.makeCompany();
    const screen = makeScreen(tenantId, { lastEventId });
    await screen.open(room.makeHub());
    await settled(() => expect(screen.events[0]?.event).toBe("reset"));
    await room.write(tenantId, ids, "on");
    await settled(() => expect(screen.last.size).toBe(ids.length));
  });

  it("from so long ago that changes have been forgotten: read everything again", async () => {
    const { tenantId } = await room.makeCompany();
    const place = (await readPresent(room.database)).end;
    const first = async (at: Date) => {
      const screen = makeScreen(tenantId, { lastEventId: writeCursor(place, at) });
      await screen.open(room.makeHub());
      await settled(() => expect(screen.events.length).toBeGreaterThan(0));
      return screen.events[0]?.event;
    };
    expect(await first(new Date(room.now.getTime() - 44 * 60_000))).toBe("hello");
    expect(await first(new Date(room.now.getTime() - 46 * 60_000))).toBe("reset");
  });

  it("from a future of which this database knows nothing, as after a restore: read everything again", async () => {
    const { tenantId } = await room.makeCompany();
    const place = { tx: String(BigInt((await readPresent(room.database)).end.tx) + 1_000_000n), id: "1" };
    const screen = makeScreen(tenantId, { lastEventId: writeCursor(place, room.now) });
    await screen.open(room.makeHub());
    await settled(() => expect(screen.events[0]?.event).toBe("reset"));
  });

  it("with more missed than is worth repeating: read everything again", async () => {
    const { tenantId, ids } = await room.makeCompany();
    const lastEventId = writeCursor((await readPresent(room.database)).end, room.now);
    const told = await room.sql<{ tx: string }[]>`insert into changes (tenant_id, topic, keys, at)
      select ${tenantId}, 'presence', ${[ids[0] ?? ""]}, now() from generate_series(1, 1000) returning tx::text`;
    // Other transactions of the server may hold back what is the past.
    await expect
      .poll(async () => BigInt((await readPresent(room.database)).end.tx) >= BigInt(told[0]?.tx ?? 0))
      .toBe(true);
    const screen = makeScreen(tenantId, { lastEventId });
    await screen.open(room.makeHub());
    await settled(() => expect(screen.events.map(({ event }) => event)).toContain("reset"));
    await room.write(tenantId, ids, "on");
    await settled(() => expect(screen.last.size).toBe(ids.length));
    expect(readCursor(screen.lastEventId ?? "")).toBeDefined();
  });

  it("a break between two events of one transaction costs nothing", async () => {
    const { tenantId, ids } = await room.makeCompany(8);
    const hub = room.makeHub();
    const screen = makeScreen(tenantId);
    await screen.open(hub, 3);
    await room.write(tenantId, ids, "all at once");
    await settled(() => expect(screen.isOpen).toBe(false));
    expect(screen.last.size).toBe(2);
    await screen.open(hub);
    await settled(() => expect(screen.last.size).toBe(8));
  });

  it("a break right after hello costs nothing", async () => {
    const { tenantId, ids } = await room.makeCompany();
    const screen = makeScreen(tenantId);
    const hub = room.makeHub();
    await screen.open(hub);
    await settled(() => expect(screen.lastEventId).toBeDefined());
    await screen.drop();
    await room.write(tenantId, ids, "missed");
    const failing = room.makeHub({ views: { presence: () => Promise.reject(new Error("not now")) } });
    await screen.open(failing);
    await settled(() => expect(screen.events.length).toBeGreaterThan(1));
    await screen.drop();
    await screen.open(hub);
    await settled(() => expect([...screen.last.values()]).toEqual(ids.map(() => "missed")));
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
      await room
        .write(tenantId, chosen, `${name}${count}`, async () => {
          await sleep(holdMs);
          if (isUndone) throw undo;
        })
        .catch((error: unknown) => {
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
        const company = await room.makeCompany(8);
        const two = [room.makeHub(), room.makeHub()] as const;
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
        const rows = await room.database.inTenant(company.tenantId, (db) =>
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
