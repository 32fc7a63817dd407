import { eq } from "drizzle-orm";
import type { Api, ApiContext } from "../api.ts";
import type { Ctx } from "../ctx.ts";
import { BridgeError } from "../errors.ts";
import { openConnection } from "../identity/connect.ts";
import { connections } from "../identity/schema.ts";
import type { ConnectionId } from "../ids.ts";
import { isId } from "../ids.ts";
import type { Service } from "../platform/service.ts";
import { inTime } from "./in-time.ts";
import { createIngest, type Intake, type OnTaken } from "./ingest.ts";

export type { Intake } from "./ingest.ts";

type Tx = <T>(work: (ctx: Ctx) => Promise<T>) => Promise<T>;
type Owned = { id: ConnectionId; tenantId: string; inTx: Tx };

/** Whose connection it is never changes, so it is asked once. */
function createOwners(service: Service) {
  const owners = new Map<string, Owned>();
  return async (id: string): Promise<Owned> => {
    const known = owners.get(id);
    if (known) return known;
    if (!isId("con", id)) throw new BridgeError("not_found", "There is no such connection.");
    const [row] = await service.database.asSystem((db) =>
      db.select({ tenantId: connections.tenantId }).from(connections).where(eq(connections.id, id)),
    );
    if (!row) throw new BridgeError("not_found", "There is no such connection.");
    const { tenantId } = row;
    const inTx: Tx = (work) =>
      service.database.inTenant(tenantId, (db) =>
        work({ db, tenantId, actor: { kind: "system", name: "webhook" }, now: service.now, log: service.log }),
      );
    const owned = { id, tenantId, inTx };
    owners.set(id, owned);
    return owned;
  };
}

const searchOf = (url: string) => {
  const at = url.indexOf("?");
  return at < 0 ? "" : new URL(url).search;
};

/**
 * Platforms report here: `/hooks/{connection}`. Verified on the raw bytes, committed, then acknowledged. Whoever
 * cannot prove that they are the platform gets 401 and changes nothing; trouble of ours answers 503 so that they retry.
 */
export function addWebhookRoutes(api: Api, service: Service, intake: Intake, onTaken: OnTaken): void {
  const ownerOf = createOwners(service);
  const ingest = createIngest(service, intake);
  const take = async (c: ApiContext, connectionId: string): Promise<Response> => {
    const { id, tenantId, inTx } = await ownerOf(connectionId);
    const { adapter, connection } = await openConnection(service, tenantId, id, inTx);
    if (!adapter.events) throw new BridgeError("not_found", "This platform does not push events.");
    const received = await adapter.events.receive(connection, {
      method: c.req.method,
      url: service.publicUrl + c.req.path + searchOf(c.req.url),
      headers: c.req.raw.headers,
      body: new Uint8Array(await c.req.arrayBuffer()),
    });
    if ("handshake" in received) return received.handshake;
    if ("rejected" in received) {
      service.metrics.count("patchcord_deliveries_total", { adapter: adapter.id, outcome: "rejected" });
      throw new BridgeError("unauthenticated", `This delivery was not accepted: ${received.rejected}`);
    }
    if (received.events.length > 0) {
      const isWork = await ingest(tenantId, id, received.events).catch((error: unknown) => {
        service.metrics.count("patchcord_deliveries_total", { adapter: adapter.id, outcome: "failed" });
        throw error;
      });
      onTaken(isWork);
    }
    service.metrics.count("patchcord_deliveries_total", { adapter: adapter.id, outcome: "taken" });
    return c.body(null, 200);
  };
  api.on(["GET", "POST"], ["/hooks/:connection", "/hooks/:connection/:rest{.+}"], (c) =>
    inTime(take(c, c.req.param("connection"))),
  );
}
