import { z } from "zod";
import { BridgeError, isBridgeError } from "../../src/errors.ts";
import type { Card, CardPlace, Delivery } from "../../src/platform/contract.ts";
import { ask, askFor, extensionId, forget, remember } from "./ask.ts";
import { medium, type RingCentral } from "./settings.ts";

/** The newest that RingCentral shows (developer guide, adaptive cards). */
export const cardVersion = "1.3";

const monthMs = 30 * 24 * 3_600_000;
const spend = { cost: medium, lane: "call" } as const;
const made = z.looseObject({ id: z.coerce.string() });

/**
 * Puts a card into the direct chat of the service user and this person. Groups Medium, app scope TeamMessaging.
 * RingCentral has no idempotency key: a delivery whose answer was lost is looked for in the chat before it is made again.
 * @throws BridgeError `unreachable` when RingCentral does not let us write to this person.
 */
export async function deliver(c: RingCentral, account: string, card: Card, delivery?: Delivery): Promise<CardPlace> {
  const person = extensionId(account);
  const memory = `chat.${person}`;
  const chat = await remember(c, memory, monthMs, () => openChat(c, person));
  try {
    const there = delivery?.again ? await findPosted(c, chat, delivery.key) : undefined;
    if (there) await update(c, there, card, delivery);
    return there ?? (await post(c, chat, card, delivery));
  } catch (error) {
    // A chat that we remembered can be gone; opening it again costs one request.
    if (!isBridgeError(error) || error.details?.status !== 404) throw error;
    await forget(c, memory);
    return await post(c, await remember(c, memory, monthMs, () => openChat(c, person)), card, delivery);
  }
}

/** Replaces the card. Safe to repeat. */
export async function update(c: RingCentral, place: CardPlace, card: Card, delivery?: Delivery): Promise<void> {
  await ask(c, { method: "PUT", path: pathOf(place.card), body: keyed(toRingCentral(card), delivery), ...spend });
}

/** Deletes the card. Safe to repeat. */
export async function withdraw(c: RingCentral, place: CardPlace): Promise<void> {
  await ask(c, { method: "DELETE", path: pathOf(place.card), ...spend }).catch((error: unknown) => {
    if (!isBridgeError(error) || error.details?.status !== 404) throw error;
  });
}

const pathOf = (card = "") => `/team-messaging/v1/adaptive-cards/${encodeURIComponent(card)}`;

/** The key as the id of the card's first element, where RingCentral gives it back. */
function keyed(content: Record<string, unknown>, delivery: Delivery | undefined): Record<string, unknown> {
  const [first, ...rest] = Array.isArray(content.body) ? content.body : [];
  return delivery && first ? { ...content, body: [{ ...first, id: delivery.key }, ...rest] } : content;
}

const posts = z.looseObject({
  records: z.array(z.looseObject({ attachments: z.array(z.looseObject({ id: z.coerce.string() })).nullish() })),
});
const shown = z.looseObject({
  id: z.coerce.string(),
  body: z.array(z.looseObject({ id: z.string().nullish() })).nullish(),
});

/** Newest first; what was posted a moment ago is among them. */
const postsMax = 10;

/** GET …/posts, and each card among them until one carries the key. Group Medium, app scope TeamMessaging. */
async function findPosted(c: RingCentral, chat: string, key: string): Promise<CardPlace | undefined> {
  const path = `/team-messaging/v1/chats/${encodeURIComponent(chat)}/posts`;
  const { records } = await askFor(c, { path, query: { recordCount: postsMax }, ...spend }, posts);
  for (const { id } of records.flatMap(({ attachments }) => attachments ?? [])) {
    const card = await askFor(c, { path: pathOf(id), ...spend }, shown).catch((error: unknown) => {
      // Other attachments, such as files, are no cards.
      if (!isBridgeError(error) || error.details?.status !== 404) throw error;
      return undefined;
    });
    if (card?.body?.some((element) => element.id === key)) return { card: card.id, chat };
  }
  return undefined;
}

async function openChat(c: RingCentral, person: string): Promise<string> {
  const path = "/team-messaging/v1/conversations";
  const body = { members: [{ id: person }] };
  return (await orUnreachable([400, 403, 404], askFor(c, { method: "POST", path, body, ...spend }, made))).id;
}

async function post(c: RingCentral, chat: string, card: Card, delivery?: Delivery): Promise<CardPlace> {
  const path = `/team-messaging/v1/chats/${encodeURIComponent(chat)}/adaptive-cards`;
  const posted = askFor(c, { method: "POST", path, body: keyed(toRingCentral(card), delivery), ...spend }, made);
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
