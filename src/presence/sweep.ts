import { and, eq } from "drizzle-orm";
import type { Ctx } from "../ctx.ts";
import { isBridgeError } from "../errors.ts";
import { type OpenConnection, openConnection } from "../identity/connect.ts";
import { connections } from "../identity/schema.ts";
import type { ConnectionId, PersonId } from "../ids.ts";
import { enqueue } from "../jobs/queue.ts";
import type { Handler, Run } from "../jobs/run.ts";
import { budgets } from "../platform/budgets.ts";
import type { AnyAdapter, Connection, Lane } from "../platform/contract.ts";
import type { Service } from "../platform/service.ts";
import { sweepJob } from "./facts.ts";
import { readPresenceSettings } from "./history.ts";
import { recordReports } from "./observe.ts";
import { orphansJob } from "./orphans.ts";
import { type Class, laneOf, planSweep, type SweepPlan, slicesDue, type Ways, wantedMs } from "./plan-sweep.ts";
import { sweeps } from "./schema.ts";
import { noteFailure, noteHealth } from "./sweep-health.ts";
import { countKnown, engagedAccounts, knownAccounts, watchedAccounts } from "./sweep-people.ts";

export type SweepOptions = {
  /** People in a consult now, whose presence matters most. */
  engagedPeople: (ctx: Ctx) => Promise<PersonId[]>;
  /** From 0 up to 1; spreads the beats of many connections. */
  random?: () => number;
};
type State = Omit<typeof sweeps.$inferSelect, "tenantId" | "connectionId">;
/** `last`: how far the lap through everybody has come when this and all before it have been read. */
type Part = { ids: string[] | "all"; last?: string };
type Reading = { lane: Lane; parts: Part[] };
type Beat = { readings: Reading[]; before: State; state: State; plan: SweepPlan; engaged: number };

/**
 * Job `presence.sweep`, one a connection: reads whoever is due, which is the source of truth with or without pushes. One
 * at a time over all processes, because the job's row is leased; so of two readings it is known which is the newer.
 */
export const sweepPresence =
  (service: Service, options: SweepOptions): Handler =>
  async (run, payload) => {
    const id = payload.connectionId as ConnectionId;
    const open = await openConnection(service, run.tenantId, id, run.tx).catch(ifSwitchedOff);
    if (!open?.adapter.presence) return;
    const { enabled } = await run.tx(readPresenceSettings);
    if (!enabled) return new Date(run.now().getTime() + switchedOffMs); // asked for again when switched on
    const beat = await run.tx((ctx) => planBeat(ctx, service, open, options));
    const read = await readAll(run, open, beat.readings);
    if ("failed" in read) {
      const reached = reachedOf(beat, read.parts);
      if (reached) await run.tx((ctx) => storeState(ctx, id, reached));
      return noteFailure(run, open, read.failed);
    }
    noteGaps(service, open.adapter.id, beat);
    await run.tx(async (ctx) => {
      await storeState(ctx, id, beat.state);
      await noteHealth(ctx, open, beat, read.changed);
    });
    return nextBeat(beat, run.now(), options.random ?? Math.random);
  };

const switchedOffMs = 600_000;

function ifSwitchedOff(error: unknown): undefined {
  if (!isBridgeError(error) || error.code !== "not_found") throw error;
}

const none: State = {
  engagedAt: null,
  watchedAt: null,
  knownAt: null,
  cursor: null,
  watched: 0,
  known: 0,
  pushedAt: null,
};

/** How long each class has waited for this reading: the age that its presence had reached at most. */
function noteGaps({ metrics }: Service, adapter: string, { before, state }: Beat): void {
  for (const [name, since, now] of [
    ["engaged", before.engagedAt, state.engagedAt],
    ["watched", before.watchedAt, state.watchedAt],
  ] as const) {
    if (!since || !now || now <= since) continue;
    metrics.observe("patchcord_presence_gap_seconds", (now.getTime() - since.getTime()) / 1_000, {
      adapter,
      class: name,
    });
  }
}

