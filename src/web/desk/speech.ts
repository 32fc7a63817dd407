/** What the desk says, in each language; loaded when first wanted. */
import type { Speech as AnySpeech, Loaders } from "../shared/language.ts";
import type { Words } from "../texts/en.ts";

export type Speech = AnySpeech<Words>;

export const loaders: Loaders<Words> = {
  en: async () => (await import("../texts/en.ts")).en,
  es: async () => (await import("../texts/es.ts")).es,
  sv: async () => (await import("../texts/sv.ts")).sv,
  fr: async () => (await import("../texts/fr.ts")).fr,
};
