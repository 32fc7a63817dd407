import { sql } from "drizzle-orm";
import type { Actor, Ctx } from "../ctx.ts";
import type { Database } from "../db.ts";
import type { Topic } from "../jobs/queue.ts";
import { errorFields, type Log } from "../log.ts";
import { endOf, type Position, readCursor, writeCursor } from "./cursor.ts";

/** How a topic is shown: the present views of these keys, and who may see each. */
export type Shown = { key: string; view: unknown; mayView: (actor: Actor) => boolean };
export type Views = Partial<Record<Topic, (ctx: Ctx, keys: string[]) => Promise<Shown[]>>>;

type Change = { tenant_id: string; topic: Topic; keys: string[]; tx: string; id: string };
type Subscriber = {
  tenantId: string;
  actor: Actor;
  /** Only these people's presence, when the screen says so. */
  people: Set<string> | undefined;
  /** The latest of each thing that still has to go out; a slow reader gets the last value, not the history. */
  waiting: Map<string, { topic: Topic; data: string }>;
  /** Everything up to here has gone out or waits. */
  cursor: string;
  /** Has yet to be given what happened since its cursor. */
  isBehind: boolean;
  controller: ReadableStreamDefaultController<Uint8Array>;
};

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
/** Each tells of all that one statement changed. */
const batchMax = 1_000;
const beatMs = 15_000;
/** Who names people gets each view again after so long at most, in small portions. */
const again = { afterMs: 10_000, everyMs: 500, leastAtOnce: 50 };
/** What is written for one reader and not yet on its way. */
export const bufferBytesMax = 16 * 1024;
const encoder = new TextEncoder();
const say = (reader: Subscriber, text: string) => reader.controller.enqueue(encoder.encode(text));
const hasRoom = (reader: Subscriber) => (reader.controller.desiredSize ?? 0) > 0;

/**
 * Sends what waits in one piece, as far as the reader keeps up. Only what ends with nothing waiting moves the reader's
 * place.
 */
function flush(reader: Subscriber): void {
  const room = reader.controller.desiredSize ?? 0;
  let text = "";
  for (const [key, event] of reader.waiting) {
    if (text.length >= room) break;
    reader.waiting.delete(key);
    const id = reader.waiting.size === 0 ? `id: ${reader.cursor}\n` : "";
    text += `event: ${event.topic}\n${id}data: ${event.data}\n\n`;
  }
  if (text) say(reader, text);
}

/** Who has to be told about each of these keys; keys that nobody asks for are left out. */
function whoWants(topic: Topic, keys: ReadonlySet<string>, readers: readonly Subscriber[]): Map<string, Subscriber[]> {
  const wanting = new Map<string, Subscriber[]>();
  for (const reader of readers) {
    const own = topic === "presence" ? reader.people : undefined;
    for (const key of own ?? keys) {
      if (!keys.has(key)) continue;
      const others = wanting.get(key);
      if (others) others.push(reader);
      else wanting.set(key, [reader]);
    }
  }
  return wanting;
}

/**
 * The live feed of one process. Changes are read in commit order (`changes.tx` below the oldest open transaction), so
 * that nothing is skipped; each changed thing is loaded once and encoded once for all its readers. Everything is given
 * out by one loop, so that an older view never overtakes a newer one.
 */
