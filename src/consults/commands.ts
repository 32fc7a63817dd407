/** The jobs that carry a consult's commands to the platform and bring back what came of them. */
import { and, eq, inArray, lt } from "drizzle-orm";
import type { Ctx } from "../ctx.ts";
import { builtOnce, send, value } from "../db.ts";
import { isBridgeError } from "../errors.ts";
import { openConnection } from "../identity/connect.ts";
import { connections } from "../identity/schema.ts";
import type { CommandId, ConnectionId, ConsultId } from "../ids.ts";
import type { Handler, Run } from "../jobs/run.ts";
import type { Outcome } from "../platform/contract.ts";
import type { Service } from "../platform/service.ts";
import { isForDesk, tendDeskCommand } from "./desk-commands.ts";
import { isOlder, readSnapshot, recordInteraction } from "./interactions.ts";
import { lookAfterMs } from "./model.ts";
import { type ConsultRow, moveConsult, readMachine } from "./move.ts";
import { commands, consults, interactions } from "./schema.ts";
import { settleCommand } from "./settle-command.ts";

type Sent = { row: typeof commands.$inferSelect; interaction: typeof interactions.$inferSelect; wasSent: boolean };

const readForSending = builtOnce((db) =>
  db
    .select({
      row: commands,
      interaction: interactions,
      machine: consults.machine,
      platform: { adapter: connections.adapter, callFacts: connections.callFacts },
    })
    .from(commands)
    .innerJoin(consults, eq(consults.id, commands.consultId))
    .innerJoin(interactions, eq(interactions.id, consults.interactionId))
    .innerJoin(connections, eq(connections.id, interactions.connectionId))
    .where(and(eq(commands.id, value("id")), inArray(commands.state, ["asked", "sent"])))
    .for("share", { of: consults }),
);

const noteSent = builtOnce((db) =>
  db
    .update(commands)
    .set({ state: "sent", sentAt: value("sentAt"), attempts: value("attempts") })
    .where(eq(commands.id, value("id"))),
);

/**
 * Notes that the command is on its way before it is: after a crash we then know that the answer may be lost. What the
 * consult has given up meanwhile is never sent.
 */
async function markSent(ctx: Ctx, service: Service, id: CommandId): Promise<Sent | "for the desk" | undefined> {
  const [found] = await readForSending(ctx.db, { id });
  if (!found) return undefined;
  const { row, interaction } = found;
  if (readMachine(found).pending?.id !== id) {
    await ctx.db
      .update(commands)
      .set({ state: row.attempts === 0 ? "refused" : "unknown", reason: "overtaken", settledAt: ctx.now() })
      .where(eq(commands.id, id));
    return undefined;
  }
  if (isForDesk(service, found.platform, row.operation)) return "for the desk";
  send(ctx.db, noteSent(ctx.db, { id, sentAt: ctx.now(), attempts: row.attempts + 1 }));
  return { row, interaction, wasSent: row.state === "sent" };
}

async function carryOut(service: Service, run: Run, sent: Sent): Promise<Outcome> {
  const { adapter, connection } = await openConnection(service, run.tenantId, sent.interaction.connectionId, run.tx);
  if (!adapter.calls) return { state: "refused", code: "unsupported", reason: "this platform cannot be commanded" };
  if (sent.wasSent) {
    const known = await adapter.calls.lookupCommand?.(connection, sent.row.id).catch(() => undefined);
    return known ?? { state: "unknown", reason: "we stopped while waiting for the answer" };
  }
  const startedAt = run.now().getTime();
  const outcome = await adapter.calls.run(connection, sent.row.args).catch((error): Outcome => {
    if (isBridgeError(error) && error.code === "platform_throttled") throw error; // it never went out
    if (isBridgeError(error) && !error.retry) return { state: "refused", code: error.code, reason: error.message };
    return { state: "unknown", reason: "the platform did not answer" };
  });
  service.metrics.count("patchcord_commands_total", {
    adapter: adapter.id,
    operation: sent.row.operation,
    outcome: outcome.state,
  });
  run.log.info("command", {
    command_id: sent.row.id,
    consult_id: sent.row.consultId,
    operation: sent.row.operation,
    outcome: outcome.state,
    duration_ms: run.now().getTime() - startedAt,
  });
  return outcome;
}

