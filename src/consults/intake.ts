import { and, eq } from "drizzle-orm";
import type { Ctx } from "../ctx.ts";
import { accounts } from "../identity/schema.ts";
import type { CommandId, ConnectionId, OfferId } from "../ids.ts";
import { enqueue } from "../jobs/queue.ts";
import type { PlatformEvent } from "../platform/contract.ts";
import type { Service } from "../platform/service.ts";
import { recordReports } from "../presence/observe.ts";
import { answerOffer } from "./answer.ts";
import { settleCommand } from "./commands.ts";
import { recordInteraction } from "./interactions.ts";
import { type Answer, answers } from "./model.ts";
import { interactions } from "./schema.ts";

const isAnswer = (value: unknown): value is Answer => answers.includes(value as Answer);

/** What a platform pushed becomes facts here, in the transaction that commits before the push is acknowledged. */
export const takeIn =
  (_service: Service) =>
  async (ctx: Ctx, connectionId: ConnectionId, events: PlatformEvent[]): Promise<void> => {
    const reports = events.flatMap((event) => (event.kind === "presence" ? [event.report] : []));
    if (reports.length > 0) await recordReports(ctx, connectionId, reports);
    for (const event of events) await takeInOne(ctx, connectionId, event);
  };

async function takeInOne(ctx: Ctx, connectionId: ConnectionId, event: PlatformEvent): Promise<void> {
  switch (event.kind) {
    case "presence":
      return;
    case "interaction":
      await recordInteraction(ctx, connectionId, event.snapshot);
      return;
    case "interaction-changed":
      return lookSoon(ctx, connectionId, event.interaction);
    case "command":
      return settleCommand(ctx, event.commandId as CommandId, event.outcome);
    case "answer":
      return answerFromCard(ctx, connectionId, event.account, event.data);
    case "attention": {
      const payload = { connectionId };
      await enqueue(ctx, { key: `events.subscribe:${connectionId}`, name: "events.subscribe", payload });
      await enqueue(ctx, { key: `presence.sweep:${connectionId}`, name: "presence.sweep", payload, lane: "presence" });
    }
  }
}

async function lookSoon(ctx: Ctx, connectionId: ConnectionId, ref: string): Promise<void> {
  await enqueue(ctx, {
    key: `interaction.look:${connectionId}:${ref}`,
    name: "interaction.look",
    payload: { connectionId, ref },
    lane: "call",
  });
}

/** A card of a platform whose buttons arrive by webhook. The platform's account says who pressed. */
async function answerFromCard(
  ctx: Ctx,
  connectionId: ConnectionId,
  account: string,
  data: Record<string, unknown>,
): Promise<void> {
  const { offer, answer, reason } = data;
  if (typeof offer !== "string" || !isAnswer(answer)) return;
  const [who] = await ctx.db
    .select({ personId: accounts.personId, name: accounts.name })
    .from(accounts)
    .where(and(eq(accounts.connectionId, connectionId), eq(accounts.externalId, account)));
  if (!who?.personId) return;
  const actor = { kind: "expert", personId: who.personId, name: who.name } as const;
  await answerOffer({ ...ctx, actor }, offer as OfferId, answer, typeof reason === "string" ? reason : undefined).catch(
    () => undefined,
  );
}

/** The interactions a connection has live, for looking at them after a gap. */
export const liveInteractions = (ctx: Ctx, connectionId: ConnectionId) =>
  ctx.db
    .select({ ref: interactions.ref })
    .from(interactions)
    .where(and(eq(interactions.connectionId, connectionId), eq(interactions.state, "live")));
