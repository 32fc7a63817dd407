/** Program: tells watchers what changed: our service, or a bare WebSocket server that keeps nothing. */
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { findForgery } from "../../src/platform/signature.ts";
import { type Company, personId } from "../company.ts";
import { answerQuestions } from "../program.ts";
import { startService } from "../service.ts";
import { type Socket, WebSocketServer } from "./web-socket.ts";

export type FeedQuestion = { kind: "ours" | "ws"; company: Company; view: string };

type Told = { events: { agent: string; occurredAt: string; state: { status: string } }[] };

/** A view as ours, of the same size, with what changed put in. */
const viewOf = (view: string, id: string, native: string, at: string) =>
  JSON.stringify({ ...JSON.parse(view), personId: id, native, observedAt: at });

async function openWebSockets({ company: { secret }, view }: FeedQuestion): Promise<number> {
  const watchers = new Map<string, Set<Socket>>();
  const tell = ({ events }: Told) => {
    for (const { agent, occurredAt, state } of events) {
      const id = personId(Number(agent.slice(agent.indexOf("-") + 1)));
      const text = viewOf(view, id, state.status, occurredAt);
      for (const socket of watchers.get(id) ?? []) socket.send(text);
    }
  };
  const server = createServer(async (request: IncomingMessage, response) => {
    const parts: Buffer[] = [];
    for await (const part of request) parts.push(part);
    const body = Buffer.concat(parts);
    const headers = new Headers(request.headers as Record<string, string>);
    const isForged = await findForgery([secret], { headers, body, now: new Date() });
    if (!isForged) tell(JSON.parse(body.toString()) as Told);
    response.writeHead(isForged ? 401 : 200).end();
  });
  new WebSocketServer({ server }).on("connection", (socket, request) => {
    const people = new URL(request.url ?? "/", "http://localhost").searchParams.get("people")?.split(",") ?? [];
    for (const id of people) watchers.set(id, (watchers.get(id) ?? new Set()).add(socket));
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  return (server.address() as AddressInfo).port;
}

answerQuestions(async (question: FeedQuestion) =>
  question.kind === "ws"
    ? openWebSockets(question)
    : (await startService({ company: question.company, jobs: true })).port,
);
