/** Figures that are true at the moment of asking, over all tenants: counted and dated, with nobody's name in them. */
import { sql } from "drizzle-orm";
import { spendingOf } from "../identity/connect.ts";
import type { Service } from "../platform/service.ts";

export type JobsFigures = { waiting: number; oldest: number };

/** How many jobs are due and have not been taken, and for how many seconds the oldest. */
export async function noteJobs(service: Service): Promise<JobsFigures> {
  const now = service.now().toISOString();
  const [row] = await service.database.asSystem((db) =>
    db.execute<JobsFigures>(sql`
      select count(*)::int as waiting,
        greatest(0, coalesce(extract(epoch from ${now}::timestamptz - min(run_at)), 0))::float as oldest
      from jobs where run_at <= ${now}::timestamptz and locked_until is null`),
  );
  const jobs = row ?? { waiting: 0, oldest: 0 };
  service.metrics.gauge("patchcord_jobs_waiting", jobs.waiting);
  service.metrics.gauge("patchcord_jobs_oldest_seconds", jobs.oldest);
  return jobs;
}

type Connected = { adapter: string; state: string; code: string; n: number; penalty: number };
type Read = { adapter: string; engaged: number; watched: number; known: number };

/** Before metrics are read: what lives in the database, and how much of each budget this process has used. */
export async function noteFigures(service: Service): Promise<void> {
  await noteJobs(service);
  const now = sql`${service.now().toISOString()}::timestamptz`;
  const [connected, read] = await service.database.asSystem(async (db) => [
    await db.execute<Connected>(sql`
      select adapter, health ->> 'state' as state, coalesce(health ->> 'code', '') as code, count(*)::int as n,
        greatest(0, coalesce(max(extract(epoch from penalty_until - ${now})), 0))::float as penalty
      from connections where enabled group by 1, 2, 3`),
    await db.execute<Read>(sql`
      select c.adapter, max(extract(epoch from ${now} - s.engaged_at))::float as engaged,
        max(extract(epoch from ${now} - s.watched_at)) filter (where s.watched > 0)::float as watched,
        max(extract(epoch from ${now} - s.known_at)) filter (where s.known > 0)::float as known
      from sweeps s join connections c on c.id = s.connection_id and c.enabled group by 1`),
  ]);
  const { metrics } = service;
  metrics.gauges(
    "patchcord_connections",
    connected.map(({ adapter, state, code, n }) => ({ value: n, labels: { adapter, state, code } })),
  );
  const penalties = Map.groupBy(connected, ({ adapter }) => adapter);
  metrics.gauges(
    "patchcord_penalty_seconds",
    [...penalties].map(([adapter, rows]) => ({
      value: Math.max(...rows.map(({ penalty }) => penalty)),
      labels: { adapter },
    })),
  );
  metrics.gauges(
    "patchcord_presence_since_seconds",
    read.flatMap(({ adapter, ...classes }) =>
      Object.entries(classes).flatMap(([name, value]) =>
        value === null ? [] : [{ value, labels: { adapter, class: name } }],
      ),
    ),
  );
  metrics.gauges(
    "patchcord_budget_used_ratio",
    spendingOf(service)
      .all(service.now().getTime())
      .map(({ connectionId, cost, used }) => ({ value: used, labels: { connection: connectionId, cost } })),
  );
}
