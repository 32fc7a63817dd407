import { BridgeError } from "../../src/errors.ts";
import { failureOf, noAnswer } from "./failures.ts";
import { currentRefreshToken, delegatedScope, keepRefreshToken } from "./notifications/delegated.ts";
import { botAppId, type TeamsConnection, urlUnder } from "./settings.ts";

/** Whom a token is for. Also its key in the token store. */
export type Audience = "graph" | "bot" | "notifications";

const scopes: Record<Audience, string> = {
  notifications: delegatedScope,
  graph: "https://graph.microsoft.com/.default",
  bot: "https://api.botframework.com/.default",
};

/** What an admin does about the sign-in errors that happen in practice. Source: Entra authentication error codes. */
const signInFixes: Record<number, string> = {
  90002: "Entra does not know this tenant: check the tenant ID",
  700016: "Entra does not know this app in this tenant: check client ID and tenant ID",
  7000215: "The client secret is wrong: enter the secret's value, not its ID",
  7000222: "The client secret has expired: make a new one in Entra and enter it here",
};

/** What `Connection.fetch` takes: a request, and what it counts as. */
export type Ask = NonNullable<Parameters<TeamsConnection["fetch"]>[1]>;

type TokenAnswer = {
  access_token?: string;
  refresh_token?: string;
  expires_in?: number;
  error?: string;
  error_codes?: number[];
  trace_id?: string;
};

export const accessToken = (c: TeamsConnection, audience: Audience): Promise<string> =>
  c.tokens.get(audience, () => (audience === "notifications" ? issueDelegated(c) : issueToken(c, audience)));

/**
 * One request with our token. A token that is no longer accepted is forgotten and the request made once more.
 * Redirects are refused: the token is for one host.
 */
export async function fetchWithToken(
  c: TeamsConnection,
  audience: Audience,
  url: string,
  init: Ask,
): Promise<Response> {
  const first = await send(c, audience, url, init);
  if (first.status !== 401) return first;
  await first.body?.cancel();
  await c.tokens.drop(audience);
  return send(c, audience, url, init);
}

async function send(c: TeamsConnection, audience: Audience, url: string, init: Ask) {
  const headers = new Headers(init.headers);
  headers.set("authorization", `Bearer ${await accessToken(c, audience)}`);
  return c.fetch(url, { ...init, headers, redirect: "error" });
}

/** The service account's token for notifications, by its refresh token. */
async function issueDelegated(c: TeamsConnection) {
  const { settings: s } = c;
  const body = new URLSearchParams({
    grant_type: "refresh_token",
    client_id: s.clientId,
    client_secret: s.clientSecret,
    scope: scopes.notifications,
    refresh_token: await currentRefreshToken(c),
  });
  const askedAt = c.now().getTime();
  const { response, answer } = await post(c, urlUnder(s.loginUrl, `${s.tenantId}/oauth2/v2.0/token`), body);
  if (!response.ok || !answer.access_token || !answer.expires_in) {
    if (answer.error !== "invalid_grant") throw signInFailure(response, answer, "service account", c.now());
    const fix = "sign it in again and enter its new refresh token";
    throw new BridgeError("platform_unauthorized", `Sign-in of the service account for notifications: ${fix}`);
  }
  if (answer.refresh_token) await keepRefreshToken(c, answer.refresh_token);
  return { value: answer.access_token, expiresAt: new Date(askedAt + answer.expires_in * 1_000) };
}

/** Client credentials, always at one tenant's endpoint. POST {login}/{tenant}/oauth2/v2.0/token. */
async function issueToken(c: TeamsConnection, audience: Audience) {
  const { settings: s } = c;
  const isBot = audience === "bot";
  const body = new URLSearchParams({
    grant_type: "client_credentials",
    client_id: isBot ? botAppId(s) : s.clientId,
    client_secret: (isBot && s.botAppSecret) || s.clientSecret,
    scope: scopes[audience],
  });
  const tenant = (isBot && s.botTenantId) || s.tenantId;
  const askedAt = c.now().getTime();
  const { response, answer } = await post(c, urlUnder(s.loginUrl, `${tenant}/oauth2/v2.0/token`), body);
  if (response.ok && answer.access_token && answer.expires_in) {
    return { value: answer.access_token, expiresAt: new Date(askedAt + answer.expires_in * 1_000) };
  }
  throw signInFailure(response, answer, isBot ? "bot" : "app", c.now());
}

/**
 * The token of somebody who has signed in for one errand, by the code that they came back with. Not kept.
 * @returns undefined where the code counts no longer or the consent is missing. POST {login}/{tenant}/oauth2/v2.0/token.
 */
export async function redeemCode(
  c: TeamsConnection,
  { code, verifier, redirectUri }: { code: string; verifier: string; redirectUri: string },
): Promise<string | undefined> {
  const { settings: s } = c;
  const body = new URLSearchParams({
    grant_type: "authorization_code",
    client_id: s.clientId,
    client_secret: s.clientSecret,
    redirect_uri: redirectUri,
    code,
    code_verifier: verifier,
  });
  const { response, answer } = await post(c, urlUnder(s.loginUrl, `${s.tenantId}/oauth2/v2.0/token`), body);
  if (response.ok && answer.access_token) return answer.access_token;
  if (answer.error === "invalid_grant" || answer.error === "interaction_required") return undefined;
  throw signInFailure(response, answer, "app", c.now());
}

async function post(c: TeamsConnection, url: string, body: URLSearchParams) {
  try {
    const response = await c.fetch(url, { method: "POST", body, lane: "call", redirect: "error" });
    const answer: TokenAnswer = await response.json().catch(() => ({}));
    return { response, answer };
  } catch (cause) {
    throw noAnswer(cause);
  }
}

function signInFailure(response: Response, answer: TokenAnswer, who: string, now: Date): BridgeError {
  const { status } = response;
  if (response.ok) return new BridgeError("platform_unavailable", "Entra's answer cannot be read");
  if (status === 429 || status >= 500) {
    return failureOf({ status, code: answer.error, headers: response.headers }, "", now);
  }
  const known = answer.error_codes?.map((code) => signInFixes[code]).find((fix) => fix !== undefined);
  const fix = known ?? `Entra refused the sign-in (${answer.error ?? status}): check tenant ID, client ID and secret`;
  return new BridgeError("platform_unauthorized", `Sign-in of the ${who}: ${fix}`, {
    details: { platform_status: status, platform_code: answer.error, platform_request_id: answer.trace_id },
  });
}
