import type { Context } from "hono";
import { hexHmac } from "../secrets.ts";
import { type Api, readBody } from "./api.ts";
import { invalid, Refusal, unknownResource } from "./refusal.ts";
import { extensionOf, type World } from "./world.ts";

/** One adaptive card in a chat with the service user, exactly as it was sent. */
export type ChatMessage = {
  id: string;
  chatId: string;
  from: "bot";
  at: Date;
  editedAt?: Date;
  card: Record<string, unknown>;
};
type Chat = { id: string; members: string[]; createdAt: Date };

/** A press of a button: `data` as the action carries it, or the `verb` of the action to look for in the card. */
export type Press = {
  verb?: string;
  data?: Record<string, unknown>;
  inputs?: Record<string, string>;
};

const membersMax = 15;
const version = "1.3";
/** What the guide lists; the rest would be shown as nothing. */
const actions = ["Action.OpenUrl", "Action.ShowCard", "Action.Submit", "Action.ToggleVisibility"];

export type Messaging = ReturnType<typeof createMessaging>;

export function createMessaging(world: World) {
  const chats = new Map<string, Chat>();
  const cards = new Map<string, ChatMessage>();
  let issued = 0;
  const newId = () => String(770_000_000_000 + ++issued);
  const cardOf = (id: string): ChatMessage => {
    const card = cards.get(id);
    if (!card) throw unknownResource("cardId");
    return card;
  };
  const changed = (chatId: string) => {
    for (const extension of chats.get(chatId)?.members ?? []) world.changed({ kind: "chat", extension });
  };

  return {
    chats,
    cardOf,
    /** The cards that this person sees, oldest first. */
    chatOf: (extension: string): ChatMessage[] =>
      [...cards.values()].filter((card) => chats.get(card.chatId)?.members.includes(extension)),
    cardsIn: (chat: string): ChatMessage[] => [...cards.values()].filter(({ chatId }) => chatId === chat),
    /** The same members always have the same chat. */
    open(members: readonly string[]): { chat: Chat; isNew: boolean } {
      const wanted = [...new Set([...members, world.user.extensionId])].sort();
      const known = [...chats.values()].find((chat) => chat.members.join() === wanted.join());
      const chat = known ?? { id: newId(), members: wanted, createdAt: world.clock.now() };
      chats.set(chat.id, chat);
      return { chat, isNew: known === undefined };
    },
    post(chatId: string, content: Record<string, unknown>): ChatMessage {
      const card = { id: newId(), chatId, from: "bot" as const, card: content, at: world.clock.now() };
      cards.set(card.id, card);
      changed(chatId);
      return card;
    },
    replace(id: string, content: Record<string, unknown>): ChatMessage {
      const card = Object.assign(cardOf(id), { card: content, editedAt: world.clock.now() });
      changed(card.chatId);
      return card;
    },
    remove(id: string): void {
      const { chatId } = cardOf(id);
      cards.delete(id);
      changed(chatId);
    },
    closeChat: (id: string): boolean => chats.delete(id),
    /** Presses a button as this person: posts it, signed, to the app's outbound webhook. Answers its answer. */
    async press(extension: string, card: string, press: Press): Promise<Response> {
      const { outboundWebhook, webhookSecret } = world.client;
      if (!outboundWebhook) throw new Error("the app has no outbound webhook");
      const body = JSON.stringify(toSubmission(world, extension, cardOf(card), press));
      const headers = {
        "content-type": "application/json",
        "X-Glip-Signature": await hexHmac("SHA-1", webhookSecret, body),
      };
      return await world.fetch(outboundWebhook, { method: "POST", headers, body });
    },
  };
}

export function serveMessaging(world: World, api: Api, messaging: Messaging): void {
  const team = { group: "Medium", scope: "TeamMessaging" } as const;
  const cardPath = "/team-messaging/v1/adaptive-cards/{cardId}";
  const idIn = (c: Context) => c.req.param("cardId") ?? "";

  api.on({ method: "POST", path: "/team-messaging/v1/conversations", ...team }, async (c) => {
    const { chat, isNew } = messaging.open(readMembers(world, await readBody(c)));
    return c.json(toConversation(chat), isNew ? 201 : 200);
  });
  api.on({ method: "POST", path: "/team-messaging/v1/chats/{chatId}/adaptive-cards", ...team }, async (c) => {
    const chat = messaging.chats.get(c.req.param("chatId") ?? "");
    if (!chat) throw unknownResource("chatId");
    if (chat.members.some((member) => world.extensions.get(member)?.isUnreachable)) {
      throw new Refusal(403, "TM-403", "You do not have permissions to create adaptive card in the specified chat");
    }
    return c.json(toInfo(world, messaging.post(chat.id, readCard(await readBody(c)))), 201);
  });
  api.on({ method: "GET", path: "/team-messaging/v1/chats/{chatId}/posts", ...team }, (c) => {
    const chat = messaging.chats.get(c.req.param("chatId") ?? "");
    if (!chat) throw unknownResource("chatId");
    const most = Number(c.req.query("recordCount") ?? 30);
    if (!(most > 0 && most <= 250)) throw invalid("recordCount");
    const cards = messaging.cardsIn(chat.id).reverse().slice(0, most);
    return c.json({ records: cards.map((card) => toPost(world, card)) });
  });
  api.on({ method: "GET", path: cardPath, ...team }, (c) => {
    const card = messaging.cardOf(idIn(c));
    return c.json({ ...card.card, ...toInfo(world, card) });
  });
  api.on({ method: "PUT", path: cardPath, ...team }, async (c) => {
    messaging.cardOf(idIn(c));
    return c.json(toInfo(world, messaging.replace(idIn(c), readCard(await readBody(c)))));
  });
  api.on({ method: "DELETE", path: cardPath, ...team }, (c) => {
    messaging.remove(idIn(c));
    return c.body(null, 204);
  });
}

