import { en, type PreflightKey, type PreflightTexts } from "./en.ts";
import { es } from "./es.ts";
import { fr } from "./fr.ts";
import { sv } from "./sv.ts";

export type { PreflightKey } from "./en.ts";
export const preflightTexts: Record<string, PreflightTexts> = { en, es, sv, fr };

/** The sentence of a key in a locale such as `sv-SE`; English where we do not speak it. */
export const wordIn = (locale: string | undefined) => {
  const texts = preflightTexts[(locale ?? "en").slice(0, 2).toLowerCase()] ?? en;
  return (key: PreflightKey, platform = "") => texts[key].replaceAll("{platform}", platform);
};
