import type { MiddlewareHandler } from "hono";

/** How the next matching request goes wrong. Without `status`, `drop` or `applyThenDrop` it is only slow. */
export type Fault = {
  /** A path prefix or a pattern for the path; absent: any path. */
  path?: string | RegExp;
  method?: string;
  /** Answered instead of asking the app; together with `applyThenDrop`, answered after the app has acted. */
  status?: number;
  headers?: Record<string, string>;
  body?: unknown;
  delayMs?: number;
  /** The connection breaks before the app has seen the request. */
  drop?: boolean;
  /** The app acts on the request, then the connection breaks before the answer. */
  applyThenDrop?: boolean;
  /** How many requests it hits; 1 unless told. `Infinity`: until `clear`. */
  times?: number;
};

export type LoggedRequest = { method: string; path: string; headers: Headers; body: string; status: number };

export type Faults = {
  /** Put it before the app's routes: `app.use(faults.middleware)`. */
  middleware: MiddlewareHandler;
  /** Faults hit in the order in which they were ordered; one request meets one fault. */
  next(fault: Fault): void;
  /** Forgets the faults that have not hit. */
  clear(): void;
  /** The latest requests, oldest first; status 0 stands for a broken connection. */
  requests: LoggedRequest[];
};

const requestsMax = 1_000;
const sleep = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

/** Lets a fake platform be told to fail. `wait` lets a test clock decide how long slow is. */
export function createFaults(wait: (ms: number) => Promise<void> = sleep): Faults {
  const pending: (Fault & { times: number })[] = [];
  const requests: LoggedRequest[] = [];

  const middleware: MiddlewareHandler = async (c, next) => {
    const logged = await logRequest(c.req.raw, c.req.path);
    requests.push(logged);
    if (requests.length > requestsMax) requests.shift();
    const fault = take(pending, c.req.method, c.req.path);
    if (fault?.delayMs) await wait(fault.delayMs);
    const applies = !fault || fault.applyThenDrop || (!fault.drop && fault.status === undefined);
    if (applies) await next();
    const answer = fault && failedAnswer(fault, c.env);
    if (answer) {
      c.res = undefined;
      c.res = answer;
    }
    logged.status = statusOf(c.res);
  };
  return {
    middleware,
    next: (fault) => pending.push({ ...fault, times: fault.times ?? 1 }),
    clear: () => pending.splice(0),
    requests,
  };
}

async function logRequest(request: Request, path: string): Promise<LoggedRequest> {
  const body = await request.clone().text();
  return { method: request.method, path, headers: new Headers(request.headers), body, status: 0 };
}

function take(pending: (Fault & { times: number })[], method: string, path: string): Fault | undefined {
  const fault = pending.find(
    (one) => (!one.method || one.method === method) && (one.path === undefined || matches(one.path, path)),
  );
  if (fault && --fault.times <= 0) pending.splice(pending.indexOf(fault), 1);
  return fault;
}

const matches = (wanted: string | RegExp, path: string) =>
  typeof wanted === "string" ? path.startsWith(wanted) : wanted.test(path);

function failedAnswer(fault: Fault, env: unknown): Response | undefined {
  if (fault.status === undefined) return fault.drop || fault.applyThenDrop ? breakConnection(env) : undefined;
  const headers = new Headers(fault.headers);
  if (fault.body !== undefined && !headers.has("content-type")) headers.set("content-type", "application/json");
  const body = fault.body === undefined || typeof fault.body === "string" ? fault.body : JSON.stringify(fault.body);
  return new Response(body ?? null, { status: fault.status, headers });
}

/** Tells the Node server of Hono that there is nothing left to send. */
const alreadySent = "x-hono-already-sent";

/** Under the Node server a broken connection is a closed socket; elsewhere an error response. */
function breakConnection(env: unknown): Response {
  const { outgoing } = (env ?? {}) as { outgoing?: { destroy(): void } };
  if (!outgoing) return Response.error();
  outgoing.destroy();
  return new Response(null, { headers: { [alreadySent]: "true" } });
}

/** The status that went over the wire; 0 when the connection was broken instead. */
export const statusOf = (response: Response): number => (response.headers.has(alreadySent) ? 0 : response.status);
