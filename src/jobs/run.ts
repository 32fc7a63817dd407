import { sql } from "drizzle-orm";
import type { Ctx } from "../ctx.ts";
import type { Database } from "../db.ts";
import { isBridgeError } from "../errors.ts";
import { errorFields, type Log } from "../log.ts";
import { type Done, type Leased, leaseMs, type Share, turnOver } from "./take.ts";

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

export type RunnerOptions = {
  database: Database;
  handlers: Handlers;
  now: () => Date;
  log: Log;
  /** Called after jobs have written something, so that feeds look sooner than at their next poll. */
  onProgress?: () => void;
  observe?: (name: string, outcome: string, durationMs: number) => void;
};

const renewEveryMs = 2_500;
/** How long to wait before trying again what has failed so many times; it is never given up. */
export const backOffMs = (attempts: number): number => Math.min(60_000, 250 * 2 ** Math.min(attempts, 8));

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

/** Answers what is to be put away; undefined when it failed and is tried again later. */
export async function runOne(options: RunnerOptions, job: Leased): Promise<Done | undefined> {
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
    ended("done");
    return { job, again: again instanceof Date ? again : undefined };
  } catch (error) {
    await postpone(options, job, error);
    ended("failed");
    log.warn("job failed", { attempt: job.attempts, ...errorFields(error) });
    return undefined;
  } finally {
    release();
    options.onProgress?.();
  }
}

/** For a process that is alone on its database: what a killed predecessor had in hand is due again at once. */
export const releaseLeases = (database: Database) =>
  database.asSystem((db) => db.execute(sql`update jobs set locked_until = null where locked_until is not null`));

const nothing: Share = { most: 0, mostOthers: 0, byAge: 0, inHand: new Map(), isReserved: false };

/** One in so many places goes to whoever has waited longest, whatever their lane. */
export const byAgeEvery = 4;

const busyMs = 20;

/** Puts away all of it; rows that somebody writes just now are free in a moment. */
export async function putAway(options: RunnerOptions, done: readonly Done[]): Promise<void> {
  for (let left = done; left.length > 0; ) {
    if (left !== done) await new Promise((resolve) => setTimeout(resolve, busyMs));
    ({ left } = await turnOver(options.database, options.now(), left, nothing));
  }
}

/** Runs what is due now, several at a time. Answers how many ran. */
export async function runDueJobs(options: RunnerOptions, most = 20): Promise<number> {
  const share = { ...nothing, most, mostOthers: most, byAge: Math.floor(most / byAgeEvery) };
  const { taken } = await turnOver(options.database, options.now(), [], share);
  await Promise.all(
    taken.map(async (job) => {
      const done = await runOne(options, job);
      if (done) await putAway(options, [done]);
    }),
  );
  return taken.length;
}
