/** The live feed alone on a real database: companies whose people show a title, hubs, and screens that look on. */
import { inArray } from "drizzle-orm";
import postgres from "postgres";
import { vi } from "vitest";
import type { Actor, Ctx } from "../ctx.ts";
import { openDatabase } from "../db.ts";
import { createHub, type Hub, type HubOptions, type Views } from "../http/hub.ts";
import { people } from "../identity/schema.ts";
import { newId, type PersonId } from "../ids.ts";
import { announce } from "../jobs/queue.ts";
import { silentLog } from "../log.ts";
import { testDatabase } from "./database.ts";

export type Company = { tenantId: string; ids: PersonId[] };
export type FeedRoom = Awaited<ReturnType<typeof openFeedRoom>>;

export const machine: Extract<Actor, { kind: "machine" }> = {
  kind: "machine",
  keyId: newId("key"),
  name: "m",
  scopes: ["presence:read"],
};

/** What a person shows is their title. */
export const titles = async (ctx: Ctx, keys: string[]) => {
  const rows = await ctx.db
    .select()
    .from(people)
    .where(inArray(people.id, keys as PersonId[]));
  return rows.map((row) => ({ key: row.id, view: { id: row.id, title: row.title }, mayView: () => true }));
};

export async function openFeedRoom() {
  const file = await testDatabase();
  const database = openDatabase(file.url, { connectionsMax: 12 });
  const sql = postgres(file.url, { max: 1, onnotice: () => {} });
  const hubs: Hub[] = [];
  const room = {
    database,
    /** A login that may do everything. */
    sql,
    url: file.url,
    now: new Date(),
    async makeCompany(size = 4): Promise<Company> {
      const tenantId = newId("ten");
      await sql`insert into tenants (id, slug, name, created_at) values (${tenantId}, ${tenantId}, 'n', now())`;
      const ids = Array.from({ length: size }, () => newId("per"));
      for (const id of ids)
        await sql`insert into people (id, tenant_id, name, created_at, updated_at) values (${id}, ${tenantId}, 'n', now(), now())`;
      return { tenantId, ids };
    },
    makeHub(options: Partial<HubOptions> = {}): Hub {
      const views: Views = { presence: titles };
      const hub = createHub({ database, views, now: () => room.now, log: silentLog, pollMs: 5, ...options });
      hubs.push(hub);
      return hub;
    },
    /** `before`: what happens before it is committed. */
    write: (tenantId: string, ids: PersonId[], title: string, before: () => Promise<void> = async () => {}) =>
      database.inTenant(tenantId, async (db) => {
        const ctx: Ctx = {
          db,
          tenantId,
          actor: { kind: "system", name: "test" },
          now: () => room.now,
          log: silentLog,
        };
        await db.update(people).set({ title }).where(inArray(people.id, ids));
        for (const id of ids) await announce(ctx, "presence", id);
        await before();
      }),
    async rest(): Promise<void> {
      for (const hub of hubs.splice(0)) await hub.stop();
      room.now = new Date();
    },
    async close(): Promise<void> {
      await database.close();
      await sql.end({ timeout: 1 });
      await file.drop();
    },
  };
  return room;
}

export type Event = { event: string; id?: string; data: { id?: string; title?: string } };
export const parse = (text: string): Event[] =>
  text.split("\n\n").flatMap((block) => {
    const fields = Object.fromEntries(block.split("\n").map((line) => line.split(/: (.*)/s).slice(0, 2)));
    return fields.event
      ? [{ event: fields.event, ...(fields.id ? { id: fields.id } : {}), data: JSON.parse(fields.data) }]
      : [];
  });

export const decoder = () => new TextDecoderStream() as ReadableWritablePair<string, Uint8Array>;

/** A screen: keeps the last of everything, and the place from which it would go on. */
export function makeScreen(tenantId: string, more: { actor?: Actor; people?: string[]; lastEventId?: string } = {}) {
  const screen = {
    events: [] as Event[],
    last: new Map<string, string | undefined>(),
    lastEventId: more.lastEventId,
    drop: async () => {},
    isOpen: false,
    /** `most`: the line breaks after so many events. */
    async open(hub: Hub, most = Infinity): Promise<void> {
      const { actor = machine, people } = more;
      const stream = await hub.open({
        tenantId,
        actor,
        ...(people ? { people } : {}),
        ...(screen.lastEventId === undefined ? {} : { lastEventId: screen.lastEventId }),
      });
      const reader = stream.pipeThrough(decoder()).getReader();
      screen.isOpen = true;
      let left = most;
      const follow = async () => {
        while (left > 0) {
          const part = await reader.read();
          if (part.done) break;
          for (const event of parse(part.value).slice(0, left)) {
            left--;
            screen.events.push(event);
            screen.lastEventId = event.id ?? screen.lastEventId;
            if (event.data.id) screen.last.set(event.data.id, event.data.title);
          }
        }
        screen.isOpen = false;
        await reader.cancel();
      };
      const following = follow().catch(() => {});
      screen.drop = async () => {
        await reader.cancel().catch(() => {});
        await following;
      };
    },
  };
  return screen;
}

export const settled = (assert: () => void) => vi.waitFor(assert, { timeout: 30_000, interval: 5 });
