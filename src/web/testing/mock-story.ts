/** A whole company, one contact center and one bridge in memory: enough of each to see every state of the pages. */
import type { Move, Result } from "../../consults/model.ts";
import { moves } from "../../consults/model.ts";
import type { CallOperation } from "../../platform/contract.ts";
import type { CallParty, CallView, Fault, WorldView } from "../../sandbox/protocol.ts";
import type { ConsultRequest, ConsultView, ExpertHit, InteractionView, OfferView } from "../../views.ts";
import { mockCard } from "./mock-card.ts";
import { type MockExpert, mockExperts, mockHit } from "./mock-people.ts";

export class NotNow extends Error {}
export type Topic = "consult" | "interaction" | "presence";
type Chat = WorldView["teams"]["users"][number]["chat"];
type MockConsult = { view: ConsultView; winner?: OfferView; call: CallView };

export type Story = ReturnType<typeof createStory>;

export function createStory() {
  let sequence = 0;
  let ids = 0;
  const now = () => new Date();
  const iso = (ms = 0) => new Date(Date.now() + ms).toISOString();
  const id = (kind: string) => `${kind}_${++ids}`;
  const listeners = new Set<(topic: Topic | "world", data: unknown) => void>();
  const agent = {
    account: "ana",
    name: "Ana Lind",
    email: "ana@example.com",
    status: "On Queue",
    statuses: ["On Queue", "Available", "Break", "Meal", "Offline"],
    onCall: false,
  };
  const customers = [
    { id: "lucia", name: "Lucía Prat", tier: "Gold", intent: "Duplicate invoice" },
    { id: "olof", name: "Olof Berg", intent: "Move my contract" },
  ];
  let experts: MockExpert[];
  let observed: Map<string, string>;
  let chats: Map<string, Chat>;
  let calls: CallView[];
  let consults: MockConsult[];
  let faults: Map<Fault, number>;
  let service: { up: boolean; restarts: number };
  const timers = new Set<ReturnType<typeof setTimeout>>();
  reset();

  function reset() {
    for (const timer of timers) clearTimeout(timer);
    timers.clear();
    experts = mockExperts();
    observed = new Map(
      experts.map(({ personId }, index) => [personId, iso(index === 5 ? -190_000 : -3000 - index * 700)]),
    );
    chats = new Map(experts.map(({ user }) => [user, { messages: [] }]));
    calls = [];
    consults = [];
    faults = new Map();
    service = { up: true, restarts: service?.restarts ?? 0 };
    agent.onCall = false;
    agent.status = "On Queue";
  }
  const later = (ms: number, run: () => void) => {
    const timer = setTimeout(() => {
      timers.delete(timer);
      run();
    }, ms);
    timers.add(timer);
  };
  const tell = (topic: Topic | "world", data: unknown) => {
    for (const listener of listeners) listener(topic, data);
  };
  const world = () => tell("world", worldView());
  const find = <Thing>(things: Thing[], test: (thing: Thing) => boolean): Thing => {
    const found = things.find(test);
    if (!found) throw new NotNow("There is no such thing.");
    return found;
  };

  // ---------------------------------------------------------------- the call

  const party = (call: CallView, role: CallParty["role"]) =>
    call.parties.find((each) => each.role === role && each.state !== "left");
  function hear(call: CallView) {
    const heard = call.parties.filter(({ state }) => state === "connected").map(({ ref }) => ref);
    for (const each of call.parties) {
      const there = each.state === "connected";
      each.hears = there ? heard.filter((ref) => ref !== each.ref) : [];
      each.music = each.state === "held";
    }
  }
  const set = (each: CallParty | undefined, state: CallParty["state"], reason?: string) => {
    if (!each || each.state === state) return;
    each.state = state;
    each.since = iso();
    if (reason) each.reason = reason;
  };
  function changed(call: CallView) {
    hear(call);
    tell("interaction", interactionView(call));
    for (const consult of consults.filter((each) => each.call === call && each.view.state !== "ended")) settle(consult);
    world();
  }

  function interactionView(call: CallView): InteractionView {
    const customer = find(customers, ({ name }) => call.parties.some((each) => each.name === name));
    return {
      id: `int_${call.ref}`,
      journeyId: `jny_${call.ref}`,
      channel: "voice",
      state: call.state === "ended" ? "ended" : "live",
      customer: {
        name: customer.name,
        ...(customer.tier && { tier: customer.tier }),
        language: customer.id === "lucia" ? "es" : "sv",
      },
      intent: customer.intent,
      skill: customer.id === "lucia" ? "Invoicing" : "Contracts",
      recording: call.recording,
      parties: call.parties
        .filter(({ state }) => state !== "left" && state !== "failed")
        .map(({ since: _since, reason: _reason, ...each }) => each),
      startedAt: call.startedAt,
      observedAt: iso(),
      can: (["consult", "conference", "transfer", "blind-transfer", "question"] as const)
        .map((kind) => ({ kind, possible: true }) as InteractionView["can"][number])
        .concat({ kind: "meeting", possible: false, reason: "platform-cannot" }),
    };
  }

  /** Sends one command over the made-up wire, with its latency and its faults. */
  function command(consult: MockConsult, operation: CallOperation, effect: () => void) {
    const wire: CallView["commands"][number] = { id: id("cmd"), operation, state: "asked", at: iso() };
    consult.call.commands.push(wire);
    consult.view.pending = { operation, state: "asked", askedAt: wire.at };
    touch(consult);
    const latencyMs = faults.has("slow-down") ? 2600 : 140 + Math.round(Math.random() * 160);
    const lost = faults.delete("answer-lost");
    later(latencyMs, () => {
      effect();
      wire.state = lost ? "unknown" : "done";
      wire.latencyMs = latencyMs;
      if (lost && consult.view.pending) {
        wire.reason = "the answer was lost";
        consult.view.pending.state = "unknown";
        touch(consult);
        later(3000, () => finishCommand(consult));
      } else finishCommand(consult);
      changed(consult.call);
    });
  }
  function finishCommand(consult: MockConsult) {
    delete consult.view.pending;
    touch(consult);
  }

  // ---------------------------------------------------------------- the consult

  function touch({ view, call }: MockConsult) {
    view.version++;
    view.changedAt = iso();
    view.interaction = interactionView(call);
    view.moves = moves.map((move) => movable(view, move));
    for (const offer of view.offers) refreshCard(view, offer);
    tell("consult", structuredClone(view));
    world();
  }
  function movable(view: ConsultView, move: Move) {
    const reason = whyNot(view, move);
    return { move, possible: !reason, ...(reason && { reason }) };
  }
  function whyNot({ state, kind, talkingTo }: ConsultView, move: Move): string | undefined {
    const there = state === "consulting" || state === "conferencing";
    if (state === "ended") return "over";
    if (move === "cancel") return state === "transferring" ? "handing-over" : undefined;
    if (kind === "question" || kind === "meeting") return "not-a-call";
    if (move === "all-together" && state === "conferencing") return "already";
    if (move.startsWith("talk-to") && state !== "consulting") return there ? "not-private" : "not-answered";
    if (move === `talk-to-${talkingTo}`) return "already";
    return there ? undefined : "not-answered";
  }
  const say = ({ view }: MockConsult, what: string, data: Record<string, unknown> = {}) =>
    view.timeline.push({ at: iso(), what, data });
  function enter(consult: MockConsult, state: ConsultView["state"], data = {}) {
    if (consult.view.state === state) return;
    consult.view.state = state;
    say(consult, state, data);
  }
  function answer(consult: MockConsult, offer: OfferView, state: OfferView["state"], reason?: string) {
    offer.state = state;
    if (reason) offer.reason = reason;
    if (state === "asked") offer.askedAt = iso();
    else offer.answeredAt = iso();
    say(consult, `offer-${state}`, { person: offer.personId, name: offer.name, ...(reason && { reason }) });
  }

  function end(consult: MockConsult, result: Result) {
    const { view } = consult;
    for (const offer of view.offers)
      if (offer.state === "asked" || offer.state === "planned") offer.state = "withdrawn";
    view.result = result;
    view.endedAt = iso();
    enter(consult, "ended", { result });
    delete view.pending;
    touch(consult);
  }

  /** What the call shows decides where the consult is. */
  function settle(consult: MockConsult) {
    const { view, call } = consult;
    if (view.kind === "question") return;
    const [customer, us, other] = [party(call, "customer"), party(call, "agent"), party(call, "expert")];
    if (!customer) {
      set(other, "left");
      hear(call);
      return end(consult, "customer-left");
    }
    if (other?.state === "connected" || other?.state === "held") {
      if (!us) return end(consult, "transferred");
      const together = customer.state === "connected" && other.state === "connected";
      enter(consult, together ? "conferencing" : "consulting");
      view.talkingTo = customer.state === "held" ? "expert" : "customer";
      if (view.kind === "transfer" && view.state === "consulting") move(view.id, "hand-over");
      if (view.kind === "conference" && view.state === "consulting" && !view.pending) move(view.id, "all-together");
    }
    touch(consult);
  }

  function request({ interactionId, kind, personIds, skill, question, mode }: ConsultRequest): ConsultView {
    const call = find(calls, ({ ref }) => `int_${ref}` === interactionId);
    if (consults.some((each) => each.call === call && each.view.state !== "ended"))
      throw new NotNow("Help is already on its way. Finish or cancel it first.");
    const asked =
      personIds?.map((one) => find(experts, ({ personId }) => personId === one)) ??
      experts.filter((one) => one.skills.some((each) => each.skill === skill)).slice(0, 3);
    const offers = asked.map<OfferView>(({ personId, name }) => ({ id: id("off"), personId, name, state: "planned" }));
    const view: ConsultView = {
      id: id("cst"),
      interactionId,
      journeyId: `jny_${call.ref}`,
      kind,
      state: "requested",
      talkingTo: "expert",
      question: question ?? "",
      agent: { personId: "per_ana", name: agent.name },
      offers,
      moves: [],
      replies: [],
      timeline: [],
      requestedAt: iso(),
      changedAt: iso(),
      version: 0,
    };
    const consult: MockConsult = { view, call };
    consults.push(consult);
    say(consult, "requested");
    const first = asked[0];
    const free = first && hit(first).reachability.state !== "later";
    if (mode === "ring" && offers[0]) ring(consult, offers[0]);
    else if (!free) enter(consult, "waiting");
    else askNext(consult, personIds && personIds.length > 1 ? personIds.length : 1);
    touch(consult);
    return structuredClone(view);
  }

  function askNext(consult: MockConsult, abreast = 1) {
    enter(consult, "offering");
    const next = consult.view.offers.filter(({ state }) => state === "planned").slice(0, abreast);
    const open = consult.view.offers.some(({ state }) => state === "asked" || state === "later");
    if (next.length === 0 && !open)
      return end(consult, consult.view.offers.some(({ state }) => state === "silent") ? "unanswered" : "declined");
    for (const offer of next) {
      answer(consult, offer, "asked");
      const expert = find(experts, ({ personId }) => personId === offer.personId);
      chats
        .get(expert.user)
        ?.messages.push({ id: offer.id, from: "bot", card: mockCard(consult.view, offer), at: iso() });
      later(20_000, () => {
        if (offer.state !== "asked" || consult.view.state !== "offering") return;
        answer(consult, offer, "silent");
        askNext(consult);
        touch(consult);
      });
    }
  }
  function refreshCard(view: ConsultView, offer: OfferView) {
    const expert = experts.find(({ personId }) => personId === offer.personId);
    const message = chats.get(expert?.user ?? "")?.messages.find((each) => each.id === offer.id);
    const card = mockCard(view, offer);
    if (!message || JSON.stringify(message.card) === JSON.stringify(card)) return;
    message.card = card;
    message.edited = iso();
  }

  function ring(consult: MockConsult, offer: OfferView) {
    const { view, call } = consult;
    if (offer.state !== "accepted" && offer.state !== "asked") answer(consult, offer, "asked");
    consult.winner = offer;
    view.expert = { personId: offer.personId, name: offer.name };
    enter(consult, "ringing");
    command(consult, "startConsult", () => {
      if (view.state === "ended") return;
      set(party(call, "customer"), "held");
      call.parties.push({
        ref: id("leg"),
        role: "expert",
        name: offer.name,
        state: "ringing",
        hears: [],
        music: false,
        since: iso(),
      });
      if (faults.has("voicemail")) later(1500, () => phone(call.parties.at(-1)?.ref ?? "", "voicemail"));
    });
    later(18_000, () => view.state === "ringing" && phone(party(call, "expert")?.ref ?? "", "no-answer"));
  }

  /** The phone of an expert is answered, or is not. */
  function phone(ref: string, what: "answer" | "declined" | "voicemail" | "no-answer") {
    const call = calls.find((each) => each.parties.some((one) => one.ref === ref && one.state === "ringing"));
    if (!call) throw new NotNow("That phone does not ring.");
    const leg = call.parties.find((each) => each.ref === ref);
    const consult = consults.find((each) => each.call === call && each.view.state === "ringing");
    if (what === "answer") {
      if (consult?.winner?.state === "asked") answer(consult, consult.winner, "accepted");
      set(leg, "connected");
      return changed(call);
    }
    set(leg, "left", what);
    set(party(call, "customer"), "connected");
    if (consult?.winner) {
      consult.view.trouble =
        what === "declined" ? "expert-declined" : what === "voicemail" ? "voicemail" : "expert-no-answer";
      say(consult, "trouble", { trouble: consult.view.trouble });
      answer(consult, consult.winner, what === "declined" ? "declined" : "silent", what);
      delete consult.winner;
      delete consult.view.expert;
      askNext(consult);
    }
    changed(call);
  }

  function press(offerId: string, said: string, reason?: string) {
    const consult = find(consults, ({ view }) => view.offers.some((each) => each.id === offerId));
    const offer = find(consult.view.offers, (each) => each.id === offerId);
    if (consult.view.state === "ended" || (offer.state !== "asked" && offer.state !== "silent"))
      throw new NotNow("This is settled already.");
    const { view } = consult;
    if (said === "now") {
      answer(consult, offer, "accepted");
      for (const other of view.offers) if (other.state === "asked") answer(consult, other, "taken");
      view.expert = { personId: offer.personId, name: offer.name };
      if (view.kind === "question") enter(consult, "consulting");
      else ring(consult, offer);
    } else if (said === "later") {
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
      askNext(consult);
    }
    if (view.state !== "ended") touch(consult);
  }

  function move(consultId: string, what: Move): ConsultView {
    const consult = find(consults, ({ view }) => view.id === consultId);
    const { view, call } = consult;
    const reason = whyNot(view, what);
    if (reason && what !== "cancel") throw new NotNow("Nobody has answered yet. Wait or cancel.");
    say(consult, "move", { move: what });
    const [customer, us, other] = [party(call, "customer"), party(call, "agent"), party(call, "expert")];
    const back = (result: Result, operation: CallOperation) => {
      if (!other) return end(consult, result);
      command(consult, operation, () => {
        set(other, "left", "removed");
        set(customer, "connected");
        end(consult, result);
      });
    };
    if (what === "cancel") back("cancelled", "cancelConsult");
    if (what === "drop-expert") back("returned", "removeParty");
    if (what === "all-together")
      command(consult, "mergeConference", () => [customer, us, other].map((each) => set(each, "connected")));
    if (what === "talk-to-customer" || what === "talk-to-expert")
      command(consult, "switchParty", () => {
        set(customer, what === "talk-to-customer" ? "connected" : "held");
        set(other, what === "talk-to-customer" ? "held" : "connected");
        say(consult, what.replace("talk", "talking"));
      });
    if (what === "hand-over") {
      enter(consult, "transferring");
      command(consult, "completeTransfer", () => {
        set(customer, "connected");
        set(other, "connected");
        set(us, "left");
        agent.onCall = false;
        agent.status = "On Queue";
      });
    }
    touch(consult);
    return structuredClone(view);
  }

  // ---------------------------------------------------------------- the world around

  const consulted = (expert: MockExpert) =>
    consults.some(({ view }) => view.expert?.personId === expert.personId && view.state !== "ended");
  const hit = (expert: MockExpert): ExpertHit =>
    mockHit(expert, observed.get(expert.personId) ?? iso(), now(), consulted(expert));
  function see(expert: MockExpert) {
    observed.set(expert.personId, iso());
    tell("presence", hit(expert));
    const waiting = consults.find(
      ({ view }) =>
        view.state === "waiting" &&
        view.offers.some((each) => each.personId === expert.personId && each.state === "planned"),
    );
    if (waiting && hit(expert).reachability.state === "call") {
      askNext(waiting);
      touch(waiting);
    }
  }

  function startCall(customerId = "lucia"): CallView {
    const customer = find(customers, (each) => each.id === customerId);
    const ref = id("call");
    const leg = (role: CallParty["role"], name: string): CallParty => ({
      ref: id("leg"),
      role,
      name,
      state: "connected",
      hears: [],
      music: false,
      since: iso(),
    });
    const call: CallView = {
      ref,
      startedAt: iso(-252_000),
      state: "live",
      agent: agent.account,
      recording: customer.id === "lucia" ? "on" : "paused",
      parties: [leg("customer", customer.name), leg("agent", agent.name)],
      commands: [],
    };
    calls.unshift(call);
    agent.onCall = true;
    agent.status = "Interacting";
    changed(call);
    return call;
  }
  function hangUp(ref: string) {
    const call = find(calls, (each) => each.ref === ref);
    set(party(call, "customer"), "left", "hung-up");
    for (const each of call.parties) set(each, "left");
    call.state = "ended";
    call.endedAt = iso();
    agent.onCall = calls.some(({ state }) => state === "live");
    if (!agent.onCall) agent.status = "On Queue";
    changed(call);
  }

  function worldView(): WorldView {
    const ringing = (name: string) => {
      for (const call of calls)
        for (const each of call.parties)
          if (each.name === name && each.state === "ringing") return { partyRef: each.ref, from: agent.name };
      return null;
    };
    const connected = (name: string) =>
      calls
        .flatMap((call) => call.parties)
        .find(
          (each) =>
            each.name === name && each.role === "expert" && (each.state === "connected" || each.state === "held"),
        )?.ref ?? null;
    const users = (platform: MockExpert["platform"]) =>
      experts
        .filter((each) => each.platform === platform)
        .map((each) => ({
          id: each.user,
          name: each.name,
          title: each.title,
          presence: { availability: each.availability, activity: each.activity },
          own: {
            onCall: each.activity === "InACall",
            ...(consulted(each) && { lease: { availability: "Busy", activity: "InACall", until: iso(300_000) } }),
          },
          chat: structuredClone(chats.get(each.user) ?? { messages: [] }),
        }));
    return {
      sequence: ++sequence,
      at: iso(),
      service: { ...service },
      customers,
      agents: [{ ...agent }],
      calls: structuredClone(calls),
      phones: experts.map((each) => ({
        number: each.number,
        owner: each.user,
        platform: each.platform,
        ringing: ringing(each.name),
        connected: connected(each.name),
        mode: "manual" as const,
      })),
      teams: { users: users("teams") },
      ringcentral: { extensions: users("ringcentral") },
      faults: [...faults].map(([what, hits]) => ({ what, since: iso(-5000), hits })),
    };
  }

  // Presence is read again every few seconds, as the bridge does.
  const sweep = setInterval(() => {
    if (!service.up) return;
    for (const expert of experts) if (expert.name !== "Tom Okafor") see(expert);
  }, 4000);

  return {
    reset: () => {
      reset();
      world();
    },
    stop: () => {
      clearInterval(sweep);
      reset();
    },
    listen: (listener: (topic: Topic | "world", data: unknown) => void) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    isUp: () => service.up,
    world: worldView,
    interactions: () => calls.filter(({ state }) => state === "live").map(interactionView),
    consults: () =>
      consults
        .filter(({ view }) => view.state !== "ended" || Date.now() - Date.parse(view.endedAt ?? "") < 120_000)
        .map(({ view }) => structuredClone(view)),
    hits: () => experts.map(hit),
    request,
    move,
    press,
    phone,
    startCall,
    hangUp,
    agentHangsUp(ref: string) {
      const call = find(calls, (each) => each.ref === ref);
      set(party(call, "agent"), "left");
      if (!party(call, "expert")) return hangUp(ref);
      set(party(call, "customer"), "connected");
      changed(call);
    },
    agentStatus(status: string) {
      agent.status = status;
      world();
    },
    setStatus(user: string, status: string) {
      const expert = find(experts, (each) => each.user === user);
      const shown = status === "Automatic" ? "Available" : status;
      Object.assign(expert, { availability: shown, activity: shown });
      see(expert);
      world();
    },
    personCall(user: string, on: boolean) {
      const expert = find(experts, (each) => each.user === user);
      Object.assign(
        expert,
        on ? { availability: "Busy", activity: "InACall" } : { availability: "Available", activity: "Available" },
      );
      see(expert);
      world();
    },
    say(user: string, text: string) {
      chats.get(user)?.messages.push({ id: id("msg"), from: "user", text, at: iso() });
      chats.get(user)?.messages.push({
        id: id("msg"),
        from: "bot",
        text: "I bring you questions from the contact center.",
        at: iso(),
      });
      world();
    },
    breakIt(what: Fault) {
      faults.set(what, 0);
      world();
    },
    mend(what?: Fault) {
      if (what) faults.delete(what);
      else faults.clear();
      world();
    },
    kill() {
      service.up = false;
      world();
      later(6000, () => {
        service = { up: true, restarts: service.restarts + 1 };
        world();
      });
    },
  };
}
