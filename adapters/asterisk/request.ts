import type { z } from "zod";
import { BridgeError } from "../../src/errors.ts";
import type { Lane } from "../../src/platform/contract.ts";
import { retryAfterMs } from "../../src/platform/http.ts";
import type { Asterisk } from "./settings.ts";

export type Ask = {
  method?: "GET" | "POST" | "DELETE";
  path: string;
  /** ARI takes its parameters here; only variables go into the body. */
  query?: Record<string, string>;
  variables?: Record<string, string>;
  lane: Lane;
};

/** A clear answer: it was done (2xx), or it was not (4xx). */
export type Answer = { status: number; body: unknown };

/** A path of ARI from its parts; ids may hold any character. */
export const pathOf = (...parts: string[]): string => parts.map((part) => `/${encodeURIComponent(part)}`).join("");

/**
 * One request to ARI. Answers 2xx and the 4xx that are about channels and bridges.
 * @throws BridgeError `platform_unauthorized` and `platform_throttled`: nothing was done.
 * @throws BridgeError `platform_unavailable`: it may have been done.
 */
export async function ask(c: Asterisk, { method = "GET", path, query = {}, variables, lane }: Ask): Promise<Answer> {
  const url = `${addressOf(c, path)}${Object.keys(query).length > 0 ? `?${encodeQuery(query)}` : ""}`;
  const headers: Record<string, string> = { accept: "application/json", authorization: authorizationOf(c) };
  if (variables) headers["content-type"] = "application/json";
  const body = variables ? { body: JSON.stringify({ variables }) } : {};
  try {
    // The password goes where it was addressed to, and nowhere else.
    const response = await c.fetch(url, { method, headers, ...body, lane, redirect: "manual" });
    const text = await response.text();
    return judge(c, response, readJson(text));
  } catch (cause) {
    if (cause instanceof BridgeError) throw cause;
    throw new BridgeError("platform_unavailable", "Asterisk does not answer", { cause });
  }
}

export const addressOf = (c: Asterisk, path: string): string => c.settings.ariUrl.replace(/\/+$/, "") + path;

/** Asterisk takes a plus in a query for a space, and every byte of UTF-8 in percents. */
const encodeQuery = (query: Record<string, string>): string =>
  Object.entries(query)
    .map(([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(value)}`)
    .join("&");

function authorizationOf({ settings }: Asterisk): string {
  const bytes = new TextEncoder().encode(`${settings.username}:${settings.password}`);
  return `Basic ${btoa(String.fromCharCode(...bytes))}`;
}

/** Two shapes of errors exist: `{"message": …}` and `{"error": …}`. */
function readJson(text: string): unknown {
  if (text === "") return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Asterisk's word for "there is no such endpoint or technology", and the one 500 that is a clear no. */
export const isAllocationFailure = ({ status, body }: Answer): boolean =>
  status === 500 && (body as { error?: unknown } | undefined)?.error === "Allocation failed";

const clear = [400, 404, 409, 412, 422];

function judge(c: Asterisk, response: Response, body: unknown): Answer {
  const { status } = response;
  const answer = { status, body };
  if (response.ok || clear.includes(status) || isAllocationFailure(answer)) return answer;
  if (status === 401)
    throw new BridgeError(
      "platform_unauthorized",
      "Asterisk does not accept our sign-in: enter the user and password of a user in ari.conf",
    );
  if (status === 403)
    throw new BridgeError(
      "platform_unauthorized",
      "the ARI user may only read: set read_only = no for it in ari.conf, then reload Asterisk",
    );
  if (status === 429)
    throw new BridgeError("platform_throttled", "what stands before Asterisk asked us to slow down", {
      retryAfterMs: retryAfterMs(response.headers, c.now()),
    });
  if (status >= 500 || status === 408)
    throw new BridgeError("platform_unavailable", `Asterisk answered ${status}`, { details: { status } });
  throw new BridgeError("platform_refused", `there is no ARI at this address: it answered ${status}`, {
    details: { status },
  });
}

/** Reads something. Undefined when Asterisk does not know it. @throws BridgeError for every other failure. */
export async function read<T extends z.ZodType>(c: Asterisk, wanted: Ask, shape: T): Promise<z.output<T> | undefined> {
  const answer = await ask(c, wanted);
  if (answer.status === 404) return undefined;
  const parsed = answer.status < 300 ? shape.safeParse(answer.body) : undefined;
  if (parsed?.success) return parsed.data;
  throw new BridgeError("platform_refused", `Asterisk's answer to ${wanted.path.split("/")[1]} is not as described`, {
    details: { status: answer.status },
  });
}
