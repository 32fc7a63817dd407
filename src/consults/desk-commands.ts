/**
 * Commands that only the agent's own browser can carry out: they wait for an open desk, which claims them and tells what
 * came of them. Whatever the desk does or fails to do, the platform's own word on the interaction decides in the end.
 */
import { and, eq } from "drizzle-orm";
import type { Ctx } from "../ctx.ts";
import { BridgeError } from "../errors.ts";
import { connections } from "../identity/schema.ts";
import type { CommandId } from "../ids.ts";
import { announce } from "../jobs/queue.ts";
import type { CallCommand, CallOperation, Outcome } from "../platform/contract.ts";
import type { Service } from "../platform/service.ts";
import { readMachine } from "./move.ts";
import { commands, consults, interactions } from "./schema.ts";
import { lockConsultOf, settleCommand } from "./settle-command.ts";

/** How long a command waits for a desk to claim it. An open desk takes a fraction of a second. */
const claimMs = 3_000;
/** How long a desk may take to tell what came of it. Less than a command may stay unanswered (`timing.commandMs`). */
const outcomeMs = 4_500;

const find = (ctx: Ctx, id: CommandId) =>
  ctx.db
    .select({
      row: commands,
      machine: consults.machine,
      agentPersonId: consults.agentPersonId,
      adapter: connections.adapter,
      callFacts: connections.callFacts,
    })
    .from(commands)
    .innerJoin(consults, eq(consults.id, commands.consultId))
    .innerJoin(interactions, eq(interactions.id, consults.interactionId))
    .innerJoin(connections, eq(connections.id, interactions.connectionId))
    .where(and(eq(commands.id, id), eq(commands.tenantId, ctx.tenantId)));

type Platform = Pick<typeof connections.$inferSelect, "adapter" | "callFacts">;

/** Can only the agent's own browser carry it out? */
export function isForDesk(service: Service, { adapter, callFacts }: Platform, operation: CallOperation): boolean {
  const calls = callFacts ?? service.adapters.get(adapter)?.facts.calls;
  return calls?.operations[operation] === "desk";
}

/**
 * Tends to a command for the agent's browser; answers when to look again, if at all. Opens it to desks at first, and gives
 * up on desks that are not there or do not tell.
 */
export async function tendDeskCommand(ctx: Ctx, service: Service, id: CommandId): Promise<Date | undefined> {
  const [found] = await find(ctx, id);
  if (!found || readMachine(found).pending?.id !== id) return undefined;
  const { row } = found;
  const now = ctx.now();
  if (row.state !== "asked" && row.state !== "sent") return undefined;
  if (!row.claimUntil || !row.outcomeUntil) return openToDesks(ctx, row);
  const until = row.state === "asked" ? row.claimUntil : row.outcomeUntil;
  if (now < until) return until;
  const outcome = row.state === "asked" ? nobodyCame : nobodyTold;
  service.metrics.count("patchcord_desk_commands_total", { adapter: found.adapter, outcome: outcome.state });
  await settleCommand(ctx, id, outcome);
  return undefined;
}

const nobodyCame: Outcome = {
  state: "refused",
  code: "desk-not-open",
  reason: "no desk of the agent that can drive this call was open",
};
const nobodyTold: Outcome = { state: "unknown", reason: "the agent's desk did not tell what came of it" };

async function openToDesks(ctx: Ctx, { id, consultId }: typeof commands.$inferSelect): Promise<Date> {
  const nowMs = ctx.now().getTime();
  const claimUntil = new Date(nowMs + claimMs);
  await ctx.db
    .update(commands)
    .set({ executor: "desk", claimUntil, outcomeUntil: new Date(nowMs + outcomeMs) })
    .where(eq(commands.id, id));
  await announce(ctx, "consult", consultId);
  return claimUntil;
}

/** @throws BridgeError `not_found` for anybody but the consult's own agent. */
async function own(ctx: Ctx, id: CommandId) {
  await lockConsultOf(ctx, id);
  const [found] = await find(ctx, id);
  const isMine = ctx.actor.kind === "agent" && found?.agentPersonId === ctx.actor.personId;
  if (!found || !isMine || found.row.executor !== "desk")
    throw new BridgeError("not_found", "There is no such command for this desk.");
  return found;
}

export type Claim = { command: CallCommand; outcomeUntil: Date; again: boolean };

/**
 * Takes a command for one desk, which alone may carry it out. The same desk may ask again: `again` says that it has been
 * told before, so it must not do twice what it has done.
 * @throws BridgeError `conflict` when another desk has it, or it is over.
 */
export async function claimCommand(ctx: Ctx, id: CommandId, desk: string): Promise<Claim> {
  const { row, machine } = await own(ctx, id);
  const { state, holder, claimUntil, outcomeUntil, args } = row;
  const now = ctx.now();
  if (state === "sent" && holder !== desk)
    throw new BridgeError("conflict", "Another window of this agent's desk carries this command out.");
  const isOpen = state === "asked" ? claimUntil && now < claimUntil : state === "sent";
  if (!isOpen || !outcomeUntil || now >= outcomeUntil || readMachine({ machine }).pending?.id !== id)
    throw new BridgeError("conflict", "This command is over. Read the consult again.");
  await ctx.db
    .update(commands)
    .set({ state: "sent", holder: desk, sentAt: now, attempts: row.attempts + 1 })
    .where(eq(commands.id, id));
  await announce(ctx, "consult", row.consultId);
  return { command: args, outcomeUntil, again: state === "sent" };
}

export type DeskOutcome = { outcome: "done" | "refused" | "unknown"; code?: string | undefined };

/**
 * Takes a desk's word for what came of its command. `done` is looked at on the platform before anything builds on it.
 * Late words count as long as nothing else has settled it. Safe to repeat.
 * @throws BridgeError `conflict` from a desk that does not have the command.
 */
export async function reportCommand(
  ctx: Ctx,
  service: Service,
  id: CommandId,
  desk: string,
  { outcome, code = "refused" }: DeskOutcome,
): Promise<void> {
  const { row, adapter } = await own(ctx, id);
  if (row.holder !== desk) throw new BridgeError("conflict", "This desk has not claimed the command.");
  service.metrics.count("patchcord_desk_commands_total", { adapter, outcome });
  await settleCommand(
    ctx,
    id,
    outcome === "done"
      ? { state: "done" }
      : outcome === "refused"
        ? { state: "refused", code, reason: "the agent's own phone refused" }
        : { state: "unknown", reason: "the agent's desk does not know" },
  );
}
