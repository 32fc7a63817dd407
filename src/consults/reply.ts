import { and, eq } from "drizzle-orm";
import { recordAudit } from "../audit.ts";
import { removeCardNumbers } from "../context/redact.ts";
import type { Ctx } from "../ctx.ts";
import { BridgeError } from "../errors.ts";
import { newId, type OfferId } from "../ids.ts";
import type { Service } from "../platform/service.ts";
import { answerOffer } from "./answer.ts";
import { tryKeepAnswer } from "./keep-answer.ts";
import { moveConsult } from "./move.ts";
import { consults, offers, replies } from "./schema.ts";

export const replyMax = 4_000;

/**
 * An expert answers a question in writing; writing is saying yes. The text is sealed, card numbers removed, and reaches
 * the agent ready to be used. A second reply is kept beside the first. `keep`: its author wants it found the next time.
 * @throws BridgeError `not_found`, `forbidden`, `conflict` when it is over or a colleague was faster, `invalid`.
 */
export async function replyToQuestion(
  ctx: Ctx,
  service: Service,
  id: OfferId,
  text: string,
  keep = false,
): Promise<void> {
  const [found] = await ctx.db
    .select({ offer: offers, kind: consults.kind, state: consults.state })
    .from(offers)
    .innerJoin(consults, eq(consults.id, offers.consultId))
    .where(and(eq(offers.id, id), eq(offers.tenantId, ctx.tenantId)));
  if (!found) throw new BridgeError("not_found", "There is no such request.");
  if (ctx.actor.kind !== "expert" || ctx.actor.personId !== found.offer.personId)
    throw new BridgeError("forbidden", "This request was meant for somebody else.");
  if (found.kind !== "question")
    throw new BridgeError("conflict", "This is about a call, not a question. Use the buttons of the card.");
  const written = removeCardNumbers(text.trim());
  if (!written || written.length > replyMax)
    throw new BridgeError("invalid", `An answer has 1 to ${replyMax} characters.`, { details: { length: replyMax } });
  if (found.state === "ended")
    throw new BridgeError("conflict", "This question is closed. The agent does not need an answer any more.");
  const { state } = await answerOffer(ctx, id, "chat");
  if (state !== "yours")
    throw new BridgeError("conflict", "A colleague has answered meanwhile. Thank you all the same.");
  await ctx.db.insert(replies).values({
    id: newId("rep", ctx.now()),
    tenantId: ctx.tenantId,
    consultId: found.offer.consultId,
    personId: found.offer.personId,
    sealed: await service.keyring.seal(ctx.tenantId, "reply", written),
    createdAt: ctx.now(),
  });
  await recordAudit(ctx, "question.reply", id);
  await moveConsult(ctx, found.offer.consultId, { type: "replied" });
  if (keep) await tryKeepAnswer(ctx, service, found.offer.consultId, found.offer.personId);
}