export function createHub(options: HubOptions): Hub {
  const { database, now, log } = options;
  const subscribers = new Set<Subscriber>();
  /** All who are not behind have everything up to here. */
  let place: Position = endOf("0");
  let stopped = false;
  let running: Promise<void> | undefined;
  let wakeUp: (() => void) | undefined;
  let woken = false;
  /** When the view of a person who is named was last given out, by tenant and person. */
  let shownAt = new Map<string, number>();

  const readChanges = (after: Position, tenantId: string | null = null) =>
    database.asSystem(async (db) => {
      const rows = await db.execute(sql`
        select tenant_id, topic, to_json(keys) as keys, tx::text, id::text from changes
        where (tx, id) > (${after.tx}::xid8, ${after.id}::bigint) and tx < pg_snapshot_xmin(pg_current_snapshot())
          and (${tenantId}::text is null or tenant_id = ${tenantId})
        order by tx, id limit ${batchMax}`);
      return rows as unknown as Change[];
    });
  const readEnd = () =>
    database.asSystem(async (db) => {
      const [row] = await db.execute(
        sql`select (pg_snapshot_xmin(pg_current_snapshot())::text::numeric - 1)::text as tx`,
      );
      return endOf((row as { tx: string }).tx);
    });
  const asLive = <T>(tenantId: string, work: (ctx: Ctx) => Promise<T>) =>
    database.inTenant(tenantId, (db) => work({ db, tenantId, actor: { kind: "system", name: "live" }, now, log }));

  /** Puts the present views of what changed before readers of one tenant. */
  async function load(
    tenantId: string,
    changes: Pick<Change, "topic" | "keys">[],
    readers: Subscriber[],
  ): Promise<void> {
    for (const [topic, rows] of Map.groupBy(changes, (change) => change.topic)) {
      const view = options.views[topic];
      const wanting = whoWants(topic, new Set(rows.flatMap((row) => row.keys)), readers);
      if (!view || wanting.size === 0) continue;
      for (const shown of await asLive(tenantId, (ctx) => view(ctx, [...wanting.keys()]))) {
        const event = { topic, data: JSON.stringify(shown.view) };
        const place = `${topic}/${shown.key}`;
        if (topic === "presence" && !readers.some(({ isBehind }) => isBehind))
          shownAt.set(`${tenantId}/${shown.key}`, now().getTime());
        for (const reader of wanting.get(shown.key) ?? [])
          if (shown.mayView(reader.actor)) reader.waiting.set(place, event);
      }
    }
  }

  /** A tenant whose views cannot be loaded just now falls behind by itself; the others go on. */
  async function deliver(changes: Change[], cursor: string): Promise<void> {
    const level = [...subscribers].filter((reader) => !reader.isBehind);
    const byTenant = Map.groupBy(changes, (change) => change.tenant_id);
    for (const [tenantId, readers] of Map.groupBy(level, (reader) => reader.tenantId)) {
      try {
        await load(tenantId, byTenant.get(tenantId) ?? [], readers);
      } catch (error) {
        log.error("live feed interrupted", { tenant_id: tenantId, ...errorFields(error) });
        for (const reader of readers) reader.isBehind = true;
        continue;
      }
      for (const reader of readers) {
        reader.cursor = cursor;
        flush(reader);
      }
    }
  }

  async function catchUp(reader: Subscriber): Promise<void> {
    const from = readCursor(reader.cursor);
    const at = now();
    const missed = from ? await readChanges(from, reader.tenantId) : [];
    if (!from || missed.length >= batchMax) {
      reader.waiting.clear();
      reader.cursor = writeCursor(place, at);
      greet(reader, "reset");
    } else {
      await load(reader.tenantId, missed, [reader]);
      const last = missed.at(-1);
      if (last) reader.cursor = writeCursor(last, at);
    }
    reader.isBehind = false;
    flush(reader);
  }

  /** The first event: go on from here, or (`reset`) read everything again. */
  function greet(reader: Subscriber, event: "hello" | "reset"): void {
    const data = JSON.stringify({ serverTime: now().toISOString() });
    say(reader, `retry: 1000\nevent: ${event}\nid: ${reader.cursor}\ndata: ${data}\n\n`);
  }

  /** Gives out what is new. Answers whether there was nothing, or nothing that could be given. */
  async function look(): Promise<boolean> {
    const at = now();
    const changes = await readChanges(place);
    const last = changes.at(-1);
    if (last) {
      await deliver(changes, writeCursor(last, at));
      place = last;
    }
    const behind = [...subscribers].filter((reader) => reader.isBehind);
    const outcomes = await Promise.allSettled(behind.map(catchUp));
    const failed = outcomes.find((outcome) => outcome.status === "rejected");
    if (failed) throw failed.reason;
    return changes.length === 0;
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
    while (!stopped && subscribers.size > 0) {
      woken = false;
      try {
        const isQuiet = await look();
        if (now().getTime() - beatAt >= beatMs) {
          beatAt = now().getTime();
          await beat();
        }
        if (now().getTime() - refreshedAt >= again.everyMs) {
          refreshedAt = now().getTime();
          await refresh();
        }
        if (isQuiet) await pause();
      } catch (error) {
        log.error("live feed interrupted", errorFields(error));
        await pause();
      }
    }
    running = undefined;
    if (!stopped) options.whenUnread?.();
  }

  /** Tells readers that the feed lives, and ends those whose sign-in holds no more. */
  async function beat(): Promise<void> {
    for (const reader of subscribers) if (hasRoom(reader)) say(reader, ": still here\n\n");
    const { stillSignedIn } = options;
    if (!stillSignedIn) return;
    for (const [tenantId, readers] of Map.groupBy(subscribers, (reader) => reader.tenantId)) {
      const actors = readers.map((reader) => reader.actor);
      const staying = new Set(await asLive(tenantId, (ctx) => stillSignedIn(ctx, actors)));
      for (const reader of readers) if (!staying.has(reader.actor)) end(reader);
    }
  }

  /** Presence that stays as it is is no change. Who names people gets their views again, so that their age stays true. */
  async function refresh(): Promise<void> {
    const naming = [...subscribers].filter((reader) => reader.people && !reader.isBehind);
    const before = now().getTime() - again.afterMs;
    const known = shownAt;
    shownAt = new Map();
    for (const [tenantId, readers] of Map.groupBy(naming, (reader) => reader.tenantId)) {
      const named = [...new Set(readers.flatMap((reader) => [...(reader.people ?? [])]))];
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
      await load(tenantId, [{ topic: "presence", keys }], readers).catch((error) =>
        log.error("live feed interrupted", { tenant_id: tenantId, ...errorFields(error) }),
      );
      for (const reader of readers) flush(reader);
    }
  }

  function end(reader: Subscriber): void {
    subscribers.delete(reader);
    try {
      reader.controller.close();
    } catch {
      // its reader has gone already
    }
  }

  function subscribe(controller: Subscriber["controller"], request: OpenRequest, present: Position): Subscriber {
    const { lastEventId } = request;
    const from = lastEventId === undefined ? undefined : readCursor(lastEventId);
    const isKnown = from && now().getTime() - from.at.getTime() < keptMs && BigInt(from.tx) <= BigInt(present.tx);
    const reader: Subscriber = {
      tenantId: request.tenantId,
      actor: request.actor,
      people: request.people && new Set(request.people),
      waiting: new Map(),
      cursor: isKnown && lastEventId ? lastEventId : writeCursor(present, now()),
      isBehind: isKnown === true,
      controller,
    };
    if (!running) place = present; // what comes after the greeting is new
    subscribers.add(reader);
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
    subscribers: () => subscribers.size,
    async open(request) {
      const present = await readEnd();
      let reader: Subscriber | undefined;
      return new ReadableStream<Uint8Array>(
        {
          start: (controller) => {
            reader = subscribe(controller, request, present);
          },
          // Some runtimes pull while they start.
          pull: () => void (reader && flush(reader)),
          cancel: () => void (reader && subscribers.delete(reader)),
        },
        new ByteLengthQueuingStrategy({ highWaterMark: bufferBytesMax }),
      );
    },
    async stop() {
      stopped = true;
      for (const reader of subscribers) end(reader);
      wake();
      await running;
    },
  };
}
