/** What an agent may do with a consult now, and why not the rest, as codes that the desk words. Pure. */
import type { Consult, Move } from "./model.ts";
import { moves } from "./model.ts";

const expertIsThere = (consult: Consult) =>
  (consult.state === "consulting" || consult.state === "conferencing") && consult.expertProven;

function whyNot(consult: Consult, move: Move): string | undefined {
  if (consult.state === "ended") return "over";
  if (consult.kind === "question" || consult.kind === "meeting") return move === "cancel" ? undefined : "not-a-call";
  switch (move) {
    case "cancel":
      return consult.state === "transferring" ? "handing-over" : undefined;
    case "drop-expert":
      return expertIsThere(consult) ? undefined : "not-answered";
    case "talk-to-customer":
      return consult.state !== "consulting" ? "not-private" : consult.talkingTo === "customer" ? "already" : undefined;
    case "talk-to-expert":
      return consult.state !== "consulting" ? "not-private" : consult.talkingTo === "expert" ? "already" : undefined;
    case "all-together":
      return consult.state === "conferencing" ? "already" : expertIsThere(consult) ? undefined : "not-answered";
    case "hand-over":
      return consult.state === "transferring" ? "already" : expertIsThere(consult) ? undefined : "not-answered";
  }
}

export function movesOf(consult: Consult): { move: Move; possible: boolean; reason?: string }[] {
  return moves.map((move) => {
    const reason = whyNot(consult, move);
    return { move, possible: reason === undefined, ...(reason ? { reason } : {}) };
  });
}
