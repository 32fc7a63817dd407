/** Pushes stand for a day in which every fifth request fails; and it is noticed when somebody gives up. */
import { sql } from "drizzle-orm";
import { afterAll, beforeAll, expect, it } from "vitest";
import { BridgeError } from "../errors.ts";
import { enqueue } from "../jobs/queue.ts";
import { type Handler, runDueJobs } from "../jobs/run.ts";
import { silentLog } from "../log.ts";
import { createRoom, createRoomPlatform, type Room } from "../testing/presence-room.ts";
import { subscribeEvents } from "./directory.ts";

const minute = 60_000;
const day = 24 * 60 * minute;
const lifeMs = 60 * minute;
/** In turn; after `lost` the platform has acted all the same. */
const failures = ["unavailable", "throttled", "lost", "unavailable"] as const;

let room: Room;
/** Until when the platform pushes. */
let until = 0;
let asked = 0;

beforeAll(async () => {
  room = await createRoom((now) => {
    const platform = createRoomPlatform("office", "sessions", now);
    const subscribe = async () => {
      const failing = ++asked % 5 === 0 ? failures[(asked / 5) % failures.length] : undefined;
      if (failing === "unavailable") throw new BridgeError("platform_unavailable", "no answer");
      if (failing === "throttled") throw new BridgeError("platform_throttled", "slow down", { retryAfterMs: 90_000 });
      until = now().getTime() + lifeMs;
      if (failing === "lost") throw new TypeError("fetch failed");
      return { id: "sub_1", expiresAt: new Date(until) };
    };
    const receive = async () => ({ events: [] });
    return { office: { ...platform, adapter: { ...platform.adapter, events: { receive, subscribe } } } };
  });
});
afterAll(() => room.close());

/** For how long, within a day, nothing is pushed. */
async function silentMs(change: (handler: Handler) => Handler): Promise<number> {
  const tenant = await room.newTenant();
  const connectionId = await tenant.newConnection("office");
  const key = `events.subscribe:${connectionId}`;
  await tenant.inTenant((ctx) => enqueue(ctx, { key, name: "events.subscribe", payload: { connectionId } }));
  const handlers = { "events.subscribe": change(subscribeEvents(room.service, { watched: async () => [] })) };
  const ends = room.now().getTime() + day;
  let silent = 0;
  until = room.now().getTime();
  for (;;) {
    const due = [...(await tenant.inTenant(({ db }) => db.execute(sql`select run_at from jobs where key = ${key}`)))];
    const next = due[0] ? new Date(String(due[0].run_at)).getTime() : Number.POSITIVE_INFINITY;
    silent += Math.max(0, Math.min(next, ends) - Math.max(until, room.now().getTime()));
    if (next >= ends) break;
    room.sleep(Math.max(0, next - room.now().getTime()));
    await runDueJobs({ database: room.database, handlers, now: room.now, log: silentLog });
  }
  await tenant.inTenant(({ db }) => db.execute(sql`delete from jobs where key = ${key}`));
  return silent;
}

it("is never given up: not a minute without pushes in a day", async () => {
  expect(await silentMs((handler) => handler)).toBeLessThan(minute);
});

it.each<[string, (handler: Handler) => Handler]>([
  [
    "a renewal is given up after its first failure",
    (handler) => (run, payload) => handler(run, payload).catch(() => undefined),
  ],
  [
    "a failed renewal is tried again only when the next would be due",
    (handler) => (run, payload) => handler(run, payload).catch(() => new Date(run.now().getTime() + lifeMs)),
  ],
  [
    "it is renewed when it has run out",
    (handler) => async (run, payload) => (await handler(run, payload)) && new Date(until + minute),
  ],
])("it is noticed when %s", async (_name, change) => {
  expect(await silentMs(change)).toBeGreaterThan(minute);
});
