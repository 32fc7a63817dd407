import { eq } from "drizzle-orm";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { connections, tenants } from "../identity/schema.ts";
import type { ConnectionId, PersonId } from "../ids.ts";
import { jobs } from "../jobs/schema.ts";
import { createRoom, createRoomPlatform, type Room, type RoomPlatform } from "../testing/presence-room.ts";
import { presences } from "./schema.ts";
import { ensureSweep, ensureSweeps } from "./sweep.ts";

let room: Room;
let tenant: Awaited<ReturnType<Room["newTenant"]>>;
let center: RoomPlatform;
let office: RoomPlatform;
let centerId: ConnectionId;
let officeId: ConnectionId;

beforeAll(async () => {
  room = await createRoom((now) => ({
    center: createRoomPlatform("center", "agent", now, { readMax: 2, hasReadAll: true }),
    office: createRoomPlatform("office", "sessions", now, { readMax: 2 }),
  }));
  ({ center, office } = room.platforms as Record<"center" | "office", RoomPlatform>);
});
afterAll(() => room.close());
beforeEach(async () => {
  await room.database.asSystem((db) => db.delete(tenants));
  room.engaged.clear();
  for (const platform of [center, office]) platform.heal();
  tenant = await room.newTenant();
  centerId = await tenant.newConnection("center");
  officeId = await tenant.newConnection("office");
});

const newColleague = async (name: string): Promise<PersonId> => {
  office.of(name);
  return (await tenant.newPerson({ [officeId]: name })).personId;
};
const readsIn = async (ms: number) => {
  office.requests.length = 0;
  await room.pass(ms, 1_000);
  return office.requests.length;
};
const health = async () => {
  const [row] = await tenant.inTenant((ctx) => ctx.db.select().from(connections).where(eq(connections.id, officeId)));
  return row?.health;
};

describe("reading presence", () => {
  it("reads everybody within a minute, agents every four seconds, people in a consult every two", async () => {
    for (const name of ["k1", "k2", "k3", "k4", "k5"]) await newColleague(name);
    await ensureSweeps(room.service);
    await room.pass(56_000, 2_000);
    const rows = await tenant.inTenant((ctx) => ctx.db.select().from(presences));
    expect(rows).toHaveLength(5);
    const perMinute = await readsIn(60_000);
    expect(perMinute).toBeGreaterThanOrEqual(3);
    expect(perMinute).toBeLessThanOrEqual(6);
    const agent = await newColleague("agent");
    await tenant.newAccount(agent, centerId, "agent");
    center.of("agent");
    await room.pass(60_000, 5_000); // counted anew with the next lap
    expect(await readsIn(20_000)).toBeGreaterThanOrEqual(5);
    room.engaged.add(agent);
    expect(await readsIn(20_000)).toBeGreaterThanOrEqual(9);
  });

  it("reads a whole contact center at once where that takes fewer requests", async () => {
    for (const name of ["a1", "a2", "a3"]) {
      center.of(name);
      await tenant.newPerson({ [centerId]: name });
    }
    await ensureSweeps(room.service);
    center.requests.length = 0;
    await room.pass(5_000);
    expect(center.requests).toContain("read all");
    const rows = await tenant.inTenant((ctx) => ctx.db.select().from(presences));
    expect(rows.length).toBe(3);
  });

  it("asks nothing while the platform wants silence, then goes on", async () => {
    await newColleague("quiet");
    await ensureSweeps(room.service);
    office.failNext("read", "throttled");
    await room.pass(1_000);
    expect(office.requests.length).toBeGreaterThan(0);
    expect(await readsIn(28_000)).toBe(0);
    expect(await readsIn(4_000)).toBe(1);
  });

  it("reads everybody where a platform refuses every second request, agents too", async () => {
    const names = Array.from({ length: 20 }, (_, index) => `many${index}`);
    for (const name of names) await newColleague(name);
    await ensureSweeps(room.service);
    office.throttleEvery(2);
    await room.pass(20 * 60_000, 5_000);
    const read = () => tenant.inTenant((ctx) => ctx.db.select({ readAt: presences.readAt }).from(presences));
    expect(await read()).toHaveLength(20);
    for (const name of names) {
      const { personId } = await tenant.newPerson({ [officeId]: `agent ${name}` });
      office.of(`agent ${name}`);
      await tenant.newAccount(personId, centerId, name);
    }
    await room.pass(10 * 60_000, 5_000);
    expect((await read()).length).toBe(40);
  });

  it("says that somebody must reconnect, and slows down until they have", async () => {
    await newColleague("locked");
    await ensureSweeps(room.service);
    office.failNext("read", "unauthorized");
    await room.pass(1_000);
    expect(await health()).toMatchObject({
      state: "needs-attention",
      code: "platform_unauthorized",
      fix: "Connect the platform again.",
    });
    expect(await readsIn(55_000)).toBe(0);
    await room.pass(10_000);
    expect(await health()).toMatchObject({ state: "well" });
  });

  it("comes back by itself after the platform was away", async () => {
    await newColleague("away");
    await ensureSweeps(room.service);
    for (let times = 0; times < 5; times++) office.failNext("read", "unavailable");
    await room.pass(40_000);
    expect((await tenant.inTenant((ctx) => ctx.db.select().from(presences))).length).toBe(1);
  });

  it("ends for a connection that is switched off, and is asked for once whoever asks", async () => {
    await ensureSweeps(room.service);
    await tenant.inTenant((ctx) => ensureSweep(ctx, officeId));
    const sweepJobs = () =>
      tenant.inTenant((ctx) =>
        ctx.db
          .select()
          .from(jobs)
          .where(eq(jobs.key, `presence.sweep:${officeId}`)),
      );
    expect(await sweepJobs()).toHaveLength(1);
    await tenant.inTenant((ctx) =>
      ctx.db.update(connections).set({ enabled: false }).where(eq(connections.id, officeId)),
    );
    room.sleep(10_000);
    await room.runJobs();
    expect(await sweepJobs()).toHaveLength(0);
  });
});