function readMembers(world: World, { members }: Record<string, unknown>): string[] {
  if (!Array.isArray(members) || members.length === 0 || members.length > membersMax) throw invalid("members");
  return members.map((member: { id?: unknown; email?: unknown }) => {
    const byMail = [...world.extensions.values()].find(
      (one) => member.email !== undefined && one.email === member.email,
    );
    const found = world.extensions.get(String(member.id)) ?? byMail;
    if (!found)
      throw new Refusal(400, "CMN-102", "Resource for parameter [members] is not found", { parameterName: "members" });
    return found.id;
  });
}

/** Kind and version are RingCentral's to say, whatever the sender wrote. */
function readCard(body: Record<string, unknown>): Record<string, unknown> {
  if (!Array.isArray(body.body)) throw invalid("body");
  for (const type of typesIn(body)) {
    if (type.startsWith("Action.") && !actions.includes(type)) throw invalid("actions");
  }
  return { ...body, type: "AdaptiveCard", version };
}

const typesIn = (value: unknown): string[] => {
  if (Array.isArray(value)) return value.flatMap(typesIn);
  if (typeof value !== "object" || value === null) return [];
  return [...("type" in value ? [String(value.type)] : []), ...Object.values(value).flatMap(typesIn)];
};

const toConversation = (chat: Chat) => ({
  id: chat.id,
  type: chat.members.length > 2 ? "Group" : chat.members.length === 2 ? "Direct" : "Personal",
  creationTime: chat.createdAt.toISOString(),
  lastModifiedTime: chat.createdAt.toISOString(),
  members: chat.members.map((id) => ({ id })),
});

const toInfo = (world: World, card: ChatMessage) => ({
  id: card.id,
  creationTime: card.at.toISOString(),
  lastModifiedTime: (card.editedAt ?? card.at).toISOString(),
  type: "AdaptiveCard",
  version,
  creator: { id: world.user.extensionId },
  chatIds: [card.chatId],
});

/** The post in which a card stands: RingCentral's description knows the attachment's kind as `Card`. */
const toPost = (world: World, card: ChatMessage) => ({
  id: `1${card.id}`,
  groupId: card.chatId,
  type: "TextMessage",
  creatorId: world.user.extensionId,
  creationTime: card.at.toISOString(),
  lastModifiedTime: (card.editedAt ?? card.at).toISOString(),
  attachments: [{ id: card.id, type: "Card" }],
});

/** RingCentral hands on a flat map of texts. */
function toSubmission(world: World, id: string, card: ChatMessage, press: Press) {
  const extension = extensionOf(world, id);
  const data = press.data ?? submitData(card.card, press.verb ?? "");
  if (!data) throw new Error(`the card has no action with the verb ${press.verb}`);
  const [firstName = "", ...rest] = extension.name.split(" ");
  const at = world.clock.now().toISOString();
  return {
    uuid: crypto.randomUUID(),
    timestamp: at,
    type: "button_submit",
    appId: world.client.id,
    user: { id, firstName, lastName: rest.join(" "), accountId: world.accountId },
    conversation: { id: card.chatId, type: "DM", public: false, name: "" },
    post: { id: card.id, creationTime: card.at.toISOString(), lastModifiedTime: at },
    data: Object.fromEntries(
      Object.entries({ ...data, ...press.inputs }).map(([name, value]) => [name, toText(value)]),
    ),
  };
}

const toText = (value: unknown): string => (typeof value === "string" ? value : JSON.stringify(value));

function submitData(value: unknown, verb: string): Record<string, unknown> | undefined {
  if (Array.isArray(value)) return value.map((one) => submitData(one, verb)).find((data) => data !== undefined);
  if (typeof value !== "object" || value === null) return undefined;
  const { type, data } = value as { type?: unknown; data?: Record<string, unknown> };
  if (type === "Action.Submit" && data?.verb === verb) return data;
  return submitData(Object.values(value), verb);
}
