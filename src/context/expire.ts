import type { Ctx } from "../ctx.ts";
import { tenantSettings } from "../identity/tenants.ts";
import { enqueue } from "../jobs/queue.ts";

const hourMs = 3_600_000;

/** How long details outlive their interaction: 24 hours unless the tenant says 0 to 30 days. */
export async function keptMs(ctx: Ctx): Promise<number> {
  const { contextHours = 24 } = await tenantSettings(ctx);
  return contextHours * hourMs;
}

/** An interaction has ended at this moment: its details are forgotten when their time has come. Safe to repeat. */
export async function expireLater(ctx: Ctx): Promise<void> {
  const runAt = new Date(ctx.now().getTime() + (await keptMs(ctx)));
  await enqueue(ctx, { key: "context.expire", name: "context.expire", runAt, lane: "bulk" });
}
