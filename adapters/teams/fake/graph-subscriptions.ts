import { Hono, type MiddlewareHandler } from "hono";
import { isCertificate } from "./encrypt.ts";
import { type GraphEnv, GraphFault, readBody } from "./graph-request.ts";
import type { FakeSubscription, Subscriptions } from "./subscriptions.ts";
import type { World } from "./world.ts";

/** Source: Microsoft Graph, "Get change notifications for presence updates" and "subscription resource type". */
const lifeMsMax = 60 * 60_000;
const idsMax = 650;

/** Presence is pushed to people's tokens only, never to an application's. */
const delegated: MiddlewareHandler<GraphEnv> = async (c, next) => {
  const scopes = String(c.get("claims").scp ?? "").split(" ");
  if (!scopes.includes("Presence.Read.All"))
    throw new GraphFault(403, "Forbidden", "Presence.Read.All (delegated) is missing.");
  await next();
};

export function createSubscriptionRoutes(world: World, subscriptions: Subscriptions) {
  const app = new Hono<GraphEnv>();
  app.use("/subscriptions/*", delegated);
  const found = (id: string): FakeSubscription => {
    const one = subscriptions.list().find((each) => each.id === id);
    if (!one) throw new GraphFault(404, "ResourceNotFound", "The subscription does not exist.");
    return one;
  };
  app.get("/subscriptions", (c) => c.json({ value: subscriptions.list().map(shown) }));
  app.post("/subscriptions", async (c) => {
    const one = await readSubscription(world, await readBody(c));
    const taken = subscriptions.list().some(({ users }) => users.some((user) => one.users.includes(user)));
    if (taken) throw new GraphFault(409, "Conflict", "A subscription for one of these users exists.");
    for (const url of [one.notificationUrl, one.lifecycleNotificationUrl])
      if (url && !(await subscriptions.isValid(url)))
        throw new GraphFault(400, "ValidationError", "Subscription validation request failed.");
    subscriptions.add(one);
    return c.json(shown(one), 201);
  });
  app.patch("/subscriptions/:id", async (c) => {
    const one = found(c.req.param("id"));
    one.expirationDateTime = readExpiry(world, await readBody(c));
    return c.json(shown(one));
  });
  app.post("/subscriptions/:id/reauthorize", (c) => {
    found(c.req.param("id"));
    return c.body(null, 204);
  });
  app.delete("/subscriptions/:id", (c) => {
    subscriptions.remove(found(c.req.param("id")).id);
    return c.body(null, 204);
  });
  return app;
}

/** Secret and certificate are never shown again. */
const shown = ({ clientState: _, encryption, users: __, ...one }: FakeSubscription) => ({
  ...one,
  changeType: "updated",
  clientState: null,
  includeResourceData: encryption !== undefined,
});

async function readSubscription(world: World, body: Record<string, unknown>): Promise<FakeSubscription> {
  const { changeType, notificationUrl, lifecycleNotificationUrl, resource, clientState } = body;
  if (changeType !== "updated") throw bad("changeType: presence knows updated only.");
  if (!isAddress(notificationUrl)) throw bad("notificationUrl wants https.");
  if (lifecycleNotificationUrl !== undefined && !isAddress(lifecycleNotificationUrl))
    throw bad("lifecycleNotificationUrl wants https.");
  if (clientState !== undefined && (typeof clientState !== "string" || clientState.length > 128))
    throw bad("clientState: at most 128 characters.");
  return {
    id: crypto.randomUUID(),
    resource: String(resource),
    users: readUsers(String(resource)),
    notificationUrl,
    ...(isAddress(lifecycleNotificationUrl) ? { lifecycleNotificationUrl } : {}),
    ...(clientState ? { clientState } : {}),
    expirationDateTime: readExpiry(world, body),
    ...(await readEncryption(body)),
  };
}

async function readEncryption(body: Record<string, unknown>) {
  if (body.includeResourceData !== true) return {};
  const { encryptionCertificate: certificate, encryptionCertificateId: id } = body;
  if (typeof id !== "string" || id.length === 0 || id.length > 128) throw bad("encryptionCertificateId is missing.");
  if (typeof certificate !== "string" || !(await isCertificate(certificate)))
    throw bad("encryptionCertificate cannot be read.");
  return { encryption: { id, certificate } };
}

function readUsers(resource: string): string[] {
  const [, one] = /^\/?communications\/presences\/([^/?]+)$/.exec(resource) ?? [];
  if (one) return [one];
  const [, list] = /^\/?communications\/presences\?\$filter=id in \(('[^']+'(?:,'[^']+')*)\)$/.exec(resource) ?? [];
  const ids = list?.split(",").map((id) => id.slice(1, -1)) ?? [];
  if (ids.length === 0 || ids.length > idsMax) throw bad(`resource: 1 to ${idsMax} ids.`);
  return ids;
}

function readExpiry(world: World, { expirationDateTime }: Record<string, unknown>): string {
  const left = Date.parse(String(expirationDateTime)) - world.clock.now().getTime();
  if (!(left > 0 && left <= lifeMsMax)) throw bad("Subscription expiration can only be 60 minutes in the future.");
  return String(expirationDateTime);
}

const isAddress = (value: unknown): value is string => typeof value === "string" && value.startsWith("https://");
const bad = (says: string) => new GraphFault(400, "InvalidRequest", says);
