import { BridgeError } from "../../src/errors.ts";
import type { Card, CardPlace, InvitationsPort } from "../../src/platform/contract.ts";
import { askConnector } from "./bot-connector.ts";
import { install, installApp } from "./installation.ts";
import { links } from "./links.ts";
import { botAppId, type TeamsConnection, type TeamsSettings } from "./settings.ts";

/**
 * Teams takes cards up to 1.5 and messages up to 100 KB, counted in UTF-16 with everything around the card. Below
 * 28 KB every client shows them. Source: msteams-docs, cards-reference and format-your-bot-messages.
 */
export const cardFacts = { version: "1.5", bytesMax: 28 * 1_024 } as const;

/**
 * The card in the 1:1 chat with this person. Teams gives the same chat each time, so it is remembered for a month; one
 * that no longer works is forgotten and opened anew. Where the app is missing and `catalogAppId` is set, it is installed
 * first. Not safe to repeat: a lost answer means a second card. The Connector lists no messages, and the bot may not read
 * chats by Graph, so nobody can look; a press on the stray card names it, and it is withdrawn then.
 */
async function deliver(c: TeamsConnection, account: string, card: Card): Promise<CardPlace> {
  const activity = toActivity(card);
  const { chat, isFresh } = await rememberChat(c, account);
  try {
    return await post(c, chat, activity);
  } catch (error) {
    const isGone = error instanceof BridgeError && error.code === "unreachable";
    if (isGone) await c.tokens.drop(memoryOf(account));
    if (!isGone || isFresh) throw error;
    return await post(c, (await rememberChat(c, account)).chat, activity);
  }
}

type Chat = { id: string; serviceUrl?: string };

const monthMs = 30 * 24 * 3_600_000;
const memoryOf = (account: string) => `chat.${account}`;

/** `c.tokens` is the one store that adapters have; what goes in is sealed like a token. */
async function rememberChat(c: TeamsConnection, account: string): Promise<{ chat: Chat; isFresh: boolean }> {
  let isFresh = false;
  const value = await c.tokens.get(memoryOf(account), async () => {
    isFresh = true;
    const chat = await openChat(c, account);
    return { value: JSON.stringify(chat), expiresAt: new Date(c.now().getTime() + monthMs) };
  });
  return { chat: JSON.parse(value), isFresh };
}

async function post(c: TeamsConnection, chat: Chat, activity: object): Promise<CardPlace> {
  const { id: conversationId, serviceUrl = c.settings.botServiceUrl } = chat;
  const path = `v3/conversations/${encodeURIComponent(conversationId)}/activities`;
  const { id: activityId } = await askConnector<{ id: string }>(c, serviceUrl, {
    method: "POST",
    path,
    body: activity,
  });
  return { serviceUrl, conversationId, activityId };
}

async function openChat(c: TeamsConnection, account: string): Promise<Chat> {
  try {
    return await createChat(c, account);
  } catch (error) {
    const isMissing = error instanceof BridgeError && error.code === "unreachable";
    if (!isMissing || !(await installApp(c, account, error))) throw error;
    return createChat(c, account);
  }
}

const createChat = (c: TeamsConnection, account: string) =>
  askConnector<Chat>(c, c.settings.botServiceUrl, {
    method: "POST",
    path: "v3/conversations",
    body: {
      bot: { id: `28:${botAppId(c.settings)}` },
      isGroup: false,
      tenantId: c.settings.tenantId,
      members: [{ id: account }],
      channelData: { tenant: { id: c.settings.tenantId } },
    },
  });

/** Safe to repeat. @throws BridgeError `unreachable` when the message or the chat is gone. */
async function update(c: TeamsConnection, place: CardPlace, card: Card): Promise<void> {
  const { serviceUrl, path, activityId } = activityAt(place);
  await askConnector(c, serviceUrl, { method: "PUT", path, body: { ...toActivity(card), id: activityId } });
}

/** Deletes the message. Safe to repeat: one that is gone, in a chat that is gone, is not there. */
async function withdraw(c: TeamsConnection, place: CardPlace): Promise<void> {
  const { serviceUrl, path } = activityAt(place);
  await askConnector(c, serviceUrl, { method: "DELETE", path }).catch((error: unknown) => {
    if (!(error instanceof BridgeError) || error.code !== "unreachable") throw error;
  });
}

function activityAt({ serviceUrl, conversationId, activityId }: CardPlace) {
  if (!serviceUrl || !conversationId || !activityId) throw new BridgeError("invalid", "This is not a place in Teams");
  const path = `v3/conversations/${encodeURIComponent(conversationId)}/activities/${encodeURIComponent(activityId)}`;
  return { serviceUrl, path, activityId };
}

function toActivity(card: Card) {
  if (new TextEncoder().encode(JSON.stringify(card.content)).length > cardFacts.bytesMax) {
    throw new BridgeError("too_large", "This card is larger than Teams shows everywhere");
  }
  return {
    type: "message",
    // What a phone's notification says instead of "sent a card".
    summary: card.text,
    attachments: [{ contentType: "application/vnd.microsoft.card.adaptive", content: card.content }],
  };
}

export const invitations: InvitationsPort<TeamsSettings> = { deliver, update, withdraw, install, links };
