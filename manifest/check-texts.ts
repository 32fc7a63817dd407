/**
 * Rules about names and texts, the same in every language.
 * Sources: Microsoft Teams localisation schema 1.30 (lengths); Teams store validation guidelines, "App name", "Feature
 * names" and "App descriptions".
 */
import { stringsOf } from "./paths.ts";
import type { Texts } from "./texts.ts";
import { type Rule, type Violation, violationsOf } from "./violation.ts";

/** Paths of the texts that people read, and how many characters each may have. */
const limits: [path: RegExp, max: number][] = [
  [/^name\.short$/, 30],
  [/^name\.full$/, 100],
  [/^description\.short$/, 80],
  [/^description\.full$/, 4000],
  [/^description\.features\[[0-2]\]\.title$/, 45],
  [/^description\.features\[[0-2]\]\.description$/, 120],
  [/^staticTabs\[\d+\]\.name$/, 128],
  [/^bots\[0\]\.commandLists\[\d\]\.commands\[\d+\]\.title$/, 128],
  [/^bots\[0\]\.commandLists\[\d\]\.commands\[\d+\]\.description$/, 4000],
  [/^composeExtensions\[0\]\.commands\[\d\]\.title$/, 32],
  [/^composeExtensions\[0\]\.commands\[\d\]\.description$/, 128],
  [/^composeExtensions\[0\]\.commands\[\d\]\.parameters\[\d\]\.title$/, 32],
  [/^composeExtensions\[0\]\.commands\[\d\]\.parameters\[\d\]\.description$/, 128],
  [/^composeExtensions\[0\]\.commands\[\d\]\.taskInfo\.title$/, 64],
];
const limitOf = (key: string) => limits.find(([path]) => path.test(key))?.[1];

/** What people read in a manifest, by path: exactly what each language file must translate. */
export const textsOf = (manifest: unknown): Texts =>
  Object.fromEntries([...stringsOf(manifest)].filter(([path]) => limitOf(path) !== undefined));

/** @param file the file that the texts stand in, for the message */
export function checkTexts(file: string, texts: Texts): Violation[] {
  return [
    ...Object.entries(texts).flatMap(([key, text]) => checkLength(`${file} ${key}`, text, limitOf(key) ?? 0)),
    ...wordings.flatMap(({ keys, rules }) =>
      Object.entries(texts).flatMap(([key, text]) =>
        keys.test(key) ? violationsOf(`${file} ${key}`, { text, texts }, rules) : [],
      ),
    ),
  ];
}

function checkLength(where: string, text: string, max: number): Violation[] {
  if (text.trim() === "") return [{ where, code: "emptyText" }];
  if (text.length <= max) return [];
  const over = text.length - max;
  return [{ where, code: "tooLong", values: [text.length, max, over].map(String) }];
}

/** Every language file says the same things as the manifest: nothing left out, nothing made up. */
export function checkComplete(file: string, texts: Texts, expected: Texts): Violation[] {
  const missing = Object.keys(expected).filter((key) => !(key in texts));
  const unknown = Object.keys(texts).filter((key) => !(key in expected));
  return [
    ...missing.map(
      (key): Violation => ({
        where: `${file} ${key}`,
        code: "untranslated",
      }),
    ),
    ...unknown.map(
      (key): Violation => ({
        where: `${file} ${key}`,
        code: "unknownText",
      }),
    ),
  ];
}

type Wording = { text: string; texts: Texts };
const holds = (pattern: RegExp) => (w: Wording) => pattern.test(w.text);
const words = (text: string) => text.split(/\s+/).filter((word) => /\p{L}|\d/u.test(word)).length;
const isIn = (part: string | undefined, whole: string) => part !== undefined && part !== "" && whole.includes(part);
const firstTeams = (text: string) => /(Microsoft )?\bTeams\b/.exec(text)?.[0];

const reservedNames =
  /\b(chat|contacts|calendar|calls|files|activity|apps|help|teams|microsoft|excel|powerpoint|word|onedrive|sharepoint|onenote|azure|surface|xbox)\b/i;

const wordings: { keys: RegExp; rules: Rule<Wording>[] }[] = [
  {
    keys: /^name\./,
    rules: [
      {
        broken: holds(reservedNames),
        code: "reservedName",
      },
    ],
  },
  {
    keys: /^description\.short$/,
    rules: [
      { broken: holds(/\bapp\b/i), code: "saysApp" },
      {
        broken: ({ text, texts }) => isIn(texts["name.short"], text),
        code: "repeatsName",
      },
    ],
  },
  {
    keys: /^description\.full$/,
    rules: [
      {
        broken: ({ text, texts }) => isIn(texts["description.short"], text),
        code: "repeatsShort",
      },
      { broken: ({ text }) => words(text) > 500, code: "tooManyWords" },
      {
        broken: (w) => !holds(/https:\/\/\S+/)(w),
        code: "noHelp",
      },
      {
        broken: ({ text }) => firstTeams(text) === "Teams",
        code: "teamsFirst",
      },
      { broken: holds(/\b(MS|MSFT)\b/), code: "abbreviated" },
      { broken: holds(/Office 365/i), code: "oldName" },
      {
        broken: holds(/\b(certified for|powered by)\b/i),
        code: "certified",
      },
    ],
  },
  {
    keys: /^(staticTabs|composeExtensions).*(name|title)$/,
    rules: [
      {
        broken: holds(/^(start meeting|make call|start chat)$/i),
        code: "buttonName",
      },
    ],
  },
];