/** Job `command.run`. A command that was sent before and has no answer is looked up, never sent again from here. */
export const runCommand =
  (service: Service): Handler =>
  async (run, payload) => {
    const id = payload.commandId as CommandId;
    const sent = await run.tx((ctx) => markSent(ctx, service, id));
    if (sent === "for the desk") return run.tx((ctx) => tendDeskCommand(ctx, service, id));
    if (!sent) return;
    let outcome: Outcome;
    try {
      outcome = await carryOut(service, run, sent);
    } catch (error) {
      await run.tx((ctx) => ctx.db.update(commands).set({ state: "asked" }).where(eq(commands.id, id)));
      throw error;
    }
    await run.tx((ctx) => settleCommand(ctx, id, outcome));
  };

/** Job `consult.settle`: gives the consult the latest word on its interaction, where it could not follow at once. */
export const settleConsult = (): Handler => (run, payload) =>
  run.tx(async (ctx) => {
    const id = payload.consultId as ConsultId;
    const [row] = await ctx.db
      .select({ snapshot: interactions.snapshot, state: consults.state })
      .from(consults)
      .innerJoin(interactions, eq(interactions.id, consults.interactionId))
      .where(eq(consults.id, id));
    if (row && row.state !== "ended")
      await moveConsult(ctx, id, { type: "snapshot", snapshot: readSnapshot(row.snapshot) });
    return undefined;
  });

/** Job `consult.tick`: time has passed. */
export const tickConsult = (): Handler => (run, payload) =>
  run.tx(async (ctx) => {
    const consult = await moveConsult(ctx, payload.consultId as ConsultId, { type: "tick" });
    return consult.state === "ended" ? undefined : consult.wakeAt;
  });

/** A platform's clock may be this much ahead of ours; what it says is from later tells nothing of when it was said. */
const clockDoubtMs = 2_000;

/** When a look is due although nobody asked for one. */
function silentAt(observedAt: Date, now: Date): Date {
  const isFromLater = observedAt.getTime() > now.getTime() + clockDoubtMs;
  return isFromLater ? now : new Date(observedAt.getTime() + lookAfterMs);
}

/**
 * Job `consult.look`: asks the platform for the interaction as it is. Runs when an answer was lost, and after five
 * seconds of silence while a call is in our hands, so that lost pushes cost seconds and nothing else.
 */
export const lookAtConsult =
  (service: Service): Handler =>
  async (run, payload) => {
    const id = payload.consultId as ConsultId;
    const [row] = await run.tx((ctx) =>
      ctx.db
        .select({ consult: consults, interaction: interactions })
        .from(consults)
        .innerJoin(interactions, eq(interactions.id, consults.interactionId))
        .where(eq(consults.id, id)),
    );
    if (!row || row.consult.state === "ended") return;
    const { interaction } = row;
    const dueAt = silentAt(interaction.observedAt, run.now());
    if (dueAt > run.now() && !isWanting(row.consult, interaction)) return dueAt;
    const { adapter, connection } = await openConnection(service, run.tenantId, interaction.connectionId, run.tx);
    const lookedAt = run.now();
    const snapshot = await adapter.calls?.lookup(connection, interaction.ref);
    if (adapter.calls) {
      await run.tx(async (ctx) => {
        if (snapshot) {
          await recordInteraction(ctx, interaction.connectionId, snapshot, id);
          await moveConsult(ctx, id, { type: "snapshot", snapshot, lookedAt });
        } else await moveConsult(ctx, id, { type: "interaction-gone", lookedAt });
      });
    }
    return new Date(run.now().getTime() + lookAfterMs);
  };

/** A look was asked for, or the consult has not heard the latest word. */
function isWanting(consult: ConsultRow, interaction: typeof interactions.$inferSelect): boolean {
  const { look, seen } = readMachine(consult);
  return look !== undefined || !seen || isOlder(seen, interaction);
}

/** Commands that have been on their way for long, for the health page. */
export const overdueCommands = (ctx: Ctx, before: Date) =>
  ctx.db
    .select({ id: commands.id })
    .from(commands)
    .where(and(inArray(commands.state, ["asked", "sent"]), lt(commands.askedAt, before)));

/** Job `interaction.look`: a platform said that an interaction changed, not how. */
export const lookAtInteraction =
  (service: Service): Handler =>
  async (run, payload) => {
    const connectionId = payload.connectionId as ConnectionId;
    const { adapter, connection } = await openConnection(service, run.tenantId, connectionId, run.tx);
    const snapshot = await adapter.calls?.lookup(connection, String(payload.ref));
    if (snapshot) await run.tx((ctx) => recordInteraction(ctx, connectionId, snapshot));
  };
