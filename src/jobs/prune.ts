import { sql } from "drizzle-orm";
import type { Ctx } from "../ctx.ts";
import type { Handler } from "./run.ts";

const hourMs = 3_600_000;

/** Job `house.prune`, one per tenant: forgets what is only kept for a while. `tend`: what else is looked after then. */
export const prune =
  (tend: (ctx: Ctx) => Promise<void>): Handler =>
  async (run) => {
    const before = (ms: number) => new Date(run.now().getTime() - ms).toISOString();
    await run.tx(async ({ db }) => {
      await db.execute(sql`delete from changes where at < ${before(hourMs)}::timestamptz`);
      await db.execute(sql`delete from inbound_events where received_at < ${before(72 * hourMs)}::timestamptz`);
      await db.execute(sql`delete from idempotency_keys where created_at < ${before(24 * hourMs)}::timestamptz`);
      await db.execute(sql`delete from webhook_messages where created_at < ${before(14 * 24 * hourMs)}::timestamptz`);
      await db.execute(sql`delete from routing_decisions where decided_at < ${before(30 * 24 * hourMs)}::timestamptz`);
      await db.execute(sql`delete from platform_tokens where expires_at < ${before(hourMs)}::timestamptz`);
    });
    await run.tx(tend);
    return new Date(run.now().getTime() + 10 * 60_000);
  };
