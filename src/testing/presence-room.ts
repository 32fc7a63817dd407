/** The presence room alone on a real database: made-up platforms in memory, a clock of our own, jobs run by hand. */
import { z } from "zod";
import type { Ctx } from "../ctx.ts";
import { openDatabase } from "../db.ts";
import { BridgeError } from "../errors.ts";
import { accounts, connections, people, tenants } from "../identity/schema.ts";
import { type AccountId, type ConnectionId, newId, type PersonId } from "../ids.ts";
import { type Handlers, runDueJobs } from "../jobs/run.ts";
import { type Log, silentLog } from "../log.ts";
import { type AnyAdapter, defineAdapter, type Presence, type PresenceReport } from "../platform/contract.ts";
import { noMetrics, type Service } from "../platform/service.ts";
import { presenceJobs } from "../presence/jobs.ts";
import { createPlatform, type Kind, type Platform, sideOf } from "../presence/simulation/platform.ts";
import { createKeyring, toBase64 } from "../seal.ts";
import { testDatabase } from "./database.ts";

/**
 * How the next request to a platform goes wrong. `lost`: it acts, then the connection breaks. `killed`: it acts, and our
 * process does not live to hear of it.
 */
export type Failure = "throttled" | "unavailable" | "unauthorized" | "refused" | "lost" | "killed";

export type RoomPlatform = {
  adapter: AnyAdapter;
  /** The person's account there, by the platform's id. */
  of(externalId: string): Platform;
  /** Every request, in order: `read 3`, `hold anna`, … */
  requests: string[];
  failNext(what: "read" | "write", failure: Failure): void;
  /** From now on it wants silence at each so manieth reading. */
  throttleEvery(times: number): void;
  /** Forgets the requests and the failures to come. */
  heal(): void;
};

class Killed extends Error {}

export function createRoomPlatform(
  id: string,
  kind: Kind,
  now: () => Date,
  more: { readMax?: number; hasReadAll?: boolean } = {},
): RoomPlatform {
  const platforms = new Map<string, Platform>();
  const requests: string[] = [];
  const failures: { what: "read" | "write"; failure: Failure }[] = [];
  const reads = { done: 0, throttledEvery: Number.POSITIVE_INFINITY };
  const of = (externalId: string): Platform => {
    const known = platforms.get(externalId) ?? createPlatform(kind, () => now().getTime());
    platforms.set(externalId, known);
    known.tick();
    return known;
  };
  const request = <T>(what: "read" | "write", name: string, act: () => T): T => {
    requests.push(name);
    if (what === "read" && ++reads.done % reads.throttledEvery === 0) failures.unshift({ what, failure: "throttled" });
    const index = failures.findIndex((one) => one.what === what);
    const [failing] = index < 0 ? [] : failures.splice(index, 1);
    switch (failing?.failure) {
      case undefined:
        return act();
      case "throttled":
        throw new BridgeError("platform_throttled", "slow down", { retryAfterMs: 30_000 });
      case "unavailable":
        throw new BridgeError("platform_unavailable", "no answer");
      case "unauthorized":
        throw new BridgeError("platform_unauthorized", "Connect the platform again.");
      case "refused":
        throw new BridgeError("conflict", "This person chose a status themselves.");
      case "lost":
        act();
        throw new TypeError("fetch failed");
      case "killed":
        act();
        throw new Killed();
    }
  };
  const reportOf = (account: string): PresenceReport => {
    const presence = of(account).shows();
    return { account, presence, observedAt: now(), source: "read", restore: { status: presence } };
  };
  const heal = () => {
    requests.length = 0;
    failures.length = 0;
    reads.throttledEvery = Number.POSITIVE_INFINITY;
  };
  const bare = (presence: Presence) => ({ availability: presence.availability, activity: presence.activity });
  const adapter = defineAdapter({
    id,
    name: id,
    side: sideOf(kind),
    settings: z.object({}),
    secretSettings: [],
    facts: {
      presence: {
        readMax: more.readMax ?? 100,
        settleMsMax: 0,
        holds:
          kind === "sessions"
            ? [bare({ availability: "busy", activity: "on-call" })]
            : kind === "status"
              ? [{ availability: "busy", activity: "none" }]
              : [],
        push: "webhook",
        ...(kind === "sessions" ? { leaseMsMin: 300_000, leaseMsMax: 14_400_000 } : {}),
      },
    },
    presence: {
      read: async (_c, ids) =>
        request("read", `read ${ids.length}`, () => ids.filter((one) => platforms.has(one)).map(reportOf)),
      ...(more.hasReadAll
        ? { readAll: async () => request("read", "read all", () => [...platforms.keys()].map(reportOf)) }
        : {}),
      ...(kind === "agent"
        ? {
            setState: async (_c: unknown, account: string, presence: Presence) =>
              request("write", `set ${account} ${presence.availability}`, () => of(account).setState(presence)),
          }
        : {
            hold: async (_c: unknown, account: string, presence: Presence, leaseMs: number, held) =>
              request("write", `hold ${account}`, () => of(account).hold(presence, leaseMs, held)),
            release: async (_c: unknown, account: string, held) =>
              request("write", `release ${account}`, () =>
                of(account).release(held) === "kept" ? "kept" : "released",
              ),
          }),
    },
    check: async () => {},
  });
  return {
    adapter,
    of,
    requests,
    failNext: (what, failure) => failures.push({ what, failure }),
    throttleEvery: (times) => void Object.assign(reads, { done: 0, throttledEvery: times }),
    heal,
  };
}

