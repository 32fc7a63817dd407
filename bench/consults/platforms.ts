/**
 * Program: the contact center, the office and the people of several organizations, as one server that puts load on another
 * one. Calls follow the strict rules of adapters/webhook/fake; answers take their time; requests and events go wrong.
 */
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { monitorEventLoopDelay } from "node:perf_hooks";
import { setTimeout as sleep } from "node:timers/promises";
import { Refusal } from "../../adapters/webhook/fake/call.ts";
import { drop, pickUp, ring } from "../../adapters/webhook/fake/phones.ts";
import { carryOut } from "../../adapters/webhook/fake/rules.ts";
import type { WireCommand, WireCommandRecord, WireEvent } from "../../adapters/webhook/wire.ts";
import type { CallOperation } from "../../src/platform/contract.ts";
import { answerQuestions } from "../program.ts";
import { atRate } from "../rate.ts";
import type { Pressed, Shown } from "./cards.ts";
import { cardsSecret, type Organization, topic } from "./companies.ts";
import { createMishaps, type Mishaps } from "./mishaps.ts";
import { breaches, expertLeg, habits, newStory, note, type StepName, type Story, snapshotOf } from "./story.ts";
import { type Answer, answer, post, postSigned, readJson } from "./wire.ts";

export type PlatformQuestion =
  | { do: "open" }
  /** As many customers are on the line; their calls are told to whom it may concern. Answers their ids there. */
  | { do: "begin"; port: number; organizations: Organization[]; round: number; count: number; isTold: boolean }
  /**
   * Plays what began. `ids`: what the service calls each call. `patienceMs`: how long everybody waits once the last one has
   * begun. `isRush`: who is refused does not insist, and in the end all customers hang up.
   */
  | {
      do: "play";
      perSecond: number;
      ids: Record<string, string>;
      mishaps: number;
      patienceMs: number;
      isRush: boolean;
    }
  /** When, by the wall clock, something reached us after this instant. */
  | { do: "first-after"; at: number };

export type Played = {
  /** Milliseconds from what allowed a step to when its request reached us. `touched`: those in which something went wrong. */
  clean: Record<StepName, number[]>;
  touched: number[];
  /** Milliseconds until the API had answered. */
  answers: number[];
  done: number;
  /** Told at once that it cannot be just now; the customer stayed where they were. */
  refused: number;
  unfinished: { ref: string; consultId?: string; isSafe: boolean; says: string; seen: string[] }[];
  breaches: string[];
  requests: number;
  mishaps: number;
  /** Of this program itself. */
  cpuSeconds: number;
  lagMs: number;
};

type Known = { record: WireCommandRecord; status: number };

let port = 0;
let organizations: Organization[] = [];
let ids: Record<string, string> = {};
let mishaps: Mishaps = createMishaps(0, 1);
let stories = new Map<string, Story>();
let byOffer = new Map<string, Story>();
let parked = new Map<string, (story: Story) => void>();
let commands = new Map<string, Known>();
/** Until when an organization's platform wants silence: from, until. */
let silences = new Map<string, [from: number, until: number][]>();
let [requests, mishapsSeen] = [0, 0];
let patienceUntil = 0;
let isRush = false;
const arrivals: number[] = [];
const waiters = new Map<Story, Set<() => void>>();
let played: Played;

const now = () => performance.now();
const between = (least: number, most: number) => mishaps.between(least, most);
const pause = (least: number, most: number) => sleep(between(least, most));

// ---------------------------------------------------------------- waiting and measuring

function changed(story: Story): void {
  for (const look of waiters.get(story) ?? []) look();
}

/** False when patience ends first. */
function until(story: Story, isSo: () => boolean, ms: number): Promise<boolean> {
  if (isSo()) return Promise.resolve(true);
  return new Promise((done) => {
    const all = waiters.get(story) ?? new Set();
    waiters.set(story, all);
    const end = (found: boolean) => {
      clearTimeout(timer);
      all.delete(look);
      done(found);
    };
    const look = () => isSo() && end(true);
    const timer = setTimeout(() => end(false), Math.max(0, Math.min(ms, patienceUntil - now())));
    all.add(look);
  });
}

const allow = (story: Story, name: StepName, awaits: readonly string[]) => {
  story.step = { name, at: now(), awaits };
};

function arrived(story: Story, what: string, at: number): void {
  const { step } = story;
  if (!step?.awaits.includes(what)) return;
  delete story.step;
  const silent = (silences.get(placeOf(story, what)) ?? []).some(([from, to]) => from < at && to > step.at);
  if (story.hasFault || silent) played.touched.push(at - step.at);
  else played.clean[step.name].push(at - step.at);
}

const placeOf = ({ organization }: Story, what: string) => `${organization}/${what === "card" ? "office" : "center"}`;

