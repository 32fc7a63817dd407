/** Program: the whole service by a clock that jumps, and how much memory it keeps after each hour of that clock. */
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { createLog } from "../../src/log.ts";
import { createMetrics } from "../../src/metrics-node.ts";
import { ensureSweeps } from "../../src/presence/sweep.ts";
import { type Wired, wire } from "../../src/wire.ts";
import { type Company, personId } from "../company.ts";
import { answerQuestions } from "../program.ts";
import { eventOf, signDelivery } from "./pushes.ts";

export type SoakQuestion = { company: Company; hours: number; agents: number };
/** In bytes, after each hour: what is left when all rubbish has been collected. `seen`: events that a feed told. */
export type Soaked = { kept: number[]; seen: number };

const stepMs = 60_000;
const hourMs = 3_600_000;
const eventsPerStep = 2;

setFlagsFromString("--expose-gc");
const collect = runInNewContext("gc") as () => void;

function keptBytes(): number {
  for (let times = 0; times < 3; times++) collect();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

async function push({ app }: Wired, { company, agents }: SoakQuestion, first: number, sentAt: Date): Promise<void> {
  const changes = Array.from({ length: eventsPerStep }, (_, index) => {
    const number = first + index;
    const isBusy = Math.floor(number / agents) % 2 === 0;
    return {
      number,
      person: number % agents,
      status: `${number}`,
      means: isBusy ? "on-call" : "available",
      at: sentAt,
    };
  });
  const delivery = await signDelivery(company.secret, changes.map(eventOf), sentAt);
  const answer = await app.request(`/hooks/${company.connectionIds.center}`, { method: "POST", ...delivery });
  if (answer.status !== 200) throw new Error(`a push was answered ${answer.status}`);
}

/** Somebody looks at twenty people all day. Answers how to count what came. */
async function openScreen({ app }: Wired, { apiKey }: Company): Promise<() => number> {
  const people = Array.from({ length: 20 }, (_, number) => personId(number)).join();
  const answer = await app.request(`/v1/live?people=${people}`, { headers: { authorization: `Bearer ${apiKey}` } });
  if (answer.status !== 200 || !answer.body) throw new Error(`the feed was answered ${answer.status}`);
  let seen = 0;
  void (async () => {
    for await (const text of answer.body?.pipeThrough(new TextDecoderStream()) ?? [])
      seen += text.split("event: presence").length - 1;
  })();
  return () => seen;
}

async function soak(question: SoakQuestion): Promise<Soaked> {
  const clock = { now: new Date() };
  const { metrics, text } = createMetrics();
  const { databaseUrl, keys } = question.company;
  const wired = wire({
    ...{ databaseUrl, keys, publicUrl: "http://127.0.0.1", sandbox: true, now: () => clock.now },
    ...{ log: createLog(), metrics, metricsText: text },
  });
  await ensureSweeps(wired.service);
  const countSeen = await openScreen(wired, question.company);
  const kept: number[] = [];
  for (let event = 0; kept.length < question.hours; event += eventsPerStep) {
    clock.now = new Date(clock.now.getTime() + stepMs);
    await push(wired, question, event, clock.now);
    while ((await wired.runDueJobs()) > 0);
    if (((event / eventsPerStep + 1) * stepMs) % hourMs === 0) kept.push(keptBytes());
  }
  const seen = countSeen();
  await wired.close();
  return { kept, seen };
}

answerQuestions(soak);
