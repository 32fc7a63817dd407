/** Where and in which language somebody is, as the API and the declarative file may say it. */
import { z } from "zod";

const isKnownTo = (probe: () => unknown): boolean => {
  try {
    probe();
    return true;
  } catch {
    return false;
  }
};

export const timeZone = z
  .string()
  .max(60)
  .refine(
    (name) => isKnownTo(() => new Intl.DateTimeFormat("en", { timeZone: name })),
    "wants a name such as Europe/Paris",
  );
export const locale = z
  .string()
  .max(35)
  .refine((name) => isKnownTo(() => Intl.getCanonicalLocales(name)), "wants a tag such as fr or fr-CA");
