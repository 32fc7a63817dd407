import { Hono } from "hono";
import { createFaults } from "../../src/testing/faults.ts";
import { createBotFramework } from "./fake/bot-framework.ts";
import { type ChatMessage, createChats } from "./fake/chats.ts";
import { createCommunication } from "./fake/communication.ts";
import { createConnector } from "./fake/connector.ts";
import { createDirectory } from "./fake/directory.ts";
import { createGraph } from "./fake/graph.ts";
import { createLogin, type TabTokenOptions } from "./fake/login.ts";
import type { Shown } from "./fake/presences.ts";
import { createSubscriptions } from "./fake/subscriptions.ts";
import { type Bot, createTeamsClient } from "./fake/teams-client.ts";
import { type Change, createWorld, type Urls, userOf, type WorldOptions } from "./fake/world.ts";
import { settings, type TeamsSettings } from "./settings.ts";

export type { ChatMessage } from "./fake/chats.ts";
export type { Change, FakeUser } from "./fake/world.ts";

export type FakeMicrosoftOptions = WorldOptions & {
  /** Where our bot listens. */
  botEndpoint?: string;
  /** How activities reach it; default: the global `fetch`. */
  fetch?: typeof fetch;
  /** How long a fault's `delayMs` really is. */
  wait?: (ms: number) => Promise<void>;
};

export type FakeMicrosoft = ReturnType<typeof createFakeMicrosoft>;

/**
 * A made-up Entra tenant with Microsoft Graph, the Bot Framework and Teams, as strict as Microsoft's own. One Hono app:
 * under one `origin` it serves `/login`, `/graph`, `/botframework`, `/connector` and `/communication`; without, it answers to Microsoft's
 * own addresses.
 */
