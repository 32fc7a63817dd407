import type { Server } from "node:http";
import { createAdaptorServer, type HttpBindings } from "@hono/node-server";

export type Listening = {
  port: number;
  /** Ends when the requests under way are answered, or after five seconds. Safe to repeat. */
  close(): Promise<void>;
};

export type ListenOptions = {
  host: string;
  /** 0: any free one. */
  port: number;
  /** The setting that names the port, for the sentence when it is taken. */
  setting: string;
  fetch: (request: Request, env: HttpBindings) => Response | Promise<Response>;
  /** Leave the process's own Request and Response alone, at some cost in speed. */
  plain?: boolean;
};

const closeMsMax = 5_000;

/** @throws Error whose message says what to do when the port cannot be had. */
export async function listen(options: ListenOptions): Promise<Listening> {
  const { host, port, setting } = options;
  const server = createAdaptorServer({
    fetch: (request, env) => options.fetch(request, env as HttpBindings),
    overrideGlobalObjects: !options.plain,
  }) as Server;
  await new Promise<void>((done, fail) => {
    server.once("error", (error: NodeJS.ErrnoException) => fail(explain(error, port, setting)));
    server.listen(port, host, done);
  });
  const address = server.address();
  return {
    port: typeof address === "object" && address ? address.port : port,
    close: () => close(server),
  };
}

function explain(error: NodeJS.ErrnoException, port: number, setting: string): Error {
  if (error.code === "EADDRINUSE") {
    return new Error(`Port ${port} is taken. Stop what uses it, or choose another one: ${setting}=${port + 10}`);
  }
  if (error.code === "EACCES")
    return new Error(`Port ${port} may not be used by this account. Choose another: ${setting}`);
  return error;
}

async function close(server: Server): Promise<void> {
  if (!server.listening) return;
  const closed = new Promise<void>((done) => server.close(() => done()));
  server.closeIdleConnections();
  const hurry = setTimeout(() => server.closeAllConnections(), closeMsMax);
  await closed;
  clearTimeout(hurry);
}