/** Whom to read now. The row says how far the last beat came, whichever process it was. */
async function planBeat(
  ctx: Ctx,
  service: Service,
  { adapter, row }: OpenConnection,
  options: SweepOptions,
): Promise<Beat> {
  const now = ctx.now();
  const [known] = await ctx.db.select().from(sweeps).where(eq(sweeps.connectionId, row.id));
  if (!known) await enqueue(ctx, orphansJob);
  const before = known ?? none;
  const state: State = { ...before };
  const ways = waysOf(adapter);
  const engaged = await engagedAccounts(ctx, row.id, await options.engagedPeople(ctx));
  if (before.known === 0) state.known = await countKnown(ctx, row.id);
  const isLate = (everyMs: number) => !before.watchedAt || now.getTime() - before.watchedAt.getTime() > 2 * everyMs;
  const readWatched = (everyMs = 0) =>
    watchedAccounts(ctx, service, row.id, adapter, { isOldestFirst: isLate(everyMs) });
  const first = before.watched === 0 ? await readWatched() : undefined;
  if (first) state.watched = first.length;
  const plan = planSweep({ engaged: engaged.length, watched: state.watched, known: state.known }, ways);
  const readings: Reading[] = [];
  const inParts = (ids: readonly string[]): Part[] => chunk(ids, ways.read.max).map((part) => ({ ids: part }));
  if (engaged.length > 0) readings.push({ lane: "engaged", parts: inParts(engaged) });
  state.engagedAt = now;
  if (isDue(before.watchedAt, plan.watched.everyMs, now)) {
    const watched = first ?? (await readWatched(plan.watched.everyMs));
    Object.assign(state, { watchedAt: now, watched: watched.length });
    readings.push({
      lane: laneOf.watched,
      parts: plan.watched.by === "readAll" ? everybody : inParts(watched),
    });
  }
  const isCovered = plan.watched.by === "readAll" || adapter.side === "contact-center";
  if (!isCovered) readings.push(...(await readKnown(ctx, row.id, state, plan, ways)));
  return { readings, before, state, plan, engaged: engaged.length };
}

const everybody: Part[] = [{ ids: "all" }];

/** The next part of the lap through everybody; the lap goes on where it was, whoever does it. */
async function readKnown(ctx: Ctx, id: ConnectionId, state: State, plan: SweepPlan, ways: Ways): Promise<Reading[]> {
  const now = ctx.now();
  const lane = laneOf.known;
  const { everyMs, by } = plan.known;
  if (by === "readAll") {
    if (!isDue(state.knownAt, everyMs, now)) return [];
    Object.assign(state, { knownAt: now, known: await countKnown(ctx, id) });
    return [{ lane, parts: everybody }];
  }
  const { slices, doneAt } = slicesDue(state.known, ways.read.max, everyMs, state.knownAt, now);
  if (slices === 0) return [];
  const parts = await knownAccounts(ctx, id, state.cursor, { slices, max: ways.read.max });
  const last = parts.at(-1);
  const isLapOver = parts.length < slices || (last !== undefined && last.ids.length < ways.read.max);
  Object.assign(state, { knownAt: doneAt, cursor: isLapOver ? null : last?.last });
  if (isLapOver) state.known = await countKnown(ctx, id);
  return [{ lane, parts }];
}

const isDue = (at: Date | null, everyMs: number, now: Date) => !at || now.getTime() - at.getTime() >= everyMs * 0.85;

function waysOf({ facts, presence }: AnyAdapter): Ways {
  const { readMax = 1, readCost, readAllCost, readAllMax = 1_000 } = facts.presence ?? {};
  return {
    read: { max: readMax, budget: readCost ? budgets[readCost] : undefined },
    ...(presence?.readAll
      ? { readAll: { max: readAllMax, budget: readAllCost ? budgets[readAllCost] : undefined } }
      : {}),
  };
}

const atOnce = 4;

type ReadParts = { parts: ReadonlySet<Part>; changed: number } | { parts: ReadonlySet<Part>; failed: unknown };

/** Each account once a beat, in the lane that matters most to it. Answers how many had changed, and which parts were read. */
async function readAll(run: Run, open: OpenConnection, readings: readonly Reading[]): Promise<ReadParts> {
  const asked = new Set<string>();
  const unasked = (ids: readonly string[]) => ids.filter((id) => asked.size < asked.add(id).size);
  const read = new Set<Part>();
  let changed = 0;
  for (const { lane, parts } of readings) {
    const inLane = withLane(open.connection, lane);
    const left = parts.map((part) => ({ part, ids: part.ids === "all" ? part.ids : unasked(part.ids) }));
    // While one part is asked for, others are written down. The first failure ends it for all.
    const work = async () => {
      for (let next = left.shift(); next; next = left.shift()) {
        if (next.ids.length > 0) changed += await readPart(run, open, inLane, next.ids);
        read.add(next.part);
      }
    };
    const outcomes = await Promise.allSettled(
      Array.from({ length: atOnce }, () =>
        work().catch((error: unknown) => {
          left.length = 0;
          throw error;
        }),
      ),
    );
    const failed = outcomes.find((outcome) => outcome.status === "rejected");
    if (failed) return { parts: read, failed: failed.reason };
  }
  return { parts: read, changed };
}

