/** `npm run teams:package`: options in, a checked zip out. Exit status 0: made; 1: something has to be corrected; 2: usage. */
import { createHash } from "node:crypto";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { parseArgs } from "node:util";
import { isBridgeError } from "../src/errors.ts";
import { buildTeamsPackage, type Icons, type TeamsPackage } from "./build.ts";
import { checkTeamsPackage } from "./check.ts";
import { applicationIdUri, manifestVersions } from "./manifest.ts";
import { checkOfficialSchema } from "./package-schema.ts";
import { sentenceOf, spoken, type Violation } from "./violation.ts";

const flags = {
  "base-url": { type: "string" },
  "app-id": { type: "string" },
  "bot-id": { type: "string" },
  "manifest-version": { type: "string" },
  "app-version": { type: "string" },
  "developer-name": { type: "string" },
  "website-url": { type: "string" },
  "privacy-url": { type: "string" },
  "terms-url": { type: "string" },
  language: { type: "string" },
  out: { type: "string", default: "dist/patchcord-teams.zip" },
  help: { type: "boolean" },
} as const;

const usage = `npm run teams:package -- --base-url https://patchcord.example.com --app-id <guid>

  --base-url          where Patchcord is reached: https and a host name of your own
  --app-id            Application (client) ID of the Entra app registration
  --bot-id            client ID of the bot, when it is another one
  --app-version       1.0.0 unless you say more; raise it with every upload
  --manifest-version  ${manifestVersions.join(", ")}; the newest unless you say otherwise
  --developer-name    who runs this, at most 32 characters
  --website-url       where people find help; the base address unless you say otherwise
  --privacy-url       the base address and /privacy unless you say otherwise
  --terms-url         the base address and /terms unless you say otherwise
  --language          en, es, fr or sv, in which faults are told; yours unless you say otherwise
  --out               dist/patchcord-teams.zip unless you say otherwise`;

export type Terminal = { log(line: string): void; error(line: string): void };
type Flags = ReturnType<typeof parse>;

const parse = (args: string[]) => parseArgs({ args, options: flags, strict: true }).values;

/** Makes the package. @returns the exit status */
export async function runPackageCommand(args: string[], terminal: Terminal, locale = "en"): Promise<0 | 1 | 2> {
  const given = parseOr(args, terminal);
  if (given === undefined) return 2;
  if (given.help) {
    terminal.log(usage);
    return 0;
  }
  const { "base-url": baseUrl, "app-id": appId } = given;
  if (!baseUrl || !appId) {
    terminal.error(`${baseUrl ? "--app-id" : "--base-url"} is missing.\n\n${usage}`);
    return 2;
  }
  return make({ ...given, language: given.language ?? locale, "base-url": baseUrl, "app-id": appId }, terminal);
}

function parseOr(args: string[], terminal: Terminal): Flags | undefined {
  try {
    return parse(args);
  } catch (error) {
    terminal.error(`${(error as Error).message}\n\n${usage}`);
    return undefined;
  }
}

async function make(given: Flags & { "base-url": string; "app-id": string }, terminal: Terminal): Promise<0 | 1> {
  const built = build(given, await readIcons());
  const violations = Array.isArray(built) ? built : await check(built, terminal);
  if (Array.isArray(built) || violations.length > 0) {
    for (const violation of violations) terminal.error(sentenceOf(violation, given.language));
    terminal.error(nothingWritten[spoken(given.language ?? "en")] ?? "");
    return 1;
  }
  try {
    await mkdir(dirname(given.out), { recursive: true });
    await writeFile(given.out, built.zip);
  } catch (error) {
    terminal.error(
      `--out: ${given.out} cannot be written (${(error as { code?: string }).code}). Choose another place.`,
    );
    return 1;
  }
  report(built, given.out, terminal);
  return 0;
}

function build(given: Flags & { "base-url": string; "app-id": string }, icons: Icons): TeamsPackage | Violation[] {
  try {
    return buildTeamsPackage({
      baseUrl: given["base-url"],
      appId: given["app-id"],
      botId: given["bot-id"],
      manifestVersion: given["manifest-version"],
      appVersion: given["app-version"],
      developerName: given["developer-name"],
      websiteUrl: given["website-url"],
      privacyUrl: given["privacy-url"],
      termsUrl: given["terms-url"],
      icons,
    });
  } catch (error) {
    if (!isBridgeError(error) || !error.details) throw error;
    return (error.details.violations as Violation[]).map((v) => ({ ...v, where: flagOf(v.where) }));
  }
}

const nothingWritten: Record<string, string> = {
  en: "No package was written.",
  es: "No se ha escrito ningún paquete.",
  fr: "Aucun paquet n’a été écrit.",
  sv: "Inget paket skrevs.",
};

const flagOf = (option: string) => `--${option.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;

async function readIcons(): Promise<Icons> {
  const read = (name: string) => readFile(new URL(`icons/${name}.png`, import.meta.url));
  return { color: await read("color"), outline: await read("outline") };
}

async function check({ files }: TeamsPackage, terminal: Terminal): Promise<Violation[]> {
  const own = await checkTeamsPackage(files);
  const official = await checkOfficialSchema(files);
  if (official === undefined) terminal.error("Not checked against Microsoft's schemas: npm ci installs them.");
  return [...own, ...(official ?? [])];
}

function report({ files, zip }: TeamsPackage, out: string, terminal: Terminal): void {
  const manifest = JSON.parse(new TextDecoder().decode(files["manifest.json"]));
  const host = manifest.validDomains[0];
  terminal.log(`${out} (${zip.length} bytes)
  sha256    ${createHash("sha256").update(zip).digest("hex")}
  version   ${manifest.version}, manifest ${manifest.manifestVersion}
  app id    ${manifest.id}
  bot id    ${manifest.bots[0].botId}
  tab       ${manifest.staticTabs[1].contentUrl}
  sign-in   ${applicationIdUri(host, manifest.bots[0].botId)} (must be the Application ID URI in Entra)
  files     ${Object.keys(files).join(", ")}
Upload it in the Teams admin center: Teams apps, Manage apps, Actions, Upload new app.`);
}
