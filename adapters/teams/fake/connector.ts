import { type Context, Hono } from "hono";
import { readBearer } from "./bearer.ts";
import { type CardContent, type ChatMessage, type Chats, channelIdOf, chatIdOf } from "./chats.ts";
import { hasApp } from "./graph-apps.ts";
import { createThrottle, vendorLimits } from "./throttle.ts";
import { type FakeUser, findUser, type World } from "./world.ts";

/** Measured over the whole request in UTF-16. Source: msteams-docs, format-your-bot-messages. */
const bytesMax = 100 * 1_024;

const cardType = "application/vnd.microsoft.card.adaptive";

/** The Bot Connector as Teams runs it. Mounted at `/connector`. */
export function createConnector(world: World, chats: Chats) {
  const app = new Hono();
  const perBot = createThrottle(world.clock, vendorLimits.bot);
  const perChat = createThrottle(world.clock, vendorLimits.conversation);

  app.onError((error, c) => {
    if (!(error instanceof ConnectorFault)) throw error;
    return c.json(error.body, error.status, error.headers);
  });
  app.use(async (c, next) => {
    await checkBearer(world, c);
    slowDown(perBot.take("bot"));
    await next();
  });

  app.post("/v3/conversations", async (c) => {
    const user = readConversation(world, await readActivity(c));
    slowDown(perChat.take(`create ${user.id}`));
    if (!hasApp(user))
      throw fault(403, "ForbiddenOperationException", "The bot is not installed in this user's personal scope.");
    return c.json({ id: chatIdOf(user.id), serviceUrl: `${world.urls.connector}/` }, 201);
  });
  const send = async (c: Context) => {
    const { user, shown } = await readMessage(chats, perChat, c);
    return c.json({ id: chats.add(user.id, { from: "bot", ...shown }).id }, 201);
  };
  app.post("/v3/conversations/:chat/activities", send);
  app.post("/v3/conversations/:chat/activities/:activity", send);
  app.put("/v3/conversations/:chat/activities/:activity", async (c) => {
    const { user, shown } = await readMessage(chats, perChat, c);
    const { activity } = c.req.param();
    if (chats.find(user.id, activity)?.from !== "bot" || !chats.replace(user.id, activity, shown)) throw noActivity();
    return c.json({ id: activity });
  });
  app.delete("/v3/conversations/:chat/activities/:activity", (c) => {
    const user = readChat(chats, c);
    if (!chats.remove(user.id, c.req.param("activity"))) throw noActivity();
    return c.body(null, 200);
  });
  app.get("/v3/conversations/:chat/pagedmembers", (c) => c.json({ members: [toMember(world, readChat(chats, c))] }));
  app.get("/v3/conversations/:chat/members/:member", (c) => c.json(toMember(world, readChat(chats, c))));
  return app;
}

// ---------------------------------------------------------------- refusals

type FaultStatus = 400 | 401 | 403 | 404 | 413 | 429;

class ConnectorFault extends Error {
  readonly status: FaultStatus;
  readonly body: Record<string, unknown>;
  readonly headers: Record<string, string>;
  constructor(status: FaultStatus, body: Record<string, unknown>, headers: Record<string, string> = {}) {
    super(String(status));
    this.status = status;
    this.body = body;
    this.headers = headers;
  }
}

const fault = (status: FaultStatus, code: string, message: string) =>
  new ConnectorFault(status, { error: { code, message } });
const noActivity = () => fault(404, "ActivityNotFoundInConversation", "The activity is not in this conversation.");

/** How Teams tells that a person has blocked the bot. Source: msteams-docs, proactive messages. */
const blocked = () =>
  new ConnectorFault(403, {
    errorCode: 209,
    message: JSON.stringify({ subCode: "MessageWritesBlocked", details: "Thread is blocked from message writes." }),
  });

function slowDown(seconds: number | undefined): void {
  if (seconds === undefined) return;
  const body = { error: { code: "TooManyRequests", message: "Too many requests." } };
  throw new ConnectorFault(429, body, { "Retry-After": String(seconds) });
}

async function checkBearer(world: World, c: Context): Promise<void> {
  const claims = await readBearer(world, c, "https://api.botframework.com");
  if (claims?.appid !== world.botApp.clientId) {
    throw new ConnectorFault(401, { message: "Authorization has been denied for this request." });
  }
}

// ---------------------------------------------------------------- requests

async function readActivity(c: Context): Promise<Record<string, unknown>> {
  const text = await c.req.text();
  if (text.length * 2 > bytesMax) throw fault(413, "MessageSizeTooBig", "The message is too large.");
  try {
    return JSON.parse(text);
  } catch {
    throw fault(400, "BadSyntax", "The body is not JSON.");
  }
}

type ConversationRequest = {
  bot?: { id?: string };
  members?: { id?: string }[];
  tenantId?: string;
  isGroup?: boolean;
  channelData?: { tenant?: { id?: string } };
};

function readConversation(world: World, body: ConversationRequest): FakeUser {
  const { bot, members = [], isGroup } = body;
  const tenant = body.tenantId ?? body.channelData?.tenant?.id;
  if (tenant !== world.tenantId) throw fault(400, "BadArgument", "The tenant is missing or not the bot's.");
  if (bot?.id !== `28:${world.botApp.clientId}`) throw fault(400, "BadArgument", "bot.id is not the calling bot.");
  if (isGroup || members.length !== 1) throw fault(400, "BadArgument", "A bot can begin a chat with one person.");
  const id = members[0]?.id ?? "";
  const user = findUser(world, id) ?? [...world.users.values()].find((one) => channelIdOf(one.id) === id);
  if (!user) throw fault(404, "ConversationNotFound", "The member is not in this tenant.");
  return user;
}

function readChat(chats: Chats, c: Context): FakeUser {
  const user = chats.userOfChat(c.req.param("chat") ?? "");
  if (!user) throw fault(404, "ConversationNotFound", "Conversation not found.");
  if (user.hasBlockedBot || !hasApp(user)) throw blocked();
  return user;
}

type Shown = Pick<ChatMessage, "text" | "summary" | "card">;

async function readMessage(chats: Chats, perChat: ReturnType<typeof createThrottle>, c: Context) {
  const body = await readActivity(c);
  const user = readChat(chats, c);
  slowDown(perChat.take(user.id));
  return { user, shown: readShown(body) };
}

function readShown(body: { type?: unknown; text?: unknown; summary?: unknown; attachments?: unknown }): Shown {
  if (body.type !== "message") throw fault(400, "BadSyntax", "Only messages can be sent.");
  const attachments = Array.isArray(body.attachments) ? body.attachments : [];
  const card = attachments.find(({ contentType }) => contentType === cardType)?.content as CardContent | undefined;
  if (attachments.length > 0 && card?.type !== "AdaptiveCard")
    throw fault(400, "BadSyntax", "The attachment is not an Adaptive Card.");
  if (!card && typeof body.text !== "string") throw fault(400, "BadSyntax", "The message is empty.");
  return {
    ...(typeof body.text === "string" ? { text: body.text } : {}),
    ...(typeof body.summary === "string" ? { summary: body.summary } : {}),
    ...(card ? { card } : {}),
  };
}

const toMember = (world: World, user: FakeUser) => ({
  id: channelIdOf(user.id),
  name: user.displayName,
  aadObjectId: user.id,
  objectId: user.id,
  userPrincipalName: user.userPrincipalName,
  email: user.mail ?? user.userPrincipalName,
  tenantId: world.tenantId,
  userRole: "user",
});
