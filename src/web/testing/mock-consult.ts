/** The made-up life of a consult: the card, the phone, the moves. */
import type { Move, Result } from "../../consults/model.ts";
import { moves } from "../../consults/model.ts";
import type { CallOperation } from "../../platform/contract.ts";
import type { CallView } from "../../sandbox/protocol.ts";
import type { ConsultRequest, ConsultView, OfferView } from "../../views.ts";
import { freeAgent, legOf, mixAudio, newLeg, setLeg } from "./mock-call.ts";
import { mockCard } from "./mock-card.ts";
import { expertOf, find, iso, type MockConsult, type MockState, NotNow } from "./mock-state.ts";
import { hitOf, interactionView, worldView } from "./mock-view.ts";

// ---------------------------------------------------------------- news

/** A new version of the consult: its moves, its cards, and everybody told. */
function touch(state: MockState, { view, call, heard }: MockConsult): void {
  view.version++;
  view.changedAt = iso();
  view.interaction = interactionView(state, call);
  view.moves = moves.map((move) => {
    const reason = whyNot(view, move, !state.cannotTell || heard === true);
    return { move, possible: !reason, ...(reason && { reason }) };
  });
  for (const offer of view.offers) refreshCard(state, view, offer);
  state.tell("consult", structuredClone(view));
  state.tell("world", worldView(state));
}

export function changed(state: MockState, call: CallView): void {
  mixAudio(call);
  state.tell("interaction", interactionView(state, call));
  for (const consult of state.consults)
    if (consult.call === call && consult.view.state !== "ended") settle(state, consult);
  state.tell("world", worldView(state));
}

function refreshCard({ experts, chats }: MockState, view: ConsultView, offer: OfferView): void {
  const expert = experts.find(({ personId }) => personId === offer.personId);
  const message = chats.get(expert?.user ?? "")?.messages.find(({ id }) => id === offer.id);
  const card = mockCard(view, offer);
  if (message && JSON.stringify(message.card) !== JSON.stringify(card)) Object.assign(message, { card, edited: iso() });
}

const say = ({ view }: MockConsult, what: string, data: Record<string, unknown> = {}) =>
  view.timeline.push({ at: iso(), what, data });

function enter(consult: MockConsult, next: ConsultView["state"], data = {}): void {
  if (consult.view.state === next) return;
  consult.view.state = next;
  say(consult, next, data);
}

function answer(consult: MockConsult, offer: OfferView, next: OfferView["state"], reason?: string): void {
  offer.state = next;
  if (reason) offer.reason = reason;
  if (next === "asked") offer.askedAt = iso();
  else offer.answeredAt = iso();
  say(consult, `offer-${next}`, { person: offer.personId, name: offer.name, ...(reason && { reason }) });
}

function end(state: MockState, consult: MockConsult, result: Result): void {
  const { view } = consult;
  for (const offer of view.offers) if (["asked", "planned", "later"].includes(offer.state)) offer.state = "withdrawn";
  view.result = result;
  view.endedAt = iso();
  enter(consult, "ended", { result });
  delete view.pending;
  touch(state, consult);
}

// ---------------------------------------------------------------- the call

/** Sends one command over the made-up wire, with its latency and its faults. */
function command(state: MockState, consult: MockConsult, operation: CallOperation, effect: () => void): void {
  const { view, call } = consult;
  const wire: CallView["commands"][number] = { id: state.id("cmd"), operation, state: "asked", at: iso() };
  call.commands.push(wire);
  view.pending = { operation, state: "asked", askedAt: wire.at };
  touch(state, consult);
  const latencyMs = state.faults.has("slow-down") ? 2600 : 140 + Math.round(Math.random() * 160);
  const isLost = state.faults.delete("answer-lost");
  const settled = () => {
    delete view.pending;
    touch(state, consult);
  };
  state.later(latencyMs, () => {
    effect();
    Object.assign(wire, {
      state: isLost ? "unknown" : "done",
      latencyMs,
      ...(isLost && { reason: "the answer was lost" }),
    });
    if (!isLost || !view.pending) settled();
    else {
      view.pending.state = "unknown";
      state.later(3000, settled);
    }
    changed(state, call);
  });
}

/** What the call shows decides where the consult is. */
function settle(state: MockState, consult: MockConsult) {
  const { view, call } = consult;
  if (view.kind === "question") return;
  const [customer, us, other] = [legOf(call, "customer"), legOf(call, "agent"), legOf(call, "expert")];
  if (!customer) {
    setLeg(other, "left");
    mixAudio(call);
    return end(state, consult, "customer-left");
  }
  if (view.kind === "meeting") return;
  if (other?.state === "connected" || other?.state === "held") {
    if (!us) return end(state, consult, "transferred");
    enter(consult, customer.state === "connected" && other.state === "connected" ? "conferencing" : "consulting");
    view.talkingTo = customer.state === "held" ? "expert" : "customer";
    if (view.state === "consulting" && !view.pending) goOn(state, consult);
  }
  touch(state, consult);
}

