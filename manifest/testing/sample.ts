import { readFileSync } from "node:fs";
import { buildTeamsPackage, type Icons, type PackageFiles } from "../build.ts";
import type { TeamsPackageOptions } from "../options.ts";
import { type Branch, putAt } from "../paths.ts";

export const icons: Icons = {
  color: readFileSync(new URL("../icons/color.png", import.meta.url)),
  outline: readFileSync(new URL("../icons/outline.png", import.meta.url)),
};

export const appId = "1a2b3c4d-5e6f-4a1b-8c2d-3e4f5a6b7c8d";
export const options = { baseUrl: "https://patchcord.example.com", appId, icons };

export const build = (more: Partial<TeamsPackageOptions> = {}) => buildTeamsPackage({ ...options, ...more });

export const readJson = (files: PackageFiles, name: string) => JSON.parse(new TextDecoder().decode(files[name]));

/** The files with one JSON file changed by hand. */
export function editJson(files: PackageFiles, name: string, change: (content: Branch) => void): PackageFiles {
  const content = readJson(files, name);
  change(content);
  return { ...files, [name]: new TextEncoder().encode(JSON.stringify(content)) };
}

/** The files with one value of the manifest changed; undefined removes it. */
export const editManifest = (files: PackageFiles, path: string, value: unknown) =>
  editJson(files, "manifest.json", (manifest) => putAt(manifest, path, value));
