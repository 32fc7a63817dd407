import { sql } from "drizzle-orm";
import type { Ctx } from "../ctx.ts";
import { executePrepared } from "../db.ts";
import type { ConnectionId } from "../ids.ts";
import type { PlatformEvent } from "../platform/contract.ts";
import type { Service } from "../platform/service.ts";

/**
 * Takes the events of one connection in, within the transaction that commits before we acknowledge. Answers whether there
 * is something for jobs to do now.
 */
export type Intake = (ctx: Ctx, connectionId: ConnectionId, events: PlatformEvent[]) => Promise<boolean>;

/** Called after the commit: feeds may look, and jobs too if there is work for them. */
export type OnTaken = (isWork: boolean) => void;

type Delivery = {
  connectionId: ConnectionId;
  events: PlatformEvent[];
  done: (isWork: boolean) => void;
  failed: (error: unknown) => void;
};

const batchMax = 200;
const keyOf = (connectionId: string, eventId: string) => `${connectionId}/${eventId}`;

/** Keeps the ids of events for three days. Answers those that were not there before. */
async function remember(ctx: Ctx, deliveries: readonly Delivery[]): Promise<Set<string>> {
  const rows = deliveries.flatMap(({ connectionId, events }) => events.map(({ eventId }) => [connectionId, eventId]));
  const fresh = await executePrepared<{ connection_id: string; event_id: string }>(
    ctx.db,
    sql`insert into inbound_events (tenant_id, connection_id, event_id, received_at)
      select ${ctx.tenantId}, one ->> 0, one ->> 1, ${ctx.now().toISOString()}::timestamptz
      from json_array_elements(${JSON.stringify(rows)}::json) one
      order by 2, 3 -- so that two who take the same events in do not wait for each other
      on conflict do nothing returning connection_id, event_id`,
  );
  return new Set(fresh.map((row) => keyOf(row.connection_id, row.event_id)));
}

/** Presence that is taken twice changes nothing, see recordReports. */
const isRepeatable = ({ events }: Pick<Delivery, "events">) => events.every(({ kind }) => kind === "presence");

async function takeAll(ctx: Ctx, intake: Intake, deliveries: readonly Delivery[]): Promise<boolean> {
  const take = async (isNew: (connectionId: ConnectionId, event: PlatformEvent) => boolean) => {
    let isWork = false;
    for (const [id, ones] of Map.groupBy(deliveries, ({ connectionId }) => connectionId)) {
      const events = ones.flatMap((one) => one.events.filter((event) => isNew(id, event)));
      if (events.length > 0) isWork = (await intake(ctx, id, events)) || isWork;
    }
    return isWork;
  };
  if (deliveries.every(isRepeatable)) {
    const [, isWork] = await Promise.all([remember(ctx, deliveries), take(() => true)]);
    return isWork;
  }
  const fresh = await remember(ctx, deliveries);
  return take((id, { eventId }) => fresh.delete(keyOf(id, eventId)));
}

/**
 * Commits deliveries together while the database is busy with those before: one transaction a tenant at a time, so that
 * a storm costs few transactions and an idle service answers at once. A delivery that cannot be taken fails alone. Each promise
 * resolves after the commit, with whether there is something for jobs to do now.
 */
export function createIngest(service: Service, intake: Intake) {
  const queues = new Map<string, Delivery[]>();

  const commit = (tenantId: string, deliveries: readonly Delivery[]) =>
    service.database.inTenant(tenantId, (db) =>
      takeAll(
        { db, tenantId, actor: { kind: "system", name: "webhook" }, now: service.now, log: service.log },
        intake,
        deliveries,
      ),
    );

  async function commitOrSplit(tenantId: string, deliveries: readonly Delivery[]): Promise<void> {
    try {
      const isWork = await commit(tenantId, deliveries);
      for (const { done } of deliveries) done(isWork);
    } catch (error) {
      const [only] = deliveries;
      if (deliveries.length === 1) only?.failed(error);
      else for (const one of deliveries) await commitOrSplit(tenantId, [one]);
    }
  }

  async function drain(tenantId: string, queue: Delivery[]): Promise<void> {
    while (queue.length > 0) await commitOrSplit(tenantId, queue.splice(0, batchMax));
    queues.delete(tenantId);
  }

  function add(tenantId: string, delivery: Delivery): void {
    const queue = queues.get(tenantId);
    if (queue) {
      queue.push(delivery);
      return;
    }
    const begun = [delivery];
    queues.set(tenantId, begun);
    // What arrives in the same turn of the loop goes along.
    setTimeout(() => void drain(tenantId, begun));
  }

  return (tenantId: string, connectionId: ConnectionId, events: PlatformEvent[]): Promise<boolean> =>
    new Promise((done, failed) => add(tenantId, { connectionId, events, done, failed }));
}
