import type { PermissionFacts } from "../../src/platform/contract.ts";
import { type TeamsSettings, urlUnder } from "./settings.ts";

/**
 * Application permissions, each with what it unlocks, and the higher ones that do the same.
 * Source: Microsoft Graph permissions reference (msgraph-permissions, August 2026); a contract test compares.
 */
export type Permission = { name: string; higher: readonly string[]; unlocks: string };

export const permissions = {
  presence: {
    name: "Presence.Read.All",
    higher: ["Presence.ReadWrite.All"],
    unlocks: "seeing who is free",
  },
  directory: {
    name: "User.Read.All",
    higher: ["User.ReadWrite.All", "Directory.Read.All", "Directory.ReadWrite.All"],
    unlocks: "finding colleagues by name and department",
  },
  photos: {
    name: "ProfilePhoto.Read.All",
    higher: ["ProfilePhoto.ReadWrite.All"],
    unlocks: "showing colleagues' pictures on the agent's desk",
  },
  hold: {
    name: "Presence.ReadWrite.All",
    higher: [],
    unlocks: "showing in Teams that somebody is on a contact-center call",
  },
  meetings: {
    name: "OnlineMeetings.ReadWrite.All",
    higher: [],
    unlocks: "opening a video meeting with an expert",
  },
  calendar: {
    name: "Calendars.ReadBasic.All",
    higher: ["Calendars.Read", "Calendars.ReadWrite"],
    unlocks: "saying until when a colleague is in a meeting",
  },
  install: {
    name: "TeamsAppInstallation.ReadWriteSelfForUser.All",
    higher: [
      "TeamsAppInstallation.ReadWriteForUser.All",
      "TeamsAppInstallation.ReadWriteAndConsentForUser.All",
      "TeamsAppInstallation.ReadWriteAndConsentSelfForUser.All",
    ],
    unlocks: "installing the app for the experts whom it has to reach",
  },
} as const satisfies Record<string, Permission>;

export type Feature = keyof typeof permissions;

const used = ({ features, catalogAppId }: Pick<TeamsSettings, "features" | "catalogAppId">): Feature[] => [
  "presence",
  "directory",
  ...features,
  ...(catalogAppId ? (["install"] as const) : []),
];

/** Those that these settings use and that are not among the granted ones. */
export const missingFeatures = (settings: TeamsSettings, granted: ReadonlySet<string>): Feature[] =>
  used(settings).filter((feature) => {
    const { name, higher } = permissions[feature];
    return ![name, ...higher].some((permission) => granted.has(permission));
  });

/** Reading comes first: the level on which nothing is changed in Teams. */
export const permissionFacts = (settings: TeamsSettings): PermissionFacts[] =>
  (Object.keys(permissions) as Feature[]).map((feature) => ({
    name: permissions[feature].name,
    feature,
    isUsed: used(settings).includes(feature),
    writes: permissions[feature].name.includes("Write"),
  }));

/** Asks for all permissions that the registration names. Source: Microsoft identity platform, admin consent. */
export const consentUrl = ({ loginUrl, tenantId, clientId }: TeamsSettings): string =>
  `${urlUnder(loginUrl, `${tenantId}/adminconsent`)}?client_id=${encodeURIComponent(clientId)}`;

/** The sentence for an admin when Graph says no. */
export const grant = (feature: Feature): string => {
  const { name, unlocks } = permissions[feature];
  return `Grant the application permission ${name} in Entra and give admin consent; it is for ${unlocks}`;
};
