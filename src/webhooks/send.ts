import { and, asc, eq, lte, min, sql } from "drizzle-orm";
import type { Ctx } from "../ctx.ts";
import { isBridgeError } from "../errors.ts";
import { enqueue } from "../jobs/queue.ts";
import type { Handler, Run } from "../jobs/run.ts";
import { retryAfterMs } from "../platform/http.ts";
import type { Service } from "../platform/service.ts";
import { signatureHeaders } from "../platform/signature.ts";
import { addressFault } from "./addresses.ts";
import { delayMs, failingMsMax } from "./schedule.ts";
import { type EndpointId, type MessageId, webhookDeliveries, webhookEndpoints, webhookMessages } from "./schema.ts";
import { type Secret, secretsOf } from "./secrets.ts";

/** Sent side by side at most; messages about one thing go one after the other. */
const batchMax = 16;
/** The specification recommends 15 to 30 s. */
const attemptMs = 15_000;

export const sendJob = (endpointId: EndpointId) => ({
  key: `webhook.send:${endpointId}`,
  name: "webhook.send",
  payload: { endpointId },
});

/** Job `webhook.wake`: has a look at every endpoint for which something waits. */
export const wakeSenders = (): Handler => (run) =>
  run.tx(async (ctx) => {
    const rows = await ctx.db.execute<{ id: EndpointId }>(sql`
      select id from webhook_endpoints e where tenant_id = ${ctx.tenantId} and disabled_at is null and exists (
        select from webhook_deliveries d where d.endpoint_id = e.id and d.state = 'waiting'
          and d.attempt_at <= ${ctx.now().toISOString()}::timestamptz)`);
    await enqueue(
      ctx,
      [...rows].map(({ id }) => sendJob(id)),
    );
    return undefined;
  });

type Due = { id: MessageId; subject: string; body: string; attempts: number };
type Work = { url: string; secrets: Secret[]; due: Due[] };

/**
 * Job `webhook.send`: tries what is due at one endpoint and comes back when more is. What came of an attempt is noted
 * right after it, so that a process that dies repeats at most what was on its way: under the same `webhook-id`.
 */
export const sendMessages =
  (service: Service): Handler =>
  async (run, payload) => {
    const id = payload.endpointId as EndpointId;
    const work = await run.tx((ctx) => readWork(ctx, service, id));
    if (!work) return undefined;
    const bySubject = Map.groupBy(work.due, ({ subject }) => subject);
    await Promise.all([...bySubject.values()].map((messages) => sendInOrder(run, service, id, work, messages)));
    return run.tx((ctx) => nextAttempt(ctx, id));
  };

const waitingAt = (id: EndpointId) => and(eq(webhookDeliveries.endpointId, id), eq(webhookDeliveries.state, "waiting"));

async function readWork(ctx: Ctx, service: Service, id: EndpointId): Promise<Work | undefined> {
  const [endpoint] = await ctx.db.select().from(webhookEndpoints).where(eq(webhookEndpoints.id, id));
  if (!endpoint || endpoint.disabledAt) return undefined;
  const { id: messageId, subject, body } = webhookMessages;
  const due = await ctx.db
    .select({ id: messageId, subject, body, attempts: webhookDeliveries.attempts })
    .from(webhookDeliveries)
    .innerJoin(webhookMessages, eq(messageId, webhookDeliveries.messageId))
    .where(and(waitingAt(id), lte(webhookDeliveries.attemptAt, ctx.now())))
    .orderBy(asc(webhookMessages.position))
    .limit(batchMax);
  return { url: endpoint.url, secrets: await secretsOf(service, endpoint, ctx.now()), due };
}

async function nextAttempt(ctx: Ctx, id: EndpointId): Promise<Date | undefined> {
  const [row] = await ctx.db
    .select({ at: min(webhookDeliveries.attemptAt) })
    .from(webhookDeliveries)
    .innerJoin(webhookEndpoints, eq(webhookEndpoints.id, webhookDeliveries.endpointId))
    .where(and(waitingAt(id), sql`${webhookEndpoints.disabledAt} is null`));
  return row?.at ?? undefined;
}

