/**
 * Rules about the manifest itself, beyond its schema.
 * Sources: Microsoft Graph reference, "teamsApp: publish", table of validation errors; Teams store validation guidelines;
 * the permissions that the app needs: README.md.
 */
import { checkAddress, checkAppVersion, checkGuid, checkHost } from "./check-values.ts";
import { applicationIdUri, schemaUrl } from "./manifest.ts";
import { type Branch, isBranch } from "./paths.ts";
import type { Violation } from "./violation.ts";

/** The keys that this app needs. Another one would be unknown to Teams or ask for more than the app uses. */
const neededKeys = [
  ...["$schema", "manifestVersion", "version", "id", "localizationInfo", "developer", "name", "description", "icons"],
  ...["accentColor", "staticTabs", "bots", "composeExtensions", "permissions", "validDomains", "webApplicationInfo"],
  "defaultInstallScope",
];
const neededPermissions = ["identity"];

/** What the rules look at, read leniently: what is absent or of the wrong kind is empty. */
export type Facts = ReturnType<typeof factsOf>;

export function factsOf(manifest: Branch) {
  const bots = [...list(manifest.bots), ...list(manifest.composeExtensions)];
  const info = branch(manifest.webApplicationInfo);
  const icons = branch(manifest.icons);
  const tabs = list(manifest.staticTabs);
  return {
    manifestVersion: text(manifest.manifestVersion),
    accentColor: text(manifest.accentColor),
    colorIcon: text(icons.color),
    outlineIcon: text(icons.outline),
    languageFiles: list(branch(manifest.localizationInfo).additionalLanguages).map((language) => text(language.file)),
    tabs,
    tabAddresses: tabs.flatMap((tab) => (tab.contentUrl === undefined ? [] : [text(tab.contentUrl)])),
    botIds: bots.map((bot) => text(bot.botId)),
    applicationId: text(info.id),
    resource: text(info.resource),
    developer: branch(manifest.developer),
    validDomains: texts(manifest.validDomains),
    permissions: texts(manifest.permissions),
  };
}

const branch = (value: unknown): Branch => (isBranch(value) ? value : {});
const text = (value: unknown): string => (typeof value === "string" ? value : "");
const texts = (value: unknown): string[] => (Array.isArray(value) ? value.map(text) : []);
const list = (value: unknown): Branch[] => (Array.isArray(value) ? value.filter(isBranch) : []);

export function checkManifest(manifest: Branch, facts: Facts): Violation[] {
  return [
    ...checkKeys(manifest, facts),
    ...checkGuid("manifest.json id", text(manifest.id)),
    ...checkGuid("manifest.json webApplicationInfo.id", facts.applicationId),
    ...[...new Set(facts.botIds)].flatMap((id) => checkGuid("manifest.json botId", id)),
    ...checkAppVersion("manifest.json version", text(manifest.version)),
    ...checkSchemaVersion(manifest, facts),
    ...checkAddresses(facts),
    ...checkTabs(facts),
    ...checkSignIn(facts),
  ];
}

function checkKeys(manifest: Branch, facts: Facts): Violation[] {
  const keys = Object.keys(manifest).filter((key) => !neededKeys.includes(key));
  const permissions = facts.permissions.filter((permission) => !neededPermissions.includes(permission));
  return [
    ...keys.map(
      (key): Violation => ({
        where: `manifest.json ${key}`,
        code: "needlessKey",
      }),
    ),
    ...permissions.map(
      (permission): Violation => ({
        where: "manifest.json permissions",
        code: "tooMuchPermission",
        values: [permission],
      }),
    ),
  ];
}

function checkSchemaVersion(manifest: Branch, facts: Facts): Violation[] {
  const wanted = schemaUrl(facts.manifestVersion);
  if (manifest.$schema === wanted) return [];
  return [{ where: "manifest.json $schema", code: "otherSchema", values: [facts.manifestVersion, wanted] }];
}

function checkAddresses({ developer, tabAddresses, validDomains }: Facts): Violation[] {
  const tabHosts = tabAddresses.filter((address) => URL.canParse(address)).map((address) => new URL(address).hostname);
  const where = "manifest.json validDomains";
  return [
    ...["websiteUrl", "privacyUrl", "termsOfUseUrl"].flatMap((key) =>
      checkAddress(`manifest.json developer.${key}`, text(developer[key])),
    ),
    ...tabAddresses.flatMap((address) => checkAddress("manifest.json staticTabs contentUrl", address)),
    ...validDomains.flatMap((host) => checkHost(where, host)),
    ...validDomains
      .filter((host) => !tabHosts.includes(host.toLowerCase()))
      .map((host): Violation => ({ where, code: "strangeHost", values: [host] })),
    ...tabHosts
      .filter((host) => !validDomains.includes(host))
      .map((host): Violation => ({ where, code: "missingHost", values: [host] })),
  ];
}

function checkTabs({ tabs }: Facts): Violation[] {
  return tabs
    .filter((tab) => ["conversations", "about"].includes(text(tab.entityId)) && tab.name !== undefined)
    .map(
      (tab): Violation => ({
        where: `manifest.json staticTabs ${text(tab.entityId)}`,
        code: "reservedTab",
      }),
    );
}

/** Teams gives out sign-in tokens only when this is the Application ID URI, and the URI names host and bot. */
function checkSignIn({ tabAddresses, botIds, resource }: Facts): Violation[] {
  const [address, botId] = [tabAddresses[0], botIds[0]];
  if (address === undefined || botId === undefined || !URL.canParse(address)) return [];
  const wanted = applicationIdUri(new URL(address).hostname, botId);
  if (resource === wanted) return [];
  return [
    { where: "manifest.json webApplicationInfo.resource", code: "otherResource", values: [resource || '""', wanted] },
  ];
}
