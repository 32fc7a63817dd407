import { sentences as en, type Sentences, type ViolationCode } from "./sentences/en.ts";
import { sentences as es } from "./sentences/es.ts";
import { sentences as fr } from "./sentences/fr.ts";
import { sentences as sv } from "./sentences/sv.ts";

/** One thing that Teams or its store would refuse. `values`: what fills the gaps of its sentences. */
export type Violation = { where: string; code: ViolationCode; values?: readonly string[] };
/** The same in words, what is wrong and what to do about it: sentences without the full stop. */
export type SpokenViolation = { where: string; problem: string; fix: string };

const tables: Record<string, Sentences> = { en, es, fr, sv };

/** In the language of this tag (`es`, `sv-SE`, `fr_FR.UTF-8`); English where we do not speak it. */
export function sayViolation({ where, code, values = [] }: Violation, language = "en"): SpokenViolation {
  const { problem, fix } = (tables[spoken(language)] ?? en)[code];
  const fill = (text: string) => text.replace(/\{(\d)\}/g, (gap, index) => values[Number(index)] ?? gap);
  return { where, problem: fill(problem), fix: fill(fix) };
}

/** The language of a tag, if we speak it; else English. */
export function spoken(tag: string): string {
  const language = tag.slice(0, 2).toLowerCase();
  return Object.hasOwn(tables, language) ? language : "en";
}

export function sentenceOf(violation: Violation, language?: string): string {
  const { where, problem, fix } = sayViolation(violation, language);
  return `${where}: ${problem}. ${fix}.`;
}

/** A rule about one value: what it is called when `broken` says so. `values`: the value itself unless told. */
export type Rule<T> = { broken: (value: T) => boolean; code: ViolationCode; values?: readonly string[] };

/** Every rule that the value breaks. */
export function violationsOf<T>(where: string, value: T, rules: readonly Rule<T>[]): Violation[] {
  return rules
    .filter((rule) => rule.broken(value))
    .map(({ code, values }) => ({ where, code, values: values ?? (typeof value === "string" ? [value] : []) }));
}
