import { type CallbackKey, type CallbackTexts, en } from "./en.ts";
import { es } from "./es.ts";
import { fr } from "./fr.ts";
import { sv } from "./sv.ts";

export type { CallbackKey } from "./en.ts";
export const callbackTexts: Record<string, CallbackTexts> = { en, es, sv, fr };
export type SayCallback = (key: CallbackKey, values?: Record<string, string>) => string;

/** The sentences of a locale such as `sv-SE`; English where we do not speak it. */
export function sayCallbackIn(locale: string | null | undefined): SayCallback {
  const texts = callbackTexts[(locale ?? "en").slice(0, 2).toLowerCase()] ?? en;
  return (key, values = {}) => texts[key].replace(/\{(\w+)\}/g, (_, name: string) => values[name] ?? "");
}
