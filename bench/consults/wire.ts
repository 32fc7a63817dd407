/** Small HTTP as the load needs it: kept-alive connections, no retries, no redirects, times by our own clock. */
import { Agent, type IncomingMessage, request, type ServerResponse } from "node:http";
import { signatureHeaders } from "../../src/platform/signature.ts";

export type Answer = { status: number; text: string; ms: number };
const agent = new Agent({ keepAlive: true, maxSockets: 256 });
const timeLimitMs = 20_000;

/** Status 0: nobody answered. */
export function post(port: number, path: string, body: unknown, headers: Record<string, string> = {}): Promise<Answer> {
  const bytes = Buffer.from(typeof body === "string" ? body : JSON.stringify(body));
  const startedAt = performance.now();
  return new Promise((done) => {
    const end = (status: number, text: string) => done({ status, text, ms: performance.now() - startedAt });
    const sent = request(
      {
        ...{ host: "127.0.0.1", port, path, method: "POST", agent, timeout: timeLimitMs },
        headers: { "content-type": "application/json", "content-length": bytes.length, ...headers },
      },
      (answer) => {
        const parts: Buffer[] = [];
        answer.on("data", (part: Buffer) => parts.push(part));
        answer.once("end", () => end(answer.statusCode ?? 0, Buffer.concat(parts).toString()));
        answer.once("error", () => end(0, ""));
      },
    );
    sent.once("timeout", () => sent.destroy());
    sent.once("error", () => end(0, ""));
    sent.end(bytes);
  });
}

export async function postSigned(port: number, path: string, secret: string, id: string, message: unknown) {
  const text = JSON.stringify(message);
  const proof = await signatureHeaders([secret], { id, sentAt: new Date(), body: new TextEncoder().encode(text) });
  return post(port, path, text, proof);
}

export async function readJson<T>(incoming: IncomingMessage): Promise<T> {
  const parts: Buffer[] = [];
  for await (const part of incoming) parts.push(part as Buffer);
  return JSON.parse(Buffer.concat(parts).toString() || "{}") as T;
}

export function answer(response: ServerResponse, status: number, body: unknown = {}, headers = {}): void {
  response.writeHead(status, { "content-type": "application/json", ...headers }).end(JSON.stringify(body));
}
