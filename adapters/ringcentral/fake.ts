/**
 * RingCentral as far as the adapter uses it, as strict as its API contract and guide: made for tests, for the sandbox
 * and for demos. State is in memory; time is the caller's clock; webhooks go out by real `fetch`.
 */
import { type Context, Hono } from "hono";
import { createFaults } from "../../src/testing/faults.ts";
import { createApi } from "./fake/api.ts";
import { createDeliveries } from "./fake/deliveries.ts";
import { createLimits, type Group, vendorLimits } from "./fake/limits.ts";
import { createMessaging, serveMessaging } from "./fake/messaging.ts";
import { createOauth } from "./fake/oauth.ts";
import { servePeople } from "./fake/people.ts";
import { createPeopleControls } from "./fake/people-controls.ts";
import { servePresence } from "./fake/presence.ts";
import { createPresences } from "./fake/presences.ts";
import { Refusal, unknownResource } from "./fake/refusal.ts";
import { createSessions, type Sessions } from "./fake/sessions.ts";
import { createSubscriptions, serveSubscriptions } from "./fake/subscriptions.ts";
import { serveVideo } from "./fake/video.ts";
import {
  allPermissions,
  allScopes,
  type Change,
  type Clock,
  type FakeClient,
  type FakeExtension,
  type FakeUser,
  type World,
} from "./fake/world.ts";
import { type Settings, settings } from "./settings.ts";

export type { ChatMessage, Press } from "./fake/messaging.ts";
export type { FakeCall, FakePresence, TelephonyStatus, UserStatus } from "./fake/presences.ts";
export type { FakeSubscription } from "./fake/subscriptions.ts";
export type { Change, FakeExtension } from "./fake/world.ts";

export type FakeOptions = {
  clock: Clock;
  extensions: readonly FakeExtension[];
  account?: string;
  client?: Partial<FakeClient>;
  /** The service user; absent: the first extension, as a super admin. */
  user?: Partial<FakeUser>;
  callHandling?: "classic" | "new";
  /** Where it is served; absent: RingCentral's own address. */
  origin?: string;
  limits?: Partial<Record<Group, number>>;
  directoryPageMax?: number;
  /** How webhooks go out. */
  fetch?: typeof fetch;
  /** How the time of slow answers passes. */
  wait?: (ms: number) => Promise<void>;
};

export type FakeRingCentral = ReturnType<typeof createFakeRingCentral>;

export function createFakeRingCentral(options: FakeOptions) {
  const listeners = new Set<(change: Change) => void>();
  const world = createWorld(options, (change) => {
    for (const listener of listeners) listener(change);
  });
  /** How events look: the guide has changed the header of the secret, and older deliveries lack `sequence`. */
  const style = { secretHeader: "Verification-Token", isOld: false };
  const limits = createLimits(options.clock, { ...vendorLimits, ...options.limits });
  const sessions = createSessions(world);
  const faults = createFaults(options.wait);
  const deliveries = createDeliveries(world.fetch, () => style.secretHeader);
  const subscriptions = createSubscriptions(world, deliveries, () => style.isOld);
  const messaging = createMessaging(world);
  const people = createPeopleControls(world, subscriptions);
  const api = createApi(world, sessions, limits);
  servePresence(world, api, (extension) => people.changed(extension.id, false));
  servePeople(world, api, options.directoryPageMax ?? 1_000);
  serveSubscriptions(world, api, subscriptions);
  serveMessaging(world, api, messaging);
  const { rooms } = serveVideo(world, api);

  const app = new Hono();
  app.use(faults.middleware);
  app.route("/", createOauth(world, sessions, limits));
  app.route("/", api.app);
  app.get("/media/:extension/profile-image", (c) => serveImage(c, world, sessions));
  app.notFound((c) => c.json(new Refusal(404, "CMN-120", "Invalid URI").body, 404));

  return {
    app,
    accountId: world.accountId,
    /** The service user's own extension. */
    serviceUser: world.user.extensionId,
    /** Settings of the adapter with which it talks to this fake. */
    settings: (more: Partial<Settings> = {}): Settings =>
      settings.parse({
        server: world.origin,
        clientId: world.client.id,
        clientSecret: world.client.secret,
        jwt: world.user.jwt,
        webhookSecret: world.client.webhookSecret,
        ...more,
      }),

    // -------------------------------------------------------------- made to fail
    fail: { next: faults.next, clear: faults.clear },
    /** The latest requests, oldest first. */
    requests: faults.requests,
    limits,
    sessions,
    /** Webhooks on their way: what was sent, and mishaps to come. */
    deliveries,
    style,
    /** From now on no credentials of ours are taken, and open sessions are over. */
    revoke(): void {
      sessions.endAll();
      world.user.jwt = crypto.randomUUID();
    },

    // -------------------------------------------------------------- people, their phones and their own app
    ...people.controls,

    // -------------------------------------------------------------- chats with the service user
    /** The cards that this person sees, oldest first. */
    chatOf: messaging.chatOf,
    removeCard: messaging.remove,
    closeChat: messaging.closeChat,
    /** Presses a button as this person: posts it, signed, to the app's outbound webhook. Answers its answer. */
    clickAction: messaging.press,
    setOutboundWebhook(url: string): void {
      world.client.outboundWebhook = url;
    },

    // -------------------------------------------------------------- what there is
    subscriptions,
    rooms,
    /** What the fake serves, by the path templates of RingCentral's description. */
    operations: api.operations,
    /** The state itself, for what has no helper. */
    world,
    /** Tells of each change. Answers how to stop. */
    onChange(listener: (change: Change) => void): () => void {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
  };
}

/** Not in RingCentral's description: the directory names the address, and the token opens it. */
function serveImage(c: Context, world: World, sessions: Sessions): Response {
  try {
    sessions.use(c.req.header("authorization") ?? "");
    const { photo } = world.extensions.get(c.req.param("extension") ?? "") ?? {};
    if (!photo) throw unknownResource("extension");
    return c.body(photo as Uint8Array<ArrayBuffer>, 200, { "content-type": "image/jpeg" });
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return c.json(error.body, error.status);
  }
}

function createWorld(options: FakeOptions, changed: (change: Change) => void): World {
  const [first] = options.extensions;
  if (!first) throw new Error("an account has at least one extension");
  return {
    clock: options.clock,
    origin: options.origin ?? "https://platform.ringcentral.com",
    accountId: options.account ?? "809646016",
    client: {
      id: "made-up-client",
      secret: "made-up-secret",
      scopes: [...allScopes],
      issuesRefreshTokens: false,
      allowsJwt: true,
      webhookSecret: "made-up-shared-secret",
      ...options.client,
    },
    user: {
      extensionId: first.id,
      jwt: "made-up-jwt",
      permissions: [...allPermissions],
      isSuperAdmin: true,
      ...options.user,
    },
    callHandling: options.callHandling ?? "classic",
    extensions: new Map(options.extensions.map((extension) => [extension.id, { ...extension }])),
    presences: createPresences(options.clock),
    fetch: options.fetch ?? ((input, init) => fetch(input, init)),
    changed,
  };
}
