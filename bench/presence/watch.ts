/** Program: watchers with a feed each, and the platform whose pushes they wait for; counts what arrives and how late. */
import { Agent, request } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import { type Company, personId } from "../company.ts";
import { percentile } from "../measure.ts";
import { answerQuestions } from "../program.ts";
import { eventOf, signDelivery } from "./pushes.ts";
import { openScreen } from "./screen.ts";
import { WebSocket } from "./web-socket.ts";

export type WatchQuestion = {
  kind: "ours" | "ws";
  company: Company;
  port: number;
  watchers: number;
  /** As many people as watchers; each watcher has so many of them on the screen. */
  subjects: number;
  perSecond: number;
  seconds: number;
  firstSequence: number;
};
/** `missing`: watchers' people whose last status never came. Latencies in milliseconds from the change on. */
export type Watched = { deliveries: number; seconds: number; p50: number; p99: number; missing: number };

type View = { personId: string; native?: string; observedAt?: string; reachability?: { presences: Seen[] } };
type Seen = { native?: string; observedAt?: string };

const batch = 10;
const lastWaitMsMax = 20_000;

function createTally() {
  const shown: Map<string, string>[] = [];
  const latencies: number[] = [];
  const begunAt = Date.now();
  let lastAt = 0;
  return {
    shown,
    latencies,
    lastAt: () => lastAt,
    take(watcher: number, text: string): void {
      const view = JSON.parse(text) as View;
      const { native = "", observedAt = "" } = view.native ? view : (view.reachability?.presences[0] ?? {});
      // Views come again from time to time although nothing has changed; that is no news.
      if (Date.parse(observedAt) < begunAt || shown[watcher]?.get(view.personId) === native) return;
      lastAt = performance.now();
      latencies.push(Date.now() - Date.parse(observedAt));
      shown[watcher]?.set(view.personId, native);
    },
  };
}
type Tally = ReturnType<typeof createTally>;

const peopleOf = ({ watchers, subjects }: WatchQuestion, watcher: number) =>
  Array.from({ length: subjects }, (_, index) => (watcher * subjects + index) % watchers);

/** Answers how to hang up, once the feed is open. */
function openFeed(question: WatchQuestion, watcher: number, tally: Tally): Promise<() => void> {
  const { kind, port, company } = question;
  const ids = peopleOf(question, watcher).map(personId);
  tally.shown[watcher] = new Map();
  const see = (view: string) => tally.take(watcher, view);
  if (kind === "ours") return openScreen({ port, company, people: ids }, see);
  return new Promise((done) => {
    const socket = new WebSocket(`ws://127.0.0.1:${port}/?people=${ids.join()}`);
    socket.on("message", (data) => see(data.toString()));
    socket.on("open", () => done(() => socket.terminate()));
  });
}

async function push({ company, port }: WatchQuestion, agent: Agent, first: number, people: number): Promise<void> {
  const at = new Date();
  const changes = Array.from({ length: batch }, (_, index) => {
    const number = first + index;
    return { number, person: number % people, status: statusOf(number), means: "busy", at };
  });
  const { body, headers } = await signDelivery(company.secret, changes.map(eventOf), at);
  const url = `http://127.0.0.1:${port}/hooks/${company.connectionId}`;
  await new Promise<void>((done, fail) => {
    const asked = request(url, { method: "POST", agent, headers }, (answer) => {
      if (answer.statusCode !== 200) fail(new Error(`a push was answered ${answer.statusCode}`));
      answer.resume().once("end", done);
    });
    asked.once("error", fail);
    asked.end(body);
  });
}

const statusOf = (sequence: number) => `Status ${sequence}`;

async function watch(question: WatchQuestion): Promise<Watched> {
  const { watchers, perSecond, seconds, firstSequence } = question;
  const tally = createTally();
  const hangUps: (() => void)[] = [];
  for (let watcher = 0; watcher < watchers; watcher++) hangUps.push(await openFeed(question, watcher, tally));
  const agent = new Agent({ keepAlive: true, maxSockets: 32 });
  const startedAt = performance.now();
  const count = Math.max(perSecond * seconds, watchers);
  const pushing: Promise<void>[] = [];
  for (let sent = 0; sent < count; sent += batch) {
    const dueInMs = startedAt + (sent * 1000) / perSecond - performance.now();
    if (dueInMs > 1) await sleep(dueInMs);
    pushing.push(push(question, agent, firstSequence + sent, watchers));
  }
  await Promise.all(pushing);
  const countMissing = () => missingOf(question, tally, firstSequence + count - 1);
  for (const endAt = performance.now() + lastWaitMsMax; countMissing() > 0 && performance.now() < endAt; )
    await sleep(20);
  const missing = countMissing();
  for (const hangUp of hangUps) hangUp();
  agent.destroy();
  return {
    deliveries: tally.latencies.length,
    seconds: (tally.lastAt() - startedAt) / 1000,
    p50: percentile(tally.latencies, 0.5),
    p99: percentile(tally.latencies, 0.99),
    missing,
  };
}

function missingOf(question: WatchQuestion, { shown }: Tally, last: number): number {
  const { watchers } = question;
  const wanted = new Map<string, string>();
  for (let number = last; number > last - watchers; number--) wanted.set(personId(number % watchers), statusOf(number));
  return shown.reduce((sum, seen, watcher) => {
    const late = peopleOf(question, watcher).map(personId);
    return sum + late.filter((id) => seen.get(id) !== wanted.get(id)).length;
  }, 0);
}

answerQuestions(watch);
