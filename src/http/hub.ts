import type { Actor, Ctx } from "../ctx.ts";
import type { Database } from "../db.ts";
import type { Topic } from "../jobs/queue.ts";
import { errorFields, type Log } from "../log.ts";
import { batchMax, type Change, type Present, readChanges, readPresent } from "./changes.ts";
import { endOf, type Position, readCursor, writeCursor } from "./cursor.ts";
import { bufferBytesMax, createReaders, flush, hasRoom, type Reader, say } from "./readers.ts";

/** How a topic is shown: the present views of these keys, and who may see each. */
export type Shown = { key: string; view: unknown; mayView: (actor: Actor) => boolean };
export type Views = Partial<Record<Topic, (ctx: Ctx, keys: string[]) => Promise<Shown[]>>>;

export type OpenRequest = { tenantId: string; actor: Actor; people?: string[]; lastEventId?: string };
export type Hub = {
  /** Look for changes now rather than at the next poll. */
  wake(): void;
  open(request: OpenRequest): Promise<ReadableStream<Uint8Array>>;
  subscribers(): number;
  stop(): Promise<void>;
};

export type HubOptions = {
  database: Database;
  views: Views;
  now: () => Date;
  log: Log;
  pollMs?: number;
  /** Those of them whose sign-in still holds; the feeds of the others end. */
  stillSignedIn?: (ctx: Ctx, actors: Actor[]) => Promise<Actor[]>;
  /** The last reader has gone and nothing is read any more. */
  whenUnread?: () => void;
};

/** Changes are kept for an hour (jobs/prune.ts). Less, so that what was slow to commit is there too. */
const keptMs = 45 * 60_000;
const beatMs = 15_000;
/** Who names people gets each view again after so long at most, in small portions. */
const again = { afterMs: 10_000, everyMs: 500, leastAtOnce: 50 };
/**
 * The live feed of one process. Changes are read in an order in which nothing is skipped (changes.ts); each changed thing is loaded once and encoded once for all its readers. Everything is given
 * out by one loop, so that an older view never overtakes a newer one.
 */