function goOn(state: MockState, { view }: MockConsult): void {
  if (view.kind === "transfer") moveConsult(state, view.id, "hand-over");
  if (view.kind === "conference") moveConsult(state, view.id, "all-together");
}

// ---------------------------------------------------------------- asking

export function requestConsult(state: MockState, request: ConsultRequest): ConsultView {
  const call = find(state.calls, ({ ref }) => `int_${ref}` === request.interactionId);
  if (state.consults.some((each) => each.call === call && each.view.state !== "ended"))
    throw new NotNow("Help is already on its way. Finish or cancel it first.");
  const named = request.personIds?.map((personId) => expertOf(state, personId));
  const skilled = () =>
    state.experts.filter((each) => each.skills.some(({ skill }) => skill === request.skill)).slice(0, 3);
  const asked = named ?? skilled();
  const view: ConsultView = {
    id: state.id("cst"),
    interactionId: request.interactionId,
    journeyId: `jny_${call.ref}`,
    kind: request.kind,
    state: "requested",
    talkingTo: "expert",
    question: request.question ?? "",
    agent: { personId: "per_ana", name: state.agent.name },
    offers: asked.map(({ personId, name }) => ({ id: state.id("off"), personId, name, state: "planned" })),
    moves: [],
    replies: [],
    timeline: [],
    requestedAt: iso(),
    changedAt: iso(),
    version: 0,
  };
  const consult: MockConsult = { view, call };
  state.consults.push(consult);
  say(consult, "requested");
  const [first] = asked;
  const [offer] = view.offers;
  if (request.mode === "ring" && offer) ring(state, consult, offer);
  else if (!first || hitOf(state, first).reachability.state === "later") {
    for (const each of view.offers) each.state = "later";
    enter(consult, "waiting");
  } else askNext(state, consult, named?.length);
  touch(state, consult);
  return structuredClone(view);
}

/** Whoever waits for this person asks them now. */
export function noticeFree(state: MockState, personId: string): void {
  const waits = ({ view }: MockConsult) =>
    view.state === "waiting" && view.offers.some((each) => each.personId === personId && isAwaited(each));
  const waiting = state.consults.find(waits);
  if (!waiting || hitOf(state, expertOf(state, personId)).reachability.state !== "call") return;
  for (const each of waiting.view.offers) if (each.personId === personId && isAwaited(each)) each.state = "planned";
  askNext(state, waiting);
  touch(state, waiting);
}

const isAwaited = (offer: OfferView) => offer.state === "later" && !offer.againAt;

const offerMs = 20_000;
const ringMs = 18_000;

function askNext(state: MockState, consult: MockConsult, abreast = 1) {
  const { view } = consult;
  enter(consult, "offering");
  const next = view.offers.filter((each) => each.state === "planned").slice(0, abreast);
  const isOpen = view.offers.some((each) => each.state === "asked" || each.state === "later");
  if (next.length === 0 && !isOpen)
    return end(state, consult, view.offers.some((each) => each.state === "silent") ? "unanswered" : "declined");
  for (const offer of next) {
    answer(consult, offer, "asked");
    const { user } = expertOf(state, offer.personId);
    state.chats.get(user)?.messages.push({ id: offer.id, from: "bot", card: mockCard(view, offer), at: iso() });
    state.later(offerMs, () => {
      if (offer.state !== "asked" || view.state !== "offering") return;
      answer(consult, offer, "silent");
      askNext(state, consult);
      touch(state, consult);
    });
  }
}

function ring(state: MockState, consult: MockConsult, offer: OfferView): void {
  const { view, call } = consult;
  if (offer.state === "planned") answer(consult, offer, "asked");
  consult.winner = offer;
  view.expert = { personId: offer.personId, name: offer.name };
  enter(consult, "ringing");
  command(state, consult, "startConsult", () => {
    if (view.state === "ended") return;
    setLeg(legOf(call, "customer"), "held");
    const leg = newLeg(state, "expert", offer.name, "ringing");
    call.parties.push(leg);
    if (state.faults.has("voicemail")) state.later(1500, () => pickUp(state, leg.ref, "voicemail"));
  });
  state.later(ringMs, () => view.state === "ringing" && pickUp(state, legOf(call, "expert")?.ref ?? "", "no-answer"));
}

const troubles = { declined: "expert-declined", voicemail: "voicemail", "no-answer": "expert-no-answer" } as const;

/** The phone of an expert is answered, or is not. */
export function pickUp(state: MockState, ref: string, what: "answer" | keyof typeof troubles): void {
  const call = state.calls.find(({ parties }) => parties.some((each) => each.ref === ref && each.state === "ringing"));
  if (!call) throw new NotNow("That phone does not ring.");
  const leg = call.parties.find((each) => each.ref === ref);
  const consult = state.consults.find((each) => each.call === call && each.view.state === "ringing");
  if (what === "answer") {
    if (consult?.winner?.state === "asked") answer(consult, consult.winner, "accepted");
    setLeg(leg, "connected");
  } else {
    setLeg(leg, "left", what);
    setLeg(legOf(call, "customer"), "connected");
    if (consult) loseWinner(state, consult, what);
  }
  changed(state, call);
}

