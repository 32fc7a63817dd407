import { z } from "zod";
import { hexHmac, isSame } from "./secrets.ts";
import type { Settings } from "./settings.ts";

const windowMs = 5 * 60_000;

const submitted = z.looseObject({
  uuid: z.string().min(1),
  timestamp: z.iso.datetime({ offset: true }),
  type: z.literal("button_submit"),
  user: z.looseObject({ id: z.union([z.string().min(1), z.number()]) }),
  data: z.record(z.string(), z.unknown()).default({}),
});

export type CardAnswer = {
  /** The same for a delivery that comes twice. */
  eventId: string;
  /** Who pressed the button. */
  account: string;
  verb: string;
  /** The data of the action, with what was typed into the card's fields by the ids of the fields. */
  data: Record<string, unknown>;
};

/**
 * Checks and reads a press of a card's button, as posted to the app's "Outbound webhook". The signature is the hex
 * HMAC-SHA1 of the body, plain or after `sha1=`; RingCentral's guide writes both. Answer with 200 within 5 s.
 */
export async function parseCardAnswer(
  settings: Pick<Settings, "webhookSecret">,
  headers: Headers,
  body: Uint8Array,
  now: Date,
): Promise<CardAnswer | { rejected: string }> {
  if (!settings.webhookSecret) return { rejected: "the connection has no shared secret for card answers" };
  const given = (headers.get("x-glip-signature") ?? "").replace(/^sha1=/, "");
  if (!isSame(given, await hexHmac("SHA-1", settings.webhookSecret, body)))
    return { rejected: "the signature is wrong" };
  const answer = submitted.safeParse(readJson(new TextDecoder().decode(body)));
  if (!answer.success) return { rejected: "this is not a card answer" };
  const { uuid, timestamp, user, data } = answer.data;
  if (Math.abs(Date.parse(timestamp) - now.getTime()) > windowMs) return { rejected: "the answer is too old" };
  const { verb, payload, ...typed } = data;
  return {
    eventId: uuid,
    account: String(user.id),
    verb: typeof verb === "string" ? verb : "",
    data: { ...readPayload(payload), ...typed },
  };
}

function readPayload(payload: unknown): Record<string, unknown> {
  const value = typeof payload === "string" ? readJson(payload) : undefined;
  return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
}

export function readJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
