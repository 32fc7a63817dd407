import { sql } from "drizzle-orm";
import type { Ctx } from "../ctx.ts";
import { executePrepared } from "../db.ts";
import { newId } from "../ids.ts";
import { enqueueing, isDue } from "../jobs/queue.ts";
import { type EventType, patternsFor } from "./events.ts";

/** `subject`: the id of what it is about. `data`: ids and codes, never personal data. */
export type WebhookEvent = { type: EventType; subject: string; data: Record<string, unknown> };
type Telling = Pick<Ctx, "db" | "tenantId" | "now">;

/**
 * Tells every endpoint that asked for it, once the caller's transaction has committed, in the order of the calls. One
 * statement; where nobody has asked nothing is kept. Endpoints that are switched off can have it replayed later.
 */
export async function emit(ctx: Telling, events: WebhookEvent | readonly WebhookEvent[]): Promise<void> {
  const all = [events].flat();
  const [first] = all;
  if (!first) return;
  const now = ctx.now();
  const told = all.map(({ type, subject, data }, n) => ({
    n,
    id: newId("msg", now),
    type,
    subject,
    body: JSON.stringify({ type, timestamp: now.toISOString(), data }),
    patterns: patternsFor(type),
  }));
  const at = sql`${now.toISOString()}::timestamptz`;
  const waiting = await executePrepared(
    ctx.db,
    sql`
    with told as (
      select * from json_to_recordset(${JSON.stringify(told)}::json)
        as t(n int, id text, type text, subject text, body text, patterns text[])
    ), wanted as (
      select t.n, t.id, t.type, t.subject, e.id as endpoint_id, e.disabled_at is null as is_on
      from told t join webhook_endpoints e on e.tenant_id = ${ctx.tenantId} and e.events && t.patterns
    ), kept as (
      insert into webhook_messages (id, tenant_id, type, subject, body, created_at)
      select id, ${ctx.tenantId}, type, subject, body, ${at} from told
      where id in (select id from wanted) order by n
    ), old as (
      -- Of presence the last value counts, however far behind an endpoint is.
      update webhook_deliveries d set state = 'superseded' from webhook_messages m, wanted w
      where w.type = 'presence.changed' and m.tenant_id = ${ctx.tenantId} and d.message_id = m.id and d.state = 'waiting'
        and d.endpoint_id = w.endpoint_id and m.type = w.type and m.subject = w.subject
    ), woken as (
      ${enqueueing(ctx, wakeFor(first.subject), sql`from wanted where is_on limit 1`)}
    )
    insert into webhook_deliveries (endpoint_id, message_id, tenant_id, state, attempt_at)
    select endpoint_id, id, ${ctx.tenantId}, 'waiting', ${at} from wanted where is_on returning 1`,
  );
  if (waiting.length > 0) isDue(ctx);
}

/**
 * Wakes the senders in a transaction of its own: the many that tell something must not queue up for an endpoint's one
 * job, nor lock each other out over it.
 */
const wakeFor = (subject: string) => ({ key: `webhook.wake:${subject}`, name: "webhook.wake" });