function strike(story: Story, what: string): void {
  mishapsSeen++;
  story.hasFault = true;
  note(story, what);
}

// ---------------------------------------------------------------- what the service asks of us

const silenceMs = 1_000;

async function refuse(story: Story, what: string, kind: string, response: ServerResponse): Promise<void> {
  strike(story, `${what}: ${kind}`);
  if (kind === "throttled") {
    const place = placeOf(story, what);
    silences.set(place, [...(silences.get(place) ?? []), [now(), now() + silenceMs]]);
    answer(response, 429, { title: "Slow down" }, { "retry-after": String(silenceMs / 1000) });
  } else {
    await pause(20, 80);
    answer(response, 503, { title: "Out of order" });
  }
}

async function takeCard(request: IncomingMessage, response: ServerResponse, at: number, isFirst: boolean) {
  const { key, account } = await readJson<Shown>(request);
  const story = byOffer.get(key) ?? (await new Promise<Story>((found) => parked.set(key, found)));
  note(story, isFirst ? "card" : "card again");
  if (isFirst) arrived(story, "card", at);
  const mishap = mishaps.ofRequest();
  if (mishap === "throttled" || mishap === "unavailable") return refuse(story, "card", mishap, response);
  await pause(40, 120);
  if (isFirst) story.card = { offer: key, account };
  changed(story);
  if (mishap) {
    strike(story, `card: ${mishap}`);
    response.destroy();
  } else answer(response, 200);
}

async function takeCommand(request: IncomingMessage, response: ServerResponse, at: number) {
  const command = await readJson<WireCommand>(request);
  const story = stories.get(command.interaction);
  if (!story) return answer(response, 404, { code: "no_such_interaction" });
  note(story, command.op);
  arrived(story, command.op, at);
  const before = commands.get(command.commandId);
  const mishap = mishaps.ofRequest();
  if (mishap === "throttled" || mishap === "unavailable") return refuse(story, command.op, mishap, response);
  await pause(30, 90);
  const known = before ?? carry(story, command);
  commands.set(command.commandId, known);
  await pause(0, 60);
  if (mishap) {
    strike(story, `${command.op}: ${mishap}`);
    response.destroy();
  } else answer(response, known.status, known.status < 300 ? { state: "accepted" } : known.record);
}

function carry(story: Story, { op, commandId, deadline: _d, interaction: _i, ...order }: WireCommand): Known {
  const { call } = story;
  try {
    const newRef = `${story.ref}-e${call.legs.length}`;
    const after = carryOut(call, { ...order, operation: op, newRef, partiesMax: 5 }, habits);
    if (JSON.stringify(after) !== JSON.stringify(call)) {
      story.call = { ...after, sequence: call.sequence + 1 };
      story.effects[op] = (story.effects[op] ?? 0) + 1;
      story.broken.push(...breaches(story));
    }
    const finished = { type: "command.finished", commandId, state: "done" } as const;
    void tell(story, [finished]).then(() => changed(story));
    if (op === "startConsult") void ringOut(story);
    return { status: 202, record: { state: "done" } };
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return { status: error.status, record: { state: "refused", code: error.code, reason: error.message } };
  }
}

async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const at = now();
  requests++;
  arrivals.push(Date.now());
  const [, , what = "", id = ""] = (request.url ?? "").split("/");
  if (request.method === "POST" && what === "cards") return takeCard(request, response, at, id === "");
  if (request.method === "POST" && what === "commands") return takeCommand(request, response, at);
  await pause(20, 60);
  const story = what === "interactions" ? stories.get(decodeURIComponent(id)) : undefined;
  if (story) return answer(response, 200, snapshotOf(story));
  const record = what === "commands" ? commands.get(decodeURIComponent(id))?.record : undefined;
  return record ? answer(response, 200, record) : answer(response, 404, { code: "not_found" });
}

// ---------------------------------------------------------------- what we tell the service

type News = { type: "command.finished"; commandId: string; state: "done" };
const retriesMs = [250, 500, 1_000, 2_000, 2_000, 4_000, 8_000, 8_000, 8_000];
const chains = new Map<Story, Promise<unknown>>();
let eventNumber = 0;

/** How the call is now, in the order in which it came to be so. Ends when it is known there. */
function tell(story: Story, more: readonly News[] = [], onSend = () => {}): Promise<void> {
  const { connectionIds, secret } = organizations[story.organization] as Organization;
  const stamp = () => ({ eventId: `evt-${eventNumber++}`, occurredAt: new Date().toISOString() });
  const picture = {
    ...stamp(),
    type: "interaction.changed",
    interaction: story.ref,
    snapshot: snapshotOf(story),
  } as const;
  const events: WireEvent[] = [picture, ...more.map((one) => ({ ...stamp(), ...one }))];
  const path = `/hooks/${connectionIds.center}`;
  const send = () => insist(story, "what happened", () => postSigned(port, path, secret, picture.eventId, { events }));
  return inTurn(story, send, onSend);
}

