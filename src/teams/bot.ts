import { eq } from "drizzle-orm";
import { z } from "zod";
import type { Api, ApiContext } from "../api.ts";
import type { Actor, Ctx } from "../ctx.ts";
import { BridgeError } from "../errors.ts";
import { openConnection } from "../identity/connect.ts";
import { connections } from "../identity/schema.ts";
import { type ConnectionId, isId } from "../ids.ts";
import type { Service } from "../platform/service.ts";
import { pressButton } from "./actions.ts";
import { sayLater, takeCommand } from "./commands.ts";
import type { Pressed } from "./copies.ts";
import { expertBehind } from "./expert.ts";
import { answerExtension, isExtension } from "./extension.ts";
import { noteInstallation } from "./readiness/note.ts";
import { type BotSettings, type Claimed, verifyActivityToken } from "./verify.ts";

/** What of an activity we read. Everything else is ignored. */
const activitySchema = z.object({
  type: z.string(),
  name: z.string().optional(),
  id: z.string().optional(),
  serviceUrl: z.string(),
  text: z.string().optional(),
  locale: z.string().optional(),
  action: z.string().optional(),
  replyToId: z.string().optional(),
  from: z.object({ id: z.string(), aadObjectId: z.string().optional() }).optional(),
  recipient: z.object({ id: z.string() }).optional(),
  conversation: z.object({ id: z.string(), tenantId: z.string().optional() }).optional(),
  channelData: z.object({ tenant: z.object({ id: z.string() }).optional() }).optional(),
  membersAdded: z.array(z.object({ id: z.string() })).optional(),
  value: z.unknown().optional(),
});
export type Activity = z.output<typeof activitySchema>;

const settingsSchema = z.object({
  tenantId: z.string(),
  clientId: z.string(),
  botAppId: z.string().optional(),
  botServiceUrl: z.string(),
  botOpenIdUrl: z.string().default("https://login.botframework.com/v1/.well-known/openidconfiguration"),
});
export type TeamsFacts = z.output<typeof settingsSchema>;

export type BotKeys = (openIdUrl: string) => Promise<Pick<BotSettings, "issuer" | "keys">>;

async function tenantOf(service: Service, id: string): Promise<string> {
  if (!isId("con", id)) throw new BridgeError("not_found", "There is no such connection.");
  const [row] = await service.database.asSystem((db) =>
    db.select({ tenantId: connections.tenantId }).from(connections).where(eq(connections.id, id)),
  );
  if (!row) throw new BridgeError("not_found", "There is no such connection.");
  return row.tenantId;
}

/** The addresses that answers may be sent to: Teams' own, or the very one that is configured (a stand-in). */
function isServiceAddress(serviceUrl: string, settings: TeamsFacts): boolean {
  if (!URL.canParse(serviceUrl)) return false;
  const { protocol, hostname, origin } = new URL(serviceUrl);
  return (
    origin === new URL(settings.botServiceUrl).origin ||
    (protocol === "https:" && (hostname === "smba.trafficmanager.net" || hostname.endsWith(".botframework.com")))
  );
}

const claimedBy = (body: unknown): Claimed => (typeof body === "object" && body !== null ? body : {});

/** Undefined for what is not JSON. */
const readJson = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};

/** @throws BridgeError `not_found` for a connection without a bot. */
function readSettings(settings: unknown): TeamsFacts {
  const parsed = settingsSchema.safeParse(settings);
  if (!parsed.success) throw new BridgeError("not_found", "This connection has no bot.");
  return parsed.data;
}

function parseActivity(body: unknown): Activity {
  const parsed = activitySchema.safeParse(body);
  if (!parsed.success) throw new BridgeError("invalid", "This is not an activity.");
  return parsed.data;
}

/**
 * `POST /teams/{connection}/messages`: the messaging endpoint of the bot. Verified first; an activity of another
 * directory or service address is refused and changes nothing. Answers well within the two seconds that Teams allows.
 */
