import { sql } from "drizzle-orm";
import type { Api } from "../api.ts";
import { requireActor } from "../api.ts";
import type { Actor, Ctx } from "../ctx.ts";
import type { Database } from "../db.ts";
import type { Topic } from "../jobs/queue.ts";
import { errorFields, type Log } from "../log.ts";

/** How a topic is shown: the present views of these keys, and who may see each. */
export type Shown = { key: string; view: unknown; mayView: (actor: Actor) => boolean };
export type Views = Partial<Record<Topic, (ctx: Ctx, keys: string[]) => Promise<Shown[]>>>;

type Change = { tenant_id: string; topic: Topic; key: string; tx: string; id: string };
type Subscriber = {
  tenantId: string;
  actor: Actor;
  /** Only these people's presence, when the screen says so. */
  people: Set<string> | undefined;
  /** The latest of each thing that still has to go out; a slow reader gets the last value, not the history. */
  waiting: Map<string, { topic: Topic; data: string }>;
  cursor: string;
  controller: ReadableStreamDefaultController<Uint8Array>;
};

const encoder = new TextEncoder();
const position = (cursor: string | undefined): { tx: string; id: string } | undefined => {
  const match = /^(\d{1,20})\.(\d{1,19})$/.exec(cursor ?? "");
  return match?.[1] && match[2] ? { tx: match[1], id: match[2] } : undefined;
};

export type Hub = {
  /** Look for changes now rather than at the next poll. */
  wake(): void;
  open(request: {
    tenantId: string;
    actor: Actor;
    people?: string[];
    lastEventId?: string;
  }): Promise<ReadableStream<Uint8Array>>;
  subscribers(): number;
  stop(): Promise<void>;
};

/**
 * The live feed of one process. Changes are read in commit order (`changes.tx` below the oldest open transaction), so
 * that nothing is skipped; each changed thing is loaded once and encoded once for all its readers.
 */
