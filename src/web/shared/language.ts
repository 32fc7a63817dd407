/** The words of the language that a page speaks. */
import { createContext } from "preact";
import { useContext } from "preact/hooks";
import type { Basics } from "../texts/basics/en.ts";
import { createFormat, type Format } from "./format.ts";
import type { Language } from "./languages.ts";

export { type Language, languages, ownNames, pickLanguage } from "./languages.ts";

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
