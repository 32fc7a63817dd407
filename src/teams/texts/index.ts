import { en, type TextKey, type Texts } from "./en.ts";
import { es } from "./es.ts";
import { fr } from "./fr.ts";
import { sv } from "./sv.ts";

export type { TextKey } from "./en.ts";
export const languages: Record<string, Texts> = { en, es, sv, fr };
export type Say = (key: TextKey, values?: Record<string, string | number>) => string;

/** The sentences of a locale such as `sv-SE`; English where we do not speak it. */
export function sayIn(locale: string | null | undefined): Say {
  const texts = languages[(locale ?? "en").slice(0, 2).toLowerCase()] ?? en;
  return (key, values = {}) => texts[key].replace(/\{(\w+)\}/g, (_, name: string) => String(values[name] ?? ""));
}
