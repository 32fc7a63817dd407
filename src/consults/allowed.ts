/**
 * What an agent may do with a consult now, and why not the rest, as codes that the desk words. Pure. Says the same as
 * moves.ts, which refuses: what is possible here never throws there. `already`: it would change nothing.
 */
import { factsOf } from "./derive.ts";
import { isOnLine, whyNotAdd } from "./guests.ts";
import type { Consult, Move } from "./model.ts";
import { moves } from "./model.ts";
import { isPrivate } from "./moves.ts";
import { usesCall } from "./turn.ts";

export type Allowed = { move: Move; possible: boolean; reason?: string };

const isWithExpert = ({ state }: Consult) => state === "consulting" || state === "conferencing";

/** Why it would be refused; undefined when it would not. */
function whyNot(consult: Consult, move: Move): string | undefined {
  if (consult.state === "ended") return "over";
  if (move === "cancel") return undefined;
  if (consult.ending) return "coming-back";
  if (!usesCall(consult) && move !== "drop-expert") return "not-a-call";
  if (consult.state === "transferring" && move !== "hand-over") return "handing-over";
  if (!isWithExpert(consult) && consult.state !== "transferring") return "not-answered";
  if (move === "drop-expert") return undefined;
  return move === "add-expert" ? whyNotAdd(consult, factsOf(consult).agentGone) : whyNotInCall(consult, move);
}

function whyNotInCall(consult: Consult, move: Move): string | undefined {
  const { agentGone, answered } = factsOf(consult);
  if (agentGone) return "you-left";
  if (isPrivate(move) && consult.offers.some(isOnLine)) return "several-experts";
  if (move !== "hand-over" || consult.expertProven) return undefined;
  return answered ? "not-proven" : "not-answered";
}

/** It is so already, so asking for it changes nothing. */
function isSo({ state, talkingTo }: Consult, move: Move): boolean {
  switch (move) {
    case "talk-to-customer":
      return state === "consulting" && talkingTo === "customer";
    case "talk-to-expert":
      return state === "consulting" && talkingTo === "expert";
    case "all-together":
      return state === "conferencing";
    case "hand-over":
      return state === "transferring";
    default:
      return false;
  }
}

export function movesOf(consult: Consult): Allowed[] {
  return moves.map((move) => {
    const obstacle = whyNot(consult, move);
    const reason = isSo(consult, move) && !consult.ending ? "already" : obstacle;
    return { move, possible: obstacle === undefined, ...(reason ? { reason } : {}) };
  });
}
