import { sql } from "drizzle-orm";
import type { Ctx } from "../ctx.ts";
import type { Database } from "../db.ts";
import { isBridgeError } from "../errors.ts";
import { errorFields, type Log } from "../log.ts";

/** What a handler gets: no open transaction, so that platforms can be called between two short ones. */
export type Run = {
  tenantId: string;
  now: () => Date;
  log: Log;
  attempt: number;
  /** One transaction of this tenant, as the system. */
  tx<T>(work: (ctx: Ctx) => Promise<T>): Promise<T>;
};

/**
 * Looks at the facts as they are and does what they ask for. Runs at least once: must be safe to repeat.
 * Throwing retries with back-off; returning a Date runs the job again then.
 */
export type Handler = (run: Run, payload: Record<string, unknown>) => Promise<Date | undefined>;
export type Handlers = Record<string, Handler>;

type Leased = {
  id: number;
  tenant_id: string;
  key: string;
  name: string;
  payload: Record<string, unknown>;
  attempts: number;
  revision: number;
};

export type RunnerOptions = {
  database: Database;
  handlers: Handlers;
  now: () => Date;
  log: Log;
  /** Called after jobs have written something, so that feeds look sooner than at their next poll. */
  onProgress?: () => void;
  observe?: (name: string, outcome: string, durationMs: number) => void;
};

/**
 * What a killed process had in hand is taken over after this: well within the 30 s that we promise, and sooner than a
 * command runs through its two time limits (consults/model.ts), so that it can be sent again before it is given up.
 */
const leaseMs = 7_000;
const renewEveryMs = 2_500;
/** How long to wait before trying again what has failed so many times; it is never given up. */
export const backOffMs = (attempts: number): number => Math.min(60_000, 250 * 2 ** Math.min(attempts, 8));

/** How many jobs of each tenant are in hand in this process. */
type InHand = ReadonlyMap<string, number>;

/**
 * In each lane whoever has the fewest jobs in hand comes first, so that one tenant's thousand do not stand before another
 * tenant's one. `isReserved`: only of tenants who have none in hand.
 */
async function lease(
  options: RunnerOptions,
  { most, inHand = new Map(), isReserved = false }: { most: number; inHand?: InHand; isReserved?: boolean },
): Promise<Leased[]> {
  const now = options.now();
  const held = sql`coalesce((${JSON.stringify(Object.fromEntries(inHand))}::jsonb ->> tenant_id)::int, 0)`;
  return options.database.asSystem(async (db) => {
    const rows = await db.execute(sql`
      with due as (
        select id from jobs
        where run_at <= ${now.toISOString()}::timestamptz and (locked_until is null or locked_until < ${now.toISOString()}::timestamptz)
          and (${!isReserved} or ${held} = 0)
        order by lane, ${held}, run_at limit ${most} for update skip locked
      )
      update jobs set locked_until = ${new Date(now.getTime() + leaseMs).toISOString()}::timestamptz, attempts = attempts + 1
      from due where jobs.id = due.id
      returning jobs.id::int, jobs.tenant_id, jobs.key, jobs.name, jobs.payload, jobs.attempts, jobs.revision`);
    return rows as unknown as Leased[];
  });
}

/** Done: the row goes, unless it was asked for again meanwhile; then it is due as asked. */
async function finish(options: RunnerOptions, job: Leased, again: Date | undefined): Promise<void> {
  await options.database.asSystem(async (db) => {
    const next = again?.toISOString() ?? null;
    await db.execute(sql`
      with gone as (delete from jobs where id = ${job.id} and revision = ${job.revision} and ${next}::timestamptz is null returning id)
      update jobs set locked_until = null, attempts = 0, error_code = null,
        run_at = case when revision = ${job.revision} then coalesce(${next}::timestamptz, run_at) else least(run_at, coalesce(${next}::timestamptz, run_at)) end
      where id = ${job.id} and not exists (select from gone)`);
  });
}

async function postpone(options: RunnerOptions, job: Leased, error: unknown): Promise<void> {
  const wanted = isBridgeError(error) ? error.retryAfterMs : undefined;
  const runAt = new Date(options.now().getTime() + Math.max(wanted ?? 0, backOffMs(job.attempts)));
  const code = isBridgeError(error) ? error.code : "internal";
  await options.database.asSystem((db) =>
    db.execute(sql`
      update jobs set locked_until = null, error_code = ${code},
        run_at = case when revision = ${job.revision} then ${runAt.toISOString()}::timestamptz else run_at end
      where id = ${job.id}`),
  );
}

