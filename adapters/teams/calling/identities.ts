import { z } from "zod";
import { BridgeError, isBridgeError } from "../../../src/errors.ts";
import type { Caller, CallingPort, JoinWay } from "../../../src/platform/contract.ts";
import { failureOf, noAnswer } from "../failures.ts";
import { type TeamsConnection, type TeamsSettings, urlUnder } from "../settings.ts";
import { signedHeaders } from "./sign.ts";

const apiVersion = "2026-07-22";
/** The shortest life that the service gives a token. */
const tokenMinutes = 60;

const fix =
  "Put the endpoint and a present access key of the Azure Communication Services resource into the settings under calling; its page in the Azure portal shows both under Keys";

/** Who may only join needs less than who makes other people's phones ring. */
const scopesFor = (ways: readonly JoinWay[]) => [ways.includes("person") ? "voip" : "voip.join"];

const token = z.object({ token: z.string().min(1), expiresOn: z.coerce.date() });
const made = z.object({ identity: z.object({ id: z.string().min(1) }), accessToken: token });

type Question = { method: "POST" | "DELETE"; path: string; body?: object; cost: string };

/** One signed request to the identity service of the resource. No token or key is ever part of a failure. */
async function ask(c: TeamsConnection, { method, path, body, cost }: Question): Promise<unknown> {
  const { calling } = c.settings;
  if (!calling) throw new BridgeError("unsupported", `Calls from the desk are not set up. ${fix}`);
  const url = `${urlUnder(calling.endpoint, path)}?api-version=${apiVersion}`;
  const text = body ? JSON.stringify(body) : "";
  const headers = {
    ...(await signedHeaders(calling, method, url, text, c.now())),
    ...(body ? { "content-type": "application/json" } : {}),
  };
  const init = { method, headers, lane: "call" as const, cost, redirect: "error" as const };
  const response = await c.fetch(url, text ? { ...init, body: text } : init).catch((cause: unknown) => {
    throw noAnswer(cause);
  });
  const answer: unknown = await response.json().catch(() => undefined);
  if (response.ok) return answer;
  const code = (answer as { error?: { code?: string } } | undefined)?.error?.code;
  throw failureOf({ status: response.status, code, headers: response.headers }, fix, c.now());
}

function read<T extends z.ZodType>(schema: T, answer: unknown): z.output<T> {
  const parsed = schema.safeParse(answer);
  if (parsed.success) return parsed.data;
  throw new BridgeError("platform_unavailable", "The answer of Azure Communication Services cannot be read");
}

/** POST /identities with a first token: one request for somebody new. */
async function makeCaller(c: TeamsConnection, ways: readonly JoinWay[]): Promise<Caller> {
  const body = { createTokenWithScopes: scopesFor(ways), expiresInMinutes: tokenMinutes };
  const answer = await ask(c, { method: "POST", path: "/identities", body, cost: "teams:callers" });
  const { identity, accessToken } = read(made, answer);
  return { caller: identity.id, token: accessToken.token, expiresAt: accessToken.expiresOn };
}

const isGone = (error: unknown) => isBridgeError(error) && error.code === "not_found";
const pathOf = (caller: string) => `/identities/${encodeURIComponent(caller)}`;

/** POST /identities/{id}/:issueAccessToken. Tokens live for an hour, the least that the service knows. */
async function issue(c: TeamsConnection, ways: readonly JoinWay[], caller?: string): Promise<Caller> {
  if (caller === undefined) return makeCaller(c, ways);
  const body = { scopes: scopesFor(ways), expiresInMinutes: tokenMinutes };
  const path = `${pathOf(caller)}/:issueAccessToken`;
  try {
    const answer = read(token, await ask(c, { method: "POST", path, body, cost: "teams:callers" }));
    return { caller, token: answer.token, expiresAt: answer.expiresOn };
  } catch (error) {
    if (isGone(error)) return makeCaller(c, ways);
    throw error;
  }
}

/** DELETE /identities/{id}: revokes all tokens and deletes what is kept about the identity. */
async function forget(c: TeamsConnection, caller: string): Promise<void> {
  try {
    await ask(c, { method: "DELETE", path: pathOf(caller), cost: "teams:callers-end" });
  } catch (error) {
    if (!isGone(error)) throw error;
  }
}

function ways({ calling, features }: TeamsSettings): JoinWay[] {
  if (!calling) return [];
  return [
    ...(features.includes("meetings") ? (["meeting"] as const) : []),
    ...(calling.people ? (["person"] as const) : []),
  ];
}

/**
 * Where the browser library signals, registers and finds its relays; voice and picture themselves go by WebRTC, which no
 * policy names. Its telemetry (`*.events.data.microsoft.com`) is left out: calls do without.
 * Source: the addresses in @azure/communication-calling 2.0.0; "Network recommendations" of Azure Communication Services.
 */
const zones = ["communication.azure.com", "communication.microsoft.com", "teams.microsoft.com", "skype.com"];

function sources({ calling }: TeamsSettings): string[] {
  if (!calling) return [];
  const media = "https://*.communications.svc.cloud.microsoft";
  return [...zones.flatMap((zone) => [`https://*.${zone}`, `wss://*.${zone}`]), "https://teams.microsoft.com", media];
}

/** Calls from the agent's browser, into Teams meetings and to colleagues in Teams, as a guest of the resource's. */
export const calling: CallingPort<TeamsSettings> = { ways, sources, issue, forget };