function press(story: Story, onSend: () => void): Promise<void> {
  const { connectionIds } = organizations[story.organization] as Organization;
  const eventId = `evt-${eventNumber++}`;
  const pressed = { eventId, account: "", offer: "", ...story.card, answer: "now" } satisfies Pressed;
  return inTurn(
    story,
    () =>
      insist(story, "the press", () =>
        postSigned(port, `/hooks/${connectionIds.office}`, cardsSecret, eventId, pressed),
      ),
    onSend,
  );
}

/** One after the other, unless something goes wrong with it. */
function inTurn(story: Story, send: () => Promise<unknown>, onSend: () => void): Promise<void> {
  const mishap = mishaps.ofEvent();
  if (mishap) strike(story, `an event: ${mishap}`);
  if (mishap === "late")
    return sleep(1_500)
      .then(send)
      .then(() => {});
  const sent = (chains.get(story) ?? Promise.resolve()).then(async () => {
    onSend();
    await (mishap === "twice" ? Promise.all([send(), send()]) : send());
  });
  chains.set(story, sent);
  return sent;
}

/** Until it was taken, as platforms and desks do. The first answer counts. */
async function insist(story: Story, what: string, send: () => Promise<Answer>): Promise<Answer> {
  for (const waitMs of [...retriesMs, 0]) {
    const last = await send();
    note(story, `${what} was answered ${last.status}${last.status < 300 ? "" : ` ${last.text.slice(0, 200)}`}`);
    if (waitMs === 0 || (last.status > 0 && last.status < 500 && last.status !== 429)) return last;
    await sleep(waitMs);
  }
  throw new Error("nobody insists for ever");
}

// ---------------------------------------------------------------- what people do

async function ringOut(story: Story): Promise<void> {
  const leg = expertLeg(story);
  if (!leg) return;
  await pause(300, 800);
  const step = (call: Story["call"]) => pickUp(ring(call, leg.ref), leg.ref, "person", habits);
  story.call = { ...step(story.call), sequence: story.call.sequence + 1 };
  note(story, "answers the phone");
  const { joins } = story.course;
  await tell(story, [], () => joins && !story.hasFault && allow(story, "join", [joins]));
  changed(story);
}

const headersOf = (story: Story) => ({
  authorization: `Bearer ${organizations[story.organization]?.apiKey}`,
  "idempotency-key": crypto.randomUUID(),
});

async function ask(story: Story): Promise<boolean> {
  const { pair, course, ref } = story;
  const whom = pair.isFound ? { skill: topic } : { personIds: [pair.expertId] };
  const body = { interactionId: ids[ref] ?? ref, kind: course.kind, question: "May the late fee be waived?", ...whom };
  allow(story, "ask", ["card"]);
  note(story, `asks for a ${course.kind}`);
  const headers = headersOf(story);
  const send = () => post(port, "/v1/consults", body, headers);
  const given = isRush ? await send() : await insist(story, "asking", send);
  if (isRush && given.status === 503) {
    story.isRefused = true;
    return false;
  }
  if (given.status !== 201) {
    story.broken.push(`asking was answered ${given.status} ${given.text.slice(0, 200)}`);
    return false;
  }
  played.answers.push(given.ms);
  const { id, offers } = JSON.parse(given.text) as { id: string; offers: { id: string }[] };
  story.consultId = id;
  for (const offer of offers) {
    byOffer.set(offer.id, story);
    parked.get(offer.id)?.(story);
    parked.delete(offer.id);
  }
  return true;
}

async function move(story: Story, move: string, awaits: readonly string[]): Promise<void> {
  if (awaits.length > 0) allow(story, "move", awaits);
  note(story, `wishes ${move}`);
  const headers = headersOf(story);
  const given = await insist(story, move, () => post(port, `/v1/consults/${story.consultId}/moves`, { move }, headers));
  if (given.status < 300) played.answers.push(given.ms);
}

const hasHappened = (story: Story, of: readonly CallOperation[]) => of.some((one) => story.effects[one]);
const nudgeMs = 12_000;
/** Until we say that something will not come any more. */
const lastingMs = 60_000;

/** Waits for it; presses the button, once more, when nothing happens. */
async function see(story: Story, needs: readonly CallOperation[], button: string): Promise<boolean> {
  while (!(await until(story, () => hasHappened(story, needs), nudgeMs))) {
    if (now() > patienceUntil) return false;
    story.hasFault = true;
    await move(story, button, []);
  }
  await chains.get(story);
  return true;
}