function loseWinner(state: MockState, consult: MockConsult, what: keyof typeof troubles): void {
  consult.view.trouble = troubles[what];
  say(consult, "trouble", { trouble: consult.view.trouble });
  if (consult.winner) answer(consult, consult.winner, what === "declined" ? "declined" : "silent", what);
  delete consult.winner;
  delete consult.view.expert;
  askNext(state, consult);
}

export function pressCard(state: MockState, offerId: string, said: string, reason?: string) {
  const consult = find(state.consults, ({ view }) => view.offers.some(({ id }) => id === offerId));
  const { view } = consult;
  const offer = find(view.offers, ({ id }) => id === offerId);
  if (view.state === "ended" || !["asked", "silent"].includes(offer.state))
    throw new NotNow("This is settled already.");
  if (said === "now") win(state, consult, offer);
  else if (said === "later") {
    answer(consult, offer, "later");
    offer.againAt = iso(300_000);
    enter(consult, "waiting");
  } else {
    answer(
      consult,
      offer,
      said === "chat" ? "chat" : "declined",
      reason ?? (said === "no" ? "not-my-topic" : undefined),
    );
    askNext(state, consult);
  }
  touch(state, consult);
}

function win(state: MockState, consult: MockConsult, offer: OfferView) {
  const { view } = consult;
  answer(consult, offer, "accepted");
  for (const other of view.offers) if (other.state === "asked") answer(consult, other, "taken");
  view.expert = { personId: offer.personId, name: offer.name };
  if (view.kind !== "question" && view.kind !== "meeting") return ring(state, consult, offer);
  enter(consult, "consulting");
  if (view.kind === "meeting") return void Object.assign(view, state.meeting);
  state.later(4000, () => {
    view.replies.push({
      at: iso(),
      by: offer.name,
      text: "Yes, they are the same. I have cancelled the second one; she gets 48.20 € back.",
    });
    end(state, consult, "answered");
  });
}

// ---------------------------------------------------------------- the agent's moves

function whyNot({ state, kind, talkingTo }: ConsultView, move: Move, isProven: boolean): string | undefined {
  const isThere = state === "consulting" || state === "conferencing";
  if (state === "ended") return "over";
  if (move === "cancel") return state === "transferring" ? "handing-over" : undefined;
  if (kind === "question" || kind === "meeting") return "not-a-call";
  if (move === "add-expert") return "platform-cannot";
  if (move === "all-together" && state === "conferencing") return "already";
  if (move.startsWith("talk-to") && state !== "consulting") return "not-private";
  if (move === `talk-to-${talkingTo}`) return "already";
  if (isThere && move === "hand-over" && !isProven) return "not-proven";
  return isThere ? undefined : "not-answered";
}

export function moveConsult(state: MockState, consultId: string, move: Move, heard = false): ConsultView {
  const consult = find(state.consults, ({ view }) => view.id === consultId);
  consult.heard ||= heard;
  if (whyNot(consult.view, move, !state.cannotTell || consult.heard) && move !== "cancel")
    throw new NotNow("Nobody has answered yet. Wait or cancel.");
  say(consult, "move", { move });
  carryOut(state, consult, move);
  touch(state, consult);
  return structuredClone(consult.view);
}

function carryOut(state: MockState, consult: MockConsult, move: Move) {
  const { call } = consult;
  const [customer, us, other] = [legOf(call, "customer"), legOf(call, "agent"), legOf(call, "expert")];
  switch (move) {
    case "cancel":
      return bringBack(state, consult, "cancelled", "cancelConsult");
    case "drop-expert":
      return bringBack(state, consult, "returned", "removeParty");
    case "all-together":
      return command(state, consult, "mergeConference", () => {
        for (const leg of [customer, us, other]) setLeg(leg, "connected");
      });
    case "talk-to-customer":
    case "talk-to-expert": {
      const toCustomer = move === "talk-to-customer";
      return command(state, consult, "switchParty", () => {
        setLeg(customer, toCustomer ? "connected" : "held");
        setLeg(other, toCustomer ? "held" : "connected");
        say(consult, move.replace("talk", "talking"));
      });
    }
    case "hand-over":
      enter(consult, "transferring");
      return command(state, consult, "completeTransfer", () => {
        setLeg(customer, "connected");
        setLeg(other, "connected");
        setLeg(us, "left");
        freeAgent(state);
      });
  }
}

function bringBack(state: MockState, consult: MockConsult, result: Result, operation: CallOperation) {
  const other = legOf(consult.call, "expert");
  if (!other) return end(state, consult, result);
  command(state, consult, operation, () => {
    setLeg(other, "left", "removed");
    setLeg(legOf(consult.call, "customer"), "connected");
    end(state, consult, result);
  });
}
