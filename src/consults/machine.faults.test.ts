import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { InteractionSnapshot, Party } from "../platform/contract.ts";
import { step } from "./machine.ts";
import type { Consult, ConsultEvent } from "./model.ts";
import { Breach } from "./simulation/checks.ts";
import { addingHistory, anyHistory, smoothAddingHistory, smoothHistory } from "./simulation/histories.ts";
import type { History } from "./simulation/history.ts";
import { play, playOnTime, type Step } from "./simulation/world.ts";

/** Feeds the lifecycle something else than what happened. */
const mishearing =
  (change: (event: ConsultEvent, now: Date) => ConsultEvent | undefined): Step =>
  (consult, event, now, ...rest) => {
    const heard = change(event, now);
    return heard ? step(consult, heard, now, ...rest) : { consult, effects: [] };
  };

const misreading = (change: (snapshot: InteractionSnapshot, now: Date) => InteractionSnapshot): Step =>
  mishearing((event, now) => {
    if (event.type === "snapshot") return { ...event, snapshot: change(event.snapshot, now) };
    if (event.type !== "command" || event.outcome.state !== "done" || !event.outcome.snapshot) return event;
    return { ...event, outcome: { state: "done", snapshot: change(event.outcome.snapshot, now) } };
  });
const misreadingParties = (change: (party: Party) => Party): Step =>
  misreading((snapshot) => ({ ...snapshot, parties: snapshot.parties.map(change) }));

/** Lets the lifecycle believe something else than what it knew. */
const misremembering =
  (change: (consult: Consult, event: ConsultEvent) => Consult): Step =>
  (consult, event, ...rest) =>
    step(change(consult, event), event, ...rest);

const endNow = (consult: Consult, now: Date): Consult => {
  const { pending: _pending, wakeAt: _wakeAt, ...rest } = consult;
  const closed = rest.offers.map((offer) => ({
    ...offer,
    state: ["planned", "asked", "later"].includes(offer.state) ? ("withdrawn" as const) : offer.state,
  }));
  return { ...rest, offers: closed, state: "ended", result: rest.ending ?? "transferred", endedAt: now };
};
const living = (snapshot: InteractionSnapshot, role: string) =>
  snapshot.parties.some((party) => party.role === role && !["left", "failed"].includes(party.state));

