/** Which of our four languages a page speaks, and the words of it. */
import { createContext } from "preact";
import { useContext } from "preact/hooks";
import type { Basics } from "../texts/basics/en.ts";
import { createFormat, type Format } from "./format.ts";

export const languages = ["en", "es", "sv", "fr"] as const;
export type Language = (typeof languages)[number];

/** The names that languages have for themselves. */
export const ownNames: Record<Language, string> = { en: "English", es: "Español", sv: "Svenska", fr: "Français" };

/** The first of the wanted tags (`fr-CA`, `sv`) that we speak; English when there is none. */
export function pickLanguage(wanted: readonly (string | null | undefined)[]): Language {
  for (const tag of wanted) {
    const found = languages.find((language) => language === tag?.toLowerCase().split(/[-_]/)[0]);
    if (found) return found;
  }
  return "en";
}

/** Words that have every basic one, and whatever a page adds. */
export type Speech<Words extends Basics = Basics> = { language: Language; words: Words; format: Format };
export type Loaders<Words> = Record<Language, () => Promise<Words>>;

/** Words of a language, and the tag that the reader uses for times and numbers (`fr-CA` rather than `fr`). */
export async function loadSpeech<Words extends Basics>(
  loaders: Loaders<Words>,
  language: Language,
  locale: string = language,
): Promise<Speech<Words>> {
  const format = createFormat(locale.startsWith(language) ? locale : language);
  return { language, words: await loaders[language](), format };
}

/** For the parts that every page shares. A page keeps its own words in a context of its own. */
export const SpeechContext = createContext<Speech | undefined>(undefined);

export function useSpeech(): Speech {
  const speech = useContext(SpeechContext);
  if (!speech) throw new Error("drawn outside of SpeechContext");
  return speech;
}
