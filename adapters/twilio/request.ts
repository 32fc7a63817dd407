import type { z } from "zod";
import { BridgeError, isBridgeError } from "../../src/errors.ts";
import type { Lane } from "../../src/platform/contract.ts";
import { failureFrom, lostAnswer } from "./failures.ts";
import type { Twilio } from "./settings.ts";

type Api = "voice" | "taskRouter" | "events";
type Values = Record<string, string | number | boolean | readonly string[] | undefined>;

export type Ask = {
  api: Api;
  method?: "GET" | "POST" | "DELETE";
  /** Voice: below the account. TaskRouter: below the workspace; empty is the workspace itself. Events: below /v1. */
  path: string;
  query?: Values;
  form?: Values;
  ifMatch?: string | undefined;
  lane?: Lane;
  /** Instead of the API key. */
  credentials?: readonly [user: string, password: string];
};

export function addressOf(c: Twilio, api: Api, path: string): string {
  const { voiceUrl, taskRouterUrl, eventsUrl, accountSid, workspaceSid } = c.settings;
  const [base, prefix] = {
    voice: [voiceUrl, `/2010-04-01/Accounts/${accountSid}`],
    taskRouter: [taskRouterUrl, `/v1/Workspaces/${workspaceSid}`],
    events: [eventsUrl, "/v1"],
  }[api] as [string, string];
  return `${base.replace(/\/+$/, "")}${path.startsWith(prefix) ? "" : prefix}${path}`;
}

/** Repeated names carry lists, as Twilio's own libraries send them. What is undefined is left out. */
function encode(values: Values): URLSearchParams {
  const pairs = Object.entries(values).flatMap(([name, value]) => {
    if (value === undefined) return [];
    return (Array.isArray(value) ? value : [value]).map((one) => [name, String(one)]);
  });
  return new URLSearchParams(pairs);
}

/** One request. @throws BridgeError for every answer that is not 2xx, and for none; see failures.ts. */
export async function ask(c: Twilio, wanted: Ask): Promise<Response> {
  const { api, method = "GET", path, query = {}, form, ifMatch, lane = "call" } = wanted;
  const { apiKeySid, apiKeySecret } = c.settings;
  const [user, password] = wanted.credentials ?? [apiKeySid, apiKeySecret];
  const search = encode(query).toString();
  const joint = path.includes("?") ? "&" : "?";
  const headers = new Headers({ accept: "application/json", authorization: `Basic ${btoa(`${user}:${password}`)}` });
  if (form) headers.set("content-type", "application/x-www-form-urlencoded");
  if (ifMatch !== undefined) headers.set("if-match", ifMatch);
  const response = await unlessLost(
    c.fetch(`${addressOf(c, api, path)}${search ? joint + search : ""}`, {
      method,
      headers,
      ...(form ? { body: encode(form).toString() } : {}),
      lane,
    }),
  );
  if (!response.ok) throw await failureFrom(response, c.now());
  return response;
}

export async function unlessLost<T>(action: Promise<T>): Promise<T> {
  return action.catch((cause: unknown) => {
    throw isBridgeError(cause) ? cause : lostAnswer(cause);
  });
}

/** `ask`, and the answer read as described. */
export async function askFor<T>(c: Twilio, wanted: Ask, shape: z.ZodType<T>): Promise<T> {
  return (await askTagged(c, wanted, shape)).value;
}

/** With the version that a later `ifMatch` names, where Twilio gives one. */
export async function askTagged<T>(
  c: Twilio,
  wanted: Ask,
  shape: z.ZodType<T>,
): Promise<{ value: T; etag: string | undefined }> {
  const response = await ask(c, wanted);
  const parsed = shape.safeParse(await unlessLost(response.json()));
  if (parsed.success) return { value: parsed.data, etag: response.headers.get("etag") ?? undefined };
  const [issue] = parsed.error.issues;
  throw new BridgeError("platform_refused", "Twilio answered in a way that we cannot read", {
    details: { code: "unreadable", where: issue?.path.join(".") },
  });
}

/** Undefined where Twilio knows nothing of it. */
export async function orUndefined<T>(action: Promise<T>): Promise<T | undefined> {
  return action.catch((error: unknown) => {
    if (isBridgeError(error) && error.code === "not_found") return undefined;
    throw error;
  });
}
