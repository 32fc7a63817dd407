/** The law of the house as a table: who may import whom, and which words belong where. */
import { isBuiltin } from "node:module";
import { posix } from "node:path";
import { parseSync } from "vite";

/** Imports point left. */
export const rooms = [
  "platform",
  "jobs",
  "webhooks",
  "identity",
  "presence",
  "experts",
  "context",
  "answers",
  "consults",
  "routing",
  "teams",
  "desk",
  "admin",
  "http",
] as const;

const vendors = /genesys|twilio|asterisk|ringcentral|amazon|webex|microsoft|\bteams\b/i;

/** The one data file of documented vendor limits. */
const vendorLimits = "src/platform/budgets.ts";

/** What a file says, as far as the law cares. Comments are free. */
type Source = {
  path: string;
  imports: { specifier: string; isType: boolean }[];
  /** Names and strings of the code, imports left out. */
  words: string[];
  readsEnvironment: boolean;
};

type Node = { type: string; [key: string]: unknown };
const isNode = (value: unknown): value is Node => typeof (value as Node | null)?.type === "string";
const childrenOf = (node: Node): Node[] => Object.values(node).flat().filter(isNode);
const textOf = (value: unknown): string => (typeof value === "string" ? value : "");

export function readSource(path: string, text: string): Source {
  const parsed = parseSync(path, text);
  if (parsed.errors.length > 0) throw new Error(`${path} cannot be parsed: ${parsed.errors[0]?.message}`);
  const source: Source = { path, imports: [], words: [], readsEnvironment: false };
  visit(parsed.program as unknown as Node, source);
  return source;
}

function visit(node: Node, source: Source): void {
  const from = node.source ?? (node.type === "TSImportType" ? node.argument : undefined);
  if (isNode(from)) source.imports.push({ specifier: textOf(from.value), isType: isTypeImport(node) });
  if (node.type === "MemberExpression" && isProcess(node.object) && nameOf(node.property) === "env") {
    source.readsEnvironment = true;
  }
  source.words.push(...wordsOf(node));
  for (const child of childrenOf(node)) if (child !== from) visit(child, source);
}

const isTypeImport = (node: Node) =>
  node.importKind === "type" || node.exportKind === "type" || node.type === "TSImportType";
const nameOf = (node: unknown) => (isNode(node) ? textOf(node.name) || textOf(node.value) : "");
const isProcess = (node: unknown) =>
  isNode(node) && (nameOf(node) === "process" || nameOf(node.property) === "process");

function wordsOf(node: Node): string[] {
  if (node.type === "Identifier" || node.type === "JSXIdentifier") return [textOf(node.name)];
  if (node.type === "Literal" || node.type === "JSXText") return [textOf(node.value)];
  if (node.type === "TemplateElement") return [textOf((node.value as { raw?: unknown }).raw)];
  return [];
}

/** `teamsBot`, `teams-bot` and `teams_bot` are all "teams bot"; `steamship` holds no teams. */
const spell = (word: string) => word.replaceAll(/([a-z\d])([A-Z])/g, "$1 $2").replaceAll(/[_-]/g, " ");

const roomOf = (path: string) => rooms.findIndex((room) => path.startsWith(`src/${room}/`));
const isIn = (path: string, ...folders: string[]) => folders.some((folder) => path.startsWith(`${folder}/`));
const isRoot = (path: string) => /^src\/[^/]+$/.test(path);

const isTest = (path: string) =>
  /\.test\.tsx?$/.test(path) ||
  /^adapters\/[^/]+\/testing(\/|\.ts$)/.test(path) ||
  /^src\/(testing|web\/testing|platform\/contract-suite)(\/|\.ts$)/.test(path);
const isFake = (path: string) => /^adapters\/[^/]+\/fake(\/|\.ts$|-)/.test(path);

/** Root files for Node alone; the others run on Workers too. */
const isNodeOnly = (path: string) =>
  /^src\/(node|[\w-]+-node|embedded-postgres[\w-]*|migrate[\w-]*|apply)\.ts$/.test(path);
/** Programs of their own: they may know everything. */
const isDoor = (path: string) => isNodeOnly(path) || /-command\.ts$/.test(path);
const isTop = (path: string) => isDoor(path) || /^src\/(wire|worker)\.ts$/.test(path);
const isOpenRoot = (path: string) => isRoot(path) && !isTop(path) && !isTest(path);

const adapterCore = ["src/errors.ts", "src/ids.ts", "src/log.ts"];
const adapterOf = (path: string) => /^adapters\/([^/]+)\//.exec(path)?.[1];

/** Is this import, resolved to a path in the project or a package name, against the rule? */
type ImportRule = { name: string; breaks(path: string, target: string, isType: boolean): boolean };