export function createHub(options: {
  database: Database;
  views: Views;
  now: () => Date;
  log: Log;
  pollMs?: number;
}): Hub {
  const pollMs = options.pollMs ?? 250;
  const subscribers = new Set<Subscriber>();
  let cursor: { tx: string; id: string } | undefined;
  let stopped = false;
  let running: Promise<void> | undefined;
  let wakeUp: (() => void) | undefined;
  let woken = false;

  const readChanges = (after: { tx: string; id: string }, tenantId?: string) =>
    options.database.asSystem(async (db) => {
      const rows = await db.execute(sql`
        select tenant_id, topic, key, tx::text, id::text from changes
        where (tx, id) > (${after.tx}::xid8, ${after.id}::bigint) and tx < pg_snapshot_xmin(pg_current_snapshot())
          and (${tenantId ?? null}::text is null or tenant_id = ${tenantId ?? null})
        order by tx, id limit 5000`);
      return rows as unknown as Change[];
    });
  const readEnd = () =>
    options.database.asSystem(async (db) => {
      const [row] = await db.execute(
        sql`select (pg_snapshot_xmin(pg_current_snapshot())::text::numeric - 1)::text as tx, '9223372036854775807' as id`,
      );
      return row as { tx: string; id: string };
    });

  const flush = (subscriber: Subscriber) => {
    for (const [key, event] of subscriber.waiting) {
      if ((subscriber.controller.desiredSize ?? 0) <= 0) return;
      subscriber.waiting.delete(key);
      const id = subscriber.waiting.size === 0 ? `id: ${subscriber.cursor}\n` : "";
      subscriber.controller.enqueue(encoder.encode(`event: ${event.topic}\n${id}data: ${event.data}\n\n`));
    }
  };
  const wants = (subscriber: Subscriber, topic: Topic, key: string) =>
    topic !== "presence" || !subscriber.people || subscriber.people.has(key);

  async function deliver(changes: Change[], to: Iterable<Subscriber>): Promise<void> {
    const byTenant = Map.groupBy(to, (subscriber) => subscriber.tenantId);
    for (const [tenantId, readers] of byTenant) {
      const mine = changes.filter((change) => change.tenant_id === tenantId);
      const byTopic = Map.groupBy(mine, (change) => change.topic);
      for (const [topic, rows] of byTopic) {
        const load = options.views[topic];
        const keys = [...new Set(rows.map((row) => row.key))].filter((key) =>
          readers.some((reader) => wants(reader, topic, key)),
        );
        if (!load || keys.length === 0) continue;
        const shown = await options.database.inTenant(tenantId, (db) =>
          load({ db, tenantId, actor: { kind: "system", name: "live" }, now: options.now, log: options.log }, keys),
        );
        for (const { key, view, mayView } of shown) {
          const data = JSON.stringify(view);
          for (const reader of readers) {
            if (wants(reader, topic, key) && mayView(reader.actor))
              reader.waiting.set(`${topic}/${key}`, { topic, data });
          }
        }
      }
      const last = mine.at(-1);
      for (const reader of readers) {
        if (last) reader.cursor = `${last.tx}.${last.id}`;
        flush(reader);
      }
    }
  }

  const pause = () =>
    new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, pollMs);
      wakeUp = () => {
        clearTimeout(timer);
        resolve();
      };
      if (woken) wakeUp();
    });

  async function follow(): Promise<void> {
    let quietSince = options.now().getTime();
    while (!stopped && subscribers.size > 0) {
      woken = false;
      try {
        cursor ??= await readEnd();
        const changes = await readChanges(cursor);
        const last = changes.at(-1);
        if (last) cursor = { tx: last.tx, id: last.id };
        await deliver(changes, [...subscribers]);
        if (options.now().getTime() - quietSince > 15_000) {
          quietSince = options.now().getTime();
          for (const subscriber of subscribers)
            if ((subscriber.controller.desiredSize ?? 0) > 0)
              subscriber.controller.enqueue(encoder.encode(": still here\n\n"));
        }
        if (changes.length === 0) await pause();
      } catch (error) {
        options.log.error("live feed interrupted", errorFields(error));
        await pause();
      }
    }
    cursor = undefined;
    running = undefined;
  }

  return {
    wake() {
      woken = true;
      wakeUp?.();
    },
    subscribers: () => subscribers.size,
    async open(request) {
      const from = position(request.lastEventId);
      const end = await readEnd();
      const isGone = from !== undefined && BigInt(from.tx) < BigInt(end.tx) - 5_000_000n;
      let self: Subscriber;
      return new ReadableStream<Uint8Array>(
        {
          start: async (controller) => {
            self = {
              tenantId: request.tenantId,
              actor: request.actor,
              people: request.people ? new Set(request.people) : undefined,
              waiting: new Map(),
              cursor: `${end.tx}.${end.id}`,
              controller,
            };
            subscribers.add(self); // before reading what was missed, so that nothing falls between
            const missed = from && !isGone ? await readChanges(from, request.tenantId) : [];
            const first = isGone || missed.length >= 5000 ? "reset" : "hello";
            controller.enqueue(
              encoder.encode(
                `retry: 1000\nevent: ${first}\nid: ${self.cursor}\ndata: ${JSON.stringify({ serverTime: options.now().toISOString() })}\n\n`,
              ),
            );
            if (missed.length > 0) await deliver(missed, [self]);
            running ??= follow();
          },
          pull: () => flush(self),
          cancel: () => {
            subscribers.delete(self);
          },
        },
        new CountQueuingStrategy({ highWaterMark: 64 }),
      );
    },
    async stop() {
      stopped = true;
      wakeUp?.();
      for (const subscriber of subscribers) {
        try {
          subscriber.controller.close();
        } catch {
          // its reader has gone already
        }
      }
      subscribers.clear();
      await running;
    },
  };
}

/** `GET /v1/live?people=per_…,per_…`: server-sent events; `Last-Event-ID` resumes without loss. */
export function addLiveRoutes(api: Api, openFeed: Hub["open"]): void {
  api.get("/v1/live", async (c) => {
    const { actor, tenantId } = requireActor(c, {
      kinds: ["agent", "expert", "admin"],
      scope: "presence:read",
      roles: ["supervisor"],
    });
    const people = c.req.query("people")?.split(",").filter(Boolean).slice(0, 1000);
    const lastEventId = c.req.header("last-event-id");
    const stream = await openFeed({
      tenantId,
      actor,
      ...(people ? { people } : {}),
      ...(lastEventId ? { lastEventId } : {}),
    });
    return c.body(stream, 200, {
      "content-type": "text/event-stream",
      "cache-control": "no-store",
      "x-accel-buffering": "no",
    });
  });
}
