import { eq } from "drizzle-orm";
import type { Api } from "../api.ts";
import type { Ctx } from "../ctx.ts";
import { BridgeError } from "../errors.ts";
import { openConnection } from "../identity/connect.ts";
import { connections, inboundEvents } from "../identity/schema.ts";
import type { ConnectionId } from "../ids.ts";
import { isId } from "../ids.ts";
import type { PlatformEvent } from "../platform/contract.ts";

/** Takes the events of one connection in, within the transaction that commits before we acknowledge. */
export type Intake = (ctx: Ctx, connectionId: ConnectionId, events: PlatformEvent[]) => Promise<void>;

/** The events that were not taken in before. Ids are kept for three days. */
async function onlyNew(ctx: Ctx, connectionId: ConnectionId, events: PlatformEvent[]): Promise<PlatformEvent[]> {
  if (events.length === 0) return [];
  const rows = events.map((event) => ({
    tenantId: ctx.tenantId,
    connectionId,
    eventId: event.eventId,
    receivedAt: ctx.now(),
  }));
  const fresh = await ctx.db
    .insert(inboundEvents)
    .values(rows)
    .onConflictDoNothing()
    .returning({ eventId: inboundEvents.eventId });
  const ids = new Set(fresh.map((row) => row.eventId));
  return events.filter((event) => ids.delete(event.eventId));
}

/**
 * Platforms report here: `/hooks/{connection}`. Verified on the raw bytes, committed, then acknowledged. Whoever
 * cannot prove that they are the platform gets 401 and changes nothing; trouble of ours answers 503 so that they retry.
 */
export function addWebhookRoutes(api: Api, intake: Intake, onTaken: () => void): void {
  api.on(["GET", "POST"], ["/hooks/:connection", "/hooks/:connection/:rest{.+}"], async (c) => {
    const service = c.get("service");
    const id = c.req.param("connection");
    if (!isId("con", id)) throw new BridgeError("not_found", "There is no such connection.");
    const [found] = await service.database.asSystem((db) =>
      db.select({ tenantId: connections.tenantId }).from(connections).where(eq(connections.id, id)),
    );
    if (!found) throw new BridgeError("not_found", "There is no such connection.");
    const { tenantId } = found;
    const inTx = <T>(work: (ctx: Ctx) => Promise<T>) =>
      service.database.inTenant(tenantId, (db) =>
        work({ db, tenantId, actor: { kind: "system", name: "webhook" }, now: service.now, log: c.get("log") }),
      );
    const { adapter, connection } = await openConnection(service, tenantId, id, inTx);
    if (!adapter.events) throw new BridgeError("not_found", "This platform does not push events.");
    const received = await adapter.events.receive(connection, {
      method: c.req.method,
      url: service.publicUrl + c.req.path + new URL(c.req.url).search,
      headers: c.req.raw.headers,
      body: new Uint8Array(await c.req.arrayBuffer()),
    });
    if ("handshake" in received) return received.handshake;
    if ("rejected" in received) {
      service.metrics.count("patchcord_hooks_rejected_total", { adapter: adapter.id });
      throw new BridgeError("unauthenticated", `This delivery was not accepted: ${received.rejected}`);
    }
    await inTx(async (ctx) => intake(ctx, id, await onlyNew(ctx, id, received.events)));
    onTaken();
    return c.body(null, 200);
  });
}
