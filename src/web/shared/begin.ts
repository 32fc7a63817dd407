/** How a page of its own begins: in the language and the theme of its address, else of the browser. */
import { readDeskAddress } from "../../desk/protocol.ts";
import type { Basics } from "../texts/basics/en.ts";
import { type Loaders, loadSpeech, pickLanguage } from "./language.ts";
import { applyTheme, onSystemTheme, systemTheme } from "./theme.ts";

/** Resolves when both are there. */
export async function begin<Words extends Basics & { title: string }>(loaders: Loaders<Words>) {
  const address = readDeskAddress(location.href);
  const wanted = [address.language, ...navigator.languages];
  const language = pickLanguage(wanted);
  const locale = wanted.find((tag) => tag?.startsWith(language));
  const [speech] = await Promise.all([
    loadSpeech(loaders, language, locale),
    applyTheme(address.theme ?? systemTheme()),
  ]);
  if (!address.theme) onSystemTheme(() => void applyTheme(systemTheme()));
  document.documentElement.lang = language;
  document.title = `${speech.words.title} · Patchcord`;
  return speech;
}
