/** The package `ws`, the fastest plain way to tell many browsers something. It comes with our tools: wrangler has it. */

import type { Server } from "node:http";
import { createRequire } from "node:module";

export type Socket = {
  on(event: "message", listener: (data: Buffer) => void): void;
  on(event: "open" | "close", listener: () => void): void;
  send(text: string): void;
  terminate(): void;
};
type WebSockets = {
  WebSocket: new (url: string) => Socket;
  WebSocketServer: new (options: {
    server: Server;
  }) => { on(event: "connection", listener: (socket: Socket, request: { url?: string }) => void): void };
};

const here = createRequire(import.meta.url);
const tools = createRequire(createRequire(here.resolve("wrangler")).resolve("miniflare"));

export const { WebSocket, WebSocketServer } = tools("ws") as WebSockets;
