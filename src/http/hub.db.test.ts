import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import type { Actor } from "../ctx.ts";
import type { Database } from "../db.ts";
import { newId } from "../ids.ts";
import {
  decoder,
  type Event,
  type FeedRoom,
  machine,
  makeScreen,
  openFeedRoom,
  parse,
  settled,
  titles,
} from "../testing/feed-room.ts";
import type { Views } from "./hub.ts";
import { bufferBytesMax } from "./readers.ts";

let room: FeedRoom;
beforeAll(async () => {
  room = await openFeedRoom();
});
afterEach(() => room.rest());
afterAll(() => room.close());

describe("a feed", () => {
  it("begins with hello, and from then on loses nothing", async () => {
    const { tenantId, ids } = await room.makeCompany();
    const hub = room.makeHub();
    for (let count = 0; count < 20; count++) {
      const screen = makeScreen(tenantId);
      await screen.open(hub);
      await settled(() => expect(screen.events[0]?.event).toBe("hello"));
      await room.write(tenantId, ids.slice(0, 1), String(count));
      await settled(() => expect(screen.last.get(ids[0] ?? "")).toBe(String(count)));
      await screen.drop();
    }
    expect(hub.subscribers()).toBe(0);
  });

  it("begins with the present, not with the past", async () => {
    const { tenantId, ids } = await room.makeCompany();
    await room.write(tenantId, ids, "before");
    const hub = room.makeHub();
    for (let count = 0; count < 2; count++) {
      const screen = makeScreen(tenantId);
      await screen.open(hub);
      await room.write(tenantId, ids.slice(0, 1), `after ${count}`);
      await settled(() => expect(screen.last.size).toBe(1));
      expect(screen.events.map(({ event }) => event)).toEqual(["hello", "presence"]);
      await screen.drop();
    }
  });

  it("waits for who began earlier and commits later", async () => {
    const { tenantId, ids } = await room.makeCompany();
    const [first, second] = [ids.slice(0, 1), ids.slice(1, 2)];
    const screen = makeScreen(tenantId);
    await screen.open(room.makeHub());
    const begun = Promise.withResolvers<void>();
    const gate = Promise.withResolvers<void>();
    const slow = room.write(tenantId, first, "slow", () => {
      begun.resolve();
      return gate.promise;
    });
    await begun.promise;
    await room.write(tenantId, second, "quick");
    await sleep(30);
    await screen.drop();
    await screen.open(room.makeHub());
    await sleep(30);
    gate.resolve();
    await slow;
    await settled(() => expect([...screen.last.values()].sort()).toEqual(["quick", "slow"]));
  });

  it("shows only the people that the screen asked for", async () => {
    const { tenantId, ids } = await room.makeCompany();
    const screen = makeScreen(tenantId, { people: ids.slice(0, 2) });
    await screen.open(room.makeHub());
    await room.write(tenantId, ids, "all");
    await settled(() => expect([...screen.last.keys()].sort()).toEqual(ids.slice(0, 2).sort()));
  });

  it("shows each reader what that reader may see", async () => {
    const { tenantId, ids } = await room.makeCompany();
    const views: Views = {
      presence: async (ctx, keys) =>
        (await titles(ctx, keys)).map((one) => ({
          ...one,
          mayView: (actor: Actor) => "personId" in actor && actor.personId === one.key,
        })),
    };
    const hub = room.makeHub({ views });
    const screens = ids.map((personId) => makeScreen(tenantId, { actor: { kind: "agent", personId, name: "a" } }));
    for (const screen of screens) await screen.open(hub);
    await room.write(tenantId, ids, "own");
    for (const [index, screen] of screens.entries())
      await settled(() => expect([...screen.last.keys()]).toEqual([ids[index]]));
  });

  it("shows nothing of another tenant, not even when it names their people", async () => {
    const [mine, theirs] = [await room.makeCompany(), await room.makeCompany()];
    const hub = room.makeHub();
    const screen = makeScreen(mine.tenantId, { people: [...mine.ids, ...theirs.ids] });
    const everything = makeScreen(mine.tenantId);
    for (const one of [screen, everything]) await one.open(hub);
    await room.write(theirs.tenantId, theirs.ids, "theirs");
    await room.write(mine.tenantId, mine.ids, "mine");
    for (const one of [screen, everything]) {
      await settled(() => expect(one.last.size).toBe(mine.ids.length));
      expect([...one.last.keys()].sort()).toEqual([...mine.ids].sort());
    }
  });

  it("tells every 15 seconds that it lives", async () => {
    const { tenantId } = await room.makeCompany();
    const stream = await room.makeHub().open({ tenantId, actor: machine });
    const reader = stream.pipeThrough(decoder()).getReader();
    await reader.read();
    room.now = new Date(room.now.getTime() + 15_000);
    expect((await reader.read()).value).toBe(": still here\n\n");
    await reader.cancel();
  });

  it("ends for those whose sign-in holds no more, and for nobody else", async () => {
    const { tenantId } = await room.makeCompany();
    const other: Actor = { ...machine, keyId: newId("key") };
    const hub = room.makeHub({ stillSignedIn: async (_ctx, actors) => actors.filter((actor) => actor !== machine) });
    const screens = [makeScreen(tenantId), makeScreen(tenantId, { actor: other })];
    for (const screen of screens) await screen.open(hub);
    room.now = new Date(room.now.getTime() + 15_000);
    await settled(() => expect(screens.map(({ isOpen }) => isOpen)).toEqual([false, true]));
    expect(hub.subscribers()).toBe(1);
  });

  it("ends when the hub does", async () => {
    const { tenantId } = await room.makeCompany();
    const hub = room.makeHub();
    const screen = makeScreen(tenantId);
    await screen.open(hub);
    await hub.stop();
    await settled(() => expect(screen.isOpen).toBe(false));
  });
});

