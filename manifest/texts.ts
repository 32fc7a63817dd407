/**
 * What people read of the app before and around it, one file a language. The keys are those of Microsoft's localisation
 * schema: each is the path of the text inside the manifest. `{support}` stands for the address where people find help.
 */
import en from "./texts/en.json" with { type: "json" };
import es from "./texts/es.json" with { type: "json" };
import fr from "./texts/fr.json" with { type: "json" };
import sv from "./texts/sv.json" with { type: "json" };

export type Texts = Readonly<Record<string, string>>;

export const defaultLanguage = "en";

/** Language only, no region: Teams then serves every region of it. */
export const languages: Readonly<Record<string, Texts>> = { en, es, fr, sv };

/**
 * Every word that Teams offers as a bot command, in any language, with its English name. Teams sends the words as they
 * were shown, untranslated, so the bot has to know them all.
 */
export function commandWords(): Map<string, string> {
  const words = new Map<string, string>();
  for (const texts of Object.values(languages))
    for (const [key, english] of Object.entries<string>(en))
      if (/^bots\[0\].*\.title$/.test(key)) words.set((texts[key] ?? english).toLowerCase(), english);
  return words;
}
