import { and, eq } from "drizzle-orm";
import { recordAudit } from "../audit.ts";
import type { Ctx } from "../ctx.ts";
import { builtOnce, send, value } from "../db.ts";
import { BridgeError } from "../errors.ts";
import { isQuotaUsed } from "../experts/quota.ts";
import type { ConsultId, OfferId } from "../ids.ts";
import { isHelping } from "./guests.ts";
import type { Answer, Consult } from "./model.ts";
import { moveLocked, readMachine } from "./move.ts";
import { consults, offers } from "./schema.ts";

/** What came of an answer, for telling the expert. `late`: somebody else was faster, or it is over. */
export type Answered = { consultId: ConsultId; state: "yours" | "noted" | "late" };

/**
 * An expert answers an offer. The first yes wins, whoever taps how often; repeating the same answer changes nothing.
 * @throws BridgeError `not_found`, `forbidden` when it is not this person's offer.
 */
export async function answerOffer(ctx: Ctx, id: OfferId, answer: Answer, reason?: string): Promise<Answered> {
  const [found] = await lockConsultOfOffer(ctx.db, { id, tenantId: ctx.tenantId });
  if (!found) throw new BridgeError("not_found", "There is no such request.");
  const { offer, consult: row } = found;
  if (ctx.actor.kind !== "system" && (!("personId" in ctx.actor) || ctx.actor.personId !== offer.personId)) {
    throw new BridgeError("forbidden", "This request was meant for somebody else.");
  }
  const event = { type: "answer", offer: id, answer, ...(reason ? { reason } : {}) } as const;
  const isBeyond = answer !== "no" && answer !== "later" && (await isBeyondQuota(ctx, offer, readMachine(row)));
  const consult = await moveLocked(
    ctx,
    row,
    isBeyond ? { type: "undeliverable", offer: id, reason: "quota-used" } : event,
  );
  send(ctx.db, recordAudit(ctx, "offer.answer", id, { answer }));
  const after = consult.offers.find((one) => one.id === id);
  if (after && isHelping(consult, after)) return { consultId: offer.consultId, state: "yours" };
  return {
    consultId: offer.consultId,
    state: after && ["later", "chat", "declined"].includes(after.state) ? "noted" : "late",
  };
}

/** The consult first, as everything does that moves one; and nobody waits for the offer. */
const lockConsultOfOffer = builtOnce((db) =>
  db
    .select({ offer: offers, consult: consults })
    .from(consults)
    .innerJoin(offers, eq(offers.consultId, consults.id))
    .where(
      and(eq(offers.id, value("id")), eq(offers.tenantId, value("tenantId")), eq(consults.tenantId, value("tenantId"))),
    )
    .for("update", { of: consults }),
);

/** Their help with something else counted meanwhile. */
async function isBeyondQuota(ctx: Ctx, { id, personId }: typeof offers.$inferSelect, machine: Consult) {
  const known = machine.offers.find((offer) => offer.id === id);
  if (!known || isHelping(machine, known)) return false;
  return isQuotaUsed(ctx, personId);
}

const readOffer = builtOnce((db) =>
  db
    .select({ offer: offers, consult: consults })
    .from(offers)
    .innerJoin(consults, eq(consults.id, offers.consultId))
    .where(eq(offers.id, value("id"))),
);

/** The consult and offer that an expert's card is about. */
export async function offerFor(ctx: Ctx, id: OfferId) {
  const [found] = await readOffer(ctx.db, { id });
  return found ? { ...found, machine: readMachine(found.consult) } : undefined;
}
