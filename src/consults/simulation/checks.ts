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
export function checkStep(before: Consult, after: Consult, effects: Effect[], heard: Heard): void {
  const open = ["planned", "asked", "later"];
  const winners = after.offers.filter((offer) => offer.state === "accepted");
  promise(winners.length <= 1, "at most one expert wins");
  promise(
    winners.every((offer) => offer.id === after.winner || after.ending !== undefined),
    "the winner is who said yes",
  );
  const commands = effects.filter((effect) => effect.do === "command");
  promise(commands.length <= 1, "one command at a time");
  for (const command of commands) {
    promise(after.pending?.id === command.id, "a command that is sent is under way");
    promise(
      command.party !== "customer" || command.operation === "resume",
      "nothing is ever done to the customer's leg",
    );
    promise(
      command.operation !== "completeTransfer" || heard.provesPerson(after.winner),
      "the agent stays until a person is there",
    );
    promise(command.operation !== "blindTransfer" || after.kind === "blind-transfer", "blind only when asked for");
    promise(!isDial(command) || after.winner !== undefined, "only a winner is rung");
  }
  if (after.state !== "ended") return;
  promise(after.result !== undefined && after.endedAt !== undefined, "an end says how and when");
  promise(!after.offers.some((offer) => open.includes(offer.state)), "an end leaves no offer open");
  promise(after.pending === undefined && after.wakeAt === undefined, "an end leaves nothing under way");
  const hadCards = before.offers.some((offer) => offer.askedAt);
  promise(
    !hadCards || before.state === "ended" || effects.some((one) => one.do === "refresh-cards"),
    "cards show the end",
  );
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