export function createHub(options: HubOptions): Hub {
  const { database, now, log } = options;
  const readers = createReaders();
  /** All who are not behind have everything up to here, or are being given it. */
  let place: Position = endOf("0");
  let stopped = false;
  let running: Promise<void> | undefined;
  /** What was looked at so far has been given out. */
  let giving = Promise.resolve();
  let wakeUp: (() => void) | undefined;
  let woken = false;
  /** When the view of a person who is named was last given out, by tenant and person. */
  let shownAt = new Map<string, number>();

  const asLive = <T>(tenantId: string, work: (ctx: Ctx) => Promise<T>) =>
    database.inTenant(tenantId, (db) => work({ db, tenantId, actor: { kind: "system", name: "live" }, now, log }));

  /** The present views of what changed, for readers of one tenant. Answers how to put them before these. */
  async function load(
    tenantId: string,
    changes: Pick<Change, "topic" | "keys">[],
    those: ReadonlySet<Reader>,
  ): Promise<() => void> {
    const events: { place: string; event: { topic: Topic; data: string }; to: Reader[] }[] = [];
    const isForAll = ![...those].some(({ isBehind }) => isBehind);
    for (const [topic, rows] of Map.groupBy(changes, (change) => change.topic)) {
      const view = options.views[topic];
      const wanting = readers.whoWants(topic, new Set(rows.flatMap((row) => row.keys)), those);
      if (!view || wanting.size === 0) continue;
      for (const shown of await asLive(tenantId, (ctx) => view(ctx, [...wanting.keys()]))) {
        const event = { topic, data: JSON.stringify(shown.view) };
        const to = (wanting.get(shown.key) ?? []).filter(({ actor }) => shown.mayView(actor));
        events.push({ place: `${topic}/${shown.key}`, event, to });
        if (topic === "presence" && isForAll) shownAt.set(`${tenantId}/${shown.key}`, now().getTime());
      }
    }
    return () => {
      for (const { place, event, to } of events) for (const reader of to) reader.waiting.set(place, event);
    };
  }

  /**
   * Loads what changed while the look before is still being given out, and gives it out after that one. A tenant whose
   * views cannot be loaded just now falls behind by itself; the others go on.
   */
  async function deliver(changes: Change[], cursor: string, before: Promise<void>): Promise<void> {
    const level = [...readers.all].filter((reader) => !reader.isBehind);
    const byTenant = Map.groupBy(changes, (change) => change.tenant_id);
    for (const [tenantId, those] of Map.groupBy(level, (reader) => reader.tenantId)) {
      const give = await load(tenantId, byTenant.get(tenantId) ?? [], new Set(those)).catch((error: unknown) => {
        log.error("live feed interrupted", { tenant_id: tenantId, ...errorFields(error) });
      });
      await before;
      // Who has fallen behind meanwhile gets all of it when catching up.
      if (!give || those.some(({ isBehind }) => isBehind)) {
        for (const reader of those) reader.isBehind = true;
        continue;
      }
      give();
      for (const reader of those) {
        reader.cursor = cursor;
        flush(reader);
      }
    }
    await before;
  }

  async function catchUp(reader: Reader): Promise<void> {
    const from = readCursor(reader.cursor);
    const at = now();
    const missed = from ? await readChanges(database, from, place, reader.tenantId) : [];
    if (!from || missed.length >= batchMax) {
      reader.waiting.clear();
      reader.cursor = writeCursor(place, at);
      greet(reader, "reset");
    } else {
      (await load(reader.tenantId, missed, new Set([reader])))();
      const last = missed.at(-1);
      if (last) reader.cursor = writeCursor(last, at);
    }
    reader.isBehind = false;
    flush(reader);
  }

  /** The first event: go on from here, or (`reset`) read everything again. */
  function greet(reader: Reader, event: "hello" | "reset"): void {
    const data = JSON.stringify({ serverTime: now().toISOString() });
    say(reader, `retry: 1000\nevent: ${event}\nid: ${reader.cursor}\ndata: ${data}\n\n`);
  }

  /** Gives out what is new. Answers whether that was all. */
  async function look(): Promise<boolean> {
    const at = now();
    const changes = await readChanges(database, place, place);
    const last = changes.at(-1);
    if (last) {
      place = last;
      const before = giving;
      giving = deliver(changes, writeCursor(last, at), before);
      await before; // two at a time
    }
    if ([...readers.all].some(({ isBehind }) => isBehind)) await giving;
    const behind = [...readers.all].filter(({ isBehind }) => isBehind);
    const outcomes = await Promise.allSettled(behind.map(catchUp));
    const failed = outcomes.find((outcome) => outcome.status === "rejected");
    if (failed) throw failed.reason;
    return changes.length < batchMax;
  }

  const pause = () =>
    new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, options.pollMs ?? 250);
      wakeUp = () => {
        clearTimeout(timer);
        resolve();
      };
      if (woken) wakeUp();
    });

  async function follow(): Promise<void> {
    let beatAt = now().getTime();
    let refreshedAt = beatAt;
    while (!stopped && readers.all.size > 0) {
      woken = false;
      try {
        const isAll = await look();
        if (now().getTime() - beatAt >= beatMs) {
          beatAt = now().getTime();
          await beat();
        }
        if (now().getTime() - refreshedAt >= again.everyMs) {
          refreshedAt = now().getTime();
          await giving; // what is newer comes later
          await refresh();
        }
        if (isAll) await pause();
      } catch (error) {
        log.error("live feed interrupted", errorFields(error));
        await pause();
      }
      if (stopped || readers.all.size === 0) await giving;
    }
    running = undefined;
    if (!stopped) options.whenUnread?.();
  }

  /** Tells readers that the feed lives, and ends those whose sign-in holds no more. */
  async function beat(): Promise<void> {
    for (const reader of readers.all) if (hasRoom(reader)) say(reader, ": still here\n\n");
    const { stillSignedIn } = options;
    if (!stillSignedIn) return;
    for (const [tenantId, those] of Map.groupBy(readers.all, (reader) => reader.tenantId)) {
      const actors = those.map((reader) => reader.actor);
      const staying = new Set(await asLive(tenantId, (ctx) => stillSignedIn(ctx, actors)));
      for (const reader of those) if (!staying.has(reader.actor)) end(reader);
    }
  }

  /** Presence that stays as it is is no change. Who names people gets their views again, so that their age stays true. */
  async function refresh(): Promise<void> {
    const naming = [...readers.all].filter((reader) => reader.people && !reader.isBehind);
    const before = now().getTime() - again.afterMs;
    const known = shownAt;
    shownAt = new Map();
    for (const [tenantId, those] of Map.groupBy(naming, (reader) => reader.tenantId)) {
      const named = [...new Set(those.flatMap((reader) => [...(reader.people ?? [])]))];
      const due: string[] = [];
      for (const key of named) {
        const at = known.get(`${tenantId}/${key}`) ?? now().getTime();
        shownAt.set(`${tenantId}/${key}`, at);
        if (at <= before) due.push(key);
      }
      const keys = due.slice(0, Math.max(again.leastAtOnce, Math.ceil(named.length / 10)));
      if (keys.length === 0) continue;
      // Who has no view to show is not asked for all the time either.
      for (const key of keys) shownAt.set(`${tenantId}/${key}`, now().getTime());
      const give = await load(tenantId, [{ topic: "presence", keys }], new Set(those)).catch((error) =>
        log.error("live feed interrupted", { tenant_id: tenantId, ...errorFields(error) }),
      );
      give?.();
      for (const reader of those) flush(reader);
    }
  }

  function end(reader: Reader): void {
    readers.remove(reader);
    try {
      reader.controller.close();
    } catch {
      // its reader has gone already
    }
  }

  function subscribe(controller: Reader["controller"], request: OpenRequest, present: Present): Reader {
    const { lastEventId } = request;
    const from = lastEventId === undefined ? undefined : readCursor(lastEventId);
    const isKnown = from && now().getTime() - from.at.getTime() < keptMs && present.isPast(from);
    const reader: Reader = {
      tenantId: request.tenantId,
      actor: request.actor,
      people: request.people && new Set(request.people),
      waiting: new Map(),
      cursor: isKnown && lastEventId ? lastEventId : writeCursor(present.end, now()),
      isBehind: isKnown === true,
      controller,
    };
    if (!running) place = present.end; // what comes after the greeting is new
    readers.add(reader);
    greet(reader, lastEventId === undefined || isKnown ? "hello" : "reset");
    running ??= follow();
    wake();
    return reader;
  }

  function wake(): void {
    woken = true;
    wakeUp?.();
  }

  return {
    wake,
    subscribers: () => readers.all.size,
    async open(request) {
      const present = await readPresent(database);
      let reader: Reader | undefined;
      return new ReadableStream<Uint8Array>(
        {
          start: (controller) => {
            reader = subscribe(controller, request, present);
          },
          // Some runtimes pull while they start.
          pull: () => void (reader && flush(reader)),
          cancel: () => void (reader && readers.remove(reader)),
        },
        new ByteLengthQueuingStrategy({ highWaterMark: bufferBytesMax }),
      );
    },
    async stop() {
      stopped = true;
      for (const reader of readers.all) end(reader);
      wake();
      await running;
    },
  };
}
