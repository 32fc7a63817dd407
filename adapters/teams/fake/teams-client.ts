import { type CardContent, type Chats, channelIdOf, chatIdOf } from "./chats.ts";
import { lifetime } from "./keys.ts";
import { type FakeUser, userOf, type World } from "./world.ts";

export type Activity = Record<string, unknown>;
export type BotAnswer = { status: number; body: unknown };

/** Where activities go, and how they get there. */
export type Bot = { endpoint: string | undefined; fetch: typeof fetch };

/** What a person does in Teams, told to the bot as Teams tells it. */
export function createTeamsClient(world: World, chats: Chats, bot: Bot) {
  const { urls } = world;

  /** Signed as the Bot Framework signs: audience the bot, and the service URL among the claims. */
  async function sendToBot(url: string, activity: Activity): Promise<BotAnswer> {
    const token = await world.botFramework.sign({
      ...lifetime(world.clock.now(), 3_600),
      iss: "https://api.botframework.com",
      aud: world.botApp.clientId,
      serviceurl: String(activity.serviceUrl ?? serviceUrl()),
    });
    const headers = { "content-type": "application/json; charset=utf-8", authorization: `Bearer ${token}` };
    const response = await bot.fetch(url, { method: "POST", headers, body: JSON.stringify(activity) });
    const text = await response.text();
    return { status: response.status, body: parse(text) };
  }

  const serviceUrl = () => `${urls.connector}/`;

  function send(user: FakeUser, activity: Activity): Promise<BotAnswer> {
    if (!bot.endpoint) throw new Error("the fake was not told where the bot is: set botEndpoint");
    return sendToBot(bot.endpoint, { ...envelope(world, user), ...activity });
  }

  return {
    sendToBot,
    setBotEndpoint(url: string): void {
      bot.endpoint = url;
    },
    /** Writes to the bot. */
    async say(userId: string, text: string): Promise<BotAnswer> {
      const user = userOf(world, userId);
      const { id } = chats.add(userId, { from: "person", text });
      return send(user, { type: "message", id, text, textFormat: "plain" });
    },
    /** Adds the app, which the bot is told. */
    async installApp(userId: string): Promise<BotAnswer> {
      const user = userOf(world, userId);
      user.hasApp = true;
      user.hasBlockedBot = false;
      world.changed({ kind: "chat", user: userId });
      return send(user, { type: "installationUpdate", id: chats.newId(), action: "add" });
    },
    /** Any other invoke, such as those of a message extension; answers what the bot answered. */
    invoke: (userId: string, name: string, value: unknown): Promise<BotAnswer> =>
      send(userOf(world, userId), { type: "invoke", name, id: `f:${crypto.randomUUID()}`, value }),
    /** Takes the app away by the person's own hand, which the bot is told. */
    async removeApp(userId: string): Promise<BotAnswer> {
      const user = userOf(world, userId);
      user.hasApp = false;
      world.changed({ kind: "chat", user: userId });
      return send(user, { type: "installationUpdate", id: chats.newId(), action: "remove" });
    },
    /** Presses an `Action.Submit`, as clients without `Action.Execute` do: a message whose value is the button's data. */
    submitAction: (userId: string, activityId: string, value: Record<string, unknown>): Promise<BotAnswer> =>
      send(userOf(world, userId), { type: "message", id: chats.newId(), replyToId: activityId, value }),
    /**
     * Presses an `Action.Execute` on a card: an `adaptiveCard/action` invoke, whose answer is applied to the chat.
     * `automatic`: the card asks by itself, as it does with `refresh`.
     */
    async clickAction(
      userId: string,
      activityId: string,
      action: { verb: string; data?: unknown; id?: string },
      trigger: "manual" | "automatic" = "manual",
    ): Promise<BotAnswer> {
      const user = userOf(world, userId);
      if (!chats.find(userId, activityId)?.card) throw new Error(`this chat has no card ${activityId}`);
      const answer = await send(user, {
        type: "invoke",
        name: "adaptiveCard/action",
        id: `f:${crypto.randomUUID()}`,
        replyToId: activityId,
        value: { action: { type: "Action.Execute", ...action }, trigger },
      });
      applyInvoke(chats, userId, activityId, answer);
      return answer;
    },
  };
}

/** What every activity from Teams carries. */
const envelope = (world: World, user: FakeUser) => ({
  timestamp: world.clock.now().toISOString(),
  channelId: "msteams",
  serviceUrl: `${world.urls.connector}/`,
  from: { id: channelIdOf(user.id), name: user.displayName, aadObjectId: user.id },
  recipient: { id: `28:${world.botApp.clientId}`, name: world.catalogApp.displayName },
  conversation: { id: chatIdOf(user.id), conversationType: "personal", tenantId: world.tenantId },
  channelData: { tenant: { id: world.tenantId }, source: { name: "message" } },
  entities: [{ type: "clientInfo", locale: "en-US", country: "US", platform: "Web", timezone: "Europe/Stockholm" }],
  locale: "en-US",
});

const somethingWrong = "Something went wrong. Please try again.";

/** Teams looks at the invoke's own status only when the request itself was answered with 200. */
function applyInvoke(chats: Chats, user: string, activityId: string, { status, body }: BotAnswer): void {
  const { type, value } = (status === 200 && typeof body === "object" && body ? body : {}) as {
    type?: string;
    value?: unknown;
  };
  if (type === "application/vnd.microsoft.card.adaptive") {
    chats.replace(user, activityId, { card: value as CardContent });
  } else if (type === "application/vnd.microsoft.activity.message") {
    chats.setNotice(user, activityId, String(value));
  } else {
    const message = (value as { message?: string } | undefined)?.message;
    chats.setNotice(user, activityId, type === "application/vnd.microsoft.error" && message ? message : somethingWrong);
  }
}

function parse(text: string): unknown {
  try {
    return text === "" ? undefined : JSON.parse(text);
  } catch {
    return text;
  }
}
