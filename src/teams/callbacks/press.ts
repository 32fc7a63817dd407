/** A press on the card of a call-back. Acts once: taking again shows it again, what is over or another's changes nothing. */
import { and, eq } from "drizzle-orm";
import { z } from "zod";
import type { Ctx } from "../../ctx.ts";
import { BridgeError, isBridgeError } from "../../errors.ts";
import { accounts } from "../../identity/schema.ts";
import type { PersonId } from "../../ids.ts";
import { enqueue } from "../../jobs/queue.ts";
import type { Service } from "../../platform/service.ts";
import { cardJob } from "../../routing/callback-turns.ts";
import { claimCallback, endCallback, passCallback } from "../../routing/callbacks.ts";
import { type CallbackId, callbackTurns } from "../../routing/schema.ts";
import { callLinkFor, cardAccountOf } from "../card-account.ts";
import { type Pressed, withdrawal } from "../copies.ts";
import { acts, callbackCard } from "./card.ts";
import { callbackById, factsOfCallback, turnsOf } from "./facts.ts";
import { sayCallbackIn } from "./texts/index.ts";

export const callbackPress = z.object({ callback: z.string().max(60), act: z.enum(acts) });
type Press = z.output<typeof callbackPress>;

async function carryOut(ctx: Ctx, service: Service, { callback, act }: Press): Promise<void> {
  const id = callback as CallbackId;
  if (act === "take") await claimCallback(ctx, service, id);
  else if (act === "pass") await passCallback(ctx, service, id);
  else await endCallback(ctx, id, act);
}

/** Answers with the card as it then is for who pressed. @throws BridgeError `not_found`, `conflict`. */
export async function pressCallback(ctx: Ctx, service: Service, press: Press, personId: PersonId, pressed?: Pressed) {
  await carryOut(ctx, service, press);
  const id = press.callback as CallbackId;
  const row = await callbackById(ctx, id);
  if (!row) throw new BridgeError("not_found", "There is no such call-back.");
  const turn = (await turnsOf(ctx, id)).find((one) => one.personId === personId);
  if (pressed) await noteWhere(ctx, id, personId, pressed);
  const where = await cardAccountOf(ctx, service, personId, turn?.accountId ?? null);
  const { facts, locale } = await factsOfCallback(ctx, service, { row, turn, personId });
  const callUrl = facts.standing === "mine" ? await callLinkFor(ctx, service, where, facts.phone) : undefined;
  return callbackCard({ ...facts, ...(callUrl ? { callUrl } : {}) }, sayCallbackIn(locale));
}

/** Of two copies of one card, whose first delivery was never answered, the one that is known stays. */
async function noteWhere(ctx: Ctx, id: CallbackId, personId: PersonId, { connectionId, account, place }: Pressed) {
  const mine = and(eq(callbackTurns.callbackId, id), eq(callbackTurns.personId, personId));
  const [row] = await ctx.db
    .select({ place: callbackTurns.place, accountId: accounts.id })
    .from(callbackTurns)
    .innerJoin(
      accounts,
      and(
        eq(accounts.personId, callbackTurns.personId),
        eq(accounts.connectionId, connectionId),
        eq(accounts.externalId, account),
      ),
    )
    .where(mine)
    .for("update", { of: callbackTurns });
  if (!row) return;
  if (!row.place) await ctx.db.update(callbackTurns).set({ place, accountId: row.accountId }).where(mine);
  else if (row.place.conversationId === place.conversationId && row.place.activityId !== place.activityId)
    await enqueue(ctx, withdrawal(id, { connectionId }, place));
}

/** Platforms whose presses arrive by webhook. What cannot be taken is nothing; the card says how it is. Theirs at all? */
export const takeCallbackPress =
  (service: Service) =>
  async (ctx: Ctx, data: Record<string, unknown>): Promise<boolean> => {
    const press = callbackPress.safeParse(data).data;
    if (!press) return "callback" in data;
    await carryOut(ctx, service, press).catch((error: unknown) => {
      if (!isBridgeError(error) || error.status >= 500) throw error;
    });
    await enqueue(ctx, cardJob(press.callback as CallbackId));
    return true;
  };