const isFile = (target: string) => isIn(target, "src", "adapters", "bench", "manifest");

/** What the front ends share with those on the other side of a window, and what the API says and asks too. */
const shared = ["src/desk/protocol.ts", "src/sandbox/protocol.ts", "src/ladder-texts.ts", "src/has-words.ts"];

export const importRules: ImportRule[] = [
  {
    name: "a room imports itself, rooms to its left and open root files",
    breaks(path, target) {
      const room = roomOf(path);
      if (room < 0 || isDoor(path) || !isIn(target, "src")) return false;
      if (isTest(path) && (isTest(target) || isIn(target, "src/sandbox"))) return false;
      return roomOf(target) < 0 ? !isOpenRoot(target) : roomOf(target) > room;
    },
  },
  {
    name: "an open root file imports open root files and src/platform, and from rooms types only",
    breaks: (path, target, isType) =>
      isOpenRoot(path) &&
      isFile(target) &&
      !isOpenRoot(target) &&
      !isIn(target, "src/platform") &&
      !(isType && roomOf(target) >= 0),
  },
  {
    name: "an adapter imports src/platform, errors, ids, log and its own folder",
    breaks(path, target) {
      const own = adapterOf(path);
      if (own === undefined || !isFile(target)) return false;
      if ((isTest(path) || isFake(path)) && isIn(target, "src/testing")) return false;
      return !isIn(target, "src/platform", `adapters/${own}`) && !adapterCore.includes(target);
    },
  },
  {
    name: "only wire.ts, the list of adapters, the sandbox and tests import adapters",
    breaks: (path, target) =>
      isIn(target, "adapters") && !isIn(path, "adapters", "src/sandbox") && !isTest(path) && path !== "src/wire.ts",
  },
  {
    name: "Node's own modules stay in the Node front door, programs, the sandbox and tests",
    breaks: (path, target) => isBuiltin(target) && !isDoor(path) && !isIn(path, "src/sandbox") && !isTest(path),
  },
  {
    name: "what runs on Workers too does not import what runs on Node alone",
    breaks: (path, target) => isNodeOnly(target) && !isDoor(path) && !isIn(path, "src/sandbox") && !isTest(path),
  },
  {
    name: "only node.ts and tests import the sandbox",
    breaks: (path, target) =>
      isIn(target, "src/sandbox") &&
      !isIn(path, "src/sandbox") &&
      !isTest(path) &&
      path !== "src/node.ts" &&
      !(isIn(path, "src/web") && shared.includes(target)),
  },
  {
    name: "only tests, fakes and the sandbox import what is made for tests",
    breaks: (path, target) => isTest(target) && !isTest(path) && !isFake(path) && !isIn(path, "src/sandbox"),
  },
  {
    name: "the front ends import themselves, what is shared and packages, and from the service types only",
    breaks: (path, target, isType) =>
      isIn(path, "src/web") &&
      isFile(target) &&
      !isIn(target, "src/web") &&
      !shared.includes(target) &&
      !isType &&
      !isTest(path),
  },
  {
    name: "no vendor's package outside adapters, front ends and tests",
    breaks: (path, target) =>
      !isFile(target) && vendors.test(target) && !isIn(path, "adapters", "src/web", "src/sandbox") && !isTest(path),
  },
];

type WordRule = { name: string; breaks(source: Source): string[] };

export const wordRules: WordRule[] = [
  {
    name: "no vendor is named outside src/teams, the sandbox, front ends, tests, adapters and the list of limits",
    breaks: ({ path, words }) =>
      isIn(path, "src/teams", "src/sandbox", "src/web", "adapters") || isTest(path) || path === vendorLimits
        ? []
        : words.filter((word) => vendors.test(spell(word))),
  },
  {
    name: "only config.ts and the doors read the environment",
    breaks: ({ path, readsEnvironment }) =>
      readsEnvironment && path !== "src/config.ts" && !isDoor(path) && !isIn(path, "src/sandbox") && !isTest(path)
        ? ["process.env"]
        : [],
  },
];

const resolve = (path: string, specifier: string) =>
  specifier.startsWith(".") ? posix.join(posix.dirname(path), specifier) : specifier;

/** One line per breach: file, rule and culprit. */
export function breaches(path: string, text: string): string[] {
  const source = readSource(path, text);
  const found: string[] = [];
  for (const { specifier, isType } of source.imports) {
    const target = resolve(path, specifier);
    for (const rule of importRules)
      if (rule.breaks(path, target, isType)) found.push(`${path}: ${rule.name} (${target})`);
  }
  for (const rule of wordRules) {
    for (const word of rule.breaks(source)) found.push(`${path}: ${rule.name} (${word})`);
  }
  return found;
}
