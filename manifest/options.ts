import { checkAddress, checkAppVersion, checkBaseUrl, checkGuid } from "./check-values.ts";
import { type Deployment, type ManifestVersion, manifestVersions } from "./manifest.ts";
import type { Violation } from "./violation.ts";

/** What an admin says about a deployment. Only the first two have to be said. */
export type TeamsPackageOptions = {
  baseUrl: string;
  appId: string;
  /** Client id of the bot, where it has a registration of its own. */
  botId?: string | undefined;
  manifestVersion?: string | undefined;
  appVersion?: string | undefined;
  developerName?: string | undefined;
  websiteUrl?: string | undefined;
  privacyUrl?: string | undefined;
  termsUrl?: string | undefined;
};

const isManifestVersion = (version: string): version is ManifestVersion =>
  manifestVersions.some((known) => known === version);

/** Fills in what was left out. Ids and the base address are brought into the one form in which Entra compares them. */
export function settle(o: TeamsPackageOptions): { deployment: Deployment; violations: Violation[] } {
  const baseUrl = o.baseUrl.replace(/\/$/, "");
  const manifestVersion = o.manifestVersion ?? manifestVersions[0];
  const deployment: Deployment = {
    baseUrl,
    appId: o.appId.toLowerCase(),
    botId: (o.botId ?? o.appId).toLowerCase(),
    manifestVersion: isManifestVersion(manifestVersion) ? manifestVersion : manifestVersions[0],
    appVersion: o.appVersion ?? "1.0.0",
    developerName: o.developerName ?? "Patchcord",
    websiteUrl: o.websiteUrl ?? `${baseUrl}/`,
    privacyUrl: o.privacyUrl ?? `${baseUrl}/privacy`,
    termsUrl: o.termsUrl ?? `${baseUrl}/terms`,
  };
  return { deployment, violations: [...checkDeployment(deployment, o), ...checkManifestVersion(manifestVersion)] };
}

/** Addresses that were derived from the base address are wrong only where it is, so they are not reported again. */
function checkDeployment(d: Deployment, said: TeamsPackageOptions): Violation[] {
  return [
    ...checkBaseUrl("baseUrl", d.baseUrl),
    ...checkGuid("appId", d.appId),
    ...(said.botId === undefined ? [] : checkGuid("botId", d.botId)),
    ...checkAppVersion("appVersion", d.appVersion),
    ...checkDeveloperName(d.developerName),
    ...(["websiteUrl", "privacyUrl", "termsUrl"] as const).flatMap((key) =>
      said[key] === undefined ? [] : checkAddress(key, d[key]),
    ),
  ];
}

function checkManifestVersion(version: string): Violation[] {
  if (isManifestVersion(version)) return [];
  return [{ where: "manifestVersion", code: "unknownManifestVersion", values: [version, manifestVersions.join(", ")] }];
}

/** Limit: Microsoft Teams app manifest schema 1.30, developer.name. */
function checkDeveloperName(name: string): Violation[] {
  const isFit = name.trim() !== "" && name.length <= 32;
  return isFit ? [] : [{ where: "developerName", code: "developerName", values: [String(name.length)] }];
}
