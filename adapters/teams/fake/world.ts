import { type Communication, createCommunicationState } from "./communication.ts";
import { createSigner, type Signer } from "./keys.ts";
import { createPresences, type Presences } from "./presences.ts";

export type Clock = { now(): Date };

/** A made-up employee, with the fields that Graph shows and the switches that only a fake has. */
export type FakeUser = {
  id: string;
  displayName: string;
  userPrincipalName: string;
  mail?: string;
  userType?: "Member" | "Guest";
  accountEnabled?: boolean;
  businessPhones?: string[];
  mobilePhone?: string;
  department?: string;
  jobTitle?: string;
  officeLocation?: string;
  /** Their picture, as they have uploaded it. */
  photo?: Uint8Array;
  /** What stands in their calendar; without a mailbox there is none. */
  events?: readonly FakeEvent[];
  hasMailbox?: boolean;
  assignedPlans?: { servicePlanId: string; capabilityStatus: string; service?: string; assignedDateTime?: string }[];
  /** App roles that this person's sign-in carries: `Patchcord.Admin`, `Patchcord.Supervisor`. */
  appRoles?: string[];
  /** The Teams app is there. Default: yes. */
  hasApp?: boolean;
  hasBlockedBot?: boolean;
  /** May change the catalogue of apps, as with the role Teams Administrator. */
  isTeamsAdmin?: boolean;
  /** An application access policy lets apps open meetings in this person's name. Default: yes. */
  hasMeetingPolicy?: boolean;
};

export type FakeEvent = {
  subject: string;
  start: Date;
  end: Date;
  showAs?: "free" | "tentative" | "busy" | "oof" | "workingElsewhere" | "unknown";
  isAllDay?: boolean;
  isCancelled?: boolean;
  isOnlineMeeting?: boolean;
};

/** Where the five services are seen from outside, without a slash at the end. */
export type Urls = { login: string; graph: string; botFramework: string; connector: string; communication: string };

export const vendorUrls: Urls = {
  login: "https://login.microsoftonline.com",
  graph: "https://graph.microsoft.com",
  botFramework: "https://login.botframework.com",
  connector: "https://smba.trafficmanager.net/teams",
  communication: "https://contoso.communication.azure.com",
};

/** All five under one origin, as the sandbox serves them. */
export const urlsUnder = (origin: string): Urls => ({
  login: `${origin}/login`,
  graph: `${origin}/graph`,
  botFramework: `${origin}/botframework`,
  connector: `${origin}/connector`,
  communication: `${origin}/communication`,
});

export type AppRegistration = { clientId: string; clientSecret: string };
export type CatalogApp = { id: string; externalId: string; displayName: string };
/** An app of the catalogue with all versions that were ever put there. */
export type CatalogEntry = CatalogApp & { definitions: AppDefinition[] };
export type AppDefinition = { version: string; publishingState: "published" | "submitted" | "rejected" };

export type Change = { kind: "presence" | "chat" | "directory" | "meeting"; user: string };

/** What all parts of the fake share. */
export type World = {
  clock: Clock;
  urls: Urls;
  tenantId: string;
  /** The app for Graph and for people's sign-in, and the bot's; they may be one. */
  graphApp: AppRegistration;
  botApp: AppRegistration;
  catalogApp: CatalogApp;
  /** By the catalogue's own ids. At first ours alone, in version 1.0.0. */
  catalogue: Map<string, CatalogEntry>;
  /** The Graph permissions that an admin has consented to; a token carries those of its time. */
  roles: string[];
  users: Map<string, FakeUser>;
  pageSize: number;
  presences: Presences;
  entra: Signer;
  botFramework: Signer;
  /** Refresh tokens of the service account for notifications; each counts once. */
  refreshTokens: Set<string>;
  /** Tokens of an earlier generation have been revoked. */
  tokenGeneration: number;
  communication: Communication;
  changed(change: Change): void;
};

export type WorldOptions = {
  clock: Clock;
  users: readonly FakeUser[];
  tenantId?: string;
  clientId?: string;
  clientSecret?: string;
  botAppId?: string;
  botAppSecret?: string;
  roles?: readonly string[];
  catalogApp?: CatalogApp;
  /** People on one page of the directory where the request does not say; 100 unless told. */
  pageSize?: number;
  /** One origin for all five services; absent: Microsoft's own addresses. */
  origin?: string;
};

/** The permissions of the README, all granted. */
const allRoles = [
  "Presence.ReadWrite.All",
  "User.Read.All",
  "ProfilePhoto.Read.All",
  "OnlineMeetings.ReadWrite.All",
  "Calendars.ReadBasic.All",
  "TeamsAppInstallation.ReadWriteSelfForUser.All",
  "AppCatalog.Read.All",
];

export function createWorld(options: WorldOptions, changed: (change: Change) => void): World {
  const { clientId = "6f0c2b5e-51c5-4a3b-9d6e-1f0a7c3d2e10", clientSecret = "made-up-client-secret" } = options;
  const catalogApp = options.catalogApp ?? {
    id: "c5f6d7e8-2a41-4b0c-8f3d-7e6b5a493827",
    externalId: clientId,
    displayName: "Patchcord",
  };
  return {
    clock: options.clock,
    urls: options.origin ? urlsUnder(options.origin) : vendorUrls,
    tenantId: options.tenantId ?? "3b1f8a52-0c3e-4a57-8d0e-9a6a5a0f4c01",
    graphApp: { clientId, clientSecret },
    botApp: { clientId: options.botAppId ?? clientId, clientSecret: options.botAppSecret ?? clientSecret },
    catalogApp,
    catalogue: new Map([
      [catalogApp.id, { ...catalogApp, definitions: [{ version: "1.0.0", publishingState: "published" }] }],
    ]),
    roles: [...(options.roles ?? allRoles)],
    users: new Map(options.users.map((user) => [user.id, { ...user }])),
    pageSize: options.pageSize ?? 100,
    presences: createPresences(options.clock),
    entra: createSigner("entra"),
    botFramework: createSigner("bot-framework"),
    refreshTokens: new Set(["refresh-of-the-service-account"]),
    tokenGeneration: 1,
    communication: createCommunicationState(),
    changed,
  };
}

/** Graph takes the object id or the user principal name. */
export const findUser = (world: World, idOrName: string): FakeUser | undefined =>
  world.users.get(idOrName) ??
  [...world.users.values()].find(({ userPrincipalName }) => userPrincipalName.toLowerCase() === idOrName.toLowerCase());

export function userOf(world: World, id: string): FakeUser {
  const user = world.users.get(id);
  if (!user) throw new Error(`the fake knows no user ${id}`);
  return user;
}
