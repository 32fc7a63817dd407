import { globSync, readFileSync } from "node:fs";
import { sep } from "node:path";
import { describe, expect, it } from "vitest";
import { breaches, importRules, wordRules } from "./house-law.ts";

const root = new URL("../../", import.meta.url);
const files = globSync("{src,adapters}/**/*.{ts,tsx}", { cwd: root }).map((path) => path.replaceAll(sep, "/"));

describe("the law of the house", () => {
  it("sees the whole house", () => {
    expect(files).toEqual(expect.arrayContaining(["src/errors.ts", "src/testing/house-law.ts"]));
    expect(files.length).toBeGreaterThan(30);
  });

  it("is kept by every file", () => {
    expect(files.flatMap((path) => breaches(path, readFileSync(new URL(path, root), "utf8")))).toEqual([]);
  });
});

/** For each rule, code that breaks it and its nearest lawful neighbour. */
const planted: [rule: string, path: string, unlawful: string, lawful: string][] = [
  [
    "a room imports itself, rooms",
    "src/jobs/run.ts",
    'import "../consults/move.ts"',
    'import "../platform/contract.ts"',
  ],
  ["a room imports itself, rooms", "src/desk/a.ts", 'import "../wire.ts"', 'import "../db.ts"'],
  ["a room imports itself, rooms", "src/desk/a.test.ts", 'import "../http/app.ts"', 'import "../testing/clock.ts"'],
  ["an open root file imports", "src/db.ts", 'import "./people/list.ts"', 'import "./ids.ts"'],
  [
    "an open root file imports",
    "src/views.ts",
    'import { A } from "./http/a.ts"',
    'import type { A } from "./http/a.ts"',
  ],
  ["an adapter imports", "adapters/zoom/index.ts", 'import "../../src/db.ts"', 'import "../../src/platform/http.ts"'],
  ["an adapter imports", "adapters/zoom/a.ts", 'import "../webhook/sign.ts"', 'import "./sign.ts"'],
  ["an adapter imports", "adapters/zoom/a.ts", 'import "../../src/testing/faults.ts"', 'import "../../src/log.ts"'],
  ["only wire.ts, the list", "src/http/app.ts", 'import "../../adapters/index.ts"', 'import "./auth.ts"'],
  ["only wire.ts, the list", "src/node.ts", 'await import("../adapters/index.ts")', 'await import("./wire.ts")'],
  ["Node's own modules", "src/seal.ts", 'import { sign } from "node:crypto"', 'import "jose"'],
  ["Node's own modules", "src/wire.ts", 'export * from "fs"', 'export * from "./db.ts"'],
  ["Node's own modules", "adapters/zoom/a.ts", 'type A = import("node:net").Socket', 'type A = import("./b.ts").B'],
  ["what runs on Workers", "src/worker.ts", 'import "./embedded-postgres.ts"', 'import "./wire.ts"'],
  ["what runs on Workers", "src/wire.ts", 'import "./migrate-database.ts"', 'import "../adapters/index.ts"'],
  ["only node.ts and tests import the sandbox", "src/wire.ts", 'import "./sandbox/start.ts"', 'import "./db.ts"'],
  ["only tests, fakes", "src/worker.ts", 'import "./testing/clock.ts"', 'import "./ids.ts"'],
  ["only tests, fakes", "src/wire.ts", 'import "./platform/contract-suite.ts"', 'import "./platform/contract.ts"'],
  ["the front ends import", "src/web/desk/a.tsx", 'import "../../desk/routes.ts"', 'import "../../desk/protocol.ts"'],
  [
    "the front ends import",
    "src/web/a.ts",
    'import { A } from "../errors.ts"',
    'import type { A } from "../errors.ts"',
  ],
  ["no vendor's package", "src/presence/a.ts", 'import "@ringcentral/sdk"', 'import "zod"'],
  ["no vendor is named", "src/presence/a.ts", "const teamsId = 1", "const steamsId = 1 // of Teams"],
  ["no vendor is named", "src/presence/a.ts", 'f("genesys-cloud")', "/* as Genesys does */ f()"],
  ["no vendor is named", "src/presence/a.ts", "f(`$" + "{host}.twilio.com`)", "f(`$" + "{host}.example.com`)"],
  ["only config.ts and the doors", "src/http/app.ts", "f(process.env.PORT)", "f(settings.PORT)"],
  ["only config.ts and the doors", "src/http/app.ts", 'f(globalThis.process["env"])', "f(globalThis.crypto)"],
];

describe("each rule can fail", () => {
  it.each(planted)("%s: %s", (rule, path, unlawful, lawful) => {
    expect(breaches(path, unlawful)).toContainEqual(expect.stringContaining(`: ${rule}`));
    expect(breaches(path, lawful)).toEqual([]);
  });

  it("every rule has a planted breach", () => {
    const untried = [...importRules, ...wordRules].filter(
      ({ name }) => !planted.some(([rule]) => name.startsWith(rule)),
    );
    expect(untried).toEqual([]);
  });
});
