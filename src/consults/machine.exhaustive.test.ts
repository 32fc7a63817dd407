import { describe, expect, it } from "vitest";
import { isBridgeError } from "../errors.ts";
import type { CommandId, OfferId, PersonId } from "../ids.ts";
import type { InteractionSnapshot, Outcome, Party, PartyState } from "../platform/contract.ts";
import { newConsult, step } from "./machine.ts";
import {
  answers,
  type Consult,
  type ConsultEvent,
  type Effect,
  type Kind,
  kinds,
  moves,
  type Offer,
  type State,
  states,
} from "./model.ts";
import { checkAlways } from "./simulation/always.ts";
import { promise } from "./simulation/checks.ts";
import { isDial } from "./towards.ts";

/**
 * A small world: from each situation that is reached, every event in every variant. A situation is a consult without its
 * clock times; time moves only by ticks that are due. The states take turns, so that late ones get their share.
 */
const situationsMax = Number(process.env.PATCHCORD_SITUATIONS ?? 120);
const startedAt = new Date("2026-03-02T09:00:00Z");
const firstOffer: OfferId = "off_1";
const offerIds: OfferId[] = [firstOffer, "off_2"];

/** `wait`: nobody is free at first. */
type Way = "ask" | "ring" | "wait";
const guestOffer: Offer = {
  id: "off_3",
  person: "per_3" as PersonId,
  state: "planned",
  target: { kind: "phone", e164: "+49303" },
};

const addGuest: ConsultEvent = { type: "move", move: "add-expert", offers: [guestOffer] };

const begin = (kind: Kind, way: Way) =>
  newConsult({
    kind,
    mode: way === "ring" ? "ring" : "ask",
    abreast: 1,
    offers: offerIds.map((id) => ({
      id,
      person: id.replace("off", "per") as PersonId,
      state: way === "wait" ? "later" : "planned",
      target: { kind: "phone", e164: `+4930${id.slice(4)}` },
    })),
    requestedAt: startedAt,
    seen: snapshotOf(startedAt, [party("agent", "connected"), party("customer", "connected")]),
  });

const party = (role: Party["role"], state: PartyState, more: Partial<Party> = {}): Party => ({
  ref: role,
  role,
  state,
  ...more,
});

const snapshotOf = (observedAt: Date, parties: Party[], state: "live" | "ended" = "live"): InteractionSnapshot => ({
  ref: "call",
  rootRef: "call",
  channel: "voice",
  state,
  parties,
  recording: "on",
  attributes: {},
  startedAt,
  observedAt,
});

/** All that the platform can show. The expert's leg has a new reference for everybody who is rung. */
function snapshotsFor(consult: Consult, now: Date): InteractionSnapshot[] {
  const ref = `expert-${consult.offers.filter((offer) => offer.rungAt && !offer.guest).length}`;
  const expert = (state: PartyState, more: Partial<Party> = {}) => party("expert", state, { ref, ...more });
  const customers = [party("customer", "connected"), party("customer", "held"), party("customer", "left")];
  const agents = [[party("agent", "connected")], []];
  const experts = [
    [],
    [expert("ringing")],
    [expert("connected")],
    [expert("connected", { human: true })],
    [expert("held", { human: true })],
    [expert("connected", { human: false })],
    [expert("failed", { reason: "busy" })],
    [expert("left", { reason: "hung-up" })],
  ];
  const added = (state: PartyState, more: Partial<Party> = {}) => party("expert", state, { ref: "added", ...more });
  const guests = [
    [added("ringing")],
    [added("connected")],
    [added("held", { human: true })],
    [added("connected", { human: false })],
    [added("failed", { reason: "busy" })],
    [added("left", { reason: "hung-up" })],
  ];
  const hasGuest = consult.offers.some(({ guest }) => guest?.ring);
  const withGuests = [[], [expert("connected", { human: true })], [expert("left", { reason: "hung-up" })]].flatMap(
    (first) => guests.map((second) => [...first, ...second]),
  );
  const alone = consult.ring ? experts : [[], [party("expert", "connected", { ref: "somebody-else" })]];
  const shown = hasGuest ? [...alone, ...withGuests] : alone;
  const live = customers.flatMap((customer) =>
    agents.flatMap((agent) => shown.map((some) => snapshotOf(now, [...agent, customer, ...some]))),
  );
  return [...live, snapshotOf(now, [], "ended")];
}

