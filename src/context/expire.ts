import { and, eq, isNotNull, lte } from "drizzle-orm";
import type { Ctx } from "../ctx.ts";
import { tenantSettings } from "../identity/tenants.ts";
import type { InteractionId } from "../ids.ts";
import { enqueue } from "../jobs/queue.ts";
import type { Handler } from "../jobs/run.ts";
import { contexts } from "./schema.ts";

const hourMs = 3_600_000;

/** Sets the clock on an ended interaction's contexts: 24 hours unless the tenant says otherwise. Safe to repeat. */
export async function expireContextsOf(ctx: Ctx, interactionId: InteractionId): Promise<void> {
  const { contextHours = 24 } = await tenantSettings(ctx);
  const expiresAt = new Date(ctx.now().getTime() + contextHours * hourMs);
  await ctx.db.update(contexts).set({ expiresAt }).where(eq(contexts.interactionId, interactionId));
  await enqueue(ctx, { key: "context.expire", name: "context.expire", runAt: expiresAt, lane: "bulk" });
}

/** Job `context.expire`: deletes what is due. */
export const expireContexts = (): Handler => (run) =>
  run.tx(async (ctx) => {
    await ctx.db.delete(contexts).where(and(isNotNull(contexts.expiresAt), lte(contexts.expiresAt, ctx.now())));
    const [next] = await ctx.db
      .select({ at: contexts.expiresAt })
      .from(contexts)
      .where(isNotNull(contexts.expiresAt))
      .orderBy(contexts.expiresAt)
      .limit(1);
    return next?.at ?? undefined;
  });