describe("a slow reader", () => {
  it("gets the last value of each thing, not the history, and keeps nobody waiting", async () => {
    const { tenantId, ids } = await room.makeCompany();
    const hub = room.makeHub();
    const quick = makeScreen(tenantId);
    await quick.open(hub);
    const stream = await hub.open({ tenantId, actor: machine });
    for (let count = 0; count <= 90; count++) {
      await room.write(tenantId, ids, String(count));
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

describe("trouble", () => {
  it("of one tenant's views stops nobody else, and costs nothing when it is over", async () => {
    const [ill, well] = [await room.makeCompany(), await room.makeCompany()];
    let isIll = true;
    const views: Views = {
      presence: (ctx, keys) =>
        isIll && ctx.tenantId === ill.tenantId ? Promise.reject(new Error("no")) : titles(ctx, keys),
    };
    const hub = room.makeHub({ views });
    const screens = [makeScreen(ill.tenantId), makeScreen(well.tenantId)] as const;
    for (const screen of screens) await screen.open(hub);
    await room.write(ill.tenantId, ill.ids, "one");
    await room.write(well.tenantId, well.ids, "one");
    await settled(() => expect(screens[1].last.size).toBe(well.ids.length));
    expect(screens[0].last.size).toBe(0);
    isIll = false;
    await settled(() => expect(screens[0].last.size).toBe(ill.ids.length));
  });

  it("with the database costs nothing when it is over", async () => {
    const { tenantId, ids } = await room.makeCompany();
    let failures = 0;
    const failing = () => (failures-- > 0 ? Promise.reject(new Error("gone")) : undefined);
    const { asSystemOnce, inTenant } = room.database;
    const shaky: Database = {
      ...room.database,
      asSystemOnce: (statement) => failing() ?? asSystemOnce(statement),
      inTenant: (id, work) => failing() ?? inTenant(id, work),
    };
    const screen = makeScreen(tenantId);
    await screen.open(room.makeHub({ database: shaky }));
    for (let count = 1; count <= 8; count++) {
      failures = count % 4;
      await room.write(tenantId, ids, String(count));
      await settled(() => expect([...screen.last.values()]).toEqual(ids.map(() => String(count))));
    }
  });
});
