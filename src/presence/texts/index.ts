import type { Presence } from "../../platform/contract.ts";
import type { TriedCode } from "../try-policy.ts";
import { en, type Texts } from "./en.ts";
import { es } from "./es.ts";
import { fr } from "./fr.ts";
import { sv } from "./sv.ts";

export const languages: Record<string, Texts> = { en, es, sv, fr };

/** The texts of a locale such as `sv-SE`; English where we do not speak it. */
export const textsIn = (locale: string | undefined): Texts =>
  languages[(locale ?? "en").slice(0, 2).toLowerCase()] ?? en;

/** "busy, in a call" */
export function statusWords(texts: Texts, { availability, activity }: Pick<Presence, "availability" | "activity">) {
  const doing = texts.activity[activity];
  return doing ? `${texts.availability[availability]}, ${doing}` : texts.availability[availability];
}

export type Why = {
  code: TriedCode;
  /** The platform that it is about, as people know it. */
  platform: string;
  shown?: Presence | undefined;
  cause?: { platform: string; presence?: Presence | undefined } | undefined;
  /** For `not-routed` and `routed-again`: what the platform itself shows. */
  presence?: Presence | undefined;
};

/** One decision as a sentence that a person can act on. */
export function whySentence(texts: Texts, { code, platform, shown, cause, presence }: Why): string {
  const because = cause?.presence ?? presence;
  const values: Record<string, string> = {
    platform,
    shown: shown ? statusWords(texts, shown) : "",
    cause: cause?.platform ?? "?",
    because: because ? statusWords(texts, because) : texts.availability.unknown,
  };
  return texts.why[code].replace(/\{(\w+)\}/g, (_, name: string) => values[name] ?? "");
}
