import { eq } from "drizzle-orm";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { accounts, tenants } from "../identity/schema.ts";
import type { AccountId, ConnectionId } from "../ids.ts";
import { jobs } from "../jobs/schema.ts";
import {
  createRoom,
  createRoomPlatform,
  type Failure,
  type Room,
  type RoomPlatform,
} from "../testing/presence-room.ts";
import { holds } from "./schema.ts";
import { ensureSweeps } from "./sweep.ts";

const minute = 60_000;
let room: Room;
let tenant: Awaited<ReturnType<Room["newTenant"]>>;
let center: RoomPlatform;
let office: RoomPlatform;
let phones: RoomPlatform;
/** Anna's accounts, one on each platform, named anew for each test. */
let anna: string;
let ids: AccountId[];

beforeAll(async () => {
  room = await createRoom((now) => ({
    center: createRoomPlatform("center", "agent", now),
    office: createRoomPlatform("office", "sessions", now),
    phones: createRoomPlatform("phones", "status", now),
  }));
  ({ center, office, phones } = room.platforms as Record<"center" | "office" | "phones", RoomPlatform>);
});
afterAll(() => room.close());

beforeEach(async () => {
  await room.database.asSystem((db) => db.delete(tenants)); // nothing goes on for the tests before
  tenant = await room.newTenant();
  anna = `anna-${tenant.tenantId.slice(-6)}`;
  const owned: Record<ConnectionId, string> = {};
  for (const platform of [center, office, phones]) {
    owned[await tenant.newConnection(platform.adapter.id)] = anna;
    platform.of(anna);
    platform.heal();
  }
  ids = (await tenant.newPerson(owned)).accountIds;
  await ensureSweeps(room.service);
  await room.pass(5_000);
});

const writes = (platform: RoomPlatform) => platform.requests.filter((one) => !one.startsWith("read"));
const holdOf = async (index: number) => {
  const [row] = await tenant.inTenant((ctx) =>
    ctx.db
      .select()
      .from(holds)
      .where(eq(holds.accountId, ids[index] as AccountId)),
  );
  return row;
};
const startCall = async (platform: RoomPlatform) => {
  platform.of(anna).change("call");
  await room.pass(8_000, 2_000);
};
const endCall = startCall;

describe("a call in the contact center", () => {
  it("shows on the other platforms, once each, and is taken back when it ends", async () => {
    await startCall(center);
    expect(office.of(anna).shows()).toMatchObject({ availability: "busy", activity: "on-call" });
    expect(phones.of(anna).shows()).toMatchObject({ availability: "busy", activity: "none" });
    expect(await holdOf(1)).toMatchObject({ state: "held", cause: ids[0] });
    await endCall(center);
    expect(office.of(anna).shows()).toMatchObject({ availability: "available" });
    expect(phones.of(anna).shows()).toMatchObject({ availability: "available" });
    expect(writes(office)).toEqual([`hold ${anna}`, `release ${anna}`]);
    expect(writes(phones)).toEqual([`hold ${anna}`, `release ${anna}`]);
    expect(writes(center)).toEqual([]);
    await room.pass(30_000);
    expect([await holdOf(1), await holdOf(2)]).toEqual([undefined, undefined]);
  });

  it("is shown for as long as it lasts: the lease is renewed at half-life", async () => {
    await startCall(center);
    await room.pass(16 * minute, 30_000);
    expect(office.of(anna).holdsNow()).toBe(true);
    expect(writes(office)).toHaveLength(4);
    expect(writes(phones)).toHaveLength(1);
  });

  it("is gone everywhere within a lease when we are", async () => {
    await startCall(center);
    room.sleep(10 * minute);
    expect(office.of(anna).shows()).toMatchObject({ availability: "available" });
  });

  it("that ended while we were away is corrected soon after we are back", async () => {
    await startCall(center);
    center.of(anna).change("call");
    room.sleep(3 * minute);
    await room.pass(15_000);
    expect(phones.of(anna).shows()).toMatchObject({ availability: "available" });
    expect(office.of(anna).holdsNow()).toBe(false);
  });

  it("leaves a status that the person chose by hand alone", async () => {
    office.of(anna).change("undisturbed");
    phones.of(anna).change("undisturbed");
    await room.pass(10_000);
    await startCall(center);
    expect([writes(office), writes(phones)]).toEqual([[], []]);
  });

  it("lets go when the person chooses a status by hand meanwhile", async () => {
    await startCall(center);
    office.of(anna).change("undisturbed");
    await room.pass(15_000);
    expect(office.of(anna).holdsNow()).toBe(false);
    expect(office.of(anna).shows()).toMatchObject({ availability: "do-not-disturb" });
  });
});

