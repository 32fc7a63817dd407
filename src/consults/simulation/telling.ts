import type { CommandId, OfferId, PersonId } from "../../ids.ts";
import type { InteractionSnapshot, Outcome, Party, PartyState } from "../../platform/contract.ts";
import { newConsult, step } from "../machine.ts";
import type { Answer, Consult, ConsultEvent, Effect, Kind, Move } from "../model.ts";

type Shown = { customer?: PartyState; agent?: PartyState; expert?: PartyState } & Partial<
  Pick<Party, "human" | "reason">
> & {
    /** The expert's leg, when it is not the first. */
    leg?: string;
    sequence?: number;
    /** Whoever was added. */
    second?: PartyState | Partial<Party>;
  };
const startedAt = new Date("2026-03-02T09:00:00Z");

/** For examples: one consult told event by event. Every event answers with what it asks of the world, in words. */
export function tell(
  kind: Kind,
  options: { mode?: "ask" | "ring"; experts?: number; abreast?: number; isSeen?: boolean; isFree?: boolean } = {},
) {
  let nowMs = startedAt.getTime();
  let ids = 0;
  let sequence = 0;
  let effects: Effect[] = [];
  let consult: Consult = newConsult({
    kind,
    mode: options.mode ?? "ask",
    abreast: options.abreast ?? 1,
    offers: Array.from({ length: options.experts ?? 2 }, (_, index) => ({
      id: `off_${index}`,
      person: `per_${index}` as PersonId,
      state: options.isFree === false ? "later" : "planned",
      target: { kind: "phone", e164: `+49301234${index}` },
    })),
    requestedAt: startedAt,
    ...(options.isSeen === false ? {} : { seen: snapshot({}) }),
  });

  function snapshot({
    customer = "connected",
    agent = "connected",
    expert,
    leg = "leg-1",
    ...more
  }: Shown): InteractionSnapshot {
    const parties: Party[] = [
      { ref: "customer", role: "customer", state: customer, name: "Lucía" },
      { ref: "agent", role: "agent", state: agent, account: "ana" },
    ];
    const { sequence: given, second, ...about } = more;
    if (expert) parties.push({ ref: leg, role: "expert", state: expert, ...about });
    if (second) {
      const shown: Partial<Party> = typeof second === "string" ? { state: second } : second;
      parties.push({ ref: "leg-9", role: "expert", state: "connected", ...shown });
    }
    sequence = given ?? sequence + 1;
    return {
      ref: "call",
      rootRef: "call",
      channel: "voice",
      state: "live",
      parties,
      recording: "on",
      attributes: { intent: "invoice" },
      startedAt,
      observedAt: new Date(nowMs),
      sequence,
    };
  }

  const happen = (event: ConsultEvent): string[] => {
    ({ consult, effects } = step(consult, event, new Date(nowMs), (): CommandId => `cmd_${++ids}`));
    return effects.filter((effect) => effect.do !== "refresh-cards").map(inWords);
  };
  return {
    get consult() {
      return consult;
    },
    get state() {
      return consult.state;
    },
    /** Did the last event change the cards? */
    get cards() {
      return effects.some((effect) => effect.do === "refresh-cards");
    },
    offer: (index: number) => consult.offers[index]?.state,
    snapshot,
    happen,
    start: () => happen({ type: "start" }),
    answers: (index: number, answer: Answer, reason?: string) =>
      happen({ type: "answer", offer: `off_${index}` as OfferId, answer, ...(reason ? { reason } : {}) }),
    moves: (move: Move, heard = false) => happen({ type: "move", move, heard }),
    /** Offers 7 and 8, so that nobody takes them for one of the first. */
    adds: (...indexes: number[]) =>
      happen({
        type: "move",
        move: "add-expert",
        offers: (indexes.length > 0 ? indexes : [7]).map((index) => ({
          id: `off_${index}`,
          person: `per_${index}` as PersonId,
          state: "planned",
          target: { kind: "phone", e164: `+49301234${index}` },
        })),
      }),
    drops: (index: number) => happen({ type: "move", move: "drop-expert", person: `per_${index}` as PersonId }),
    added: (index = 7) => consult.offers.find(({ id }) => id === `off_${index}`)?.state,
    shows: (shown: Shown) => happen({ type: "snapshot", snapshot: snapshot(shown) }),
    /** The answer to the lookup that was asked for last. */
    finds: (shown: Shown) => happen({ type: "snapshot", snapshot: snapshot(shown), lookedAt: new Date(nowMs) }),
    outcome: (state: Outcome["state"], code = "refused") => {
      const command = consult.pending?.id ?? "cmd_none";
      const outcome =
        state === "refused" ? { state, code, reason: "" } : state === "unknown" ? { state, reason: "" } : { state };
      return happen({ type: "command", command, outcome });
    },
    passes: (ms: number) => {
      nowMs += ms;
      return happen({ type: "tick" });
    },
    /** Up to the point where the first expert has said yes and is on the line, the customer on hold. */
    untilConsulting() {
      happen({ type: "start" });
      happen({ type: "answer", offer: "off_0", answer: "now" });
      this.outcome("done");
      return this.shows({ customer: "held", expert: "connected", human: true });
    },
    /** Customer, agent and the first expert hear each other. */
    untilConferencing() {
      this.untilConsulting();
      this.outcome("done");
      this.shows({ expert: "connected", human: true });
    },
  };
}

/** "offer 0", "lookup", "startConsult +49…", "switchParty customer", "cancelConsult leg-1". */
function inWords(effect: Effect): string {
  if (effect.do === "offer") return `offer ${effect.offer.slice(4)}`;
  if (effect.do !== "command") return effect.do;
  const { operation, target, party, speakTo } = effect;
  const whom = target?.kind === "phone" ? target.e164 : (party ?? speakTo);
  return whom ? `${operation} ${whom}` : operation;
}