const outcomes: Outcome[] = [
  { state: "done" },
  { state: "accepted" },
  { state: "refused", code: "refused", reason: "" },
  { state: "unknown", reason: "" },
];

function eventsFor(consult: Consult, now: Date): ConsultEvent[] {
  const snapshots = snapshotsFor(consult, now);
  const { pending } = consult;
  const told = pending
    ? outcomes.map((outcome): ConsultEvent => ({ type: "command", command: pending.id, outcome }))
    : [];
  return [
    { type: "start" },
    { type: "tick" },
    { type: "replied" },
    { type: "interaction-gone", lookedAt: now },
    { type: "command", command: "cmd_of_nobody", outcome: { state: "done" } },
    ...told,
    ...snapshots.map((snapshot): ConsultEvent => ({ type: "snapshot", snapshot, lookedAt: now })),
    ...moves.flatMap((move): ConsultEvent[] => [
      { type: "move", move },
      { type: "move", move, heard: true },
    ]),
    ...(consult.offers.some(({ guest }) => guest) ? [] : [addGuest]),
    ...consult.offers.map(({ person }): ConsultEvent => ({ type: "move", move: "drop-expert", person })),
    ...consult.offers
      .map(({ id }) => id)
      .flatMap((offer): ConsultEvent[] => [
        ...answers.map((answer): ConsultEvent => ({ type: "answer", offer, answer })),
        { type: "delivered", offer },
        { type: "free", offer },
        { type: "undeliverable", offer, reason: "not-installed" },
      ]),
  ];
}

/** The same situation has the same name, whenever it comes about. Of times only "due" or "not yet" counts. */
const nameOf = ({ consult, now }: Situation): string =>
  JSON.stringify(consult, function (key, value) {
    const at = (this as Record<string, unknown>)[key];
    if (["trouble", "reason", "observedAt", "requestedAt", "answeredAt", "startedAt"].includes(key)) return undefined;
    if (key === "wakeAt" || key === "againAt" || key === "retryAt") return at instanceof Date && at > now;
    if (at instanceof Date) return true;
    if (key === "id") return String(value).slice(0, 3);
    return key === "refusals" ? Math.min(Number(value), 4 + (Number(value) % 2)) : value;
  });

function checkEdge(before: Consult, event: ConsultEvent, after: Consult, effects: Effect[]): void {
  const commands = effects.filter((effect) => effect.do === "command");
  const legs =
    after.seen?.parties.filter((one) => one.role === "expert" && !["left", "failed"].includes(one.state)) ?? [];
  promise(commands.length <= 1, "one command at a time");
  for (const command of commands) {
    const isNew = command.id !== before.pending?.id;
    promise(after.pending?.id === command.id, "a command that is sent is under way");
    const mayRing = legs.some(({ ref, state }) =>
      command.operation === "addParty" ? state === "ringing" : before.ring && !before.before.includes(ref),
    );
    promise(!isDial(command) || !isNew || !mayRing, "no second dial");
    const isThere = legs.some((leg) => ["connected", "held"].includes(leg.state) && leg.human !== false);
    promise(
      command.operation !== "completeTransfer" || (isThere && after.expertProven),
      "the agent stays until a person is there",
    );
  }
  promise(
    after.offers.filter((offer) => offer.state === "accepted" && !offer.guest).length <= 1,
    "at most one expert wins",
  );
  if (after.state !== "ended") {
    promise(!after.pending || after.wakeAt, "whatever is under way has a deadline");
    return;
  }
  promise(!after.offers.some((offer) => ["planned", "asked", "later"].includes(offer.state)), "no offer stays open");
  promise(!after.pending && !after.wakeAt && commands.length === 0, "nothing is under way");
  if (after.result === "customer-left") {
    promise(
      !legs.some((leg) => leg.state === "ringing") || after.refusals >= 5 || !before.ring,
      "nobody rings for nobody",
    );
  } else if (after.result !== "transferred" && before.ring) {
    const customer = after.seen?.parties.find((one) => one.role === "customer");
    promise(customer?.state !== "held" && legs.length === 0, `${event.type}: the customer is back`);
  }
}

