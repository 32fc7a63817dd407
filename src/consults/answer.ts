import { and, eq } from "drizzle-orm";
import { recordAudit } from "../audit.ts";
import type { Ctx } from "../ctx.ts";
import { BridgeError } from "../errors.ts";
import { isQuotaUsed } from "../experts/quota.ts";
import type { ConsultId, OfferId } from "../ids.ts";
import { isHelping } from "./guests.ts";
import type { Answer } from "./model.ts";
import { moveConsult, readMachine } from "./move.ts";
import { consults, offers } from "./schema.ts";

/** What came of an answer, for telling the expert. `late`: somebody else was faster, or it is over. */
export type Answered = { consultId: ConsultId; state: "yours" | "noted" | "late" };

/**
 * An expert answers an offer. The first yes wins, whoever taps how often; repeating the same answer changes nothing.
 * @throws BridgeError `not_found`, `forbidden` when it is not this person's offer.
 */
export async function answerOffer(ctx: Ctx, id: OfferId, answer: Answer, reason?: string): Promise<Answered> {
  const [offer] = await ctx.db
    .select()
    .from(offers)
    .where(and(eq(offers.id, id), eq(offers.tenantId, ctx.tenantId)));
  if (!offer) throw new BridgeError("not_found", "There is no such request.");
  if (ctx.actor.kind !== "system" && (!("personId" in ctx.actor) || ctx.actor.personId !== offer.personId)) {
    throw new BridgeError("forbidden", "This request was meant for somebody else.");
  }
  const event = { type: "answer", offer: id, answer, ...(reason ? { reason } : {}) } as const;
  const isBeyond = answer !== "no" && answer !== "later" && (await isBeyondQuota(ctx, offer));
  const consult = await moveConsult(
    ctx,
    offer.consultId,
    isBeyond ? { type: "undeliverable", offer: id, reason: "quota-used" } : event,
  );
  await recordAudit(ctx, "offer.answer", id, { answer });
  const after = consult.offers.find((one) => one.id === id);
  if (after && isHelping(consult, after)) return { consultId: offer.consultId, state: "yours" };
  return {
    consultId: offer.consultId,
    state: after && ["later", "chat", "declined"].includes(after.state) ? "noted" : "late",
  };
}

/** Their help with something else counted meanwhile. Locks the consult first, as everything does that moves one. */
async function isBeyondQuota(ctx: Ctx, offer: typeof offers.$inferSelect): Promise<boolean> {
  const [row] = await ctx.db
    .select({ machine: consults.machine })
    .from(consults)
    .where(and(eq(consults.id, offer.consultId), eq(consults.tenantId, ctx.tenantId)))
    .for("update");
  const machine = row && readMachine(row);
  const known = machine?.offers.find(({ id }) => id === offer.id);
  if (!machine || !known || isHelping(machine, known)) return false;
  return isQuotaUsed(ctx, offer.personId);
}

/** The consult and offer that an expert's card is about. */
export async function offerFor(ctx: Ctx, id: OfferId) {
  const [found] = await ctx.db
    .select({ offer: offers, consult: consults })
    .from(offers)
    .innerJoin(consults, eq(consults.id, offers.consultId))
    .where(eq(offers.id, id));
  return found ? { ...found, machine: readMachine(found.consult) } : undefined;
}
