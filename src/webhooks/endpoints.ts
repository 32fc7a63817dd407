/** An organization's endpoints: made, changed, tried, and what has become of each message. */
import { and, asc, desc, eq, lt } from "drizzle-orm";
import { recordAudit } from "../audit.ts";
import type { Ctx } from "../ctx.ts";
import { BridgeError } from "../errors.ts";
import { newId } from "../ids.ts";
import { enqueue } from "../jobs/queue.ts";
import type { Service } from "../platform/service.ts";
import { addressFault } from "./addresses.ts";
import { type EndpointId, type MessageId, webhookDeliveries, webhookEndpoints, webhookMessages } from "./schema.ts";
import { newSecret, overlapMs, sealSecrets, secretsOf } from "./secrets.ts";
import { disable, sendJob } from "./send.ts";

type Row = typeof webhookEndpoints.$inferSelect;
export type EndpointView = {
  id: string;
  url: string;
  description: string;
  events: string[];
  state: "on" | "failing" | "off";
  /** Why it is off, and since when it is off or failing. */
  why?: string;
  since?: string;
  createdAt: string;
};

/** So many can be told about one event. */
const endpointsMax = 20;

export function endpointView(row: Row): EndpointView {
  const since = row.disabledAt ?? row.failingSince;
  return {
    id: row.id,
    url: row.url,
    description: row.description,
    events: row.events,
    state: row.disabledAt ? "off" : row.failingSince ? "failing" : "on",
    ...(row.disabledWhy ? { why: row.disabledWhy } : {}),
    ...(since ? { since: since.toISOString() } : {}),
    createdAt: row.createdAt.toISOString(),
  };
}

const mine = (ctx: Ctx, id: EndpointId) =>
  and(eq(webhookEndpoints.id, id), eq(webhookEndpoints.tenantId, ctx.tenantId));

export const endpointsOf = (ctx: Ctx): Promise<Row[]> =>
  ctx.db
    .select()
    .from(webhookEndpoints)
    .where(eq(webhookEndpoints.tenantId, ctx.tenantId))
    .orderBy(asc(webhookEndpoints.id));

/** @throws BridgeError `not_found`. */
export async function endpointOf(ctx: Ctx, id: EndpointId): Promise<Row> {
  const [row] = await ctx.db.select().from(webhookEndpoints).where(mine(ctx, id)).for("no key update");
  if (!row) throw new BridgeError("not_found", "There is no such webhook endpoint.");
  return row;
}

function requireAddress(url: string, service: Service): void {
  const fault = addressFault(url, service.sandbox);
  if (fault) throw new BridgeError("invalid", `url: ${fault}`);
}

/** The secret is shown this once. @throws BridgeError `invalid` for an address that we may not call; `conflict`. */
export async function createEndpoint(
  ctx: Ctx,
  service: Service,
  input: { url: string; events: string[]; description?: string | undefined },
): Promise<EndpointView & { secret: string }> {
  requireAddress(input.url, service);
  if ((await endpointsOf(ctx)).length >= endpointsMax)
    throw new BridgeError("conflict", `At most ${endpointsMax} endpoints. Delete one that is not needed any more.`);
  const id = newId("whe", ctx.now());
  const secret = newSecret();
  const { tenantId } = ctx;
  const secretsSealed = await sealSecrets(service, { id, tenantId }, [{ secret }]);
  const { url, events, description = "" } = input;
  const [row] = await ctx.db
    .insert(webhookEndpoints)
    .values({ id, tenantId, url, events, description, secretsSealed, createdAt: ctx.now() })
    .returning();
  if (!row) throw new BridgeError("internal", "the endpoint was not written");
  await recordAudit(ctx, "webhook-endpoint.create", id, { events });
  return { ...endpointView(row), secret };
}

export type EndpointChange = {
  url?: string | undefined;
  events?: string[] | undefined;
  description?: string | undefined;
  enabled?: boolean | undefined;
};

/** Switching on again forgets that it failed; what it missed can be replayed. @throws BridgeError `not_found`, `invalid`. */
export async function updateEndpoint(ctx: Ctx, service: Service, id: EndpointId, change: EndpointChange) {
  const { enabled, url, events, description } = change;
  const before = await endpointOf(ctx, id);
  if (url !== undefined) requireAddress(url, service);
  const facts = {
    ...(url === undefined ? {} : { url }),
    ...(events === undefined ? {} : { events }),
    ...(description === undefined ? {} : { description }),
    ...(enabled ? { disabledAt: null, disabledWhy: null, failingSince: null } : {}),
  };
  if (Object.keys(facts).length > 0) await ctx.db.update(webhookEndpoints).set(facts).where(mine(ctx, id));
  if (enabled === false && !before.disabledAt) await disable(ctx, id, "admin");
  await recordAudit(ctx, "webhook-endpoint.update", id, { changed: Object.keys(change) });
  return endpointView(await endpointOf(ctx, id));
}

