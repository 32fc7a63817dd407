/**
 * The life of a consult as a pure function. Events change facts; one reconcile step then decides the next single command
 * that brings what the platform shows towards what is wanted. Nothing here knows a clock, a database or a vendor.
 */
import type { CommandId } from "../ids.ts";
import type { InteractionSnapshot, Outcome } from "../platform/contract.ts";
import { takeAnswer, takeFree } from "./asking.ts";
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
  const turn: Turn = { consult: copyOf(consult), effects: [], now, timing, newCommandId };
  take(turn, event);
  reconcile(turn);
  setWakeAt(turn);
  if (hasCards(consult) && cardsOf(consult) !== cardsOf(turn.consult)) turn.effects.push({ do: "refresh-cards" });
  return {
    consult: turn.consult,
    effects: turn.effects.filter((effect) => effect.do !== "lookup" || turn.consult.look),
  };
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
    case "free": {
      const offer = consult.offers.find((one) => one.id === event.offer);
      if (offer) takeFree(turn, offer, event.target);
      break;
    }
    case "move":
      takeMove(turn, event);
      break;
    case "snapshot":
      takeSnapshot(turn, event.snapshot, event.lookedAt);
      break;
    case "interaction-gone":
      takeGone(turn, event.lookedAt);
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
  const { pending } = turn.consult;
  if (outcome.state === "done" && outcome.snapshot) {
    const isNews = takeSnapshot(turn, outcome.snapshot);
    if (isNews && pending?.id === command) turn.freshAt ??= pending.askedAt;
  }
  takeOutcome(turn, command, outcome);
}

/** A platform's clock may be this much ahead of ours. */
const clockDoubtMs = 2_000;

/** False for old news. */
function takeSnapshot(turn: Turn, snapshot: InteractionSnapshot, lookedAt?: Date): boolean {
  const { consult } = turn;
  if (consult.seen && isOlder(snapshot, consult.seen)) return false;
  if (!consult.seen) delete consult.look;
  consult.seen = withoutPersonalData(snapshot);
  noteLook(turn, lookedAt ?? after(snapshot.observedAt, -clockDoubtMs));
  return true;
}

function takeGone(turn: Turn, lookedAt = turn.now): void {
  const { consult } = turn;
  if (consult.seen) {
    consult.seen = { ...consult.seen, state: "ended", parties: [] };
    noteLook(turn, lookedAt);
  } else {
    finish(consult, "customer-left");
  }
}

function noteLook(turn: Turn, lookedAt: Date): void {
  const { look } = turn.consult;
  if (!look || lookedAt < look.wantedAt) return;
  turn.freshAt = lookedAt;
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
  JSON.stringify([
    state,
    result,
    winner,
    expertProven,
    offers.map((offer) => [offer.state, offer.guest?.isOn, offer.guest?.hasLeft]),
  ]);
