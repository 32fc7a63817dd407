import { sql } from "drizzle-orm";
import type { Ctx } from "../ctx.ts";
import { executePrepared } from "../db.ts";
import { BridgeError } from "../errors.ts";
import type { ConnectionId } from "../ids.ts";
import type { PlatformEvent } from "../platform/contract.ts";
import type { Service } from "../platform/service.ts";

/** Takes the events of one connection in, within the transaction that commits before we acknowledge. */
export type Intake = (ctx: Ctx, connectionId: ConnectionId, events: PlatformEvent[]) => Promise<void>;

type Delivery = {
  connectionId: ConnectionId;
  events: PlatformEvent[];
  done: () => void;
  failed: (error: unknown) => void;
};

const batchMax = 200;
/** Platforms give up after three seconds at the latest; a refusal in time makes them come again. */
const answerMsMax = 2_500;

/** What was not taken in before, in the order in which it came. Event ids are kept for three days. */
async function onlyNew(ctx: Ctx, deliveries: readonly Delivery[]): Promise<Map<Delivery, PlatformEvent[]>> {
  const rows = deliveries.flatMap(({ connectionId, events }) => events.map(({ eventId }) => [connectionId, eventId]));
  const fresh =
    rows.length === 0
      ? []
      : await executePrepared<{ connection_id: string; event_id: string }>(
          ctx.db,
          sql`insert into inbound_events (tenant_id, connection_id, event_id, received_at)
            select ${ctx.tenantId}, one ->> 0, one ->> 1, ${ctx.now().toISOString()}::timestamptz
            from json_array_elements(${JSON.stringify(rows)}::json) one
            on conflict do nothing returning connection_id, event_id`,
        );
  const left = new Set(fresh.map((row) => `${row.connection_id}/${row.event_id}`));
  const isNew = (one: Delivery, event: PlatformEvent) => left.delete(`${one.connectionId}/${event.eventId}`);
  return new Map(deliveries.map((one) => [one, one.events.filter((event) => isNew(one, event))]));
}

async function takeAll(ctx: Ctx, intake: Intake, deliveries: readonly Delivery[]): Promise<void> {
  const fresh = await onlyNew(ctx, deliveries);
  const byConnection = Map.groupBy(deliveries, ({ connectionId }) => connectionId);
  for (const [connectionId, ones] of byConnection) {
    await intake(
      ctx,
      connectionId,
      ones.flatMap((one) => fresh.get(one) ?? []),
    );
  }
}

/**
 * Commits deliveries together while the database is busy with those before: one transaction a tenant at a time, so that
 * a storm costs few transactions and an idle service answers at once. A delivery that cannot be taken fails alone.
 * Each promise resolves after the commit.
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
      await commit(tenantId, deliveries);
      for (const { done } of deliveries) done();
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

  return (tenantId: string, connectionId: ConnectionId, events: PlatformEvent[]): Promise<void> =>
    new Promise((resolve, reject) => {
      const late = setTimeout(
        () =>
          reject(
            new BridgeError("unavailable", "We could not store this in time. Send it again.", { retryAfterMs: 1_000 }),
          ),
        answerMsMax,
      );
      const settle = (finish: () => void) => () => {
        clearTimeout(late);
        finish();
      };
      const delivery = {
        connectionId,
        events,
        done: settle(resolve),
        failed: (error: unknown) => settle(() => reject(error))(),
      };
      const queue = queues.get(tenantId);
      if (queue) {
        queue.push(delivery);
        return;
      }
      const begun = [delivery];
      queues.set(tenantId, begun);
      // What arrives in the same turn of the loop goes along.
      setTimeout(() => void drain(tenantId, begun));
    });
}