describe("a call on the office platform", () => {
  it("moves an agent who takes no calls, and moves them back", async () => {
    await startCall(office);
    expect(center.of(anna).shows()).toMatchObject({ availability: "busy" });
    await endCall(office);
    expect(center.of(anna).shows()).toMatchObject({ availability: "available" });
    expect(writes(center)).toEqual([`set ${anna} busy`, `set ${anna} available`]);
  });

  it("never moves an agent who is on queue", async () => {
    center.of(anna).change("queue");
    await room.pass(10_000);
    await startCall(office);
    expect(writes(center)).toEqual([]);
    expect(center.of(anna).shows()).toMatchObject({ routable: true });
  });

  it("does not take back what the agent chose meanwhile", async () => {
    await startCall(office);
    center.of(anna).change("break");
    await endCall(office);
    expect(center.of(anna).shows()).toMatchObject({ availability: "away", activity: "break" });
  });
});

describe("when something goes wrong", () => {
  it.each<[Failure, number]>([
    ["lost", 8],
    ["killed", 35],
    ["unavailable", 8],
    ["throttled", 31],
    ["unauthorized", 61],
  ])("a hold whose request was %s ends right, and so does its release", async (failure, seconds) => {
    for (const platform of [office, phones]) platform.failNext("write", failure);
    await startCall(center);
    await room.pass(seconds * 1_000, 5_000);
    expect([office.of(anna).holdsNow(), phones.of(anna).holdsNow()]).toEqual([true, true]);
    for (const platform of [office, phones]) platform.failNext("write", failure);
    await endCall(center);
    await room.pass(seconds * 1_000, 5_000);
    expect(office.of(anna).shows()).toMatchObject({ availability: "available" });
    expect(phones.of(anna).shows()).toMatchObject({ availability: "available" });
  });

  it("a refusal is kept in words and not asked again", async () => {
    phones.failNext("write", "refused");
    await startCall(center);
    expect(await holdOf(2)).toMatchObject({ state: "refused", reason: "This person chose a status themselves." });
    await room.pass(minute);
    expect(writes(phones)).toHaveLength(1);
    await endCall(center);
    await startCall(center);
    expect(phones.of(anna).holdsNow()).toBe(true);
  });

  it("what it follows is out of sight: nothing is renewed, and after a lease it is let go", async () => {
    await startCall(center);
    for (let times = 0; times < 60; times++) center.failNext("read", "unavailable");
    await room.pass(12 * minute, 30_000);
    expect(office.of(anna).holdsNow()).toBe(false);
    expect(phones.of(anna).shows()).toMatchObject({ availability: "available" });
  });

  it("a hold whose job was lost is found", async () => {
    await startCall(center);
    await room.database.asSystem((db) => db.delete(jobs).where(eq(jobs.name, "presence.write")));
    await room.pass(6 * minute, 30_000);
    expect(office.of(anna).holdsNow()).toBe(true);
    expect(writes(office)).toHaveLength(2);
  });

  it("an account that becomes nobody's is let go", async () => {
    await startCall(center);
    await tenant.inTenant((ctx) =>
      ctx.db
        .update(accounts)
        .set({ personId: null, active: false })
        .where(eq(accounts.id, ids[2] as AccountId)),
    );
    await room.pass(6 * minute, 30_000);
    expect(phones.of(anna).shows()).toMatchObject({ availability: "available" });
  });

  it("in the dark nothing is begun: unknown is no information", async () => {
    for (let times = 0; times < 60; times++) office.failNext("read", "unavailable");
    room.sleep(61_000);
    await startCall(center);
    expect(writes(office)).toEqual([]);
    expect(writes(phones)).toHaveLength(1);
  });
});

it("writes at most once in five seconds, and the last value arrives", async () => {
  const at: number[] = [];
  for (let flips = 0; flips < 9; flips++) {
    center.of(anna).change("call");
    await room.pass(2_000);
    while (at.length < writes(office).length) at.push(room.now().getTime());
  }
  await room.pass(15_000);
  expect(office.of(anna).holdsNow()).toBe(true);
  for (const [index, time] of at.entries())
    if (index > 0) expect(time - (at[index - 1] ?? 0)).toBeGreaterThanOrEqual(5_000);
});