type Situation = { consult: Consult; now: Date };

/** All hear each other, and somebody else has said that they will join them. */
function withGuest(): Situation {
  let consult = begin("conference", "ask");
  let ids = 0;
  const happen = (event: ConsultEvent) => {
    ({ consult } = step(consult, event, startedAt, () => `cmd_0${++ids}`));
  };
  const shows = (customer: PartyState, ...experts: Party[]) =>
    happen({
      type: "snapshot",
      lookedAt: startedAt,
      snapshot: snapshotOf(startedAt, [party("agent", "connected"), party("customer", customer), ...experts]),
    });
  const expert = party("expert", "connected", { ref: "expert-1", human: true });
  happen({ type: "start" });
  happen({ type: "answer", offer: firstOffer, answer: "now" });
  shows("held", expert);
  const { pending } = consult;
  if (pending) happen({ type: "command", command: pending.id, outcome: { state: "done" } });
  shows("connected", expert);
  happen(addGuest);
  happen({ type: "answer", offer: guestOffer.id, answer: "now" });
  return { consult, now: startedAt };
}

/** Returns how many situations were found; counts which events met which states. */
function explore(start: Situation, visits: Map<string, number>): number {
  const open = new Map(states.map((state): [State, Situation[]] => [state, []]));
  const known = new Set<string>();
  const find = (situation: Situation) => {
    const name = nameOf(situation);
    if (!known.has(name)) open.get(situation.consult.state)?.push(situation);
    known.add(name);
  };
  let ids = 0;
  find(start);
  for (let walked = 0; walked < situationsMax; ) {
    const turns = [...open.values()].flatMap((situations) => situations.shift() ?? []);
    if (turns.length === 0) break;
    for (const { consult, now: here } of turns) {
      walked++;
      for (const event of eventsFor(consult, here)) {
        const isDue = event.type === "tick" && consult.wakeAt && consult.wakeAt > here;
        const now = isDue && consult.wakeAt ? consult.wakeAt : here;
        visits.set(`${consult.state} ${event.type}`, (visits.get(`${consult.state} ${event.type}`) ?? 0) + 1);
        const next = tryStep(consult, event, now, () => `cmd_${++ids}`);
        if (!next) continue;
        checkEdge(consult, event, next.consult, next.effects);
        const isLeft = event.type === "tick" && next.consult.wakeAt && next.consult.wakeAt <= now;
        promise(!isLeft, "a tick deals with all that is due");
        checkAlways(consult, event, next, (from, once) => step(from, once, now, () => `cmd_${++ids}`));
        find({ consult: next.consult, now });
      }
    }
  }
  return known.size;
}

function tryStep(consult: Consult, event: ConsultEvent, now: Date, newId: () => CommandId) {
  try {
    return step(consult, event, now, newId);
  } catch (error) {
    const isRefusal = event.type === "move" && isBridgeError(error) && error.code === "conflict";
    if (!isRefusal) throw error;
    promise(event.move !== "cancel" || consult.state === "ended", "cancel works until it is over");
    expect(error.message).toMatch(/^[A-Z].*\. ?.*\.$/);
    return undefined;
  }
}

describe("every event in every situation", { timeout: 600_000 }, () => {
  const visits = new Map<string, number>();

  const ways: Way[] = ["ask", "ring", "wait"];
  it.each(kinds.flatMap((kind) => ways.map((way) => [kind, way] as const)))("%s, %s", (kind, way) => {
    expect(explore({ consult: begin(kind, way), now: startedAt }, visits)).toBeGreaterThan(10);
  });

  it("conference, somebody is added", () => {
    const start = withGuest();
    expect(start.consult).toMatchObject({ state: "conferencing", pending: { operation: "addParty" } });
    expect(explore(start, visits)).toBeGreaterThan(100);
  });

  it("has met every state", () => {
    const events = [
      "start",
      "tick",
      "replied",
      "interaction-gone",
      "command",
      "snapshot",
      "move",
      "answer",
      "free",
      "undeliverable",
    ];
    const missed = states.flatMap((state) =>
      events.filter((event) => !visits.has(`${state} ${event}`)).map((event) => `${state} ${event}`),
    );
    expect(missed).toEqual([]);
  });
});
