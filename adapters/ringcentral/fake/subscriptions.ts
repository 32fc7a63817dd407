import type { Context } from "hono";
import { type Api, readBody } from "./api.ts";
import type { Deliveries } from "./deliveries.ts";
import { concrete, isReminder, matching, queryOf, sortFilters } from "./filters.ts";
import { toEventBody } from "./presence-view.ts";
import { invalid, lacksScope, Refusal } from "./refusal.ts";
import { extensionOf, type World } from "./world.ts";

export type FakeSubscription = {
  id: string;
  status: "Active" | "Blacklisted";
  eventFilters: string[];
  disabledFilters: { filter: string; reason: string; message: string }[];
  address: string;
  secret: string;
  createdAt: Date;
  expiresAt: Date;
  failures: number;
  blacklistedAt?: Date;
};

const path = "/restapi/v1.0/subscription";
const subscriptionsMax = 30;
const defaultSeconds = 604_800;
const longestSeconds = 315_360_000;
const handshakeMs = 3_000;
const handshakeBytes = 1_024;
/** RingCentral does not say how many failures it takes. */
const failuresMax = 3;

export type Subscriptions = ReturnType<typeof createSubscriptions>;

export function createSubscriptions(world: World, deliveries: Deliveries, isOldStyle: () => boolean) {
  const kept = new Map<string, FakeSubscription>();
  const now = () => world.clock.now();

  function alive(): FakeSubscription[] {
    for (const one of kept.values()) if (one.expiresAt <= now()) kept.delete(one.id);
    return [...kept.values()];
  }
  function find(id: string): FakeSubscription {
    const found = alive().find((one) => one.id === id);
    if (!found) throw new Refusal(404, "SUB-507", "Subscription has expired or does not exist");
    return found;
  }
  const changed = () => world.changed({ kind: "subscription", extension: world.user.extensionId });

  /** Failing endpoints are given up for good: only deleting and creating anew helps. */
  function countAnswer(one: FakeSubscription, status: number): void {
    one.failures = status >= 200 && status < 300 ? 0 : one.failures + 1;
    if (one.failures < failuresMax || one.status === "Blacklisted") return;
    one.status = "Blacklisted";
    one.blacklistedAt = now();
    changed();
  }
  function send(one: FakeSubscription, event: string, body: Record<string, unknown>): void {
    const envelope = { uuid: crypto.randomUUID(), event, timestamp: now().toISOString(), subscriptionId: one.id };
    deliveries.push({
      address: one.address,
      secret: one.secret,
      body: { ...envelope, ownerId: world.user.extensionId, body },
      done: (status) => countAnswer(one, status),
    });
  }

  return {
    list: (): readonly FakeSubscription[] => alive(),
    find,
    create(body: Record<string, unknown>): Promise<FakeSubscription> {
      return createOne(body);
    },
    remove(id: string): void {
      kept.delete(find(id).id);
      changed();
    },
    /** Tells everybody who watches this extension. */
    publish(extensionId: string, isPhoneChanged: boolean): void {
      for (const one of alive()) {
        const filter = one.status === "Active" ? matching(one.eventFilters, extensionId) : undefined;
        if (filter === undefined) continue;
        const detailed = queryOf(filter).get("detailedTelephonyState") === "true";
        const change = { isPhoneChanged, detailed, isOld: isOldStyle() };
        const event = `/restapi/v1.0/account/${world.accountId}/extension/${extensionId}/presence`;
        send(
          one,
          detailed ? `${event}?detailedTelephonyState=true` : event,
          toEventBody(world, extensionOf(world, extensionId), change),
        );
      }
    },
    /** Sends the reminders that are due: RingCentral does so by itself, a fake when told. */
    remind(): void {
      for (const one of alive()) {
        const filter = one.eventFilters.find(isReminder);
        const thresholdMs = Number(queryOf(filter ?? "").get("threshold")) * 1_000;
        if (filter && one.expiresAt.getTime() - now().getTime() <= thresholdMs)
          send(one, filter, toInfo(world, one, now()));
      }
    },
  };

  async function createOne(body: Record<string, unknown>): Promise<FakeSubscription> {
    const seconds = secondsIn(body.expiresIn);
    const { granted, disabled } = sortFilters(body.eventFilters, world.client.scopes, seconds);
    const { address, secret } = readDeliveryMode(body.deliveryMode);
    if (alive().length >= subscriptionsMax) throw new Refusal(403, "SUB-505", "Subscriptions limit exceeded");
    await shakeHands(world, address);
    const id = crypto.randomUUID();
    const created: FakeSubscription = {
      id,
      status: "Active",
      eventFilters: granted.map((filter) => concrete(world, id, filter)),
      disabledFilters: disabled,
      address,
      secret,
      createdAt: now(),
      expiresAt: new Date(now().getTime() + seconds * 1_000),
      failures: 0,
    };
    kept.set(id, created);
    changed();
    return created;
  }
}

