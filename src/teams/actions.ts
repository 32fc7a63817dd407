import { z } from "zod";
import { afterSchema, noteOutcome } from "../consults/after.ts";
import { answerOffer } from "../consults/answer.ts";
import { answers } from "../consults/model.ts";
import { replyToQuestion } from "../consults/reply.ts";
import type { Ctx } from "../ctx.ts";
import { BridgeError } from "../errors.ts";
import type { OfferId } from "../ids.ts";
import type { Service } from "../platform/service.ts";
import { offerCard } from "./cards.ts";
import { notePressed, type Pressed } from "./copies.ts";
import { factsOfOffer } from "./facts.ts";
import { sayIn } from "./texts/index.ts";

const pressSchema = z.object({
  action: z.discriminatedUnion("verb", [
    z.object({
      verb: z.literal("answer"),
      data: z.object({ offer: z.string(), answer: z.enum(answers), reason: z.string().max(40).optional() }),
    }),
    z.object({
      verb: z.literal("reply"),
      data: z.object({ offer: z.string(), text: z.string().default(""), keep: z.string().optional() }),
    }),
    z.object({ verb: z.literal("after"), data: afterSchema.extend({ offer: z.string() }) }),
  ]),
});

/**
 * A press of a button on an offer's card. Acts once, whoever taps how often; answers with the card as it then is.
 * Source of the answer's shape: Adaptive Cards, universal action model.
 */
export async function pressButton(
  service: Service,
  value: unknown,
  told: { tx: <T>(work: (ctx: Ctx) => Promise<T>) => Promise<T> },
  pressed?: Pressed,
) {
  const parsed = pressSchema.safeParse(value);
  if (!parsed.success) throw new BridgeError("invalid", "This button is not known any more. Open the latest card.");
  const { action } = parsed.data;
  const id = action.data.offer as OfferId;
  const shown = await told.tx(async (ctx) => {
    if (action.verb === "reply") await replyToQuestion(ctx, service, id, action.data.text, action.data.keep === "true");
    else if (action.verb === "after") await noteOutcome(ctx, service, id, action.data);
    else await answerOffer(ctx, id, action.data.answer, action.data.reason);
    if (pressed) await notePressed(ctx, id, pressed);
    return factsOfOffer(ctx, service, id);
  });
  if (!shown) throw new BridgeError("not_found", "This request is not there any more.");
  const card = offerCard(shown.facts, sayIn(shown.locale));
  return { statusCode: 200, type: "application/vnd.microsoft.card.adaptive", value: card.content };
}
