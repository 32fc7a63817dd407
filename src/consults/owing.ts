/** Who owes words to a question, and from when they are late with them. Pure. */
import { type Consult, type Offer, timing } from "./model.ts";

/** Half of the time that a question is given: whoever was asked is reminded then, and the agent is told that it is late. */
export const remindAfterMs = timing.questionMs / 2;

/** Those from whom an answer to a question is still to come: the one who has it, else all who are asked. */
export const owing = ({ kind, state, winner, offers }: Consult): Offer[] =>
  kind !== "question" || state === "ended"
    ? []
    : offers.filter(({ id, state: said }) => (winner ? id === winner : said === "asked" || said === "silent"));

/** Undefined for whoever owes nothing. Who has said yes begins anew: they are writing. */
export function lateAtOf(consult: Consult, offer: Offer): Date | undefined {
  const since = owing(consult).includes(offer) ? (offer.answeredAt ?? offer.askedAt) : undefined;
  return since && new Date(since.getTime() + remindAfterMs);
}