export function serveSubscriptions(world: World, api: Api, subscriptions: Subscriptions): void {
  const info = (c: Context, one: FakeSubscription) => c.json(toInfo(world, one, world.clock.now()));
  const idIn = (c: Context) => c.req.param("subscriptionId") ?? "";

  api.on({ method: "GET", path, group: "Light" }, (c) =>
    c.json({
      uri: `${world.origin}${path}`,
      records: subscriptions.list().map((one) => toInfo(world, one, world.clock.now())),
    }),
  );
  api.on({ method: "POST", path, group: "Medium" }, async (c) => {
    if (!world.client.scopes.includes("SubscriptionWebhook")) throw lacksScope("SubscriptionWebhook");
    return info(c, await subscriptions.create(await readBody(c)));
  });
  api.on({ method: "GET", path: `${path}/{subscriptionId}`, group: "Light" }, (c) =>
    info(c, subscriptions.find(idIn(c))),
  );
  api.on({ method: "DELETE", path: `${path}/{subscriptionId}`, group: "Medium" }, (c) => {
    subscriptions.remove(idIn(c));
    return c.body(null, 204);
  });
  api.on({ method: "POST", path: `${path}/{subscriptionId}/renew`, group: "Light" }, (c) => {
    const one = subscriptions.find(idIn(c));
    const lifetime = one.expiresAt.getTime() - one.createdAt.getTime();
    one.createdAt = world.clock.now();
    one.expiresAt = new Date(one.createdAt.getTime() + lifetime);
    return info(c, one);
  });
}

const toInfo = (world: World, one: FakeSubscription, now: Date) => ({
  uri: `${world.origin}${path}/${one.id}`,
  id: one.id,
  eventFilters: one.eventFilters,
  disabledFilters: one.disabledFilters,
  creationTime: one.createdAt.toISOString(),
  expirationTime: one.expiresAt.toISOString(),
  expiresIn: Math.max(1, Math.floor((one.expiresAt.getTime() - now.getTime()) / 1_000)),
  status: one.status,
  deliveryMode: { transportType: "WebHook", address: one.address, encryption: false },
  ...(one.blacklistedAt
    ? {
        blacklistedData: {
          blacklistedAt: one.blacklistedAt.toISOString(),
          reason: "Webhook response status is not 200",
        },
      }
    : {}),
});

function secondsIn(expiresIn: unknown): number {
  if (expiresIn === undefined) return defaultSeconds;
  if (!Number.isInteger(expiresIn) || Number(expiresIn) < 1 || Number(expiresIn) > longestSeconds)
    throw invalid("expiresIn");
  return Number(expiresIn);
}

function readDeliveryMode(mode: unknown): { address: string; secret: string } {
  const { transportType, address, verificationToken = "" } = (mode ?? {}) as Record<string, unknown>;
  if (transportType !== "WebHook") throw invalid("deliveryMode.transportType");
  const url = URL.parse(String(address));
  // The sandbox has no certificates: a loopback address may go without.
  const isLoopback = url !== null && ["127.0.0.1", "localhost"].includes(url.hostname);
  if (!url || (url.protocol !== "https:" && !isLoopback)) throw invalid("deliveryMode.address");
  return { address: String(address), secret: String(verificationToken) };
}

/** The address must echo a token, with status 200, within three seconds and in no more than 1,024 bytes. */
async function shakeHands(world: World, address: string): Promise<void> {
  const token = crypto.randomUUID();
  const headers = { "Validation-Token": token, "content-type": "application/json" };
  const response = await world
    .fetch(address, { method: "POST", headers, signal: AbortSignal.timeout(handshakeMs) })
    .catch(() => undefined);
  const size = response ? sizeOf(response.headers) + (await response.arrayBuffer()).byteLength : 0;
  const isGood =
    response?.status === 200 && response.headers.get("validation-token") === token && size <= handshakeBytes;
  if (!isGood) throw new Refusal(400, "SUB-525", "WebHook responds with incorrect HTTP status or token");
}

const sizeOf = (headers: Headers): number =>
  [...headers].reduce((sum, [name, value]) => sum + name.length + value.length + 4, 0);
