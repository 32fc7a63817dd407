import { Client, GraphError, type GraphRequest, type Middleware } from "@microsoft/microsoft-graph-client";
import { BridgeError } from "../../src/errors.ts";
import type { Lane } from "../../src/platform/contract.ts";
import { failureOf, noAnswer } from "./failures.ts";
import { type TeamsConnection, urlUnder } from "./settings.ts";
import { type Audience, fetchWithToken } from "./tokens.ts";

/**
 * `fix` is what to tell an admin when Graph does not let us; `cost` names the budget that the request spends; `as` says
 * who asks: the application unless told.
 */
export type Need = { lane: Lane; cost?: string; fix: string; as?: Audience };

/** What went over the wire: the client's own errors forget the cause of a lost answer, and the headers of most others. */
type Seen = { lost?: unknown; response?: Response };

/**
 * One question to Microsoft Graph.
 * The client's own authentication handler drops the token on any URL that is not https at Microsoft, and its retry
 * handler sleeps in process; so the chain is one link of ours: our token, the connection's `fetch`, no retries.
 */
export async function askGraph<T>(
  c: TeamsConnection,
  need: Need,
  request: (api: (path: string) => GraphRequest) => Promise<T>,
): Promise<T> {
  const seen: Seen = {};
  const client = Client.initWithMiddleware({ baseUrl: c.settings.graphUrl, middleware: sender(c, need, seen) });
  try {
    return await request((path) => client.api(path));
  } catch (error) {
    if (seen.lost !== undefined) throw noAnswer(seen.lost);
    if (seen.response && error instanceof GraphError) throw readRefusal(error, seen.response, need.fix, c.now());
    throw error;
  }
}

function sender(c: TeamsConnection, { lane, cost, as = "graph" }: Need, seen: Seen): Middleware {
  return {
    async execute(context) {
      const { method = "GET", headers = {}, body = null } = context.options ?? {};
      try {
        const init = { method, headers, body, lane, ...(cost ? { cost } : {}) };
        seen.response = await withoutEmptyBody(await fetchWithToken(c, as, String(context.request), init));
        context.response = seen.response;
      } catch (cause) {
        seen.lost = cause;
        throw cause;
      }
    },
  };
}

/** Actions answer 200 with nothing, which the client would try to parse wherever a content type is given. */
async function withoutEmptyBody(response: Response): Promise<Response> {
  const text = await response.text();
  const { status, headers } = response;
  return text === "" && response.ok
    ? new Response(null, { status: 204, headers })
    : new Response(text, { status, headers });
}

function readRefusal(error: GraphError, { ok, status, headers }: Response, fix: string, now: Date): BridgeError {
  if (ok) return new BridgeError("platform_unavailable", "Microsoft's answer cannot be read");
  const requestId = error.requestId ?? headers.get("request-id") ?? undefined;
  return failureOf({ status, code: error.code ?? undefined, requestId, headers }, fix, now);
}

/**
 * The part of a nextLink or deltaLink below the API version: the client takes whole links only when they are https, and
 * would follow them to any host.
 */
export function linkPath(c: TeamsConnection, link: string): string {
  const base = urlUnder(c.settings.graphUrl, "v1.0/");
  if (!link.startsWith(base)) throw new BridgeError("platform_refused", "Microsoft Graph linked to another host");
  return link.slice(base.length);
}