async function play(story: Story): Promise<void> {
  const { course } = story;
  if (!(await ask(story))) return;
  if (!(await until(story, () => story.card !== undefined, lastingMs))) return;
  await pause(200, 600);
  note(story, "presses");
  await press(story, () => story.hasFault || allow(story, "dial", ["startConsult"]));
  const isOn = () => story.call.legs.some((leg) => leg.role === "expert" && leg.human === true);
  if (!(await until(story, isOn, lastingMs))) return;
  await chains.get(story);
  const { joins, wishes } = course;
  if (joins && !(await see(story, [joins], joins === "completeTransfer" ? "hand-over" : "all-together"))) return;
  for (const wish of wishes) {
    await pause(250, 500);
    await move(story, wish.move, wish.needs);
    if (!(await see(story, wish.needs, wish.move))) return;
  }
  await pause(800, 1_000);
  await hangUp(story);
  story.isDone = true;
}

async function hangUp(story: Story): Promise<void> {
  const customer = story.call.legs.find(({ role }) => role === "customer");
  story.call = { ...drop(story.call, customer?.ref ?? "", "hung-up", habits), sequence: story.call.sequence + 1 };
  await tell(story);
}

// ---------------------------------------------------------------- the program

async function open(): Promise<number> {
  const server = createServer((request, response) => {
    serve(request, response).catch((error: unknown) => {
      console.error(error);
      response.destroy();
    });
  });
  server.keepAliveTimeout = 60_000;
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  return (server.address() as AddressInfo).port;
}

async function begin(question: Extract<PlatformQuestion, { do: "begin" }>): Promise<string[]> {
  ({ port, organizations } = question);
  const { round, count, isTold } = question;
  mishaps = createMishaps(0, round);
  [byOffer, parked, commands, silences] = [new Map(), new Map(), new Map(), new Map()];
  const all = Array.from({ length: count }, (_, number) => {
    const place = number % organizations.length;
    const { pairs } = organizations[place] as Organization;
    const pair = pairs[Math.floor(number / organizations.length) % pairs.length];
    if (!pair) throw new Error("an organization without people");
    return newStory(number, place, pair, `call-${round}-${number}`);
  });
  stories = new Map(all.map((story) => [story.ref, story]));
  if (isTold)
    for (let first = 0; first < count; first += 20)
      await Promise.all(all.slice(first, first + 20).map((one) => tell(one)));
  return [...stories.keys()];
}

async function playAll(question: Extract<PlatformQuestion, { do: "play" }>): Promise<Played> {
  ({ ids, isRush } = question);
  mishaps = createMishaps(question.mishaps, stories.size);
  [requests, mishapsSeen] = [0, 0];
  const clean = { ask: [], dial: [], join: [], move: [] };
  played = {
    ...{ clean, touched: [], answers: [], done: 0, refused: 0, unfinished: [], breaches: [] },
    ...{ requests: 0, mishaps: 0, cpuSeconds: 0, lagMs: 0 },
  };
  const all = [...stories.values()];
  const lag = monitorEventLoopDelay({ resolution: 5 });
  lag.enable();
  const before = process.cpuUsage();
  patienceUntil = now() + (all.length * 1000) / question.perSecond + question.patienceMs;
  await atRate(all.length, question.perSecond, (index) => play(all[index] as Story));
  const { user, system } = process.cpuUsage(before);
  lag.disable();
  const open = all.filter(({ isDone }) => !isDone);
  const late = open.filter(({ isRefused }) => !isRefused);
  const result = {
    ...played,
    done: all.length - open.length,
    refused: open.length - late.length,
    unfinished: late.map(describe),
    breaches: all.flatMap(({ broken }) => broken),
    ...{ requests, mishaps: mishapsSeen },
    cpuSeconds: (user + system) / 1e6,
    lagMs: lag.percentile(99) / 1e6,
  };
  if (isRush) await Promise.all(open.map(hangUp));
  return result;
}

function describe(story: Story) {
  const { ref, consultId, call, card, effects, course, broken, seen } = story;
  const parties = call.legs.map(({ role, state }) => `${role} ${state}`);
  const says = [course.kind, card ? "asked" : "not asked", JSON.stringify(effects), ...parties, ...broken].join(", ");
  const isSafe = ["customer", "agent"].every((role) =>
    call.legs.some((leg) => leg.role === role && leg.state === "connected"),
  );
  return { ref, ...(consultId ? { consultId } : {}), isSafe, says, seen };
}

answerQuestions(async (question: PlatformQuestion): Promise<unknown> => {
  switch (question.do) {
    case "open":
      return open();
    case "begin":
      return begin(question);
    case "play":
      return playAll(question);
    case "first-after":
      return arrivals.find((at) => at > question.at);
  }
});
