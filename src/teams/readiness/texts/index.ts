import { type LadderLanguage, ladderTexts, sayOfLadder } from "../../../ladder-texts.ts";
import type { RungKey } from "../preflight.ts";
import { en, type PreflightKey, type PreflightTexts } from "./en.ts";
import { es } from "./es.ts";
import { fr } from "./fr.ts";
import { sv } from "./sv.ts";

export type { PreflightKey } from "./en.ts";
export const preflightTexts: Record<string, PreflightTexts> = { en, es, sv, fr };

/** The sentence of a key in a locale such as `sv-SE`; English where we do not speak it. */
export const wordIn = (locale: string | undefined) => {
  const language = (locale ?? "en").slice(0, 2).toLowerCase();
  const texts = preflightTexts[language] ?? en;
  const spoken = Object.hasOwn(ladderTexts, language) ? (language as LadderLanguage) : "en";
  return (key: PreflightKey | RungKey, platform = "") =>
    isRung(key)
      ? `${sayOfLadder(spoken, key.slice("ladder.".length) as keyof (typeof ladderTexts)["en"], platform)}.`
      : texts[key].replaceAll("{platform}", platform);
};

const isRung = (key: string): key is RungKey => key.startsWith("ladder.");
