/** The platforms of one organization over real HTTP and in real time, for a service that is a process of its own. */
import type { Server } from "node:http";
import { createRequire } from "node:module";
import { createAdaptorServer } from "@hono/node-server";
import { Hono } from "hono";
import { createFakeMicrosoft } from "../../../adapters/teams/fake.ts";
import type { CenterMaker } from "../centers/index.ts";
import { realClock } from "../clock.ts";
import { ana, users } from "../service.ts";

/** The package `ws` comes with our tools: wrangler has it. */
const here = createRequire(import.meta.url);
const tools = createRequire(createRequire(here.resolve("wrangler")).resolve("miniflare"));
type WsSocket = { send(text: string): void; terminate(): void; on(event: "close", listener: () => void): void };
type WsServer = new (options: {
  server: Server;
}) => { on(event: "connection", listener: (socket: WsSocket, request: { url?: string }) => void): void };
const { WebSocketServer } = tools("ws") as { WebSocketServer: WsServer };

/** What becomes of a request that asks for something on a call: looked at before and after it takes effect. */
export type Watcher = { before?(): void; after?(): void };

export type ProcessWorld = Awaited<ReturnType<typeof openWorld>>;

/** `toService`: how the platforms reach the service; it may be away for a while. */
export async function openWorld(make: CenterMaker, toService: typeof fetch) {
  let watcher: Watcher = {};
  const app = new Hono();
  const server = createAdaptorServer({ fetch: app.fetch, overrideGlobalObjects: false }) as Server;
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  const address = server.address();
  const origin = `http://127.0.0.1:${typeof address === "object" && address ? address.port : 0}`;
  const servedAt = `${origin}/center`;
  const stage = make({ clock: realClock, toService, agent: ana, servedAt });
  const microsoft = createFakeMicrosoft({
    clock: realClock,
    origin: `${origin}/microsoft`,
    users,
    fetch: toService,
  });
  for (const { id } of users) microsoft.setUserStatus(id, "Available");

  app.all("/microsoft/*", (c) => microsoft.app.fetch(c.req.raw, c.env));
  const [center] = Object.values(stage.origins);
  app.mount("/center", async (request: Request) => {
    const isAction = request.method !== "GET" && stage.acts.test(new URL(request.url).pathname);
    const { before, after } = isAction ? watcher : {};
    before?.();
    const response = (await center?.fetch(request)) ?? new Response(null, { status: 404 });
    after?.();
    return response;
  });
  const sockets = new Set<WsSocket>();
  new WebSocketServer({ server }).on("connection", (socket, { url = "" }) => {
    sockets.add(socket);
    const events = stage.openSocket?.(new URL(url.replace(/^\/center/, ""), "ws://center.test").href);
    events?.addEventListener("message", (event) => socket.send(String((event as MessageEvent).data)));
    events?.addEventListener("close", () => socket.terminate());
    socket.on("close", () => events?.close());
  });
  return {
    stage,
    microsoft,
    watch(one: Watcher): void {
      watcher = one;
    },
    async close(): Promise<void> {
      for (const socket of sockets) socket.terminate();
      server.closeAllConnections();
      await new Promise((done) => server.close(done));
    },
  };
}
