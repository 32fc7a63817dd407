import { and, eq, isNull } from "drizzle-orm";
import { z } from "zod";
import { recordAudit } from "../audit.ts";
import { removeCardNumbers } from "../context/redact.ts";
import type { Ctx } from "../ctx.ts";
import { BridgeError } from "../errors.ts";
import { addSkill } from "../experts/enrol.ts";
import { newId, type OfferId } from "../ids.ts";
import { announce, enqueue } from "../jobs/queue.ts";
import type { Service } from "../platform/service.ts";
import { offerFor } from "./answer.ts";
import type { Result } from "./model.ts";
import { replyMax } from "./reply.ts";
import { offers, replies } from "./schema.ts";

export const outcomes = ["solved", "partly", "not-solved"] as const;
export type Outcome = (typeof outcomes)[number];

/** Endings after which an expert has really helped. */
export const helped: readonly (Result | undefined)[] = ["transferred", "returned", "customer-left"];

/** As a card's form sends it: a toggle says "true" or "false". */
export const afterSchema = z.object({
  outcome: z.enum(outcomes),
  note: z.string().optional(),
  addSkill: z
    .union([z.boolean(), z.string()])
    .optional()
    .transform((value) => value === true || value === "true"),
});
export type AfterInput = z.output<typeof afterSchema>;

/**
 * When it is over, the expert says how it went, leaves a note for the agent, and may take the topic into their skills. The
 * note is sealed like a reply, card numbers removed. Counts once: pressing again changes nothing.
 * @throws BridgeError `not_found`, `forbidden`, `conflict` while it lasts or for who did not help, `invalid`.
 */
export async function noteOutcome(ctx: Ctx, service: Service, id: OfferId, input: AfterInput): Promise<void> {
  const found = await offerFor(ctx, id);
  if (!found || found.offer.tenantId !== ctx.tenantId) throw new BridgeError("not_found", "There is no such request.");
  const { offer, consult, machine } = found;
  if (ctx.actor.kind !== "expert" || ctx.actor.personId !== offer.personId)
    throw new BridgeError("forbidden", "This request was meant for somebody else.");
  if (machine.winner !== id || offer.state !== "accepted" || !helped.includes(machine.result))
    throw new BridgeError("conflict", "There is nothing to note here: the request is not over, or was not yours.");
  const note = removeCardNumbers((input.note ?? "").trim());
  if (note.length > replyMax)
    throw new BridgeError("invalid", `A note has at most ${replyMax} characters.`, { details: { length: replyMax } });
  const [noted] = await ctx.db
    .update(offers)
    .set({ outcome: input.outcome, outcomeAt: ctx.now() })
    .where(and(eq(offers.id, id), eq(offers.tenantId, ctx.tenantId), isNull(offers.outcome)))
    .returning({ id: offers.id });
  if (!noted) return;
  if (note)
    await ctx.db.insert(replies).values({
      id: newId("rep", ctx.now()),
      tenantId: ctx.tenantId,
      consultId: offer.consultId,
      personId: offer.personId,
      sealed: await service.keyring.seal(ctx.tenantId, "reply", note),
      createdAt: ctx.now(),
    });
  if (input.addSkill && consult.skill) await addSkill(ctx, offer.personId, consult.skill);
  await recordAudit(ctx, "offer.outcome", id, { outcome: input.outcome });
  await announce(ctx, "consult", offer.consultId);
  await enqueue(ctx, { key: `offer.card:${id}`, name: "offer.card", payload: { offerId: id }, lane: "offer" });
  await announce(ctx, "presence", offer.personId);
}
