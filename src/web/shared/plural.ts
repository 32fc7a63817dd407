import { lazily } from "./format.ts";

/** The forms of a counted phrase in one language; `#` stands for the number. `other` serves where a form is missing. */
export type Forms = Partial<Record<Intl.LDMLPluralRule, string>> & { other: string };

export function pluralizer(language: string): (count: number, forms: Forms) => string {
  const rules = lazily(() => new Intl.PluralRules(language));
  const numbers = lazily(() => new Intl.NumberFormat(language));
  return (count, forms) => (forms[rules().select(count)] ?? forms.other).replace("#", numbers().format(count));
}
