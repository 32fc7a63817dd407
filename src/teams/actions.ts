import { eq } from "drizzle-orm";
import { z } from "zod";
import { afterSchema, noteOutcome } from "../consults/after.ts";
import { answerOffer } from "../consults/answer.ts";
import { answers } from "../consults/model.ts";
import { replyMax, replyToQuestion } from "../consults/reply.ts";
import { offers } from "../consults/schema.ts";
import type { Ctx } from "../ctx.ts";
import { BridgeError } from "../errors.ts";
import type { OfferId } from "../ids.ts";
import type { Card } from "../platform/contract.ts";
import type { Service } from "../platform/service.ts";
import type { Told } from "./bot.ts";
import { callbackPress, pressCallback } from "./callbacks/press.ts";
import { sayCallbackIn } from "./callbacks/texts/index.ts";
import { offerCard } from "./cards.ts";
import { notePressed, type Pressed } from "./copies.ts";
import { factsOfOffer } from "./facts.ts";
import { isRefusal, noteRefusal, sentenceFor } from "./refusal.ts";
import { sayIn } from "./texts/index.ts";

const offerPresses = [
  z.object({
    verb: z.literal("answer"),
    data: z.object({ offer: z.string(), answer: z.enum(answers), reason: z.string().max(40).optional() }),
  }),
  z.object({
    verb: z.literal("reply"),
    data: z.object({ offer: z.string(), text: z.string().default(""), keep: z.string().optional() }),
  }),
  z.object({ verb: z.literal("after"), data: afterSchema.extend({ offer: z.string() }) }),
] as const;
const pressSchema = z.object({
  action: z.discriminatedUnion("verb", [
    ...offerPresses,
    z.object({ verb: z.literal("callback"), data: callbackPress }),
  ]),
});
type Action = z.output<typeof pressSchema>["action"];

/**
 * A press of a button on a card. Acts once, whoever taps how often; answers with the card as it then is. What cannot be
 * taken is told in a sentence, in the language of who pressed, and noted.
 * Source of the answer's shape: Adaptive Cards, universal action model.
 */
export async function pressButton(service: Service, value: unknown, told: Told, locale?: string, pressed?: Pressed) {
  try {
    const card = await act(service, value, told, pressed);
    return { statusCode: 200, type: "application/vnd.microsoft.card.adaptive", value: card.content };
  } catch (error) {
    if (!isRefusal(error)) throw error;
    const data = dataOf(value);
    await told.tx((ctx) => noteRefusal(ctx, data, error));
    const language = told.expert?.locale ?? locale;
    const message =
      error.details?.reason === "alone"
        ? sayCallbackIn(language)("told.alone")
        : sayIn(language)(sentenceFor(error, "text" in data), { most: replyMax });
    if (error.code === "conflict" || error.details?.length)
      return { statusCode: 200, type: "application/vnd.microsoft.activity.message", value: message };
    return { statusCode: 400, type: "application/vnd.microsoft.error", value: { code: error.code, message } };
  }
}

const dataSchema = z.object({ action: z.object({ data: z.record(z.string(), z.unknown()) }) });
const dataOf = (value: unknown): Record<string, unknown> => dataSchema.safeParse(value).data?.action.data ?? {};

async function act(
  service: Service,
  value: unknown,
  { expert, tx }: Told,
  pressed: Pressed | undefined,
): Promise<Card> {
  const parsed = pressSchema.safeParse(value);
  if (!parsed.success) throw new BridgeError("invalid", "This button is not known any more. Open the latest card.");
  if (!expert) throw new BridgeError("unauthenticated", "Who pressed is not known here, or no longer.");
  const { action } = parsed.data;
  return tx((ctx) =>
    action.verb === "callback"
      ? pressCallback(ctx, service, action.data, expert.personId, pressed)
      : pressOffer(ctx, service, action, pressed),
  );
}

async function pressOffer(
  ctx: Ctx,
  service: Service,
  action: Exclude<Action, { verb: "callback" }>,
  pressed: Pressed | undefined,
): Promise<Card> {
  const id = action.data.offer as OfferId;
  if (action.verb === "reply") await replyToQuestion(ctx, service, id, action.data.text, action.data.keep === "true");
  else if (action.verb === "after") await noteOutcome(ctx, service, id, action.data);
  else await answerOffer(ctx, id, action.data.answer, action.data.reason);
  if (pressed) await notePressed(ctx, id, pressed);
  const shown = await factsOfOffer(ctx, service, id);
  if (!shown) throw new BridgeError("not_found", "This request is not there any more.");
  // It takes the place of a card that may have said more.
  if (shown.facts.context.isLate) await ctx.db.update(offers).set({ shown: null }).where(eq(offers.id, id));
  return offerCard(shown.facts, sayIn(shown.locale));
}
