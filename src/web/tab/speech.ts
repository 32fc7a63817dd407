/** What the page says, in each language; loaded when first wanted. */
import type { Speech as AnySpeech, Loaders } from "../shared/language.ts";
import type { TabWords } from "../texts/tab/en.ts";

export type Speech = AnySpeech<TabWords>;

export const loaders: Loaders<TabWords> = {
  en: async () => (await import("../texts/tab/en.ts")).en,
  es: async () => (await import("../texts/tab/es.ts")).es,
  sv: async () => (await import("../texts/tab/sv.ts")).sv,
  fr: async () => (await import("../texts/tab/fr.ts")).fr,
};
