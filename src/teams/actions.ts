import { z } from "zod";
import { answerOffer } from "../consults/answer.ts";
import { answers } from "../consults/model.ts";
import type { Ctx } from "../ctx.ts";
import { BridgeError } from "../errors.ts";
import type { OfferId } from "../ids.ts";
import type { Service } from "../platform/service.ts";
import { offerCard } from "./cards.ts";
import { factsOfOffer } from "./facts.ts";
import { sayIn } from "./texts/index.ts";

const pressSchema = z.object({
  action: z.object({
    verb: z.string(),
    data: z.object({ offer: z.string(), answer: z.enum(answers), reason: z.string().max(40).optional() }),
  }),
});

/**
 * A press of a button on an offer's card. Acts once, whoever taps how often; answers with the card as it then is.
 * Source of the answer's shape: Adaptive Cards, universal action model.
 */
export async function pressButton(
  service: Service,
  value: unknown,
  told: { tx: <T>(work: (ctx: Ctx) => Promise<T>) => Promise<T> },
) {
  const parsed = pressSchema.safeParse(value);
  if (!parsed.success || parsed.data.action.verb !== "answer")
    throw new BridgeError("invalid", "This button is not known any more. Open the latest card.");
  const { offer, answer, reason } = parsed.data.action.data;
  const id = offer as OfferId;
  const shown = await told.tx(async (ctx) => {
    await answerOffer(ctx, id, answer, reason);
    return factsOfOffer(ctx, service, id);
  });
  if (!shown) throw new BridgeError("not_found", "This request is not there any more.");
  const card = offerCard(shown.facts, sayIn(shown.locale));
  return { statusCode: 200, type: "application/vnd.microsoft.card.adaptive", value: card.content };
}
