/**
 * Microsoft's own schemas for manifest and language files, from the package in which Microsoft ships them. Offline.
 * The package's `AppManifestUtils.validateAgainstSchema` does the same for the manifest alone, but release 1.1.2 cannot be
 * loaded unless `fs-extra` happens to be installed: it is missing from its dependencies.
 */
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import type { ErrorObject } from "ajv";
import type { PackageFiles } from "./build.ts";
import type { Violation } from "./violation.ts";

const require = createRequire(import.meta.url);

/**
 * What the official schemas find in manifest and language files. Undefined where the schemas or the validator, which are
 * development dependencies, are not installed.
 */
export async function checkOfficialSchema(files: PackageFiles): Promise<Violation[] | undefined> {
  const found = await Promise.all(
    Object.entries(files)
      .filter(([name]) => name.endsWith(".json"))
      .map(async ([name, bytes]) => checkFile(name, JSON.parse(new TextDecoder().decode(bytes)))),
  ).catch((error: unknown) => {
    if (isNotInstalled(error)) return undefined;
    throw error;
  });
  return found?.flat();
}

const isNotInstalled = (error: unknown) =>
  ["ERR_MODULE_NOT_FOUND", "MODULE_NOT_FOUND"].includes(String((error as { code?: unknown }).code));

async function checkFile(name: string, content: { $schema?: string }): Promise<Violation[]> {
  const schema = await readSchema(content.$schema ?? "");
  if (schema === undefined) {
    return [{ where: name, code: "noOfficialSchema", values: [String(content.$schema)] }];
  }
  const [{ default: Ajv }, { default: addFormats }] = await Promise.all([
    import("ajv-draft-04"),
    import("ajv-formats"),
  ]);
  // Some patterns of the localisation schema escape characters that unicode patterns do not allow to be escaped.
  const ajv = new Ajv.default({ allErrors: true, strictTypes: false, unicodeRegExp: false });
  addFormats.default(ajv, ["uri", "email", "regex"]);
  const validate = ajv.compile(schema);
  return validate(content) ? [] : (validate.errors ?? []).map((error) => violationOf(name, error));
}

async function readSchema(address: string): Promise<object | undefined> {
  const path = /^https:\/\/developer\.microsoft\.com\/en-us\/json-schemas\/(teams\/v[\d.]+\/[\w.]+\.json)$/.exec(
    address,
  );
  if (!path?.[1]) return undefined;
  const folder = dirname(require.resolve("@microsoft/app-manifest/package.json"));
  try {
    return JSON.parse(await readFile(join(folder, "build/json-schemas", path[1]), "utf8"));
  } catch (error) {
    if ((error as { code?: unknown }).code === "ENOENT") return undefined;
    throw error;
  }
}

function violationOf(name: string, { instancePath, message, params }: ErrorObject): Violation {
  const detail = "additionalProperty" in params ? ` (${params.additionalProperty})` : "";
  return { where: `${name} ${instancePath || "/"}`, code: "officialSchema", values: [`${message}${detail}`] };
}
