import { type SQL, sql } from "drizzle-orm";
import type { Ctx } from "../ctx.ts";
import { executePrepared } from "../db.ts";

/** Smaller runs first when several are due. */
export const lanes = { call: 1, offer: 2, engaged: 3, presence: 4, normal: 5, bulk: 8 } as const;

export type JobRequest = {
  /** What to look at, e.g. `presence.settle:per_…`. One row per tenant and key: asking twice asks once. */
  key: string;
  name: string;
  payload?: Record<string, unknown>;
  runAt?: Date;
  lane?: keyof typeof lanes;
};

type Asking = Pick<Ctx, "db" | "tenantId" | "now">;

/**
 * Asks for jobs within the caller's transaction. Asking again before one ran keeps the earlier time; asking while it
 * runs makes it due again afterwards. Safe to repeat.
 */
export async function enqueue(ctx: Asking, request: JobRequest | readonly JobRequest[]): Promise<void> {
  // One row per key, always in the same order, so that two who ask for the same jobs do not wait for each other.
  const byKey = new Map([request].flat().map((one) => [one.key, one]));
  const requests = [...byKey.values()].sort((a, b) => (a.key < b.key ? -1 : 1));
  if (requests.length === 0) return;
  const rows = requests.map(({ key, name, payload = {}, lane = "normal", runAt = ctx.now() }) => ({
    ...{ key, name, payload },
    lane: lanes[lane],
    run_at: runAt,
  }));
  await executePrepared(
    ctx.db,
    sql`insert into jobs as known (tenant_id, key, name, payload, lane, run_at)
      select ${ctx.tenantId}, key, name, payload, lane, run_at from json_to_recordset(${JSON.stringify(rows)}::json)
        as asked(key text, name text, payload jsonb, lane int, run_at timestamptz)
      on conflict (tenant_id, key) do update set
        run_at = case when known.locked_until is null then least(known.run_at, excluded.run_at) else excluded.run_at end,
        lane = least(known.lane, excluded.lane), payload = excluded.payload, revision = known.revision + 1, attempts = 0`,
  );
}

export type Topic = "presence" | "consult" | "interaction" | "expert" | "connection";

/** Tells live feeds, once this transaction has committed, to look at these things again. */
export const announce = (ctx: Asking, topic: Topic, key: string | readonly string[]): Promise<void> =>
  announceAll(
    ctx,
    [key].flat().map((one) => [topic, one]),
  );

/** The same for things of several kinds, in one statement. */
export async function announceAll(ctx: Asking, things: readonly (readonly [Topic, string])[]): Promise<void> {
  const told = new Map(things.map(([topic, key]) => [`${topic}/${key}`, [topic, key]]));
  if (told.size === 0) return;
  await executePrepared(
    ctx.db,
    sql`insert into changes (tenant_id, topic, key, at)
      select ${ctx.tenantId}, one ->> 0, one ->> 1, ${ctx.now().toISOString()}::timestamptz
      from json_array_elements(${JSON.stringify([...told.values()])}::json) one`,
  );
}

/** The same, as a part of a larger statement that finds out what to look at: one column of keys. */
export const announcing = ({ tenantId, now }: Asking, topic: Topic, keys: SQL): SQL => sql`
  insert into changes (tenant_id, topic, keys, at)
  select ${tenantId}, ${topic}, array_agg(key), ${now().toISOString()}::timestamptz from (${keys}) as told(key)
  having count(*) > 0`;
