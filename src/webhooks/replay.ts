import { sql } from "drizzle-orm";
import { recordAudit } from "../audit.ts";
import type { Ctx } from "../ctx.ts";
import { BridgeError } from "../errors.ts";
import { enqueue } from "../jobs/queue.ts";
import { endpointOf, requireOn } from "./endpoints.ts";
import type { EndpointId } from "./schema.ts";
import { sendJob } from "./send.ts";

/** `since`/`until`: when it happened. `onlyFailed`: leaves out what was delivered. */
export type ReplayInput = { ids?: string[]; since?: Date; until?: Date; onlyFailed?: boolean };

/** At once; more take another call that begins where this one ended. */
const replayMax = 5_000;

/**
 * Sends messages again, oldest first, each under its own `webhook-id`: also those that were to be told while the
 * endpoint was off. @throws BridgeError `not_found`, `conflict` when the endpoint is off.
 */
export async function replay(ctx: Ctx, id: EndpointId, input: ReplayInput): Promise<{ replayed: number }> {
  requireOn(await endpointOf(ctx, id));
  const now = sql`${ctx.now().toISOString()}::timestamptz`;
  const about = input.ids
    ? sql`m.id in (select json_array_elements_text(${JSON.stringify(input.ids)}::json))`
    : sql`m.created_at >= ${(input.since ?? ctx.now()).toISOString()}::timestamptz
        and m.created_at <= ${(input.until ?? ctx.now()).toISOString()}::timestamptz`;
  const failed = input.onlyFailed ? sql`and coalesce(d.state <> 'delivered', true)` : sql``;
  const rows = await ctx.db.execute(sql`
    insert into webhook_deliveries as known (endpoint_id, message_id, tenant_id, state, attempt_at)
    select e.id, m.id, m.tenant_id, 'waiting', ${now}
    from webhook_endpoints e join webhook_messages m on m.tenant_id = e.tenant_id
      left join webhook_deliveries d on d.endpoint_id = e.id and d.message_id = m.id
    where e.id = ${id} and e.tenant_id = ${ctx.tenantId} and ${about} ${failed}
      and (d.message_id is not null or e.events && array[m.type, split_part(m.type, '.', 1) || '.*',
        case when m.type not like 'presence.%' and m.type <> 'webhook.test' then '*' end])
    order by m.position limit ${replayMax}
    on conflict (endpoint_id, message_id) do update set state = 'waiting', attempts = 0, attempt_at = ${now}
    returning 1`);
  if (rows.length === 0)
    throw new BridgeError("not_found", "There is no such message for this endpoint. They are kept for 14 days.");
  await recordAudit(ctx, "webhook-endpoint.replay", id, { messages: rows.length });
  await enqueue(ctx, sendJob(id));
  return { replayed: rows.length };
}
