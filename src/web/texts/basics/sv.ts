/** Svenska. */

import { ladderReasons, ladderWords } from "../ladder.ts";
import type { Basics, Gap } from "./en.ts";

const until = (words: string, gap: Gap) => (gap.until ? `${words} till ${gap.until}` : words);
const where = (words: string, gap: Gap) => until(gap.platform ? `${words} i ${gap.platform}` : words, gap);

export const basics: Basics = {
  common: {
    you: "Du",
    customer: "kunden",
    colleague: "din kollega",
    close: "Stäng",
    cancel: "Avbryt",
    retry: "Försök igen",
    more: "Mer",
    loading: "Läser in",
  },

  channel: {
    voice: "samtal",
    video: "video",
    chat: "chatt",
    messaging: "meddelanden",
    email: "e-post",
    social: "sociala medier",
  },

  recording: {
    on: "Spelas in",
    paused: "Inspelning pausad",
    off: "Spelas inte in",
    unknown: "Inspelning okänd",
  },

  availability: {
    available: "Tillgänglig",
    busy: "Upptagen",
    "do-not-disturb": "Stör ej",
    away: "Borta",
    offline: "Offline",
    unknown: "Okänt",
  },

  activity: {
    none: "",
    "on-call": "I ett samtal",
    ringing: "Det ringer",
    "in-meeting": "I ett möte",
    presenting: "Presenterar",
    focusing: "Fokuserar",
    "wrap-up": "Efterarbete",
    break: "På rast",
    training: "På utbildning",
    "be-right-back": "Strax tillbaka",
    "out-of-office": "Frånvarande",
    "off-work": "Har slutat för dagen",
    inactive: "Inaktiv",
  },

  reason: {
    available: () => "Tillgänglig",
    "in-call": (gap) => where("I ett samtal", gap),
    ringing: (gap) => where("Det ringer hos dem", gap),
    "in-meeting": (gap) => where("I ett möte", gap),
    presenting: (gap) => until("Presenterar", gap),
    focusing: (gap) => until("Fokuserar", gap),
    busy: (gap) => where("Upptagen", gap),
    "do-not-disturb": (gap) => where("Stör ej", gap),
    away: (gap) => until("Borta", gap),
    offline: (gap) => where("Offline", gap),
    "out-of-office": (gap) => until("Frånvarande", gap),
    "wrap-up": () => "Efterarbetar ett samtal",
    break: (gap) => until("På rast", gap),
    unknown: () => "Vi vet inte läget",
    stale: (gap) => (gap.platform ? `Inget nytt från ${gap.platform}` : "Inget nytt på ett tag"),
    "not-accepting": (gap) => until("Tar inte emot frågor", gap),
    paused: (gap) => until("Har pausat frågor", gap),
    "off-roster": (gap) => (gap.until ? `I tjänst först ${gap.until}` : "Inte i tjänst"),
    "quota-used": (gap) => (gap.until ? `Har hjälpt nog, åter ${gap.until}` : "Har hjälpt nog den här månaden"),
    "cooling-down": (gap) => until("Har just hjälpt någon, vilar", gap),
    "in-consult": () => "Hjälper en annan handläggare",
    "being-asked": () => "Tillfrågas av någon annan",
    ...ladderReasons("sv", "Har inget telefonnummer"),
    "chat-only": () => "Bara via chatt",
    inactive: () => "Är inte med längre",
  },

  ladder: ladderWords("sv"),

  presence: {
    stale: (time) => `läget ${time}`,
  },

  problem: {
    bad_request: "Vi skickade något oläsligt. Ladda om panelen och försök igen.",
    invalid: "Något i förfrågan stämmer inte. Kontrollera frågan och försök igen.",
    unauthenticated: "Din inloggning har gått ut. Ladda om sidan i ditt kontaktcenter.",
    forbidden: "Du får inte göra det här. Fråga din administratör.",
    not_found: "Det finns inte längre. Listan uppdateras.",
    conflict: "Läget har ändrats under tiden. Titta igen och välj på nytt.",
    idempotency_mismatch: "Det har redan skickats i annan form. Försök igen.",
    too_large: "Det är för långt. Korta frågan.",
    unsupported: "Ditt kontaktcenter kan inte göra det. Välj ett annat sätt.",
    unreachable: "Ingen kan nås på det sättet. Välj någon annan eller fråga i chatt.",
    platform_unauthorized:
      "En plattform måste anslutas på nytt. Säg till din administratör; koppla med telefonen så länge.",
    platform_refused: "Telefonin vägrade. Försök igen, eller koppla med telefonen.",
    platform_throttled: "Telefonin är överbelastad. Försök igen om en stund.",
    platform_unavailable: "Telefonin svarar inte. Försök igen, eller koppla med telefonen.",
    unavailable: "Vi är inte redo just nu. Försök igen om en stund.",
    internal: "Något gick fel hos oss. Försök igen.",
  },
  offline: "Vi kan inte nås. Ditt samtal fortsätter; försök igen om en stund.",

  picture: {
    label: "Vem hör vem",
    hear: (a, b) => `${a} och ${b} hör varandra.`,
    hears: (a, b) => `${a} hör ${b}.`,
    music: (a) => `${a} hör musik.`,
    rings: (a) => `Det ringer hos ${a}.`,
    nobody: (a) => `${a} hör ingen.`,
    ringing: "ringer",
    asked: "tillfrågad",
    onHold: "musik",
  },
};