/** Mistakes that a change to the lifecycle could bring in, each with the promise that it breaks. */
const faults: Record<string, [breaks: string, fault: Step]> = {
  "the agent is let go before a person is proven": [
    "the agent stays until a person is there",
    misremembering((consult) =>
      consult.kind === "transfer" && !consult.ending && ["ringing", "consulting"].includes(consult.state)
        ? { ...consult, expertProven: true, goal: "hand-over", reached: false }
        : consult,
    ),
  ],
  "the agent is let go while the phone rings": [
    "the agent stays until a person is there",
    misreadingParties((party) =>
      party.role === "expert" && party.state === "ringing" ? { ...party, state: "connected", human: true } : party,
    ),
  ],
  "voicemail counts as an answer": [
    "the agent stays until a person is there",
    misreadingParties(({ human, reason, ...party }) => ({
      ...party,
      ...(human === undefined ? {} : { human: true }),
      ...(reason === undefined || reason === "voicemail" ? {} : { reason }),
    })),
  ],
  "the second yes wins": [
    "at most one expert wins",
    misremembering((consult, event) => {
      if (event.type !== "answer" || event.answer !== "now" || !consult.winner || consult.winner === event.offer)
        return consult;
      const { winner: _winner, ...rest } = consult;
      return { ...rest, offers: rest.offers.map((one) => (one.id === event.offer ? { ...one, state: "asked" } : one)) };
    }),
  ],
  "an unknown outcome is repeated as a new command": [
    "no second dial while the first may ring",
    (consult, event, now, newCommandId, ...rest) => {
      const { pending } = consult;
      const isLost = event.type === "command" && event.outcome.state === "unknown" && event.command === pending?.id;
      if (!pending || !isLost) return step(consult, event, now, newCommandId, ...rest);
      const { state: _state, askedAt: _askedAt, repeats: _repeats, ...command } = pending;
      const id = newCommandId();
      const again = { ...pending, id, state: "asked" as const, askedAt: now };
      return { consult: { ...consult, pending: again }, effects: [{ do: "command", ...command, id }] };
    },
  ],
  "an unknown outcome counts as refused": [
    "no second dial while the first may ring",
    mishearing((event) =>
      event.type === "command" && event.outcome.state === "unknown"
        ? { ...event, outcome: { state: "refused", code: "lost", reason: "" } }
        : event,
    ),
  ],
  "a cancel is lost while the phone rings": [
    "nobody is rung after cancel",
    (consult, event, ...rest) =>
      event.type === "move" && event.move === "cancel" && consult.state === "ringing"
        ? { consult, effects: [] }
        : step(consult, event, ...rest),
  ],
  "hold goes unnoticed": [
    "the customer is not left on hold",
    misreadingParties((party) =>
      party.role === "customer" && party.state === "held" ? { ...party, state: "connected" } : party,
    ),
  ],
  "the expert's leg is forgotten when the customer hangs up": [
    "a phone stops ringing for nobody",
    (consult, event, now, ...rest) =>
      event.type === "snapshot" && !living(event.snapshot, "customer") && consult.state !== "ended"
        ? { consult: endNow({ ...consult, ending: "customer-left" }, now), effects: [{ do: "refresh-cards" }] }
        : step(consult, event, now, ...rest),
  ],
  "customer and expert are not brought together when the agent drops out": [
    "the customer is not left on hold",
    (consult, event, now, ...rest) =>
      event.type === "snapshot" && !living(event.snapshot, "agent") && consult.state === "consulting"
        ? { consult: endNow({ ...consult, ending: "transferred" }, now), effects: [{ do: "refresh-cards" }] }
        : step(consult, event, now, ...rest),
  ],
  "the next phone rings before the last one is cleared away": [
    "no second dial while the first may ring",
    misremembering((consult) => {
      if (!consult.ring?.over || consult.ending) return consult;
      const { ring: _ring, expertParty: _party, pending: _pending, look: _look, ...rest } = consult;
      return rest;
    }),
  ],
  "the end comes before the customer is back": [
    "the customer is not left on hold",
    (consult, event, now, ...rest) => {
      const after = step(consult, event, now, ...rest);
      return after.consult.ending && after.consult.state !== "ended"
        ? { consult: endNow(after.consult, now), effects: [{ do: "refresh-cards" }] }
        : after;
    },
  ],
  "a refused return is not tried again": [
    "the customer is not left on hold",
    misremembering((consult) => {
      if (consult.refusals === 0) return consult;
      const { ring: _ring, expertParty: _party, ...rest } = consult;
      return rest;
    }),
  ],
  "somebody is asked while they are busy": [
    "nobody is asked before they are free",
    misremembering((consult) => ({
      ...consult,
      offers: consult.offers.map((one) => (one.state === "later" && !one.againAt ? { ...one, state: "planned" } : one)),
    })),
  ],
  "somebody is added without being asked": [
    "only those who said yes are added",
    misremembering((consult) => ({
      ...consult,
      offers: consult.offers.map((one) => (one.guest && one.state === "asked" ? { ...one, state: "accepted" } : one)),
    })),
  ],
  "somebody else is added while the first phone rings": [
    "no second dial while the first may ring",
    misremembering(({ pending, ...consult }) => ({
      ...consult,
      ...(pending && pending.operation !== "addParty" ? { pending } : {}),
      offers: consult.offers.map((one) => (one.guest && !one.guest.isOn ? { ...one, guest: {} } : one)),
    })),
  ],
  "whoever is added takes the first one's place": [
    "at most one expert wins",
    misremembering((consult, event) => {
      if (event.type !== "answer" || !consult.offers.some(({ id, guest }) => guest && id === event.offer))
        return consult;
      const { winner: _winner, ...rest } = consult;
      return { ...rest, offers: rest.offers.map(({ guest: _guest, ...one }) => one) };
    }),
  ],
  "whoever was added stays when the help is over": [
    "an end leaves no expert on the line",
    misreading((snapshot) => ({
      ...snapshot,
      parties: snapshot.parties.filter((party, index) => party.role !== "expert" || index < 3),
    })),
  ],
  "time never passes": [
    "a tick deals with all that is due",
    mishearing((event) => (event.type === "tick" ? undefined : event)),
  ],
  "older news replaces newer": [
    "no second dial while the first may ring",
    misreading(({ sequence: _sequence, ...snapshot }, now) => ({
      ...snapshot,
      observedAt: now,
    })),
  ],
  "nobody says that a consult is over": [
    "cards show the end",
    (...all) => {
      const { consult, effects } = step(...all);
      return { consult, effects: effects.filter((effect) => effect.do !== "refresh-cards") };
    },
  ],
};

/** Does a fault break this very promise in some story? What else it breaks on the way does not count. */
function isNoticed(stories: fc.Arbitrary<History>, tell: typeof play, fault: Step, breaks: string): boolean {
  const notices = (history: History) => {
    try {
      tell(history, fault);
    } catch (error) {
      if (error instanceof Breach && !error.message.startsWith(breaks)) return;
      throw error;
    }
  };
  const found = fc.check(fc.property(stories, notices), {
    seed: 1,
    numRuns: tell === play ? 8_000 : 3_000,
    endOnFailure: true,
  });
  if (found.failed && !(found.errorInstance instanceof Breach)) throw found.errorInstance;
  return found.failed;
}

describe("the stories notice it when", { timeout: 120_000 }, () => {
  it.each(Object.entries(faults))("%s", (name, [breaks, fault]) => {
    const isNoticedIn = (smooth: fc.Arbitrary<History>, any: fc.Arbitrary<History>) =>
      isNoticed(smooth, playOnTime, fault, breaks) || isNoticed(any, play, fault, breaks);
    const isNoticedAtAll = /added|joins/.test(name)
      ? isNoticedIn(smoothAddingHistory, addingHistory)
      : isNoticedIn(smoothHistory, anyHistory);
    expect(isNoticedAtAll).toBe(true);
  });
});
