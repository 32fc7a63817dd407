/** What the page says, in each language; loaded when first wanted. */
import { createContext } from "preact";
import { useContext } from "preact/hooks";
import type { Speech as AnySpeech, Loaders } from "../shared/language.ts";
import type { BoardWords } from "../texts/board/en.ts";

export type Speech = AnySpeech<BoardWords>;

export const loaders: Loaders<BoardWords> = {
  en: async () => (await import("../texts/board/en.ts")).board,
  es: async () => (await import("../texts/board/es.ts")).board,
  sv: async () => (await import("../texts/board/sv.ts")).board,
  fr: async () => (await import("../texts/board/fr.ts")).board,
};

export const BoardSpeech = createContext<Speech | undefined>(undefined);

export function useWords(): Speech {
  const speech = useContext(BoardSpeech);
  if (!speech) throw new Error("drawn outside of BoardSpeech");
  return speech;
}
