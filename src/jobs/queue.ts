import { type SQL, sql } from "drizzle-orm";
import type { Ctx } from "../ctx.ts";
import { executePrepared, promisedIn } from "../db.ts";
import { type Leased, leaseEnd } from "./take.ts";

/** Smaller runs first when several are due. */
export const lanes = { call: 1, offer: 2, engaged: 3, presence: 4, normal: 5, bulk: 8 } as const;

export type JobRequest = {
  /** What to look at, e.g. `presence.settle:per_…`. One row per tenant and key: asking twice asks once. */
  key: string;
  name: string;
  payload?: Record<string, unknown>;
  runAt?: Date;
  /**
   * Instead of at once, where a process runs jobs by itself: so that what else changes in this time is looked at together,
   * and what somebody waits for on the telephone goes first.
   */
  gatherMs?: number;
  lane?: keyof typeof lanes;
};

type Asking = Pick<Ctx, "db" | "tenantId" | "now">;

/**
 * Asks for jobs within the caller's transaction. Asking again before one ran keeps the earlier time; asking while it
 * runs makes it due again afterwards. Safe to repeat. What is due and finds room in this process is leased to it here, and
 * begins with the commit; should the process die before, the lease runs out like any other.
 */
export async function enqueue(ctx: Asking, request: JobRequest | readonly JobRequest[]): Promise<void> {
  // One row per key, always in the same order, so that two who ask for the same jobs do not wait for each other.
  const byKey = new Map([request].flat().map((one) => [one.key, one]));
  const requests = [...byKey.values()].sort((a, b) => (a.key < b.key ? -1 : 1));
  if (requests.length === 0) return;
  const now = ctx.now();
  const promised = promisedIn(ctx.db);
  const rows = requests.map(({ key, name, payload = {}, lane = "normal", gatherMs = 0, ...request }) => {
    const runAt = request.runAt ?? new Date(now.getTime() + (promised ? gatherMs : 0));
    const isTaken = runAt <= now && promised?.hands.reserve(lanes[lane]) === true;
    if (isTaken) promised.reserved.push(lanes[lane]);
    return { key, name, payload, lane: lanes[lane], run_at: runAt, taken: isTaken };
  });
  const until = promised?.until ?? leaseEnd(now);
  const [asked] = await executePrepared<{ taken: Leased[]; due: number }>(
    ctx.db,
    sql`with rows as (
      insert into jobs as known (tenant_id, key, name, payload, lane, run_at, locked_until, attempts)
        select ${ctx.tenantId}, key, name, payload, lane, run_at, case when taken then ${until}::timestamptz end, taken::int
        from json_to_recordset(${JSON.stringify(rows)}::json)
          as asked(key text, name text, payload jsonb, lane int, run_at timestamptz, taken boolean)
      on conflict (tenant_id, key) do update set
        run_at = case when known.locked_until is null or known.locked_until = ${until}::timestamptz
          then least(known.run_at, excluded.run_at) else excluded.run_at end,
        lane = least(known.lane, excluded.lane), payload = excluded.payload, revision = known.revision + 1,
        locked_until = coalesce(known.locked_until, excluded.locked_until),
        attempts = case when known.locked_until is null then excluded.attempts
          when known.locked_until = ${until}::timestamptz then known.attempts else 0 end
      returning id, tenant_id, key, name, payload, attempts, revision, lane, run_at, locked_until)
    select coalesce(json_agg(rows) filter (where locked_until = ${until}::timestamptz), '[]') as taken,
      count(*) filter (where run_at <= ${now.toISOString()}::timestamptz and locked_until is null)::int as due from rows`,
  );
  if (!promised || !asked) return;
  for (const job of asked.taken) promised.taken.set(job.id, job);
  promised.isMore ||= asked.due > 0;
}

/**
 * The same for one job, as a part of a larger statement that finds out whether it is wanted: `wanted` is what follows the
 * columns, `from … limit 1`. Tell `isDue` when it was.
 */
export const enqueueing = (
  { tenantId, now }: Asking,
  { key, name, lane = "normal" }: JobRequest,
  wanted: SQL,
): SQL => sql`
  insert into jobs as known (tenant_id, key, name, payload, lane, run_at)
    select ${tenantId}, ${key}, ${name}, '{}'::jsonb, ${lanes[lane]}::int, ${now().toISOString()}::timestamptz ${wanted}
  on conflict (tenant_id, key) do update set
    run_at = case when known.locked_until is null then least(known.run_at, excluded.run_at) else excluded.run_at end,
    lane = least(known.lane, excluded.lane), revision = known.revision + 1, attempts = 0`;

/** What this transaction has left due is looked for as soon as it has committed. */
export function isDue({ db }: Pick<Ctx, "db">): void {
  const promised = promisedIn(db);
  if (promised) promised.isMore = true;
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
    sql`insert into changes (tenant_id, topic, keys, at)
      select ${ctx.tenantId}, one ->> 0, array_agg(one ->> 1 order by place), ${ctx.now().toISOString()}::timestamptz
      from json_array_elements(${JSON.stringify([...told.values()])}::json) with ordinality as told(one, place)
      group by one ->> 0 order by min(place)`,
  );
}

/** The same, as a part of a larger statement that finds out what to look at: one column of keys. */
export const announcing = ({ tenantId, now }: Asking, topic: Topic, keys: SQL): SQL => sql`
  insert into changes (tenant_id, topic, keys, at)
  select ${tenantId}, ${topic}, array_agg(key), ${now().toISOString()}::timestamptz from (${keys}) as told(key)
  having count(*) > 0`;
