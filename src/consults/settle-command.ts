import { eq } from "drizzle-orm";
import type { Ctx } from "../ctx.ts";
import type { CommandId, ConsultId } from "../ids.ts";
import type { Outcome } from "../platform/contract.ts";
import { recordInteraction } from "./interactions.ts";
import { moveConsult } from "./move.ts";
import { commands, consults, interactions } from "./schema.ts";

/** The consult is locked before its commands, as by everybody who moves it, so that nobody waits in a circle. */
export const lockConsultOf = (ctx: Ctx, id: CommandId) =>
  ctx.db
    .select({ id: consults.id })
    .from(consults)
    .innerJoin(commands, eq(commands.consultId, consults.id))
    .where(eq(commands.id, id))
    .for("update", { of: consults });

/** Writes what came of a command and tells the consult. Safe to repeat: a settled command stays settled. */
export async function settleCommand(ctx: Ctx, id: CommandId, outcome: Outcome): Promise<void> {
  await lockConsultOf(ctx, id);
  const [row] = await ctx.db.select().from(commands).where(eq(commands.id, id)).for("update");
  if (!row || ["done", "refused"].includes(row.state)) return;
  const isFinal = outcome.state === "done" || outcome.state === "refused";
  await ctx.db
    .update(commands)
    .set({
      state: outcome.state,
      reason: outcome.state === "refused" ? outcome.code : null,
      settledAt: isFinal ? ctx.now() : null,
    })
    .where(eq(commands.id, id));
  if (outcome.state === "done" && outcome.snapshot) await recordFor(ctx, row.consultId, outcome.snapshot);
  await moveConsult(ctx, row.consultId, { type: "command", command: id, outcome });
}

async function recordFor(
  ctx: Ctx,
  consultId: ConsultId,
  snapshot: Parameters<typeof recordInteraction>[2],
): Promise<void> {
  const [row] = await ctx.db
    .select({ connectionId: interactions.connectionId })
    .from(consults)
    .innerJoin(interactions, eq(interactions.id, consults.interactionId))
    .where(eq(consults.id, consultId));
  if (row) await recordInteraction(ctx, row.connectionId, snapshot);
}
