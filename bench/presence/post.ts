/** Program: posts prepared requests over kept-alive connections, as fast as they are answered or so many a second. */
import { signatureHeaders } from "../../src/platform/signature.ts";
import { externalId } from "../company.ts";
import { percentile } from "../measure.ts";
import { answerQuestions } from "../program.ts";
import { asBytes, openLines } from "./line.ts";

export type PostOptions = {
  url: string;
  secret: string;
  /** Events number `first` to `first + count - 1`; each of another agent, one after the other. */
  first: number;
  count: number;
  agents: number;
  connections: number;
  /** Posts at this rate whether or not there were answers; the time of an answer counts from when it was due. */
  perSecond?: number;
};
/** `acked`: the numbers of the events whose receipt was confirmed. Latencies in milliseconds. */
export type Posted = { acked: number[]; refused: number; seconds: number; p50: number; p99: number };

type Prepared = { number: number; bytes: Buffer };

const statuses = [
  { status: "Pause déjeuner", means: "meal" },
  { status: "On Queue", means: "available" },
];

/** Each event says something else than the one before of the same agent. */
export function statusOf(number: number, agents: number) {
  const lap = Math.floor(number / agents);
  const { status = "", means = "" } = statuses[lap % 2] ?? {};
  return { agent: externalId(number % agents), status: `${status} ${lap}`, means, sequence: lap + 1 };
}

/** About 523 bytes, as a platform's are. */
export function eventOf(number: number, agents: number, at: Date) {
  const { agent, ...state } = statusOf(number, agents);
  const event = {
    eventId: `evt-${number}`,
    occurredAt: at.toISOString(),
    type: "agent.state.changed",
    agent,
    state: { ...state, routable: false },
  };
  const filler = 523 - Buffer.byteLength(JSON.stringify({ ...event, extra: "" }));
  return { ...event, extra: "x".repeat(Math.max(0, filler)) };
}

async function prepare({ url, secret, first, count, agents }: PostOptions): Promise<Prepared[]> {
  const sentAt = new Date();
  const prepared: Prepared[] = [];
  for (let number = first; number < first + count; number++) {
    const body = Buffer.from(JSON.stringify(eventOf(number, agents, sentAt)));
    const proof = await signatureHeaders([secret], { id: `evt-${number}`, sentAt, body });
    prepared.push({ number, bytes: asBytes(url, { ...proof, "content-type": "application/json" }, body) });
  }
  return prepared;
}

async function post(options: PostOptions): Promise<Posted> {
  const prepared = await prepare(options);
  const lines = openLines(Number(new URL(options.url).port), options.connections);
  const latencies: number[] = [];
  const acked: number[] = [];
  const one = async ({ number, bytes }: Prepared, dueAt: number) => {
    const status = await lines.ask(bytes);
    if (status > 0) latencies.push(performance.now() - dueAt);
    if (status === 200) acked.push(number);
  };
  const startedAt = performance.now();
  await (options.perSecond ? atRate(prepared, options.perSecond, one) : asAnswered(prepared, options.connections, one));
  const seconds = (performance.now() - startedAt) / 1000;
  lines.close();
  const refused = prepared.length - acked.length;
  return { acked, refused, seconds, p50: percentile(latencies, 0.5), p99: percentile(latencies, 0.99) };
}

type Send = (one: Prepared, dueAt: number) => Promise<void>;

async function asAnswered(prepared: readonly Prepared[], connections: number, send: Send): Promise<void> {
  let next = 0;
  const lane = async () => {
    for (let mine = prepared[next++]; mine; mine = prepared[next++]) await send(mine, performance.now());
  };
  await Promise.all(Array.from({ length: connections }, lane));
}

async function atRate(prepared: readonly Prepared[], perSecond: number, send: Send): Promise<void> {
  const startedAt = performance.now();
  const dueAt = (index: number) => startedAt + (index * 1000) / perSecond;
  const sending: Promise<void>[] = [];
  while (sending.length < prepared.length) {
    for (let one = prepared[sending.length]; one && dueAt(sending.length) <= performance.now(); ) {
      sending.push(send(one, dueAt(sending.length)));
      one = prepared[sending.length];
    }
    await new Promise((done) => setTimeout(done, 2));
  }
  await Promise.all(sending);
}

if (process.send) answerQuestions(post);
