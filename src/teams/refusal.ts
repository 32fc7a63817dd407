/** What somebody is told whose press or answer cannot be taken: in their language, and on record. */
import { recordAudit } from "../audit.ts";
import type { Ctx } from "../ctx.ts";
import { type BridgeError, type ErrorCode, isBridgeError } from "../errors.ts";
import { enqueue } from "../jobs/queue.ts";
import type { TextKey } from "./texts/index.ts";

const sentences: Partial<Record<ErrorCode, TextKey>> = {
  not_found: "told.gone",
  forbidden: "told.not-yours",
  conflict: "told.moved-on",
  invalid: "told.unclear",
  unauthenticated: "told.removed",
};

export const isRefusal = (error: unknown): error is BridgeError => isBridgeError(error) && error.status < 500;

/** `isReply`: an answer in writing was refused. */
export function sentenceFor({ code, details }: BridgeError, isReply = false): TextKey {
  if (details?.length) return "told.length";
  return isReply && code === "conflict" ? "told.closed" : (sentences[code] ?? "told.again");
}

type Pressed = { offer?: unknown; callback?: unknown };
const idOf = (value: unknown) => (typeof value === "string" && /^(off|cbk)_\w{1,40}$/.test(value) ? value : undefined);

/** The press is noted, and the card that it was made on is looked at again: it may say what is no longer true. */
export async function noteRefusal(ctx: Ctx, { offer, callback }: Pressed, { code }: BridgeError): Promise<void> {
  const [offerId, callbackId] = [idOf(offer), idOf(callback)];
  await recordAudit(ctx, "card.refused", offerId ?? callbackId ?? "card", { code });
  if (offerId && code === "conflict")
    await enqueue(ctx, { key: `offer.card:${offerId}`, name: "offer.card", payload: { offerId }, lane: "offer" });
}
