/** What the pages say, in each language; loaded when first wanted. */
import { createContext } from "preact";
import { useContext } from "preact/hooks";
import type { Speech as AnySpeech, Loaders } from "../shared/language.ts";
import type { AdminWords } from "../texts/admin/en.ts";

export type Speech = AnySpeech<AdminWords>;

export const loaders: Loaders<AdminWords> = {
  en: async () => (await import("../texts/admin/en.ts")).admin,
  es: async () => (await import("../texts/admin/es.ts")).admin,
  sv: async () => (await import("../texts/admin/sv.ts")).admin,
  fr: async () => (await import("../texts/admin/fr.ts")).admin,
};

export const AdminSpeech = createContext<Speech | undefined>(undefined);

export function useWords(): Speech {
  const speech = useContext(AdminSpeech);
  if (!speech) throw new Error("drawn outside of AdminSpeech");
  return speech;
}
