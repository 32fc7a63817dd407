/**
 * The manifest of the Teams app: what the app is allowed to be and where its parts are. Texts are not here but in
 * `texts/`. Shape and limits: Microsoft Teams app manifest schema 1.30.
 */
import { putAt } from "./paths.ts";
import { defaultLanguage, languages, type Texts } from "./texts.ts";

/** Newest first. The oldest one is the first whose shape is otherwise the same. */
export const manifestVersions = ["1.30", "1.29", "1.28", "1.27", "1.26", "1.25"] as const;
export type ManifestVersion = (typeof manifestVersions)[number];

/** Background of the color icon. */
export const accentColor = "#0B5563";

/** Names the expert's tab in deep links: https://teams.microsoft.com/l/entity/<appId>/<entityId>. */
export const expertTabEntityId = "expert";

/** What the bot gets as `value.commandId` of the message extension's invokes. */
export const messageExtensionCommands = { search: "searchConsults", share: "shareAnswer" } as const;

/** Everything that differs from one deployment to the next. */
export type Deployment = {
  /** Where the service is reached: https, a host name of one's own, nothing after it. */
  baseUrl: string;
  /** Client id of the Entra application. Also the id of the Teams app. */
  appId: string;
  botId: string;
  manifestVersion: ManifestVersion;
  /** `1.0.0`. Teams takes a new upload only with a higher one. */
  appVersion: string;
  developerName: string;
  /** Where people find help and a way to reach whoever runs the service. */
  websiteUrl: string;
  privacyUrl: string;
  termsUrl: string;
};
export type Manifest = Record<string, unknown>;

export const schemaUrl = (version: string, kind = "MicrosoftTeams.schema.json") =>
  `https://developer.microsoft.com/en-us/json-schemas/teams/v${version}/${kind}`;

/** `description.features` came with 1.26. */
const hasFeatures = (version: ManifestVersion) => version !== "1.25";

/** The texts of one language as this manifest version knows them. */
export function textsFor(d: Deployment, language: string): Texts {
  const known = Object.entries(languages[language] ?? {}).filter(
    ([key]) => hasFeatures(d.manifestVersion) || !key.startsWith("description.features"),
  );
  return Object.fromEntries(known.map(([key, text]) => [key, text.replaceAll("{support}", d.websiteUrl)]));
}

export function buildManifest(d: Deployment): Manifest {
  const manifest = structureOf(d);
  for (const [path, text] of Object.entries(textsFor(d, defaultLanguage))) putAt(manifest, path, text);
  return manifest;
}

function structureOf(d: Deployment): Manifest {
  const host = new URL(d.baseUrl).hostname;
  return {
    $schema: schemaUrl(d.manifestVersion),
    manifestVersion: d.manifestVersion,
    version: d.appVersion,
    id: d.appId,
    localizationInfo: {
      defaultLanguageTag: defaultLanguage,
      additionalLanguages: Object.keys(languages)
        .filter((language) => language !== defaultLanguage)
        .map((language) => ({ languageTag: language, file: `${language}.json` })),
    },
    developer: {
      name: d.developerName,
      websiteUrl: d.websiteUrl,
      privacyUrl: d.privacyUrl,
      termsOfUseUrl: d.termsUrl,
    },
    name: {},
    description: hasFeatures(d.manifestVersion) ? { features: [] } : {},
    icons: { color: "color.png", outline: "outline.png" },
    accentColor,
    staticTabs: [
      { entityId: "conversations", scopes: ["personal"] }, // reserved: the chat with the bot, where the cards arrive
      { entityId: expertTabEntityId, contentUrl: `${d.baseUrl}/tab`, scopes: ["personal"] },
    ],
    bots: [
      {
        botId: d.botId,
        scopes: ["personal"],
        isNotificationOnly: false,
        supportsCalling: false,
        supportsVideo: false,
        supportsFiles: false,
        commandLists: [{ scopes: ["personal"], commands: [] }],
      },
    ],
    composeExtensions: [{ botId: d.botId, commands: messageExtension() }],
    permissions: ["identity"],
    validDomains: [host],
    webApplicationInfo: { id: d.appId, resource: applicationIdUri(host, d.botId) },
    defaultInstallScope: "personal",
  };
}

const messageExtension = () => [
  {
    id: messageExtensionCommands.search,
    type: "query",
    context: ["compose", "commandBox"],
    initialRun: true,
    parameters: [{ name: "words", inputType: "text" }],
  },
  { id: messageExtensionCommands.share, type: "action", context: ["compose", "message"], fetchTask: true },
];

/**
 * What the Entra application must carry as its Application ID URI, letter for letter.
 * Source: Microsoft Teams documentation, "Configure your tab app in Microsoft Entra ID" (app with tab and bot).
 */
export const applicationIdUri = (host: string, botId: string) => `api://${host}/botid-${botId}`;
