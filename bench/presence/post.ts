/** Program: posts prepared requests over kept-alive connections, as fast as they are answered. */
import { Agent, request } from "node:http";
import { signatureHeaders } from "../../src/platform/signature.ts";
import { externalId } from "../company.ts";
import { percentile } from "../measure.ts";
import { answerQuestions } from "../program.ts";

export type PostOptions = {
  url: string;
  secret: string;
  /** Events number `first` to `first + count - 1`; each of another agent, one after the other. */
  first: number;
  count: number;
  agents: number;
  connections: number;
};
export type Posted = { acked: number; seconds: number; p50: number; p99: number };

type Prepared = { body: Buffer; headers: Record<string, string> };

const statuses = [
  { status: "Pause déjeuner", means: "meal" },
  { status: "On Queue", means: "available" },
];

/** Each event says something else than the one before of the same agent. About 523 bytes, as a platform's are. */
export function eventOf(number: number, agents: number, at: Date) {
  const lap = Math.floor(number / agents);
  const event = {
    eventId: `evt-${number}`,
    occurredAt: at.toISOString(),
    type: "agent.state.changed",
    agent: externalId(number % agents),
    state: { ...statuses[lap % 2], status: `${statuses[lap % 2]?.status} ${lap}`, routable: false, sequence: lap + 1 },
  };
  const filler = 523 - Buffer.byteLength(JSON.stringify({ ...event, extra: "" }));
  return { ...event, extra: "x".repeat(Math.max(0, filler)) };
}

async function prepare({ secret, first, count, agents }: PostOptions): Promise<Prepared[]> {
  const sentAt = new Date();
  const prepared: Prepared[] = [];
  for (let number = first; number < first + count; number++) {
    const body = Buffer.from(JSON.stringify(eventOf(number, agents, sentAt)));
    const headers = await signatureHeaders([secret], { id: `evt-${number}`, sentAt, body });
    prepared.push({
      body,
      headers: { ...headers, "content-type": "application/json", "content-length": String(body.length) },
    });
  }
  return prepared;
}

async function post(options: PostOptions): Promise<Posted> {
  const prepared = await prepare(options);
  const agent = new Agent({ keepAlive: true, maxSockets: options.connections });
  const latencies: number[] = [];
  let acked = 0;
  const one = ({ body, headers }: Prepared) =>
    new Promise<void>((done) => {
      const sentAt = performance.now();
      const asked = request(options.url, { method: "POST", agent, headers }, (answer) => {
        if (answer.statusCode && answer.statusCode < 300) acked++;
        answer.resume().once("end", () => {
          latencies.push(performance.now() - sentAt);
          done();
        });
      });
      asked.once("error", () => done());
      asked.end(body);
    });
  const startedAt = performance.now();
  let next = 0;
  await Promise.all(
    Array.from({ length: options.connections }, async () => {
      for (let mine = prepared[next++]; mine; mine = prepared[next++]) await one(mine);
    }),
  );
  const seconds = (performance.now() - startedAt) / 1000;
  agent.destroy();
  return { acked, seconds, p50: percentile(latencies, 0.5), p99: percentile(latencies, 0.99) };
}

answerQuestions(post);
