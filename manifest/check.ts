/**
 * Judges a finished package by the rules of Teams and its store that can be checked without them. Takes the files as they
 * would be uploaded, so it also finds what was changed by hand.
 */
import type { PackageFiles } from "./build.ts";
import { checkColorIcon, checkOutlineIcon } from "./check-icons.ts";
import { checkManifest, type Facts, factsOf } from "./check-manifest.ts";
import { checkComplete, checkTexts, textsOf } from "./check-texts.ts";
import { schemaUrl } from "./manifest.ts";
import { isBranch } from "./paths.ts";
import type { Violation } from "./violation.ts";

/** Every violation, each with its fix; none when the package can be uploaded. */
export async function checkTeamsPackage(files: PackageFiles): Promise<Violation[]> {
  const manifest = readJson(files, "manifest.json");
  if (!isBranch(manifest)) return [unreadable("manifest.json", files)];
  const facts = factsOf(manifest);
  const texts = textsOf(manifest);
  return [
    ...checkManifest(manifest, facts),
    ...checkFileList(files, facts),
    ...checkTexts("manifest.json", texts),
    ...facts.languageFiles.flatMap((file) => checkLanguageFile(files, file, texts, facts)),
    ...(await checkIcons(files, facts)),
  ];
}

function readJson(files: PackageFiles, name: string): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(files[name]));
  } catch {
    return undefined;
  }
}

const unreadable = (file: string, files: PackageFiles): Violation =>
  files[file] === undefined ? { where: file, code: "missingFile" } : { where: file, code: "notJson" };

/** Every file that the manifest names is there, and no other. */
function checkFileList(files: PackageFiles, facts: Facts): Violation[] {
  const named = ["manifest.json", facts.colorIcon, facts.outlineIcon, ...facts.languageFiles];
  const missing = named.filter((file) => !facts.languageFiles.includes(file) && files[file] === undefined);
  const extra = Object.keys(files).filter((file) => !named.includes(file));
  return [
    ...missing.map((file) => unreadable(file, files)),
    ...extra.map((where): Violation => ({ where, code: "needlessFile" })),
  ];
}

function checkLanguageFile(
  files: PackageFiles,
  file: string,
  expected: Record<string, string>,
  facts: Facts,
): Violation[] {
  const content = readJson(files, file);
  if (!isBranch(content)) return [unreadable(file, files)];
  const { $schema, ...rest } = content;
  const texts = Object.fromEntries(
    Object.entries(rest).map(([key, text]) => [key, typeof text === "string" ? text : ""]),
  );
  const wanted = schemaUrl(facts.manifestVersion, "MicrosoftTeams.Localization.schema.json");
  return [
    ...($schema === wanted ? [] : [{ where: file, code: "otherSchemaVersion" as const, values: [wanted] }]),
    ...checkComplete(file, texts, expected),
    ...checkTexts(file, texts),
  ];
}

async function checkIcons(files: PackageFiles, facts: Facts): Promise<Violation[]> {
  const [color, outline] = [files[facts.colorIcon], files[facts.outlineIcon]];
  return [
    ...(color ? await checkColorIcon(facts.colorIcon, color, facts.accentColor) : []),
    ...(outline ? await checkOutlineIcon(facts.outlineIcon, outline) : []),
  ];
}
