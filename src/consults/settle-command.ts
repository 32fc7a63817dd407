import { asc, eq, sql } from "drizzle-orm";
import type { Ctx } from "../ctx.ts";
import { builtOnce, send, value } from "../db.ts";
import type { CommandId } from "../ids.ts";
import type { Outcome } from "../platform/contract.ts";
import { recordInteraction } from "./interactions.ts";
import { type ConsultRow, moveLocked } from "./move.ts";
import { commands, consults, interactions } from "./schema.ts";

/** The consult is locked before its commands, as by everybody who moves it, so that nobody waits in a circle. */
export const lockConsultOf = async (ctx: Ctx, id: CommandId): Promise<ConsultRow[]> =>
  (await lockConsult(ctx.db, { id })).map(({ consult }) => consult);

const lockConsult = builtOnce((db) =>
  db
    .select({ consult: consults })
    .from(consults)
    .innerJoin(commands, eq(commands.consultId, consults.id))
    .where(eq(commands.id, value("id")))
    .for("update", { of: consults }),
);

/** And before it, in their order, the others on its interaction, where the platform tells how that is now. */
const lockAllBeside = builtOnce((db) =>
  db
    .select()
    .from(consults)
    .where(
      sql`${consults.interactionId} = (select c.interaction_id from consults c join commands k on k.consult_id = c.id where k.id = ${value("id")})
        and (${consults.state} <> 'ended' or ${consults.id} = (select k.consult_id from commands k where k.id = ${value("id")}))`,
    )
    .orderBy(asc(consults.id))
    .for("update"),
);

const lockCommand = builtOnce((db) =>
  db
    .select({ command: commands, connectionId: interactions.connectionId })
    .from(commands)
    .innerJoin(consults, eq(consults.id, commands.consultId))
    .innerJoin(interactions, eq(interactions.id, consults.interactionId))
    .where(eq(commands.id, value("id")))
    .for("update", { of: commands }),
);

const writeOutcome = builtOnce((db) =>
  db
    .update(commands)
    .set({ state: value("state"), reason: value("reason"), settledAt: value("settledAt") })
    .where(eq(commands.id, value("id"))),
);

/** Writes what came of a command and tells the consult. Safe to repeat: a settled command stays settled. */
export async function settleCommand(ctx: Ctx, id: CommandId, outcome: Outcome): Promise<void> {
  const snapshot = outcome.state === "done" ? outcome.snapshot : undefined;
  // Sent together, carried out in this order.
  const [locked, [found]] = await Promise.all([
    snapshot ? lockAllBeside(ctx.db, { id }) : lockConsultOf(ctx, id),
    lockCommand(ctx.db, { id }),
  ]);
  const consult = locked.find((one) => one.id === found?.command.consultId);
  if (!found || !consult || ["done", "refused"].includes(found.command.state)) return;
  const isFinal = outcome.state === "done" || outcome.state === "refused";
  send(
    ctx.db,
    writeOutcome(ctx.db, {
      id,
      state: outcome.state,
      reason: outcome.state === "refused" ? outcome.code : null,
      settledAt: isFinal ? ctx.now() : null,
    }),
  );
  if (snapshot) await recordInteraction(ctx, found.connectionId, snapshot, consult.id);
  await moveLocked(ctx, consult, { type: "command", command: id, outcome });
}