export type Room = Awaited<ReturnType<typeof createRoom>>;

export async function createRoom(make: (now: () => Date) => Record<string, RoomPlatform>, log: Log = silentLog) {
  const clock = { at: new Date("2026-03-02T09:00:00Z") };
  const now = () => new Date(clock.at);
  const platforms = make(now);
  const given = await testDatabase();
  const database = openDatabase(given.url);
  const service: Service = {
    database,
    keyring: createKeyring(`test:${toBase64(new Uint8Array(32).fill(7))}`),
    adapters: new Map(Object.values(platforms).map(({ adapter }) => [adapter.id, adapter])),
    now,
    log,
    fetch: async () => Response.error(),
    publicUrl: "https://patchcord.test",
    sandbox: false,
    metrics: noMetrics,
  };
  const engaged = new Set<PersonId>();
  const handlers: Handlers = presenceJobs(service, { engagedPeople: async () => [...engaged], random: () => 0.5 });
  /** A killed process: its job stays leased, and is taken over when the lease runs out. */
  const mortal: Handlers = Object.fromEntries(
    Object.entries(handlers).map(([name, handler]) => [
      name,
      (run, payload) =>
        handler(run, payload).catch((error: unknown) => {
          if (error instanceof Killed) return new Date(now().getTime() + 30_000);
          throw error;
        }),
    ]),
  );
  const runJobs = async () => {
    for (let round = 0; round < 50; round++) {
      if ((await runDueJobs({ database, handlers: mortal, now, log })) === 0) return;
    }
    throw new Error("jobs do not come to rest");
  };
  return {
    /** A login that may do everything. */
    url: given.url,
    database,
    service,
    now,
    engaged,
    platforms,
    runJobs,
    /** Lets time pass, second by second while jobs run. */
    async pass(ms: number, stepMs = 1_000) {
      for (let passed = 0; passed < ms; passed += stepMs) {
        clock.at = new Date(clock.at.getTime() + Math.min(stepMs, ms - passed));
        await runJobs();
      }
    },
    /** Lets time pass while nothing of ours runs. */
    sleep(ms: number) {
      clock.at = new Date(clock.at.getTime() + ms);
    },
    async newTenant() {
      const tenantId = newId("ten", now());
      await database.asSystem((db) =>
        db.insert(tenants).values({ id: tenantId, slug: tenantId, name: "Test", createdAt: now() }),
      );
      const inTenant = <T>(work: (ctx: Ctx) => Promise<T>) =>
        database.inTenant(tenantId, (db) => work({ db, tenantId, actor: { kind: "system", name: "test" }, now, log }));
      const newConnection = async (adapter: string): Promise<ConnectionId> => {
        const id = newId("con", now());
        const settingsSealed = await service.keyring.seal(tenantId, `settings:${id}`, {});
        const row = {
          id,
          tenantId,
          adapter,
          name: id,
          settingsSealed,
          health: { state: "starting" as const },
          createdAt: now(),
        };
        await inTenant((ctx) => ctx.db.insert(connections).values(row));
        return id;
      };
      const accountRow = (personId: PersonId, connectionId: ConnectionId, externalId: string) => ({
        id: newId("acc", now()),
        tenantId,
        personId,
        connectionId,
        externalId,
        name: "Anna",
        matchedBy: "email" as const,
        createdAt: now(),
      });
      const newAccount = (...given: Parameters<typeof accountRow>) =>
        inTenant((ctx) => ctx.db.insert(accounts).values(accountRow(...given)));
      const newPerson = async (
        owned: Record<ConnectionId, string>,
      ): Promise<{ personId: PersonId; accountIds: AccountId[] }> => {
        const personId = newId("per", now());
        const person = { id: personId, tenantId, name: "Anna", createdAt: now(), updatedAt: now() };
        const rows = Object.entries(owned).map(([connectionId, externalId]) =>
          accountRow(personId, connectionId as ConnectionId, externalId),
        );
        await inTenant(async (ctx) => {
          await ctx.db.insert(people).values(person);
          await ctx.db.insert(accounts).values(rows);
        });
        return { personId, accountIds: rows.map(({ id }) => id) };
      };
      return { tenantId, inTenant, newConnection, newPerson, newAccount };
    },
    async close() {
      await database.close();
      await given.drop();
    },
  };
}
