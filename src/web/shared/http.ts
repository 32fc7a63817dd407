/** Asking the service. A refusal arrives as `Refused` with its problem document, a lost connection as `Offline`. */
import type { ErrorCode } from "../../errors.ts";
import type { Problem } from "../../views.ts";

export class Refused extends Error {
  override readonly name = "Refused";
  readonly status: number;
  readonly code: ErrorCode;
  readonly problem: Problem | undefined;

  constructor(status: number, problem: Problem | undefined) {
    super(problem?.title ?? `HTTP ${status}`);
    this.status = status;
    this.problem = problem;
    this.code = (problem?.code as ErrorCode | undefined) ?? (status >= 500 ? "unavailable" : "bad_request");
  }
}

export class Offline extends Error {
  override readonly name = "Offline";
}

export type Request = {
  method?: "GET" | "POST" | "PUT" | "DELETE";
  token?: string | undefined;
  /** Asks as the expert who has signed in in this browser. */
  session?: "expert" | undefined;
  body?: unknown;
  /** The same key makes a repeated write take effect once. */
  idempotencyKey?: string;
  signal?: AbortSignal;
};

/** Who asks, and whose page it is: the service tells a desk's page, and refuses sign-ins of others there. */
export function credentials(token: string | undefined): Record<string, string> {
  const { tenant } = globalThis.document?.documentElement.dataset ?? {};
  return { ...(token && { authorization: `Bearer ${token}` }), ...(tenant && { "x-patchcord-tenant": tenant }) };
}

/** @throws Refused, Offline, or the signal's AbortError. */
export async function ask<Answer>(address: string, request: Request = {}): Promise<Answer> {
  const answer = await send(address, request);
  if (!answer.ok) throw new Refused(answer.status, await problemOf(answer));
  return (await answer.json()) as Answer;
}

async function send(address: string, { method = "GET", token, session, body, idempotencyKey, signal }: Request) {
  const headers = {
    accept: "application/json",
    ...credentials(token),
    ...(session && { "x-patchcord-session": session }),
    ...(body !== undefined && { "content-type": "application/json" }),
    ...(idempotencyKey && { "idempotency-key": idempotencyKey }),
  };
  const init = {
    method,
    headers,
    ...(body !== undefined && { body: JSON.stringify(body) }),
    ...(signal && { signal }),
  };
  try {
    return await fetch(address, init);
  } catch (cause) {
    if (signal?.aborted) throw cause;
    throw new Offline("the service cannot be reached", { cause });
  }
}

async function problemOf(answer: Response): Promise<Problem | undefined> {
  if (!answer.headers.get("content-type")?.includes("json")) return undefined;
  return (await answer.json().catch(() => undefined)) as Problem | undefined;
}

/** Could the same request, with the same key, succeed when sent again? */
export const isWorthRepeating = (error: unknown): boolean =>
  error instanceof Offline || (error instanceof Refused && error.status === 503);

/** Sends a write with one key until it is answered, at most `attempts` times. */
export async function insist<Answer>(
  run: (idempotencyKey: string) => Promise<Answer>,
  { attempts = 3, pauseMs = 400, key = crypto.randomUUID() as string } = {},
): Promise<Answer> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await run(key);
    } catch (error) {
      if (attempt >= attempts || !isWorthRepeating(error)) throw error;
      await new Promise((resume) => setTimeout(resume, pauseMs * attempt));
    }
  }
}
