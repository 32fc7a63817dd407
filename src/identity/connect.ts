import { and, eq, gt } from "drizzle-orm";
import type { Ctx } from "../ctx.ts";
import { BridgeError } from "../errors.ts";
import type { ConnectionId } from "../ids.ts";
import { Spending } from "../platform/budgets.ts";
import type { AnyAdapter, Connection, TokenStore } from "../platform/contract.ts";
import { connectionFetch } from "../platform/http.ts";
import type { Service } from "../platform/service.ts";
import { wait } from "../platform/wait.ts";
import { connections, platformTokens } from "./schema.ts";

type Tx = <T>(work: (ctx: Ctx) => Promise<T>) => Promise<T>;
export type OpenConnection = { adapter: AnyAdapter; connection: Connection; row: typeof connections.$inferSelect };

const spendings = new WeakMap<Service, Spending>();
export const spendingOf = (service: Service): Spending => {
  const spending = spendings.get(service) ?? new Spending();
  spendings.set(service, spending);
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
      // What nobody can open any more, since its key has gone, is issued anew.
      const kept = row && (await service.keyring.open<string>(tenantId, purpose, row.sealed).catch(() => undefined));
      if (kept !== undefined) return kept;
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

type Known = { at: number; row: OpenConnection["row"]; settings: unknown; opened?: { tx: Tx; open: OpenConnection } };

/** What a process remembers of its connections: read anew after a few seconds, so that a change is live within ten. */
const knownMs = 5_000;
const known = new WeakMap<Service, Map<string, Known>>();
const penalties = new WeakMap<Service, Map<string, Date>>();

function memory<V>(of: WeakMap<Service, Map<string, V>>, service: Service): Map<string, V> {
  const kept = of.get(service) ?? new Map<string, V>();
  of.set(service, kept);
  return kept;
}

/** Forgets what this process remembers of a connection, after changing it. */
export const forgetConnection = (service: Service, id: ConnectionId): void => void memory(known, service).delete(id);

async function readConnection(service: Service, tenantId: string, id: ConnectionId, tx: Tx): Promise<Known> {
  const kept = memory(known, service).get(id);
  const nowMs = service.now().getTime();
  if (kept && kept.row.tenantId === tenantId && nowMs - kept.at < knownMs) return kept;
  const [row] = await tx((ctx) =>
    ctx.db
      .select()
      .from(connections)
      .where(and(eq(connections.id, id), eq(connections.tenantId, tenantId))),
  );
  if (!row?.enabled || !service.adapters.has(row.adapter)) {
    throw new BridgeError("not_found", "this connection is not configured or is switched off");
  }
  const given = await service.keyring.open<object>(tenantId, `settings:${row.id}`, row.settingsSealed);
  const settings = { ...row.learned, ...given };
  const fresh = { at: nowMs, row, settings };
  memory(known, service).set(id, fresh);
  return fresh;
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
  const known = await readConnection(service, tenantId, connectionId, tx);
  // Who comes with each delivery brings the same `tx`.
  if (known.opened?.tx !== tx) known.opened = { tx, open: openKnown(service, known, tx) };
  return known.opened.open;
}

function openKnown(service: Service, { row, settings }: Known, tx: Tx): OpenConnection {
  const { tenantId } = row;
  const adapter = service.adapters.get(row.adapter);
  if (!adapter) throw new BridgeError("not_found", "there is no such platform");
  const told = memory(penalties, service);
  const connection: Connection = {
    id: row.id,
    tenantId,
    settings,
    fetch: connectionFetch({
      connectionId: row.id,
      adapter: row.adapter,
      fetch: service.fetch,
      now: service.now,
      spending: spendingOf(service),
      metrics: service.metrics,
      penaltyUntil: () => later(told.get(row.id), row.penaltyUntil ?? undefined),
      onPenalty: (until) => {
        told.set(row.id, until);
        tx((ctx) => ctx.db.update(connections).set({ penaltyUntil: until }).where(eq(connections.id, row.id))).catch(
          () => {}, // kept by this process all the same
        );
      },
    }),
    tokens: tokenStore(service, tenantId, row.id, tx),
    openSocket: service.openSocket ?? ((url, protocols) => new WebSocket(url, protocols)),
    now: service.now,
    wait: service.wait ?? wait,
    log: service.log.with({ tenant_id: tenantId, connection_id: row.id, adapter: row.adapter }),
  };
  return { adapter, connection, row };
}

const later = (a: Date | undefined, b: Date | undefined) => (a && b ? (a > b ? a : b) : (a ?? b));