async function sendInOrder(run: Run, service: Service, id: EndpointId, work: Work, messages: Due[]): Promise<void> {
  for (const message of messages) {
    const attempt = await tryOnce(run, service, work, message);
    await run.tx((ctx) => note(ctx, id, message, attempt));
    const outcome = attempt.isTaken ? "delivered" : "failed";
    service.metrics.count("patchcord_webhooks_total", { outcome, status: String(attempt.status ?? attempt.error) });
    if (attempt.status === 410) return;
  }
}

type Attempt = { isTaken: boolean; status?: number; error?: string; retryAfterMs?: number };

async function tryOnce(run: Run, service: Service, { url, secrets }: Work, { id, body }: Due): Promise<Attempt> {
  if (addressFault(url, service.sandbox)) return { isTaken: false, error: "address-blocked" };
  const bytes = new TextEncoder().encode(body);
  const keys = secrets.map(({ secret }) => secret);
  const headers = await signatureHeaders(keys, { id, sentAt: run.now(), body: bytes });
  try {
    const response = await (service.fetchOutside ?? service.fetch)(url, {
      method: "POST",
      headers: { ...headers, "content-type": "application/json", "user-agent": "Patchcord-Webhooks/1" },
      body: bytes,
      redirect: "manual",
      signal: AbortSignal.timeout(attemptMs),
    });
    await response.body?.cancel(); // what it says is of no use to us
    if (response.type === "opaqueredirect") return { isTaken: false, error: "redirect" };
    const wait = retryAfterMs(response.headers, run.now());
    return { isTaken: response.ok, status: response.status, ...(wait === undefined ? {} : { retryAfterMs: wait }) };
  } catch (error) {
    return { isTaken: false, error: faultOf(error) };
  }
}

function faultOf(error: unknown): string {
  if (isBridgeError(error)) return "address-blocked";
  return error instanceof Error && error.name === "TimeoutError" ? "timeout" : "network";
}

async function note(ctx: Ctx, id: EndpointId, message: Due, attempt: Attempt): Promise<void> {
  const attempts = message.attempts + 1;
  const wait = attempt.isTaken ? undefined : delayMs(attempts, message.id, attempt.retryAfterMs);
  const state = attempt.isTaken ? "delivered" : wait === undefined ? "dead" : "waiting";
  const now = ctx.now();
  await ctx.db
    .update(webhookDeliveries)
    .set({
      state,
      attempts,
      attemptedAt: now,
      attemptAt: new Date(now.getTime() + (wait ?? 0)),
      status: attempt.status ?? null,
      error: attempt.error ?? null,
    })
    .where(and(waitingAt(id), eq(webhookDeliveries.messageId, message.id)));
  await noteEndpoint(ctx, id, attempt);
}

async function noteEndpoint(ctx: Ctx, id: EndpointId, { isTaken, status }: Attempt): Promise<void> {
  const mine = eq(webhookEndpoints.id, id);
  const [endpoint] = await ctx.db.select().from(webhookEndpoints).where(mine).for("no key update");
  if (!endpoint) return;
  if (isTaken) {
    if (endpoint.failingSince) await ctx.db.update(webhookEndpoints).set({ failingSince: null }).where(mine);
    return;
  }
  const failingSince = endpoint.failingSince ?? ctx.now();
  const isWornOut = ctx.now().getTime() - failingSince.getTime() >= failingMsMax;
  const why = status === 410 ? "gone" : isWornOut ? "failing" : undefined;
  if (!endpoint.failingSince) await ctx.db.update(webhookEndpoints).set({ failingSince }).where(mine);
  if (why && !endpoint.disabledAt) await disable(ctx, id, why);
}

/** Nothing is sent there any more; what waited becomes a dead letter, which can be replayed. */
export async function disable(ctx: Ctx, id: EndpointId, why: "admin" | "gone" | "failing"): Promise<void> {
  await ctx.db
    .update(webhookEndpoints)
    .set({ disabledAt: ctx.now(), disabledWhy: why })
    .where(and(eq(webhookEndpoints.id, id), eq(webhookEndpoints.tenantId, ctx.tenantId)));
  await ctx.db.update(webhookDeliveries).set({ state: "dead" }).where(waitingAt(id));
}
