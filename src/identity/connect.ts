import { and, eq, gt } from "drizzle-orm";
import type { Ctx } from "../ctx.ts";
import { BridgeError } from "../errors.ts";
import type { ConnectionId } from "../ids.ts";
import { Spending } from "../platform/budgets.ts";
import type { AnyAdapter, Connection, TokenStore } from "../platform/contract.ts";
import { connectionFetch } from "../platform/http.ts";
import type { Service } from "../platform/service.ts";
import { connections, platformTokens } from "./schema.ts";

type Tx = <T>(work: (ctx: Ctx) => Promise<T>) => Promise<T>;
export type OpenConnection = { adapter: AnyAdapter; connection: Connection; row: typeof connections.$inferSelect };

const spendings = new WeakMap<Service, Spending>();
export const spendingOf = (service: Service): Spending => {
  let spending = spendings.get(service);
  if (!spending) spendings.set(service, (spending = new Spending()));
  return spending;
};

/** Tokens in Postgres, sealed, so that all processes share one session per connection. */
function tokenStore(service: Service, tenantId: string, connectionId: ConnectionId, tx: Tx): TokenStore {
  const marginMs = 60_000;
  const purpose = `token:${connectionId}`;
  return {
    async get(key, issue) {
      const fresh = new Date(service.now().getTime() + marginMs);
      const [row] = await tx((ctx) =>
        ctx.db
          .select()
          .from(platformTokens)
          .where(
            and(
              eq(platformTokens.connectionId, connectionId),
              eq(platformTokens.key, key),
              gt(platformTokens.expiresAt, fresh),
            ),
          ),
      );
      if (row) return service.keyring.open<string>(tenantId, purpose, row.sealed);
      const made = await issue();
      const sealed = await service.keyring.seal(tenantId, purpose, made.value);
      await tx((ctx) =>
        ctx.db
          .insert(platformTokens)
          .values({ tenantId, connectionId, key, sealed, expiresAt: made.expiresAt })
          .onConflictDoUpdate({
            target: [platformTokens.connectionId, platformTokens.key],
            set: { sealed, expiresAt: made.expiresAt },
          }),
      );
      return made.value;
    },
    async drop(key) {
      await tx((ctx) =>
        ctx.db
          .delete(platformTokens)
          .where(and(eq(platformTokens.connectionId, connectionId), eq(platformTokens.key, key))),
      );
    },
  };
}

/**
 * Opens a configured platform for use by jobs and webhooks.
 * @throws BridgeError `not_found` when the connection is gone or switched off.
 */
export async function openConnection(
  service: Service,
  tenantId: string,
  connectionId: ConnectionId,
  tx: Tx,
): Promise<OpenConnection> {
  const [row] = await tx((ctx) =>
    ctx.db
      .select()
      .from(connections)
      .where(and(eq(connections.id, connectionId), eq(connections.tenantId, tenantId))),
  );
  const adapter = row && service.adapters.get(row.adapter);
  if (!row?.enabled || !adapter)
    throw new BridgeError("not_found", "this connection is not configured or is switched off");
  let penaltyUntil = row.penaltyUntil ?? undefined;
  const connection: Connection = {
    id: row.id,
    tenantId,
    settings: await service.keyring.open(tenantId, `settings:${row.id}`, row.settingsSealed),
    fetch: connectionFetch({
      connectionId: row.id,
      adapter: row.adapter,
      fetch: service.fetch,
      now: service.now,
      spending: spendingOf(service),
      metrics: service.metrics,
      penaltyUntil: () => penaltyUntil,
      onPenalty: (until) => {
        penaltyUntil = until;
        tx((ctx) => ctx.db.update(connections).set({ penaltyUntil: until }).where(eq(connections.id, row.id))).catch(
          () => {},
        );
      },
    }),
    tokens: tokenStore(service, tenantId, row.id, tx),
    now: service.now,
    log: service.log.with({ tenant_id: tenantId, connection_id: row.id, adapter: row.adapter }),
  };
  return { adapter, connection, row };
}
