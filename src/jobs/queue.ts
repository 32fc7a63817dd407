import { sql } from "drizzle-orm";
import type { Ctx } from "../ctx.ts";
import { changes, jobs } from "./schema.ts";

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

/**
 * Asks for a job within the caller's transaction. Asking again before it ran keeps the earlier time; asking while it
 * runs makes it due again afterwards. Safe to repeat.
 */
export async function enqueue(ctx: Pick<Ctx, "db" | "tenantId" | "now">, request: JobRequest): Promise<void> {
  const runAt = request.runAt ?? ctx.now();
  await ctx.db
    .insert(jobs)
    .values({
      tenantId: ctx.tenantId,
      key: request.key,
      name: request.name,
      payload: request.payload ?? {},
      lane: lanes[request.lane ?? "normal"],
      runAt,
    })
    .onConflictDoUpdate({
      target: [jobs.tenantId, jobs.key],
      set: {
        runAt: sql`case when ${jobs.lockedUntil} is null then least(${jobs.runAt}, excluded.run_at) else excluded.run_at end`,
        lane: sql`least(${jobs.lane}, excluded.lane)`,
        payload: sql`excluded.payload`,
        revision: sql`${jobs.revision} + 1`,
        attempts: 0,
      },
    });
}

export type Topic = "presence" | "consult" | "interaction" | "expert" | "connection";

/** Tells live feeds, once this transaction has committed, to look at this thing again. */
export async function announce(ctx: Pick<Ctx, "db" | "tenantId" | "now">, topic: Topic, key: string): Promise<void> {
  await ctx.db.insert(changes).values({ tenantId: ctx.tenantId, topic, key, at: ctx.now() });
}
