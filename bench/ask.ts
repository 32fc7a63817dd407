/** Program: asks a service so many times a second, whether or not it has answered, and tells how long each answer took. */
import { Agent, request } from "node:http";
import { percentile } from "./measure.ts";
import { answerQuestions } from "./program.ts";
import { atRate } from "./rate.ts";

export type Asking = { method: "GET" | "POST"; path: string; body?: string };
export type AskQuestion = { port: number; token: string; asked: readonly Asking[]; perSecond: number };
/** Milliseconds from when each was due until the last byte. `items`: what lists held, all together. */
export type Answers = { p50: number; p95: number; p99: number; refused: number; items: number };

answerQuestions(async ({ port, token, asked, perSecond }: AskQuestion): Promise<Answers> => {
  const agent = new Agent({ keepAlive: true, maxSockets: 64 });
  const latencies: number[] = [];
  let [refused, items] = [0, 0];
  const ask = ({ method, path, body = "" }: Asking, dueAt: number) =>
    new Promise<void>((done) => {
      const headers = {
        authorization: `Bearer ${token}`,
        ...(body ? { "content-type": "application/json", "content-length": Buffer.byteLength(body) } : {}),
      };
      const sent = request({ host: "127.0.0.1", port, method, path, agent, headers }, (answer) => {
        let text = "";
        answer.setEncoding("utf8").on("data", (part: string) => {
          text += part;
        });
        answer.once("end", () => {
          latencies.push(performance.now() - dueAt);
          if ((answer.statusCode ?? 500) >= 300) refused++;
          else items += (JSON.parse(text) as { items?: unknown[] }).items?.length ?? 1;
          done();
        });
      });
      sent.once("error", () => {
        refused++;
        done();
      });
      sent.end(body);
    });
  await atRate(asked.length, perSecond, (index, dueAt) => ask(asked[index] as Asking, dueAt));
  agent.destroy();
  return {
    p50: percentile(latencies, 0.5),
    p95: percentile(latencies, 0.95),
    p99: percentile(latencies, 0.99),
    refused,
    items,
  };
});
