/**
 * The life of a consult as a pure function. Events change facts; one reconcile step then decides the next single command
 * that brings what the platform shows towards what is wanted. Nothing here knows a clock, a database or a vendor.
 */
import type { CommandId } from "../ids.ts";
import type { InteractionSnapshot, Outcome } from "../platform/contract.ts";
import { takeAnswer } from "./asking.ts";
import { nextDeadline, passTime } from "./deadlines.ts";
import { isOlder, withoutPersonalData } from "./derive.ts";
import { type Consult, type ConsultEvent, type Effect, type Timing, timing as usualTiming } from "./model.ts";
import { refuseWhenEnded, takeMove } from "./moves.ts";
import { takeOutcome } from "./pending.ts";
import { reconcile } from "./reconcile.ts";
import { after, copyOf, finish, type Turn } from "./turn.ts";

/** A consult before its `start`. `seen` is the interaction as last known, if it is. */
export const newConsult = (
  facts: Pick<Consult, "kind" | "mode" | "abreast" | "offers" | "requestedAt" | "seen">,
): Consult => ({
  ...facts,
  ...(facts.seen ? { seen: withoutPersonalData(facts.seen) } : {}),
  state: "requested",
  goal: "private",
  talkingTo: "expert",
  before: [],
  expertProven: false,
  refusals: 0,
});

/**
 * One event in, the new facts and what is asked of the world out. Repeated, late and unknown events change nothing.
 * @throws BridgeError `conflict` for a move that is not possible now; no other event throws.
 */
export function step(
  consult: Consult,
  event: ConsultEvent,
  now: Date,
  newCommandId: () => CommandId,
  timing: Timing = usualTiming,
): { consult: Consult; effects: Effect[] } {
  if (consult.state === "ended") {
    if (event.type === "move") refuseWhenEnded(consult, event.move);
    return { consult, effects: [] };
  }
  const turn: Turn = { consult: copyOf(consult), effects: [], now, timing, newCommandId, fresh: false };
  take(turn, event);
  reconcile(turn);
  setWakeAt(turn);
  if (hasCards(consult) && cardsOf(consult) !== cardsOf(turn.consult)) turn.effects.push({ do: "refresh-cards" });
  return { consult: turn.consult, effects: turn.effects };
}

function take(turn: Turn, event: ConsultEvent): void {
  const { consult } = turn;
  switch (event.type) {
    case "start":
      if (consult.state === "requested") consult.state = "offering";
      break;
    case "undeliverable":
      takeUndeliverable(turn, event.offer, event.reason);
      break;
    case "answer": {
      const offer = consult.offers.find((one) => one.id === event.offer);
      if (offer) takeAnswer(turn, offer, event.answer, event.reason);
      break;
    }
    case "move":
      takeMove(turn, event.move, event.heard);
      break;
    case "snapshot":
      takeSnapshot(turn, event.snapshot, event.after);
      break;
    case "interaction-gone":
      takeGone(turn, event.after);
      break;
    case "command":
      takeAnswered(turn, event.command, event.outcome);
      break;
    case "replied":
      if (consult.kind === "question" && consult.state !== "requested") finish(consult, "answered");
      break;
    case "tick":
      passTime(turn);
      break;
    case "delivered":
      break;
  }
}

/** A card that cannot be put before somebody. If their phone rings anyway, it rings on. */
function takeUndeliverable({ consult }: Turn, id: string, reason: string): void {
  const offer = consult.offers.find((one) => one.id === id);
  if (offer?.state !== "asked" || offer.id === consult.winner) return;
  offer.state = "undeliverable";
  offer.reason = reason;
}

function takeAnswered(turn: Turn, command: CommandId, outcome: Outcome): void {
  if (outcome.state === "done" && outcome.snapshot) takeSnapshot(turn, outcome.snapshot, command);
  takeOutcome(turn, command, outcome);
}

function takeSnapshot(turn: Turn, snapshot: InteractionSnapshot, command?: CommandId): void {
  const { consult } = turn;
  if (consult.seen && isOlder(snapshot, consult.seen)) return;
  consult.seen = withoutPersonalData(snapshot);
  markFresh(turn, snapshot.observedAt, command);
}

function takeGone(turn: Turn, command?: CommandId): void {
  const { consult, now } = turn;
  if (consult.seen) {
    consult.seen = { ...consult.seen, state: "ended", parties: [] };
    markFresh(turn, now, command);
  } else {
    finish(consult, "customer-left");
  }
}

/** Some platforms stamp whole seconds. */
const clockSlackMs = 1_000;

/** What was asked for has come: known by its name or, if it has none, by having been observed later. */
function markFresh(turn: Turn, observedAt: Date, command?: CommandId): void {
  const { look, pending } = turn.consult;
  const isNamed = command !== undefined && (command === look?.after || command === pending?.id);
  const isLater = look !== undefined && (!look.after || (!command && after(observedAt, clockSlackMs) >= look.askedAt));
  if (!isNamed && !isLater) return;
  turn.fresh = true;
  delete turn.consult.look;
}

function setWakeAt({ consult, timing }: Turn): void {
  const due = nextDeadline(consult, timing);
  if (due) consult.wakeAt = due;
  else delete consult.wakeAt;
}

const hasCards = (consult: Consult): boolean => consult.offers.some((offer) => offer.askedAt);

/** What the cards show of a consult. */
const cardsOf = ({ state, result, winner, expertProven, offers }: Consult): string =>
  JSON.stringify([state, result, winner, expertProven, offers.map((offer) => offer.state)]);