/** Keeps a lease while its job runs, however long; a process that dies stops renewing. */
function keepLease(options: RunnerOptions, job: Leased): () => void {
  const timer = setInterval(() => {
    const until = new Date(options.now().getTime() + leaseMs).toISOString();
    options.database
      .asSystem((db) =>
        db.execute(
          sql`update jobs set locked_until = ${until}::timestamptz where id = ${job.id} and locked_until is not null`,
        ),
      )
      .catch((error) => options.log.warn("lease not renewed", errorFields(error)));
  }, renewEveryMs);
  return () => clearInterval(timer);
}

async function runOne(options: RunnerOptions, job: Leased): Promise<void> {
  const handler = options.handlers[job.name];
  const startedAt = options.now().getTime();
  const log = options.log.with({ job: job.name, tenant_id: job.tenant_id, job_key: job.key });
  const run: Run = {
    tenantId: job.tenant_id,
    now: options.now,
    log,
    attempt: job.attempts,
    tx: (work) =>
      options.database.inTenant(job.tenant_id, (db) =>
        work({ db, tenantId: job.tenant_id, actor: { kind: "system", name: job.name }, now: options.now, log }),
      ),
  };
  const release = keepLease(options, job);
  const ended = (outcome: string) => options.observe?.(job.name, outcome, options.now().getTime() - startedAt);
  try {
    if (!handler) throw new Error(`no handler for job ${job.name}`);
    const again = await handler(run, job.payload);
    await finish(options, job, again instanceof Date ? again : undefined);
    ended("done");
  } catch (error) {
    await postpone(options, job, error);
    ended("failed");
    log.warn("job failed", { attempt: job.attempts, ...errorFields(error) });
  } finally {
    release();
  }
  options.onProgress?.();
}

/** For a process that is alone on its database: what a killed predecessor had in hand is due again at once. */
export const releaseLeases = (database: Database) =>
  database.asSystem((db) => db.execute(sql`update jobs set locked_until = null where locked_until is not null`));

/** Runs what is due now, several at a time. Answers how many ran. */
export async function runDueJobs(options: RunnerOptions, most = 20): Promise<number> {
  const leased = await lease(options, { most });
  await Promise.all(leased.map((job) => runOne(options, job)));
  return leased.length;
}

export type Runner = { wake(): void; stop(): Promise<void> };

/**
 * Keeps running jobs until stopped: at once when woken, else by looking every `pollMs`. Up to `atOnce` in parallel, so
 * that one slow platform does not hold up the others; beyond them `reserved` places, each for a tenant who has nothing in
 * hand, so that one whose platform answers nothing does not hold up other tenants either. Any number of processes may do
 * so on one database.
 */
export function startRunner(options: RunnerOptions, { pollMs = 200, atOnce = 16, reserved = 4 } = {}): Runner {
  let stopped = false;
  let wakeUp: (() => void) | undefined;
  let woken = false;
  const working = new Map<Promise<void>, Leased>();
  const inHand = (): InHand => {
    const counts = new Map<string, number>();
    for (const { tenant_id } of working.values()) counts.set(tenant_id, (counts.get(tenant_id) ?? 0) + 1);
    return counts;
  };
  /** What may be taken now: a place that is reserved goes to one job at a time, since the next may be of the same tenant. */
  const share = (): { most: number; inHand: InHand; isReserved: boolean } => {
    const isReserved = working.size >= atOnce;
    return { most: isReserved ? 1 : atOnce - working.size, inHand: inHand(), isReserved };
  };
  const pause = () =>
    new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, pollMs);
      wakeUp = () => {
        clearTimeout(timer);
        resolve();
      };
      if (woken) wakeUp();
    });
  const loop = (async () => {
    while (!stopped) {
      woken = false;
      let taken: Leased[] = [];
      if (working.size < atOnce + reserved) {
        taken = await lease(options, share()).catch((error) => {
          options.log.error("jobs cannot be leased", errorFields(error));
          return [];
        });
      }
      for (const job of taken) {
        const work: Promise<void> = runOne(options, job)
          .catch((error) => options.log.error("job cannot be settled", errorFields(error)))
          .finally(() => {
            working.delete(work);
            wakeUp?.();
          });
        working.set(work, job);
      }
      if (taken.length === 0 || working.size >= atOnce + reserved) await pause();
    }
    await Promise.all(working.keys());
  })();
  return {
    wake() {
      woken = true;
      wakeUp?.();
    },
    async stop() {
      stopped = true;
      wakeUp?.();
      await loop;
    },
  };
}
