/** Svar på frågor. */
import { pluralizer } from "../../shared/plural.ts";
import type { AnswerWords } from "./en.ts";

const count = pluralizer("sv");

export const answer: AnswerWords = {
  label: "Svaret, så som kunden får det",
  insert: "Lägg i svaret",
  restore: "Som det skrevs",
  came: {
    done: "Det ligger i din svarsruta. Läs igenom det en gång till och skicka sedan.",
    refused: "Ditt kontaktcenter tog inte emot texten. Den är kopierad: klistra in den i svaret.",
    unknown: "Ditt kontaktcenter har inte sagt om det tog emot texten. Titta i svaret; den är kopierad också.",
    copied: "Kopierat. Klistra in det i svaret.",
    "not-copied": "Det gick inte att kopiera. Markera texten och kopiera den för hand.",
  },
  about: (w) => `${w.expert} har svarat om ${w.customer}.`,
  still: (minutes) => count(minutes, { one: "Det har väntat i # minut.", other: "Det har väntat i # minuter." }),
  elsewhere: "Svar om andra kunder",
  show: "Visa",
  answers: (n) => count(n, { one: "# svar", other: "# svar" }),
  open: (n) => count(n, { one: "# öppen fråga", other: "# öppna frågor" }),
  remind: "Påminn",
  late: (names, since) => `Inget svar än från ${names} sedan ${since}.`,
  lateYes: (name, since) => `${name} tackade ja kl. ${since} och har inte skrivit än.`,
  another: "Fråga någon annan",
  followUp: (name) => `Fråga ${name} mer`,
  further: (name) => `Din nästa fråga till ${name}`,
  send: "Skicka frågan",
};