export function createFakeMicrosoft(options: FakeMicrosoftOptions) {
  const listeners = new Set<(change: Change) => void>();
  const world = createWorld(options, (change) => {
    for (const listener of listeners) listener(change);
  });
  const directory = createDirectory(world);
  const chats = createChats(world);
  const login = createLogin(world);
  const faults = createFaults(options.wait);
  const bot: Bot = { endpoint: options.botEndpoint, fetch: options.fetch ?? ((...args) => fetch(...args)) };
  const { sendToBot, setBotEndpoint, say, invoke, installApp, removeApp, clickAction, submitAction } =
    createTeamsClient(world, chats, bot);

  const subscriptions = createSubscriptions(world, bot.fetch);
  listeners.add(({ kind, user }) => {
    if (kind === "presence") subscriptions.tell(user);
  });

  const app = new Hono({ getPath: (request) => innerPath(world.urls, request.url) });
  app.use(faults.middleware);
  app.route("/login", login.app);
  app.route("/graph", createGraph(world, directory, subscriptions));
  app.route("/botframework", createBotFramework(world));
  app.route("/connector", createConnector(world, chats));
  app.route("/communication", createCommunication(world));

  const { presences } = world;
  const moved = (user: string) => world.changed({ kind: "presence", user });
  return {
    app,
    /** The origins that `app` answers to, for mounting it. */
    origins: [...new Set(Object.values(world.urls).map((url) => new URL(url).origin))],
    urls: world.urls,
    tenantId: world.tenantId,
    clientId: world.graphApp.clientId,
    botAppId: world.botApp.clientId,
    /** Settings of the adapter with which it talks to this fake. */
    settings: (more: Partial<TeamsSettings> = {}): TeamsSettings =>
      settings.parse({
        tenantId: world.tenantId,
        clientId: world.graphApp.clientId,
        clientSecret: world.graphApp.clientSecret,
        botAppId: world.botApp.clientId,
        botAppSecret: world.botApp.clientSecret,
        catalogAppId: world.catalogApp.id,
        graphUrl: `${world.urls.graph}/`,
        loginUrl: world.urls.login,
        botServiceUrl: world.urls.connector,
        ...more,
      }),

    /** For settings with which the desk may join meetings and, where asked for, ring colleagues. */
    calling: (people = false) => ({
      endpoint: world.urls.communication,
      accessKey: world.communication.accessKey,
      people,
    }),

    // -------------------------------------------------------------- made to fail
    fail: { next: faults.next, clear: faults.clear },
    requests: faults.requests,
    /** What an admin has consented to; tokens that are out keep what they carry. */
    setRoles(roles: readonly string[]): void {
      world.roles = [...roles];
    },
    /** Tokens issued until now are no longer accepted. */
    revokeTokens(): void {
      world.tokenGeneration += 1;
    },
    /** As when an admin makes a new key for the communication resource. */
    replaceAccessKey(): void {
      world.communication.accessKey = btoa(crypto.randomUUID());
    },
    /** Who may call from a desk, with the scopes of their latest token. */
    callers: () => world.communication.identities,
    /** As when an admin deletes the app's secrets: no token is accepted and none is to be had. */
    revokeSecrets(): void {
      world.tokenGeneration += 1;
      for (const one of [world.graphApp, world.botApp]) one.clientSecret = crypto.randomUUID();
    },

    // -------------------------------------------------------------- people and what they do in Teams
    users: () => [...world.users.values()],
    addUser: directory.addUser,
    updateUser: directory.updateUser,
    removeUser: directory.removeUser,
    forgetDeltas: directory.forgetDeltas,
    /** What this person's own client reports by itself, such as a meeting from the calendar. */
    setUserStatus(user: string, availability: string, activity = availability): void {
      presences.setClient(userOf(world, user).id, { availability, activity });
      moved(user);
    },
    signOut(user: string): void {
      presences.setClient(userOf(world, user).id, undefined);
      moved(user);
    },
    /** What this person chose by hand: it stands above everything for a day, or as long as told. */
    chooseStatus(user: string, shown: Shown, ms = 24 * 3_600_000): void {
      presences.setPreferred(userOf(world, user).id, shown, ms);
      moved(user);
    },
    resetStatus(user: string): void {
      presences.clearPreferred(userOf(world, user).id);
      moved(user);
    },
    startCall(user: string, activity: "InACall" | "InAConferenceCall" = "InACall"): void {
      presences.setCall(userOf(world, user).id, { availability: "Busy", activity });
      moved(user);
    },
    endCall(user: string): void {
      presences.setCall(userOf(world, user).id, undefined);
      moved(user);
    },
    /** What everybody else sees. */
    userSees: (user: string): Shown => {
      const { availability, activity } = presences.see(userOf(world, user).id);
      return { availability, activity };
    },
    /** What applications show on this person's behalf, and until when. */
    sessionsFor: (user: string) => presences.appSessions(userOf(world, user).id),

    // -------------------------------------------------------------- chats with the bot
    /** The chat with the bot as this person sees it, oldest message first. */
    chatOf: (user: string): readonly ChatMessage[] => chats.of(userOf(world, user).id),
    setBotEndpoint,
    sendToBot,
    say,
    clickAction,
    submitAction,
    installApp,
    invoke,
    removeApp,
    uninstallApp(user: string): void {
      userOf(world, user).hasApp = false;
      world.changed({ kind: "chat", user });
    },
    blockBot(user: string, isBlocked = true): void {
      userOf(world, user).hasBlockedBot = isBlocked;
      world.changed({ kind: "chat", user });
    },

    // -------------------------------------------------------------- the catalogue of apps
    /** What is there, with every version. */
    catalogue: () => [...world.catalogue.values()],
    /** As before our app was ever uploaded. */
    emptyCatalogue: () => world.catalogue.clear(),
    /** Takes a role in Teams from somebody, or gives it. */
    setTeamsAdmin(user: string, isTeamsAdmin: boolean): void {
      userOf(world, user).isTeamsAdmin = isTeamsAdmin;
    },

    // -------------------------------------------------------------- change notifications
    subscriptions: {
      list: subscriptions.list,
      /** Resolves when all that was pushed has been answered. */
      idle: subscriptions.idle,
      /** As when deliveries are lost on their way. */
      lose: subscriptions.lose,
      /** Forgets one, as Graph does when it ends. */
      forget: subscriptions.remove,
      sendLifecycle: subscriptions.sendLifecycle,
      /** What would be delivered about this person now. */
      deliveryOf: subscriptions.deliveryOf,
    },
    /** As when the service account's password was changed. */
    revokeRefreshTokens: () => world.refreshTokens.clear(),

    /** The token that a tab gets for this person. */
    issueTabToken: (user: string, options?: TabTokenOptions) => login.issueTabToken(userOf(world, user), options),
    /** Tells of each change; presence that only time changes is not among them. Returns how to stop. */
    onChange(listener: (change: Change) => void): () => void {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

/** The path under which a service is mounted, wherever it is seen from outside. */
function innerPath(urls: Urls, url: string): string {
  const { origin, pathname } = new URL(url);
  const seen = origin + pathname;
  const found = Object.entries(urls).find(([, base]) => seen.startsWith(`${base}/`));
  return found ? `/${found[0].toLowerCase()}${seen.slice(found[1].length)}` : pathname;
}