/** With all that was to be sent there. @throws BridgeError `not_found`. */
export async function deleteEndpoint(ctx: Ctx, id: EndpointId): Promise<void> {
  await endpointOf(ctx, id);
  await ctx.db.delete(webhookEndpoints).where(mine(ctx, id));
  await recordAudit(ctx, "webhook-endpoint.delete", id);
}

/** A new secret, shown this once. The one before signs beside it for a day, unless it is to be stopped at once. */
export async function rotateSecret(ctx: Ctx, service: Service, id: EndpointId, isLeaked: boolean) {
  const endpoint = await endpointOf(ctx, id);
  const [current] = await secretsOf(service, endpoint, ctx.now());
  const until = new Date(ctx.now().getTime() + overlapMs).toISOString();
  const secret = newSecret();
  const kept = current && !isLeaked ? [{ secret: current.secret, until }] : [];
  const secretsSealed = await sealSecrets(service, endpoint, [{ secret }, ...kept]);
  await ctx.db.update(webhookEndpoints).set({ secretsSealed }).where(mine(ctx, id));
  await recordAudit(ctx, "webhook-endpoint.rotate-secret", id, { overlap: kept.length > 0 });
  return { secret, ...(kept.length > 0 ? { previousUntil: until } : {}) };
}

/** One message to this endpoint alone, whatever it has asked for. @throws BridgeError `not_found`, `conflict` when off. */
export async function sendTest(ctx: Ctx, id: EndpointId): Promise<{ messageId: MessageId }> {
  requireOn(await endpointOf(ctx, id));
  const messageId = newId("msg", ctx.now());
  const type = "webhook.test";
  const body = JSON.stringify({ type, timestamp: ctx.now().toISOString(), data: { endpointId: id } });
  const { tenantId } = ctx;
  await ctx.db
    .insert(webhookMessages)
    .values({ id: messageId, tenantId, type, subject: id, body, createdAt: ctx.now() });
  const waiting = { endpointId: id, messageId, tenantId, state: "waiting", attemptAt: ctx.now() } as const;
  await ctx.db.insert(webhookDeliveries).values(waiting);
  await enqueue(ctx, sendJob(id));
  return { messageId };
}

export function requireOn({ disabledAt }: Row): void {
  if (disabledAt)
    throw new BridgeError("conflict", 'This endpoint is switched off. Switch it on first: PATCH {"enabled": true}.');
}

/** What has become of the messages to one endpoint, newest first. */
export async function deliveriesOf(
  ctx: Ctx,
  id: EndpointId,
  { state, cursor, limit }: { state?: Delivery["state"] | undefined; cursor?: string | undefined; limit: number },
) {
  await endpointOf(ctx, id);
  const rows = await ctx.db
    .select({ delivery: webhookDeliveries, type: webhookMessages.type, createdAt: webhookMessages.createdAt })
    .from(webhookDeliveries)
    .innerJoin(webhookMessages, eq(webhookMessages.id, webhookDeliveries.messageId))
    .where(
      and(
        eq(webhookDeliveries.tenantId, ctx.tenantId),
        eq(webhookDeliveries.endpointId, id),
        state ? eq(webhookDeliveries.state, state) : undefined,
        cursor ? lt(webhookDeliveries.messageId, cursor as MessageId) : undefined,
      ),
    )
    .orderBy(desc(webhookDeliveries.messageId))
    .limit(limit + 1);
  return rows.map(({ delivery, type, createdAt }) => deliveryView(delivery, type, createdAt));
}

type Delivery = typeof webhookDeliveries.$inferSelect;
const deliveryView = (row: Delivery, type: string, createdAt: Date) => ({
  id: row.messageId,
  type,
  state: row.state,
  attempts: row.attempts,
  createdAt: createdAt.toISOString(),
  ...(row.attemptedAt ? { attemptedAt: row.attemptedAt.toISOString() } : {}),
  ...(row.state === "waiting" ? { nextAttemptAt: row.attemptAt.toISOString() } : {}),
  ...(row.status === null ? {} : { status: row.status }),
  ...(row.error ? { error: row.error } : {}),
});
