import { BridgeError } from "../../src/errors.ts";
import { failureOf, noAnswer } from "./failures.ts";
import { type TeamsConnection, urlUnder } from "./settings.ts";
import { fetchWithToken } from "./tokens.ts";

/** Where a regional service URL of Teams may lie; anything else never gets our token. Source: msteams-docs. */
const serviceHosts = new Set([
  "smba.trafficmanager.net",
  "smba.infra.gcc.teams.microsoft.com",
  "smba.infra.gov.teams.microsoft.us",
  "smba.infra.dod.teams.microsoft.us",
]);

const fix =
  "Teams does not accept the bot's sign-in: check the bot's app ID and secret, and that it is registered in this tenant";

type ConnectorError = { error?: { code?: string }; errorCode?: number; message?: string };

/**
 * One request to the Bot Connector.
 * @throws BridgeError `unreachable` where Teams answers 403 or 404: the app is blocked, not installed, or the chat gone.
 */
export async function askConnector<T>(
  c: TeamsConnection,
  serviceUrl: string,
  request: { method: "POST" | "PUT" | "DELETE"; path: string; body?: unknown },
): Promise<T> {
  const { method, path, body } = request;
  checkServiceUrl(c, serviceUrl);
  const response = await fetchWithToken(c, "bot", urlUnder(serviceUrl, path), {
    method,
    headers: { "content-type": "application/json" },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    lane: "call",
  }).catch((cause: unknown) => {
    throw noAnswer(cause);
  });
  const answer: T & ConnectorError = await response.json().catch(() => ({}));
  if (response.ok) return answer;
  throw readRefusal(response, answer, c.now());
}

function checkServiceUrl(c: TeamsConnection, serviceUrl: string): void {
  const { protocol, host, origin } = new URL(serviceUrl);
  if (origin === new URL(c.settings.botServiceUrl).origin) return;
  if (protocol === "https:" && serviceHosts.has(host)) return;
  throw new BridgeError("platform_refused", "This chat lies outside Teams' own servers");
}

function readRefusal(response: Response, answer: ConnectorError, now: Date): BridgeError {
  const { status, headers } = response;
  const code = answer.error?.code ?? subCode(answer.message);
  if (status === 403 || status === 404) {
    return new BridgeError("unreachable", "This person has blocked the app in Teams or does not have it", {
      details: { platform_status: status, platform_code: code },
    });
  }
  return failureOf({ status, code, headers }, fix, now);
}

/** A blocked chat is told as JSON inside the message. Source: msteams-docs, proactive messages. */
const subCode = (message?: string) => /"subCode":\s*"(\w+)"/.exec(message ?? "")?.[1];
