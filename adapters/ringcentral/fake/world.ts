import type { Presences } from "./presences.ts";

export type Clock = { now(): Date };

export const extensionTypes = ["User", "Department", "Announcement", "Voicemail", "PagingOnly", "IvrMenu"] as const;

/** An extension of the made-up account, with the fields that RingCentral shows and the switches that only a fake has. */
export type FakeExtension = {
  id: string;
  extensionNumber: string;
  name: string;
  email?: string;
  type?: (typeof extensionTypes)[number];
  status?: "Enabled" | "Disabled" | "NotActivated" | "Unassigned";
  department?: string;
  jobTitle?: string;
  site?: string;
  directNumber?: string;
  /** Their picture, and where it lies when not on the server itself. */
  photo?: Uint8Array;
  photoUri?: string;
  /** Members of a call queue alone may refuse queue calls. */
  isQueueMember?: boolean;
  /** The service user may not post into a chat with this person. */
  isUnreachable?: boolean;
  /** What is told of this person's features to an administrator: there, or why not. */
  features?: Record<string, true | string>;
  /** All calls go elsewhere; told on the new call handling only. */
  forwardsAll?: boolean;
};

/** The app in the developer console. */
export type FakeClient = {
  id: string;
  secret: string;
  /** App scopes; a token carries those of its time. */
  scopes: string[];
  /** "Issue refresh tokens"; off by default, as in the console. */
  issuesRefreshTokens: boolean;
  /** "JWT auth flow". */
  allowsJwt: boolean;
  /** Shared secret and address of the interactive messages feature. */
  webhookSecret: string;
  outboundWebhook?: string;
};

export type FakeUser = {
  extensionId: string;
  jwt: string;
  /** What the role permits over other people. */
  permissions: string[];
  isSuperAdmin: boolean;
};

export type Change = { kind: "presence" | "chat" | "subscription" | "meeting"; extension: string };

/** What all parts of the fake share. */
export type World = {
  clock: Clock;
  /** How the service is seen from outside, without a slash at the end. */
  origin: string;
  accountId: string;
  client: FakeClient;
  user: FakeUser;
  callHandling: "classic" | "new";
  extensions: Map<string, FakeExtension>;
  presences: Presences;
  fetch: typeof fetch;
  changed(change: Change): void;
};

export const allScopes = ["ReadAccounts", "EditPresence", "SubscriptionWebhook", "TeamMessaging", "Video"];
export const allPermissions = ["ReadPresenceStatus", "EditPresenceStatus"];

export const typeOf = (extension: FakeExtension) => extension.type ?? "User";
export const isUser = (extension: FakeExtension): boolean => typeOf(extension) === "User";

export function extensionOf(world: World, id: string): FakeExtension {
  const extension = world.extensions.get(id);
  if (!extension) throw new Error(`the fake knows no extension ${id}`);
  return extension;
}
