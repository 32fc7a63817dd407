import { and, eq } from "drizzle-orm";
import type { Ctx } from "../../ctx.ts";
import { isBridgeError } from "../../errors.ts";
import { openConnection } from "../../identity/connect.ts";
import type { Handler, Run } from "../../jobs/run.ts";
import type { Service } from "../../platform/service.ts";
import { skipCallback } from "../../routing/callbacks.ts";
import { type CallbackId, callbackTurns } from "../../routing/schema.ts";
import { callLinkFor, cardAccountOf } from "../card-account.ts";
import { digestOf, show, stateAfter } from "../deliver.ts";
import { noteApp, noteReached } from "../readiness/note.ts";
import { callbackCard } from "./card.ts";
import { callbackById, factsOfCallback, type Turn, turnsOf } from "./facts.ts";
import { sayCallbackIn } from "./texts/index.ts";

const isAsking = (standing: string) => standing === "asked" || standing === "again";

/**
 * Job `callback.card`: makes everybody's card say what is true now. Whose turn it is gets one, a new one when they are
 * asked once more; the others' are replaced in place. Who cannot be shown any is passed over. Safe to repeat.
 */
export const showCallback =
  (service: Service): Handler =>
  async (run, payload) => {
    const id = payload.callbackId as CallbackId;
    const turns = await run.tx((ctx) => turnsOf(ctx, id));
    for (const turn of turns) await showTo(service, run, id, turn);
  };

/** Facts are read anew for each: showing takes a while, and somebody may press meanwhile. */
async function readFor(ctx: Ctx, service: Service, id: CallbackId, turn: Turn) {
  const row = await callbackById(ctx, id);
  if (!row) return undefined;
  const where = await cardAccountOf(ctx, service, turn.personId, turn.accountId);
  const { facts, locale } = await factsOfCallback(ctx, service, { row, turn, personId: turn.personId });
  const callUrl = facts.standing === "mine" ? await callLinkFor(ctx, service, where, facts.phone) : undefined;
  return { where, locale, facts: { ...facts, ...(callUrl ? { callUrl } : {}) } };
}

async function showTo(service: Service, run: Run, id: CallbackId, turn: Turn): Promise<void> {
  const seen = await run.tx((ctx) => readFor(ctx, service, id, turn));
  if (!seen) return;
  const { facts, locale, where } = seen;
  if (!turn.place && !isAsking(facts.standing)) return; // never shown: nothing to correct
  if (!where) return void (await run.tx((ctx) => skipCallback(ctx, service, id, turn.personId)));
  const card = callbackCard(facts, sayCallbackIn(locale));
  const isNew = turn.again && isAsking(facts.standing);
  const shown = await digestOf(card);
  if (!isNew && turn.shown === shown) return;
  try {
    if (isNew && turn.place) await takeAway(service, run, where.connectionId, turn.place);
    const place = await show(service, run, {
      key: `${id}.${turn.askedAt.getTime()}`,
      where,
      place: isNew ? null : turn.place,
      card,
    });
    await run.tx(async (ctx) => {
      await note(ctx, turn, { place, shown, accountId: where.id, again: false });
      if (!turn.place) await noteReached(ctx, where.id);
    });
  } catch (error) {
    if (!isBridgeError(error) || (error.code !== "unreachable" && error.code !== "too_large")) throw error;
    await run.tx(async (ctx) => {
      if (error.code === "unreachable") await noteApp(ctx, where.id, stateAfter(error), error.code);
      await note(ctx, turn, { shown, again: false });
      if (!turn.place || isNew) await skipCallback(ctx, service, id, turn.personId);
    });
  }
}

/** A turn that was given once more meanwhile stays so. */
const note = (ctx: Ctx, { callbackId, personId, askedAt }: Turn, facts: Partial<Turn>) =>
  ctx.db
    .update(callbackTurns)
    .set(facts)
    .where(
      and(
        eq(callbackTurns.callbackId, callbackId),
        eq(callbackTurns.personId, personId),
        eq(callbackTurns.askedAt, askedAt),
      ),
    );

async function takeAway(
  service: Service,
  run: Run,
  connectionId: Parameters<typeof openConnection>[2],
  place: Record<string, string>,
) {
  const { adapter, connection } = await openConnection(service, run.tenantId, connectionId, run.tx);
  await adapter.invitations?.withdraw?.(connection, place);
}
