import { z } from "zod";
import { BridgeError, isBridgeError } from "../../src/errors.ts";
import type { Card, CardPlace } from "../../src/platform/contract.ts";
import { ask, askFor, extensionId, forget, remember } from "./ask.ts";
import { medium, type RingCentral } from "./settings.ts";

/** The newest that RingCentral shows (developer guide, adaptive cards). */
export const cardVersion = "1.3";

const monthMs = 30 * 24 * 3_600_000;
const spend = { cost: medium, lane: "call" } as const;
const made = z.looseObject({ id: z.coerce.string() });

/**
 * Puts a card into the direct chat of the service user and this person. Groups Medium, app scope TeamMessaging.
 * RingCentral has no idempotency key: a delivery whose answer was lost, made again, shows a second card.
 * @throws BridgeError `unreachable` when RingCentral does not let us write to this person.
 */
export async function deliver(c: RingCentral, account: string, card: Card): Promise<CardPlace> {
  const person = extensionId(account);
  const memory = `chat.${person}`;
  const chat = await remember(c, memory, monthMs, () => openChat(c, person));
  try {
    return await post(c, chat, card);
  } catch (error) {
    // A chat that we remembered can be gone; opening it again costs one request.
    if (!isBridgeError(error) || error.details?.status !== 404) throw error;
    await forget(c, memory);
    return await post(c, await remember(c, memory, monthMs, () => openChat(c, person)), card);
  }
}

/** Replaces the card. Safe to repeat. */
export async function update(c: RingCentral, place: CardPlace, card: Card): Promise<void> {
  const path = `/team-messaging/v1/adaptive-cards/${encodeURIComponent(place.card ?? "")}`;
  await ask(c, { method: "PUT", path, body: toRingCentral(card), ...spend });
}

async function openChat(c: RingCentral, person: string): Promise<string> {
  const path = "/team-messaging/v1/conversations";
  const body = { members: [{ id: person }] };
  return (await orUnreachable([400, 403, 404], askFor(c, { method: "POST", path, body, ...spend }, made))).id;
}

async function post(c: RingCentral, chat: string, card: Card): Promise<CardPlace> {
  const path = `/team-messaging/v1/chats/${encodeURIComponent(chat)}/adaptive-cards`;
  const posted = askFor(c, { method: "POST", path, body: toRingCentral(card), ...spend }, made);
  return { card: (await orUnreachable([403], posted)).id, chat };
}

/** A refusal that is about this person; one about our app or role concerns everybody and stays what it is. */
async function orUnreachable<T>(statuses: readonly number[], asked: Promise<T>): Promise<T> {
  return await asked.catch((error: unknown) => {
    if (!isBridgeError(error)) throw error;
    const { status, errorCode } = error.details ?? {};
    const isAboutUs = ["CMN-401", "CMN-402", "CMN-408"].includes(String(errorCode));
    if (isAboutUs || !statuses.includes(Number(status))) throw error;
    throw new BridgeError("unreachable", "RingCentral does not let us write to this person.", { cause: error });
  });
}

/**
 * The same card as far as version 1.3 goes. RingCentral has no `Action.Execute`; it becomes `Action.Submit`, whose data
 * RingCentral hands on as a flat map of texts: the verb as `verb`, the data of the action as JSON in `payload`.
 */
export function toRingCentral(card: Card): Record<string, unknown> {
  const { refresh, authentication, msteams, ...content } = card.content;
  return {
    fallbackText: card.text,
    ...(convert(content) as Record<string, unknown>),
    type: "AdaptiveCard",
    version: cardVersion,
  };
}

function convert(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(convert);
  if (typeof value !== "object" || value === null) return value;
  const { verb, data, ...rest } = value as Record<string, unknown>;
  if (rest.type === "Action.Execute" || rest.type === "Action.Submit") {
    return { ...rest, type: "Action.Submit", data: { ...(verb ? { verb } : {}), payload: JSON.stringify(data ?? {}) } };
  }
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, convert(inner)]));
}
