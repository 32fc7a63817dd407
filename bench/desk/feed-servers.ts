/** Program: tells desks what changed: our service, or a bare WebSocket server that forwards at once and keeps nothing. */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { findForgery } from "../../src/platform/signature.ts";
import { type Company, personId } from "../company.ts";
import { type Socket, WebSocketServer } from "../presence/web-socket.ts";
import { answerQuestions } from "../program.ts";
import { startService } from "../service.ts";

/** `views`: of a colleague and of a call as our own feed has them, so that the others send as much. */
export type FeedQuestion = { kind: "ours" | "ws"; company: Company; views: { person: string; call: string } };

type Told = {
  type: string;
  agent?: string;
  occurredAt: string;
  state?: { status: string };
  snapshot?: { ref: string; attributes: { intent: string } };
};

async function openWebSockets({ company, views }: FeedQuestion): Promise<number> {
  const desks = new Map<string, Socket>();
  const watchers = new Map<string, Set<Socket>>();
  const person = JSON.parse(views.person) as object;
  const call = JSON.parse(views.call) as object;
  const tell = ({ agent = "", occurredAt: observedAt, state, snapshot }: Told) => {
    if (snapshot) {
      const { ref, attributes } = snapshot;
      const text = JSON.stringify({ ...call, ref, intent: attributes.intent, observedAt });
      desks.get(ref.slice(ref.indexOf("-") + 1))?.send(text);
      return;
    }
    const id = personId(Number(agent.slice(agent.indexOf("-") + 1)));
    const text = JSON.stringify({ ...person, personId: id, native: state?.status, observedAt });
    for (const socket of watchers.get(id) ?? []) socket.send(text);
  };
  const server = createServer(async (request, response) => {
    const parts: Buffer[] = [];
    for await (const part of request) parts.push(part as Buffer);
    const body = Buffer.concat(parts);
    const headers = new Headers(request.headers as Record<string, string>);
    const isForged = await findForgery([company.secret], { headers, body, now: new Date() });
    if (!isForged) tell(JSON.parse(body.toString()) as Told);
    response.writeHead(isForged ? 401 : 200).end();
  });
  new WebSocketServer({ server }).on("connection", (socket, { url = "" }) => {
    const asked = new URL(url, "http://localhost").searchParams;
    desks.set(asked.get("desk") ?? "", socket);
    for (const id of asked.get("people")?.split(",") ?? [])
      watchers.set(id, (watchers.get(id) ?? new Set()).add(socket));
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  return (server.address() as AddressInfo).port;
}

answerQuestions(async (question: FeedQuestion) =>
  question.kind === "ws"
    ? openWebSockets(question)
    : (await startService({ company: question.company, jobs: true })).port,
);
