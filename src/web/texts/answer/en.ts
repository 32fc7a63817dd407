/** Answers to questions, in English: what comes back, and what the agent does with it. */
import { pluralizer } from "../../shared/plural.ts";
import type { Widen } from "../widen.ts";

const count = pluralizer("en");

export const answer = {
  label: "The answer, as it goes to the customer",
  insert: "Put into the reply",
  restore: "As it was written",
  /** What came of putting it into the reply, or of copying it. */
  came: {
    done: "It is in your reply box. Read it once more, then send it.",
    refused: "Your contact center did not take the text. It is copied: paste it into the reply.",
    unknown: "Your contact center has not said whether it took the text. Look at the reply; it is copied too.",
    copied: "Copied. Paste it into the reply.",
    "not-copied": "It could not be copied. Select the text and copy it by hand.",
  },
  about: (w: { expert: string; customer: string }) => `${w.expert} has answered about ${w.customer}.`,
  still: (minutes: number) => count(minutes, { one: "It waits for # minute.", other: "It has waited for # minutes." }),
  elsewhere: "Answers about other customers",
  show: "Show it",
  answers: (n: number) => count(n, { one: "# answer", other: "# answers" }),
  open: (n: number) => count(n, { one: "# request open", other: "# requests open" }),
  remind: "Remind them",
  /** Whoever was asked is late with their answer. */
  late: (names: string, since: string) => `No answer yet from ${names} since ${since}.`,
  lateYes: (name: string, since: string) => `${name} said yes at ${since} and has not written yet.`,
  another: "Ask somebody else",
  followUp: (name: string) => `Ask ${name} further`,
  further: (name: string) => `Your next question to ${name}`,
  send: "Send the question",
};

export type AnswerWords = Widen<typeof answer>;
