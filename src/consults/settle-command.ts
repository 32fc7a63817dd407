import { asc, eq, sql } from "drizzle-orm";
import type { Ctx } from "../ctx.ts";
import type { CommandId } from "../ids.ts";
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
    .for("update", { of: consults })
    .execute();

/** And before it, in their order, the others on its interaction, where the platform tells how that is now. */
const lockAllBeside = (ctx: Ctx, id: CommandId) =>
  ctx.db
    .select({ id: consults.id })
    .from(consults)
    .where(
      sql`${consults.interactionId} = (select c.interaction_id from consults c join commands k on k.consult_id = c.id where k.id = ${id})
        and (${consults.state} <> 'ended' or ${consults.id} = (select k.consult_id from commands k where k.id = ${id}))`,
    )
    .orderBy(asc(consults.id))
    .for("update")
    .execute();

const lockCommand = (ctx: Ctx, id: CommandId) =>
  ctx.db
    .select({ command: commands, connectionId: interactions.connectionId })
    .from(commands)
    .innerJoin(consults, eq(consults.id, commands.consultId))
    .innerJoin(interactions, eq(interactions.id, consults.interactionId))
    .where(eq(commands.id, id))
    .for("update", { of: commands })
    .execute();

/** Writes what came of a command and tells the consult. Safe to repeat: a settled command stays settled. */
export async function settleCommand(ctx: Ctx, id: CommandId, outcome: Outcome): Promise<void> {
  const snapshot = outcome.state === "done" ? outcome.snapshot : undefined;
  // Sent together, carried out in this order.
  const [, [found]] = await Promise.all([
    snapshot ? lockAllBeside(ctx, id) : lockConsultOf(ctx, id),
    lockCommand(ctx, id),
  ]);
  if (!found || ["done", "refused"].includes(found.command.state)) return;
  const { command, connectionId } = found;
  const isFinal = outcome.state === "done" || outcome.state === "refused";
  const write = ctx.db
    .update(commands)
    .set({
      state: outcome.state,
      reason: outcome.state === "refused" ? outcome.code : null,
      settledAt: isFinal ? ctx.now() : null,
    })
    .where(eq(commands.id, id))
    .execute();
  await Promise.all([write, ...(snapshot ? [recordInteraction(ctx, connectionId, snapshot, command.consultId)] : [])]);
  await moveConsult(ctx, command.consultId, { type: "command", command: id, outcome });
}
