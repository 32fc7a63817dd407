import { BridgeError } from "../errors.ts";
import type { PersonId } from "../ids.ts";
import { factsOf } from "./derive.ts";
import { isOnLine, letGuestGo, promote, takeAdd } from "./guests.ts";
import { type Consult, type ConsultEvent, type Goal, type Move, moves, type State, type TalkingTo } from "./model.ts";
import { finish, isComing, type Turn, usesCall, winnerOf } from "./turn.ts";
import { prove } from "./winner.ts";

/** What the agent can do in each state. `cancel` is always there until the consult is over. */
const legal: Record<State, readonly Move[]> = {
  requested: ["cancel"],
  offering: ["cancel"],
  waiting: ["cancel"],
  ringing: ["cancel"],
  consulting: moves,
  conferencing: moves,
  transferring: ["hand-over", "cancel"],
  ended: [],
};

/** Why not, and what to do instead. */
const instead: Record<State, string> = {
  requested: "Nobody has been asked yet. Wait or cancel.",
  offering: "Nobody has said yes so far. Wait or cancel.",
  waiting: "The expert asked for a few minutes. Wait or cancel.",
  ringing: "The expert has not answered yet. Wait or cancel.",
  consulting: "There is no call with the expert to do this with. End the consult instead.",
  conferencing: "This is not possible now. Hand over, drop the expert or cancel.",
  transferring: "The hand-over is under way. Wait or cancel.",
  ended: "This consult is over. Start a new one.",
};

const refuse = (sentence: string): never => {
  throw new BridgeError("conflict", sentence);
};

/** Of a consult that is over: cancelling twice is no mistake, anything else is. */
export function refuseWhenEnded(consult: Consult, move: Move): void {
  if (move !== "cancel" || consult.result !== "cancelled") refuse(instead.ended);
}

/**
 * Sets what is wanted; reconcile.ts works towards it. Repeating a move changes nothing.
 * @throws BridgeError `conflict` with what to do instead.
 */
export function takeMove(turn: Turn, event: Extract<ConsultEvent, { type: "move" }>): void {
  const { consult } = turn;
  const { move, heard = false, person, offers = [] } = event;
  if (consult.ending) {
    if (move !== "cancel") refuse("The customer is coming back to you. Wait a moment.");
  } else if (!isLegal(consult, move)) {
    refuse(instead[consult.state]);
  } else if (move === "cancel") {
    finish(consult, "cancelled");
  } else if (move === "add-expert") {
    takeAdd(turn, offers, factsOf(consult).agentGone);
  } else if (move === "drop-expert") {
    dropExpert(turn, person);
  } else {
    takeCallMove(turn, move, heard);
  }
}

const isLegal = (consult: Consult, move: Move) =>
  legal[consult.state].includes(move) && (usesCall(consult) || move === "cancel" || move === "drop-expert");

/** One of several, and the others go on; the only one, or nobody in particular, and the help is over. */
function dropExpert(turn: Turn, person: PersonId | undefined): void {
  const { consult } = turn;
  const guest = consult.offers.find((offer) => offer.person === person && (isComing(offer) || isOnLine(offer)));
  if (guest) letGuestGo(guest);
  else if (person && winnerOf(consult)?.person !== person) refuse("This person is not in the call. Nobody was let go.");
  else if (!person || !promote(turn)) finish(consult, "returned");
}

type CallMove = Exclude<Move, "cancel" | "drop-expert" | "add-expert">;

function takeCallMove(turn: Turn, move: CallMove, heard: boolean): void {
  const { consult } = turn;
  if (factsOf(consult).agentGone) refuse("You have left the call. Cancel, or ask from a new call.");
  if (isPrivate(move) && consult.offers.some(isOnLine))
    refuse("With several experts all stay together. Let one go first.");
  if (heard && !consult.expertProven) prove(turn);
  if (move === "hand-over" && !consult.expertProven)
    refuse("Nothing shows yet that a person answered. Confirm that you heard the expert, or bring all together.");
  want(consult, ...wanted[move]);
}

export const isPrivate = (move: Move): boolean => move === "talk-to-customer" || move === "talk-to-expert";

const wanted: Record<CallMove, [goal: Goal, talkingTo?: TalkingTo]> = {
  "talk-to-customer": ["private", "customer"],
  "talk-to-expert": ["private", "expert"],
  "all-together": ["together"],
  "hand-over": ["hand-over"],
};

function want(consult: Consult, goal: Goal, talkingTo = consult.talkingTo): void {
  if (consult.goal === goal && consult.talkingTo === talkingTo) return;
  consult.goal = goal;
  consult.talkingTo = talkingTo;
  consult.reached = false;
}
