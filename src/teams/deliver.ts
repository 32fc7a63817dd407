import { eq } from "drizzle-orm";
import { moveConsult } from "../consults/move.ts";
import { remindAfterMs } from "../consults/owing.ts";
import { isStillFree } from "../consults/recheck.ts";
import { reminder } from "../consults/remind.ts";
import { offers } from "../consults/schema.ts";
import { noteReveal } from "../context/package.ts";
import { builtOnce, send, value } from "../db.ts";
import { type BridgeError, isBridgeError } from "../errors.ts";
import { openConnection } from "../identity/connect.ts";
import type { ContextId, OfferId } from "../ids.ts";
import { enqueue } from "../jobs/queue.ts";
import type { Handler, Run } from "../jobs/run.ts";
import type { Card, CardPlace } from "../platform/contract.ts";
import type { Service } from "../platform/service.ts";
import type { Where } from "./card-account.ts";
import { offerCard } from "./cards.ts";
import { withdrawal } from "./copies.ts";
import { factsOfOffer } from "./facts.ts";
import { noteApp, noteReached } from "./readiness/note.ts";
import { sayIn } from "./texts/index.ts";

/** What a card says, short enough to keep. */
export const digestOf = async (card: Card) => {
  const bytes = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(JSON.stringify(card.content)));
  return Array.from(new Uint8Array(bytes.slice(0, 16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
};

type Showing = { key: string; where: Where; place: CardPlace | null; card: Card };

export async function show(service: Service, run: Run, { key, where, place, card }: Showing): Promise<CardPlace> {
  const { adapter, connection } = await openConnection(service, run.tenantId, where.connectionId, run.tx);
  if (!adapter.invitations) return place ?? {};
  if (!place) return adapter.invitations.deliver(connection, where.externalId, card, { key, again: run.attempt > 1 });
  await adapter.invitations.update(connection, place, card);
  return place;
}

const lockPlace = builtOnce((db) =>
  db
    .select({ place: offers.place })
    .from(offers)
    .where(eq(offers.id, value("id")))
    .for("update"),
);
const writePlace = builtOnce((db) =>
  db
    .update(offers)
    .set({ place: value("place"), shown: value("shown"), accountId: value("accountId") })
    .where(eq(offers.id, value("id"))),
);

/** Blocked by the person, or not there and not to be installed. Source: msteams-docs, proactive messages. */
export const stateAfter = ({ details }: BridgeError) =>
  details?.platform_code === "MessageWritesBlocked" ? "blocked" : "missing";

/**
 * Job `offer.card`: makes the expert's card say what is true now. The first time it is delivered, later replaced in
 * place; nothing is sent when it already says so. A person who cannot be shown a card counts as undeliverable.
 */
export const deliverCard =
  (service: Service): Handler =>
  async (run, payload) => {
    const id = payload.offerId as OfferId;
    const seen = await run.tx(async (ctx) => {
      const shown = await factsOfOffer(ctx, service, id);
      if (!shown) return undefined;
      const { offer, facts } = shown;
      const isFirst = !offer.place && facts.offer === "asked" && !facts.isWinner;
      if (isFirst && !(await isStillFree(ctx, service, shown))) {
        await moveConsult(ctx, offer.consultId, { type: "undeliverable", offer: id, reason: "not-free" });
        return undefined;
      }
      return shown;
    });
    if (!seen) return;
    const { offer, facts, where } = seen;
    if (!offer.place && facts.offer !== "asked" && !facts.isWinner) return; // never asked: nothing to correct
    const undeliverable = (reason: string) =>
      run.tx((ctx) => moveConsult(ctx, offer.consultId, { type: "undeliverable", offer: id, reason }));
    if (!where) {
      await undeliverable("no-card");
      return;
    }
    const card = offerCard(facts, sayIn(seen.locale));
    const shown = await digestOf(card);
    if (offer.shown === shown) return;
    try {
      const place = await show(service, run, { key: id, where, place: offer.place, card });
      await run.tx(async (ctx) => {
        // A press on a card of an earlier attempt may have told of it meanwhile.
        const isCopy = offer.place ? undefined : (await lockPlace(ctx.db, { id }))[0]?.place;
        const isReminded = !offer.place && facts.kind === "question";
        send(
          ctx.db,
          writePlace(ctx.db, { id, place, shown, accountId: where.id }),
          ...(offer.place ? [] : [noteReached(ctx, where.id)]),
          enqueue(ctx, [
            ...(isCopy ? [withdrawal(id, where, isCopy)] : []),
            ...(isReminded ? [reminder(id, false, new Date(ctx.now().getTime() + remindAfterMs))] : []),
          ]),
          ...(seen.contextId ? [noteReveal(ctx, seen.contextId as ContextId)] : []),
        );
      });
    } catch (error) {
      const isLost = isBridgeError(error) && (error.code === "unreachable" || error.code === "too_large");
      if (!isLost) throw error;
      if (error.code === "unreachable") await run.tx((ctx) => noteApp(ctx, where.id, stateAfter(error), error.code));
      if (offer.place) await run.tx((ctx) => ctx.db.update(offers).set({ shown }).where(eq(offers.id, id)));
      else await undeliverable(error.code);
    }
  };
