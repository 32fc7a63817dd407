import { eq } from "drizzle-orm";
import fc from "fast-check";
import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import { takeIn } from "../consults/intake.ts";
import { accounts, inboundEvents, tenants } from "../identity/schema.ts";
import type { ConnectionId, TenantId } from "../ids.ts";
import { changes } from "../jobs/schema.ts";
import type { PlatformEvent, PresenceReport } from "../platform/contract.ts";
import { isNewer } from "../presence/order.ts";
import { presences } from "../presence/schema.ts";
import { createRoom, createRoomPlatform, type Room } from "../testing/presence-room.ts";
import { createIngest } from "./ingest.ts";

let room: Room;
let tenant: Awaited<ReturnType<Room["newTenant"]>>;
let desk: ConnectionId;
let phone: ConnectionId;
const people = ["anna", "bo", "cleo", "dag"];

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
  for (const one of people) await tenant.newPerson({ [desk]: one, [phone]: one });
});

const count = (rows: unknown[]) => rows.length;
const rowsOf = (table: typeof inboundEvents | typeof changes | typeof presences) =>
  tenant.inTenant(({ db }) => db.select().from(table as typeof presences));

const toEvent = (report: PresenceReport, number: number): PlatformEvent => ({
  kind: "presence",
  eventId: `evt-${number}`,
  report,
});

it("ends with the newest of each account, however events are spread over deliveries that come at once", async () => {
  const told = fc.record({
    person: fc.constantFrom(...people),
    isAtDesk: fc.boolean(),
    secondsAgo: fc.nat({ max: 20 }),
    availability: fc.constantFrom("available", "busy", "away"),
  });
  const ingest = createIngest(room.service, takeIn(room.service));
  await fc.assert(
    fc.asyncProperty(
      fc.array(told, { minLength: 1, maxLength: 40 }).chain((all) =>
        fc.record({
          all: fc.constant(all),
          order: fc.shuffledSubarray([...all.keys(), ...all.keys()], { minLength: all.length * 2 }),
          size: fc.integer({ min: 1, max: 6 }),
        }),
      ),
      async ({ all, order, size }) => {
        await tenant.inTenant(async ({ db }) => {
          await db.delete(presences);
          await db.delete(inboundEvents);
        });
        const reports = all.map(
          ({ person, secondsAgo, availability }): PresenceReport => ({
            account: person,
            presence: { availability, activity: "none" },
            observedAt: new Date(room.now().getTime() - secondsAgo * 1_000),
            source: "push",
          }),
        );
        const connectionOf = (number: number) => (all[number]?.isAtDesk ? desk : phone);
        const deliveries = Array.from({ length: Math.ceil(order.length / size) }, (_, index) =>
          order.slice(index * size, (index + 1) * size),
        );
        await Promise.all(
          deliveries.flatMap((numbers) =>
            [...Map.groupBy(numbers, connectionOf)].map(([connectionId, ones]) =>
              ingest(
                tenant.tenantId,
                connectionId,
                ones.flatMap((number) => (reports[number] ? [toEvent(reports[number], number)] : [])),
              ),
            ),
          ),
        );
        const shown = await tenant.inTenant(({ db }) =>
          db
            .select({ id: accounts.externalId, connectionId: accounts.connectionId, is: presences.availability })
            .from(presences)
            .innerJoin(accounts, eq(accounts.id, presences.accountId)),
        );
        const wanted = new Map<string, PresenceReport>();
        for (const [number, report] of reports.entries()) {
          const key = `${connectionOf(number)}/${report.account}`;
          const known = wanted.get(key);
          if (!known || isNewer(report, known)) wanted.set(key, report);
        }
        expect(new Map(shown.map((row) => [`${row.connectionId}/${row.id}`, row.is]))).toEqual(
          new Map([...wanted].map(([key, { presence }]) => [key, presence.availability])),
        );
        expect(count(await rowsOf(inboundEvents))).toBe(reports.length);
      },
    ),
    { numRuns: 25 },
  );
});

it("takes what is no presence once, though deliveries repeat it at once and bring presence along", async () => {
  const taken: string[] = [];
  const ingest = createIngest(room.service, async (_ctx, _id, events) => {
    taken.push(...events.map(({ eventId }) => eventId));
    return false;
  });
  const report: PresenceReport = {
    account: "anna",
    presence: { availability: "busy", activity: "none" },
    observedAt: room.now(),
    source: "push",
  };
  const lost: PlatformEvent = { kind: "attention", eventId: "lost", what: "gap" };
  await Promise.all(Array.from({ length: 5 }, () => ingest(tenant.tenantId, desk, [lost, toEvent(report, 1)])));
  expect(taken.toSorted()).toEqual(["evt-1", "lost"]);
});

it("says whether there is something for jobs to do", async () => {
  const ingest = createIngest(room.service, takeIn(room.service));
  await tenant.newPerson({ [desk]: "solo" });
  const tell = (account: string, number: number) =>
    ingest(tenant.tenantId, desk, [
      toEvent(
        { account, presence: { availability: "busy", activity: "none" }, observedAt: room.now(), source: "push" },
        number,
      ),
    ]);
  expect(await tell("anna", 1)).toBe(true);
  expect(await tell("solo", 2)).toBe(false);
  expect(await ingest(tenant.tenantId, desk, [{ kind: "attention", eventId: "lost", what: "gap" }])).toBe(true);
});

it("leaves nothing of a tenant that is deleted", async () => {
  const ingest = createIngest(room.service, takeIn(room.service));
  const report: PresenceReport = {
    account: "anna",
    presence: { availability: "busy", activity: "none" },
    observedAt: room.now(),
    source: "push",
  };
  await ingest(tenant.tenantId, desk, [toEvent(report, 1)]);
  expect(count(await rowsOf(changes))).toBe(1);
  await room.database.asSystem((db) => db.delete(tenants).where(eq(tenants.id, tenant.tenantId as TenantId)));
  expect(count(await rowsOf(changes))).toBe(0);
  expect(count(await rowsOf(inboundEvents))).toBe(0);
});
