import { and, eq } from "drizzle-orm";
import type { Ctx } from "../ctx.ts";
import { builtOnce, send, value } from "../db.ts";
import { isBridgeError } from "../errors.ts";
import { accounts } from "../identity/schema.ts";
import type { CommandId, ConnectionId, OfferId } from "../ids.ts";
import { enqueue } from "../jobs/queue.ts";
import type { PlatformEvent } from "../platform/contract.ts";
import type { Service } from "../platform/service.ts";
import { lookAt } from "../presence/facts.ts";
import { notePush, recordReports } from "../presence/observe.ts";
import { afterSchema, noteOutcome } from "./after.ts";
import { answerOffer } from "./answer.ts";
import { recordInteraction } from "./interactions.ts";
import { type Answer, answers } from "./model.ts";
import { replyToQuestion } from "./reply.ts";
import { settleCommand } from "./settle-command.ts";

const isAnswer = (value: unknown): value is Answer => answers.includes(value as Answer);

/** Presses on cards of other rooms, by the person who pressed. Answers whether it was one of theirs. */
export type OtherPress = (ctx: Ctx, data: Record<string, unknown>) => Promise<boolean>;

/** What a platform pushed becomes facts here, in the transaction that commits before the push is acknowledged. */
export const takeIn =
  (service: Service, otherPress: OtherPress = async () => false) =>
  async (ctx: Ctx, connectionId: ConnectionId, events: PlatformEvent[]): Promise<boolean> => {
    const reports = events.flatMap((event) => (event.kind === "presence" ? [event.report] : []));
    const { isFollowed } = await recordReports(ctx, connectionId, reports);
    for (const event of events) await takeInOne(ctx, service, connectionId, event, otherPress);
    return isFollowed || reports.length < events.length;
  };

async function takeInOne(
  ctx: Ctx,
  service: Service,
  connectionId: ConnectionId,
  event: PlatformEvent,
  otherPress: OtherPress,
): Promise<void> {
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
      return answerFromCard(ctx, service, connectionId, event, otherPress);
    case "presence-changed":
      return lookAtAccount(ctx, connectionId, event.account);
    case "attention": {
      const payload = { connectionId };
      await enqueue(ctx, { key: `events.subscribe:${connectionId}`, name: "events.subscribe", payload });
      await enqueue(ctx, { key: `presence.sweep:${connectionId}`, name: "presence.sweep", payload, lane: "presence" });
    }
  }
}

async function lookAtAccount(ctx: Ctx, connectionId: ConnectionId, externalId: string): Promise<void> {
  const rows = await ctx.db
    .select({ id: accounts.id })
    .from(accounts)
    .where(and(eq(accounts.connectionId, connectionId), eq(accounts.externalId, externalId)));
  await lookAt(
    ctx,
    rows.map(({ id }) => id),
  );
  await notePush(ctx, connectionId); // after presence, as in recordReports, so that the two never wait for each other
}

async function lookSoon(ctx: Ctx, connectionId: ConnectionId, ref: string): Promise<void> {
  await enqueue(ctx, {
    key: `interaction.look:${connectionId}:${ref}`,
    name: "interaction.look",
    payload: { connectionId, ref },
    lane: "call",
  });
}

/**
 * A card of a platform whose buttons arrive by webhook. The platform's account says who pressed. What cannot be taken
 * any more is nothing: the card is brought up to date all the same.
 */
async function answerFromCard(
  ctx: Ctx,
  service: Service,
  connectionId: ConnectionId,
  { account, verb, data }: Extract<PlatformEvent, { kind: "answer" }>,
  otherPress: OtherPress,
): Promise<void> {
  const { offer, answer, reason, text, keep } = data;
  const [who] = await readWho(ctx.db, { connectionId, account });
  if (!who?.personId) return;
  const asExpert: Ctx = { ...ctx, actor: { kind: "expert", personId: who.personId, name: who.name } };
  if (await otherPress(asExpert, data)) return;
  if (typeof offer !== "string") return;
  const id = offer as OfferId;
  const after = verb === "after" ? afterSchema.safeParse(data).data : undefined;
  const taken = after
    ? noteOutcome(asExpert, service, id, after)
    : verb === "reply"
      ? replyToQuestion(asExpert, service, id, String(text ?? ""), keep === "true")
      : isAnswer(answer)
        ? answerOffer(asExpert, id, answer, typeof reason === "string" ? reason : undefined)
        : Promise.resolve();
  await taken.catch((error: unknown) => {
    if (!isBridgeError(error) || error.status >= 500) throw error;
  });
  send(ctx.db, enqueue(ctx, { key: `offer.card:${id}`, name: "offer.card", payload: { offerId: id }, lane: "offer" }));
}

const readWho = builtOnce((db) =>
  db
    .select({ personId: accounts.personId, name: accounts.name })
    .from(accounts)
    .where(
      and(
        eq(accounts.connectionId, value("connectionId")),
        eq(accounts.externalId, value("account")),
        eq(accounts.active, true),
      ),
    ),
);
