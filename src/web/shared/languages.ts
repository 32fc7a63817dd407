/** Which of our four languages a page speaks. Needs nothing else, so that it can be known first. */
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
