/**
 * Makes the Teams app package. No files, no network, no clock: the same options and pictures give the same bytes, on
 * Node as on Workers.
 */
import { BridgeError } from "../src/errors.ts";
import { buildManifest, schemaUrl, textsFor } from "./manifest.ts";
import { settle, type TeamsPackageOptions } from "./options.ts";
import { defaultLanguage, languages } from "./texts.ts";
import { sentenceOf } from "./violation.ts";
import { zip } from "./zip.ts";

/** The two PNG pictures, as in `icons/`. */
export type Icons = { color: Uint8Array; outline: Uint8Array };

/** Contents by name, in the order in which they stand in the zip. */
export type PackageFiles = Readonly<Record<string, Uint8Array>>;
export type TeamsPackage = { files: PackageFiles; zip: Uint8Array<ArrayBuffer> };

/**
 * @throws BridgeError `invalid` when an option is wrong; `details.violations` lists every one with its fix.
 * What only the finished files can show is found by `checkTeamsPackage`.
 */
export function buildTeamsPackage(options: TeamsPackageOptions & { icons: Icons }): TeamsPackage {
  const { deployment, violations } = settle(options);
  if (violations.length > 0)
    throw new BridgeError("invalid", violations.map((one) => sentenceOf(one)).join(" "), { details: { violations } });
  const files: Record<string, Uint8Array> = {
    "manifest.json": jsonBytes(buildManifest(deployment)),
    "color.png": options.icons.color,
    "outline.png": options.icons.outline,
  };
  const $schema = schemaUrl(deployment.manifestVersion, "MicrosoftTeams.Localization.schema.json");
  for (const language of Object.keys(languages))
    if (language !== defaultLanguage)
      files[`${language}.json`] = jsonBytes({ $schema, ...textsFor(deployment, language) });
  return { files, zip: zip(files) };
}

const jsonBytes = (value: unknown) => new TextEncoder().encode(`${JSON.stringify(value, null, 2)}\n`);
