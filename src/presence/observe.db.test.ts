import { eq } from "drizzle-orm";
import fc from "fast-check";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { AccountId, ConnectionId } from "../ids.ts";
import { changes, jobs } from "../jobs/schema.ts";
import type { Presence, PresenceReport } from "../platform/contract.ts";
import { createRoom, createRoomPlatform, type Room } from "../testing/presence-room.ts";
import { recordReports } from "./observe.ts";
import { isNewer } from "./order.ts";
import { presences } from "./schema.ts";

let room: Room;
let tenant: Awaited<ReturnType<Room["newTenant"]>>;
let desk: ConnectionId;
let phone: ConnectionId;
let account: AccountId;
let personId: string;

beforeAll(async () => {
  room = await createRoom((now) => ({
    cc: createRoomPlatform("cc", "agent", now),
    uc: createRoomPlatform("uc", "sessions", now),
  }));
});
afterAll(() => room.close());
beforeEach(async () => {
  tenant = await room.newTenant();
  desk = await tenant.newConnection("cc");
  phone = await tenant.newConnection("uc");
  const anna = await tenant.newPerson({ [desk]: "anna", [phone]: "a-1" });
  [account] = anna.accountIds as [AccountId];
  personId = anna.personId;
});

const available: Presence = { availability: "available", activity: "none" };
const inCall: Presence = { availability: "busy", activity: "on-call" };
const ago = (ms: number) => new Date(room.now().getTime() - ms);
const report = (presence: Presence, ms: number, more: Partial<PresenceReport> = {}): PresenceReport => ({
  account: "anna",
  presence,
  observedAt: ago(ms),
  source: "push",
  ...more,
});
const recordAll = (...reports: PresenceReport[]) => tenant.inTenant((ctx) => recordReports(ctx, desk, reports));
/** The accounts that show something else now. */
const record = async (...reports: PresenceReport[]) => (await recordAll(...reports)).changed;
const row = async () => {
  const [found] = await tenant.inTenant((ctx) =>
    ctx.db.select().from(presences).where(eq(presences.accountId, account)),
  );
  return found;
};
const jobKeys = async () => (await tenant.inTenant((ctx) => ctx.db.select().from(jobs))).map(({ key }) => key);
const told = async () => (await tenant.inTenant((ctx) => ctx.db.select().from(changes))).flatMap(({ keys }) => keys);

describe("taking in presence", () => {
  it("tells feeds and has the person settled when something has changed", async () => {
    expect(await record(report(inCall, 1_000))).toEqual([account]);
    expect(await row()).toMatchObject({ ...inCall, observedAt: ago(1_000), source: "push", readAt: null });
    expect(await told()).toEqual([personId]);
    expect(await jobKeys()).toEqual([`presence.settle:${personId}`]);
  });

  it("only grows younger when nothing has changed", async () => {
    await record(report(inCall, 0, { source: "read" }));
    room.sleep(2_000);
    expect(await record(report(inCall, 0, { source: "read" }))).toEqual([]);
    expect(await row()).toMatchObject({ observedAt: ago(0), readAt: ago(0), changedAt: ago(2_000) });
    expect(await told()).toHaveLength(1);
  });

  it("never lets an older state replace a newer: early delivered after terminated (kamailio #3192)", async () => {
    await record(report(available, 1_000, { sequence: 8 }));
    expect(await record(report({ availability: "busy", activity: "ringing" }, 500, { sequence: 7 }))).toEqual([]);
    expect(await row()).toMatchObject(available);
  });

  it("goes by time where one side has no sequence", async () => {
    await record(report(inCall, 1_000, { source: "read" }));
    expect(await record(report(available, 2_000, { sequence: 99 }))).toEqual([]);
    expect(await record(report(available, 500, { sequence: 99 }))).toEqual([account]);
  });

  it("believes a platform that counts anew", async () => {
    await record(report(inCall, 20 * 60_000, { sequence: 1_000 }));
    expect(await record(report(available, 0, { sequence: 1 }))).toEqual([account]);
  });

  it("does not let a clock that is ahead make reports unbeatable", async () => {
    await record(report(inCall, -5 * 60_000));
    expect((await row())?.observedAt).toEqual(room.now());
    expect(await record(report(available, 0, { source: "read" }))).toEqual([account]);
  });

  it("has the person settled when an account is known again after a gap, though it shows the same", async () => {
    await record(report(available, 0, { source: "read" }));
    room.sleep(120_000);
    await tenant.inTenant((ctx) => ctx.db.delete(jobs));
    expect(await record(report(available, 0, { source: "read" }))).toEqual([]);
    expect(await jobKeys()).toEqual([`presence.settle:${personId}`]);
  });

  it("leaves out accounts that nobody knows, and takes the newest of several", async () => {
    expect(
      await record(report(available, 2_000), report(inCall, 1_000), report(inCall, 0, { account: "nobody" })),
    ).toEqual([account]);
    expect(await row()).toMatchObject(inCall);
    expect(await record()).toEqual([]);
  });

  it("does not settle somebody with one account only", async () => {
    await tenant.newPerson({ [desk]: "solo" });
    expect(await recordAll(report(inCall, 0, { account: "solo" }))).toMatchObject({ isFollowed: false });
    expect(await jobKeys()).toEqual([]);
    expect(await told()).toHaveLength(1);
  });

  it("does not touch another tenant's account", async () => {
    const other = await room.newTenant();
    const { changed } = await other.inTenant((ctx) => recordReports(ctx, desk, [report(inCall, 0)]));
    expect(changed).toEqual([]);
    expect(await row()).toBeUndefined();
  });

  it("ends in the same state whatever the order of arrival, batching and repetition", async () => {
    const shown = fc.constantFrom(available, inCall, { availability: "away", activity: "none" } as const);
    const one = fc.record({ presence: shown, ms: fc.nat({ max: 6 }), isRead: fc.boolean(), isNumbered: fc.boolean() });
    const histories = fc.array(one, { minLength: 1, maxLength: 8 }).chain((events) =>
      fc.record({
        events: fc.constant(events),
        first: fc.shuffledSubarray([...events.keys(), ...events.keys()], { minLength: events.length * 2 }),
        second: fc.shuffledSubarray([...events.keys(), ...events.keys()], { minLength: events.length * 2 }),
        batch: fc.integer({ min: 1, max: 8 }),
      }),
    );
    await fc.assert(
      fc.asyncProperty(histories, async ({ events, first, second, batch }) => {
        const reports = events.map(({ presence, ms, isRead, isNumbered }) =>
          report(presence, ms * 1_000, {
            source: isRead ? "read" : "push",
            ...(isNumbered ? { sequence: 100 - ms } : {}),
          }),
        );
        const endOf = async (order: number[]) => {
          await tenant.inTenant((ctx) => ctx.db.delete(presences));
          const queue = order.flatMap((index) => reports[index] ?? []);
          while (queue.length > 0) await record(...queue.splice(0, batch));
          const found = await row();
          return [found?.availability, found?.activity, found?.observedAt.getTime(), found?.source];
        };
        const ended = await endOf(first);
        expect(await endOf(second)).toEqual(ended);
        const newest = reports.reduce((best, next) => (isNewer(next, best) ? next : best));
        expect(ended.slice(0, 2)).toEqual([newest.presence.availability, newest.presence.activity]);
      }),
      { numRuns: 40 },
    );
  });
});
