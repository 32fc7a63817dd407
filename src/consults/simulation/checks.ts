import type { InteractionSnapshot } from "../../platform/contract.ts";
import { isOlder } from "../derive.ts";
import type { Consult, ConsultEvent, Effect } from "../model.ts";
import { isDial } from "../towards.ts";
import type { Platform } from "./platform.ts";

/** A promise was broken. */
export class Breach extends Error {}

export const promise = (isKept: unknown, what: string): void => {
  if (!isKept) throw new Breach(what);
};

/** What has come to the lifecycle's ears, kept apart from what it made of it. */
export class Heard {
  /** Offers whose expert said "now" on the card. */
  readonly yes = new Set<string>();
  /** Legs on which the agent confirmed a person. */
  readonly confirmed = new Set<string>();
  private latest: InteractionSnapshot | undefined;

  hear(event: ConsultEvent): void {
    if (event.type === "answer" && event.answer === "now") this.yes.add(event.offer);
    if (event.type === "move" && event.heard) for (const leg of this.connected()) this.confirmed.add(leg.ref);
    const snapshot = snapshotIn(event);
    if (snapshot && !(this.latest && isOlder(snapshot, this.latest))) this.latest = snapshot;
  }

  private connected() {
    const isOn = (state: string) => state === "connected" || state === "held";
    return this.latest?.parties.filter((party) => party.role === "expert" && isOn(party.state)) ?? [];
  }

  checkCustomerIsBack(): void {
    const { parties = [], state } = this.latest ?? {};
    if (state === "ended") return;
    const living = parties.filter((party) => party.state !== "left" && party.state !== "failed");
    promise(!living.some((party) => party.role === "expert"), "an end leaves no expert on the line");
  }

  /** By everything that was heard: is a person on the leg that `offer` was dialled for? */
  provesPerson(offer: string | undefined): boolean {
    return this.connected().some(
      (leg) =>
        leg.human !== false &&
        leg.reason !== "voicemail" &&
        (leg.human === true || this.confirmed.has(leg.ref) || (offer !== undefined && this.yes.has(offer))),
    );
  }
}

const snapshotIn = (event: ConsultEvent): InteractionSnapshot | undefined => {
  if (event.type === "snapshot") return event.snapshot;
  return event.type === "command" && event.outcome.state === "done" ? event.outcome.snapshot : undefined;
};

/** What must hold after every step. */
export function checkStep(before: Consult, event: ConsultEvent, after: Consult, effects: Effect[], heard: Heard): void {
  checkWinner(before, after);
  checkGuest(before, event, after);
  const commands = effects.filter((effect) => effect.do === "command");
  promise(commands.length <= 1, "one command at a time");
  for (const command of commands) checkCommand(command, after, heard);
  if (after.state === "ended" && before.state !== "ended") checkEnd(before, after, effects, heard);
}

function checkWinner(before: Consult, after: Consult): void {
  const has = (...states: string[]) => after.offers.filter((offer) => states.includes(offer.state) && !offer.guest);
  promise(has("accepted").length <= 1, "at most one expert wins");
  const isReplaced = before.winner !== undefined && before.winner !== after.winner;
  const stillOn = has("accepted", "asked").some((offer) => offer.id === before.winner);
  promise(!isReplaced || !stillOn, "a winner is not replaced while they are on");
}

/** What those who are added answer, or that they cannot be asked, is nothing to the others. */
function checkGuest(before: Consult, event: ConsultEvent, after: Consult): void {
  if (event.type !== "answer" && event.type !== "undeliverable") return;
  if (!before.offers.some((one) => one.id === event.offer && one.guest)) return;
  const ofOthers = ({ winner, goal, talkingTo, ending, state }: Consult) => [winner, goal, talkingTo, ending, state];
  promise(String(ofOthers(before)) === String(ofOthers(after)), "whoever is added changes nothing for the others");
}

function checkCommand(command: Extract<Effect, { do: "command" }>, after: Consult, heard: Heard): void {
  const { id, operation, party } = command;
  promise(after.pending?.id === id, "a command that is sent is under way");
  promise(party !== "customer" || operation === "resume", "nothing is done to the customer's leg but resuming it");
  promise(
    operation !== "completeTransfer" || heard.provesPerson(after.winner),
    "the agent stays until a person is there",
  );
  promise(operation !== "blindTransfer" || after.kind === "blind-transfer", "blind only when asked for");
  const isRemoval = operation === "removeParty" || operation === "cancelConsult";
  const isWanted = after.winner !== undefined && !after.ending && !after.ring?.over;
  promise(!isRemoval || !isWanted || (party && party !== after.expertParty), "an expert who is wanted stays");
  const guest = after.offers.find((one) => one.guest?.ring?.command === id);
  promise(operation !== "addParty" || (guest && heard.yes.has(guest.id)), "only those who said yes are added");
  promise(!isDial(command) || after.winner !== undefined, "only a winner is rung");
}

function checkEnd(before: Consult, after: Consult, effects: Effect[], heard: Heard): void {
  const { result, endedAt, offers, pending, wakeAt } = after;
  promise(result !== undefined && endedAt !== undefined, "an end says how and when");
  promise(!offers.some((offer) => ["planned", "asked", "later"].includes(offer.state)), "an end leaves no offer open");
  promise(pending === undefined && wakeAt === undefined, "an end leaves nothing under way");
  const hadCards = before.offers.some((offer) => offer.askedAt);
  promise(!hadCards || effects.some((effect) => effect.do === "refresh-cards"), "cards show the end");
  const hasRung = offers.some((offer) => offer.rungAt);
  if (hasRung && result !== "transferred" && result !== "customer-left") heard.checkCustomerIsBack();
}

/** What must be true once everything has come to rest. */
export function checkRest(consult: Consult, platform: Platform): void {
  const { customer, agent, experts } = platform;
  promise(consult.state === "ended", "cancel ends the consult");
  promise(!experts.some((leg) => leg.state === "ringing") || isBlind(consult), "nobody is left ringing");
  if (!customer) return;
  promise(!customer.heldByUs, "the customer is not left on hold");
  if (agent) {
    promise(consult.result !== "transferred", "transferred means that the agent has left");
    promise(experts.length === 0, "the customer is back with the agent alone");
  } else {
    promise(
      experts.every((leg) => !leg.heldByUs),
      "the expert who has the customer is not on hold",
    );
  }
}
const isBlind = (consult: Consult) => consult.kind === "blind-transfer" && consult.result === "transferred";