export function addBotRoutes(api: Api, botKeys: BotKeys, onMoved: () => void): void {
  api.post("/teams/:connection/messages", async (c) => {
    const service = c.get("service");
    const id = c.req.param("connection") as ConnectionId;
    const tenantId = await tenantOf(service, id);
    const as =
      (actor: Actor) =>
      <T>(work: (ctx: Ctx) => Promise<T>) =>
        service.database.inTenant(tenantId, (db) => work({ db, tenantId, actor, now: service.now, log: c.get("log") }));
    const system = as({ kind: "system", name: "bot" });
    const { connection } = await openConnection(service, tenantId, id, system);
    const settings = readSettings(connection.settings);
    const body = readJson(await c.req.text());
    const keys = await botKeys(settings.botOpenIdUrl);
    await verifyActivityToken(
      { botAppId: settings.botAppId ?? settings.clientId, ...keys },
      c.req.header("authorization"),
      claimedBy(body),
      service.now(),
    );
    const activity = parseActivity(body);
    const directory = activity.channelData?.tenant?.id ?? activity.conversation?.tenantId;
    if (directory !== settings.tenantId || !isServiceAddress(activity.serviceUrl, settings)) {
      throw new BridgeError("unauthenticated", "This activity belongs to another organization.");
    }
    const expert = await system((ctx) => expertBehind(ctx, id, activity.from?.aadObjectId));
    const actor: Actor = expert
      ? { kind: "expert", personId: expert.personId, name: expert.name }
      : { kind: "system", name: "stranger" };
    const answer = await handle(service, c, activity, { actor, expert, tx: as(actor), tenantId, connectionId: id });
    onMoved();
    return answer;
  });
}

export type Told = {
  actor: Actor;
  tenantId: string;
  expert: Awaited<ReturnType<typeof expertBehind>>;
  tx: <T>(work: (ctx: Ctx) => Promise<T>) => Promise<T>;
  connectionId: ConnectionId;
};

async function handle(service: Service, c: ApiContext, activity: Activity, told: Told): Promise<Response> {
  const pressed = pressedOn(activity, told);
  if (activity.type === "invoke" && activity.name === "adaptiveCard/action")
    return c.json(await pressButton(service, activity.value, told, activity.locale, pressed));
  if (activity.type === "invoke" && activity.name && isExtension(activity.name))
    return c.json(await answerExtension(service, activity.name, activity.value, told, activity.locale));
  if (activity.type === "message" && isButton(activity.value)) {
    const value = { action: { verb: activity.value.verb, data: activity.value } };
    const { type, value: said } = await pressButton(service, value, told, activity.locale, pressed);
    if (type !== cardType) await sayLater(activity, told, typeof said === "string" ? said : String(said.message));
    return c.body(null, 202);
  }
  if (activity.type === "installationUpdate") await noteUpdate(activity, told);
  await takeCommand(activity, told);
  return c.body(null, 202);
}

/** The message whose card was pressed, as the place of a card; `serviceUrl` has been checked. */
function pressedOn(
  { serviceUrl, conversation, replyToId, from }: Activity,
  { connectionId }: Told,
): Pressed | undefined {
  const account = from?.aadObjectId;
  if (!replyToId || !conversation || !account) return undefined;
  return { connectionId, account, place: { serviceUrl, conversationId: conversation.id, activityId: replyToId } };
}

/** `add-upgrade` and `remove-upgrade` come with a new version. Source: msteams-docs, installation update event. */
async function noteUpdate({ action, from }: Activity, { tx, connectionId }: Told): Promise<void> {
  const account = from?.aadObjectId;
  const isThere = action !== "remove";
  if (account) await tx((ctx) => noteInstallation(ctx, connectionId, account, isThere));
}

const cardType = "application/vnd.microsoft.card.adaptive";

/** Old clients send a button as a message whose value is the button's data. */
const isButton = (value: unknown): value is { verb: string } =>
  typeof value === "object" && value !== null && "verb" in value && ("offer" in value || "callback" in value);
