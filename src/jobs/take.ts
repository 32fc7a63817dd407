/** What runners write about jobs: taking those that are due, putting away those that are done. */
import { sql } from "drizzle-orm";
import type { Database } from "../db.ts";

export type Leased = {
  id: number;
  tenant_id: string;
  key: string;
  name: string;
  payload: Record<string, unknown>;
  attempts: number;
  revision: number;
  lane: number;
  run_at: string;
};

/** Somebody waits on the telephone for these. */
export const isUrgent = ({ lane }: Pick<Leased, "lane">): boolean => lane <= urgentMost;
const urgentMost = 2;

/** A job that has been done; `again`: when it wants to run next. */
export type Done = { job: Leased; again: Date | undefined };

/** How many jobs of each tenant are in hand in this process. */
export type InHand = ReadonlyMap<string, number>;

/**
 * What may be taken: at most `most`, of which `byAge` go to whoever has waited longest, and about `mostOthers` that are not
 * urgent. `isReserved`: only jobs of tenants who have none in hand.
 */
export type Share = { most: number; mostOthers: number; byAge: number; inHand: InHand; isReserved: boolean };

/**
 * What a killed process had in hand is taken over after this: well within the 30 s that we promise, and sooner than a
 * command runs through its two time limits (consults/model.ts), so that it can be sent again before it is given up.
 */
export const leaseMs = 7_000;
/** When a lease that begins now runs out, to the microsecond: no other lease runs out just then. */
export const leaseEnd = (now: Date): string =>
  new Date(now.getTime() + leaseMs)
    .toISOString()
    .replace("Z", `${String(Math.floor(Math.random() * 1000)).padStart(3, "0")}Z`);
/** Who has waited less is not old. */
const oldMs = 1_000;

type Turned = { taken: Leased[]; left: number[]; due: boolean };

/**
 * Puts away what is done and takes what is due, in one statement. What was asked for again while it ran is due as asked;
 * all else that is done goes. Lanes come in their order, and in each lane whoever has the fewest jobs in hand comes first, so
 * that one tenant's thousand do not stand before another tenant's one; what has waited long comes in any lane, so that
 * none starves. Rows that somebody is writing just now are `left` for the next turn; `due`: some of the others may be taken
 * at once.
 */
export async function turnOver(
  database: Database,
  now: Date,
  done: readonly Done[],
  { most, mostOthers, byAge, inHand, isReserved }: Share,
): Promise<{ taken: Leased[]; left: Done[]; due: boolean }> {
  const at = (ms: number) => sql`${new Date(now.getTime() + ms).toISOString()}::timestamptz`;
  const ended = done.map(({ job, again }) => ({ id: job.id, revision: job.revision, next: again }));
  const held = sql`coalesce((${JSON.stringify(Object.fromEntries(inHand))}::jsonb ->> tenant_id)::int, 0)`;
  const isDue = sql`run_at <= ${at(0)} and (locked_until is null or locked_until < ${at(0)})
    and id not in (select id from ended) and (${!isReserved} or ${held} = 0)`;
  const [turned] = await database.asSystemOnce<Turned>(sql`
      with ended as (
        select * from json_to_recordset(${JSON.stringify(ended)}::json) as e(id bigint, revision int, next timestamptz)
      ), ours as (
        select jobs.id, ended.revision, ended.next from ended join jobs on jobs.id = ended.id for update of jobs skip locked
      ), gone as (
        delete from jobs using ours where jobs.id = ours.id and jobs.revision = ours.revision and ours.next is null
        returning jobs.id
      ), released as (
        update jobs set locked_until = null, attempts = 0, error_code = null,
          run_at = case when jobs.revision = ours.revision then coalesce(ours.next, run_at)
            else least(run_at, coalesce(ours.next, run_at)) end
        from ours where jobs.id = ours.id and not (jobs.revision = ours.revision and ours.next is null)
        returning jobs.id, jobs.run_at
      ), old as (
        select id from jobs where ${isDue} and run_at <= ${at(-oldMs)} and (lane <= ${urgentMost} or ${mostOthers > 0})
        order by ${held}, run_at limit ${byAge} for update skip locked
      ), urgent as (
        select id from jobs where ${isDue} and lane <= ${urgentMost} and id not in (select id from old)
        order by lane, ${held}, run_at limit ${most}::int - (select count(*) from old) for update skip locked
      ), first as (
        select id from old union all select id from urgent
      ), others as (
        select id from jobs where ${isDue} and lane > ${urgentMost} and id not in (select id from first)
        order by lane, ${held}, run_at limit least(${mostOthers}::int, ${most}::int - (select count(*) from first))
        for update skip locked
      ), taken as (
        update jobs set locked_until = ${leaseEnd(now)}::timestamptz, attempts = attempts + 1
        from (select id from first union all select id from others) due where jobs.id = due.id
        returning jobs.id, jobs.tenant_id, jobs.key, jobs.name, jobs.payload, jobs.attempts, jobs.revision, jobs.lane,
          jobs.run_at
      )
      select (select coalesce(json_agg(taken), '[]') from taken) as taken,
        (select coalesce(json_agg(ended.id), '[]') from ended join jobs on jobs.id = ended.id
          where ended.id not in (select id from gone union all select id from released)) as left,
        exists (select from released where run_at <= ${at(0)}) as due`);
  if (!turned) throw new Error("a statement without an answer");
  const left = new Set(turned.left);
  return { taken: turned.taken, left: done.filter(({ job }) => left.has(job.id)), due: turned.due };
}