/**
 * How far the lap through everybody has come when a beat fails in its midst: up to the first part that was not read. Else a
 * lap would never end where a platform refuses one request in so many.
 */
function reachedOf({ before, state, readings }: Beat, read: ReadonlySet<Part>): State | undefined {
  const parts = readings.flatMap((reading) => reading.parts).filter(({ last }) => last !== undefined);
  const unread = parts.findIndex((part) => !read.has(part));
  const reached = parts[unread - 1]?.last;
  if (reached === undefined) return undefined;
  const since = before.knownAt?.getTime();
  const knownAt =
    since === undefined || !state.knownAt
      ? before.knownAt
      : new Date(since + ((state.knownAt.getTime() - since) * unread) / parts.length);
  return { ...before, cursor: reached, knownAt };
}

async function readPart(
  run: Run,
  { adapter, row }: OpenConnection,
  connection: Connection,
  ids: Part["ids"],
): Promise<number> {
  const askedAt = run.now();
  const port = adapter.presence;
  const reports = ids === "all" ? await port?.readAll?.(connection) : await port?.read(connection, ids);
  const { changed } = await run.tx((ctx) => recordReports(ctx, row.id, reports ?? [], askedAt));
  return changed.length;
}

const withLane = (connection: Connection, lane: Lane): Connection => ({
  ...connection,
  fetch: (input, init) => connection.fetch(input, { ...init, lane }),
});

const chunk = <T>(all: readonly T[], size: number): T[][] =>
  Array.from({ length: Math.ceil(all.length / size) }, (_, index) => all.slice(index * size, (index + 1) * size));

async function storeState(ctx: Ctx, connectionId: ConnectionId, { pushedAt: _, ...state }: State): Promise<void> {
  await ctx.db
    .insert(sweeps)
    .values({ connectionId, tenantId: ctx.tenantId, ...state })
    .onConflictDoUpdate({ target: sweeps.connectionId, set: state });
  await ctx.db
    .update(connections)
    .set({ sweptAt: ctx.now() })
    .where(and(eq(connections.id, connectionId), eq(connections.tenantId, ctx.tenantId)));
}

/** With nobody to read, whoever the directory brings is read soon. */
function nextBeat({ state, plan, engaged }: Beat, now: Date, random: () => number): Date {
  const waits: [Class, number][] = [
    ["engaged", engaged],
    ["watched", state.watched],
    ["known", state.known],
  ];
  const everyMs = Math.min(
    ...waits.map(([one, count]) => (count > 0 && one !== "known" ? plan[one].everyMs : wantedMs.watched)),
  );
  return new Date(now.getTime() + Math.round(everyMs * (0.9 + random() * 0.1)));
}

/** Has a connection's presence read from now on. Safe to repeat. */
export const ensureSweep = (ctx: Ctx, connectionId: ConnectionId): Promise<void> =>
  enqueue(ctx, sweepJob(connectionId));

/** At the start of the service: no connection is left unread, and no hold unwatched. Safe to repeat. */
export async function ensureSweeps(service: Service): Promise<void> {
  const rows = await service.database.asSystem((db) =>
    db
      .select({ id: connections.id, tenantId: connections.tenantId, adapter: connections.adapter })
      .from(connections)
      .where(eq(connections.enabled, true)),
  );
  const read = rows.filter(({ adapter }) => service.adapters.get(adapter)?.presence);
  for (const [tenantId, ones] of Map.groupBy(read, (row) => row.tenantId)) {
    await service.database.inTenant(tenantId, async (db) => {
      const ctx = { db, tenantId, now: service.now };
      await enqueue(
        ctx,
        ones.map(({ id }) => sweepJob(id)),
      );
      await enqueue(ctx, orphansJob);
    });
  }
}
