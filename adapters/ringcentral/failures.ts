import { BridgeError, type ErrorCode } from "../../src/errors.ts";
import { retryAfterMs } from "../../src/platform/http.ts";

/** A penalty lasts 60 s where RingCentral names no time; any request meanwhile starts it anew. */
const penaltyMs = 60_000;

type Sentence = readonly [ErrorCode, string];

const scope: Sentence = [
  "platform_unauthorized",
  "The RingCentral app lacks a permission{what}. Add it to the app in the RingCentral developer console, then check the connection again.",
];
const role: Sentence = [
  "platform_unauthorized",
  "The role of the RingCentral service user lacks a permission{what}. Give the user a role that has it in the RingCentral admin portal, then check the connection again.",
];
const watching: Sentence = [
  "platform_unauthorized",
  "RingCentral does not let the service user watch this presence. Check the user's role and the presence settings in the RingCentral admin portal.",
];

const signIn: Sentence = [
  "platform_unauthorized",
  "RingCentral does not accept our sign-in. Check the app and the JWT of the service user.",
];
const throttled: Sentence = ["platform_throttled", "RingCentral asked us to slow down."];

/** From the error tables of the developer guide (basics/errors, notifications) and the API contract. Codes, not texts. */
const byCode: Readonly<Record<string, Sentence>> = {
  "CMN-102": ["not_found", "RingCentral does not know what was asked for."],
  "CMN-109": ["unsupported", "The plan of this RingCentral account does not include what was asked for."],
  "CMN-401": scope,
  "CMN-402": role,
  "CMN-403": ["unsupported", "RingCentral offers this for user extensions only."],
  "CMN-404": role,
  "CMN-408": role,
  "OAU-140": ["platform_unauthorized", "RingCentral does not accept the JWT. Make a new one for the service user."],
  "OAU-146": ["platform_unauthorized", "RingCentral does not accept the client ID and secret of the app."],
  "SUB-402": watching,
  "SUB-403": watching,
  "SUB-404": watching,
  "SUB-405": watching,
  "SUB-406": watching,
  "SUB-505": [
    "platform_refused",
    "The RingCentral service user has too many subscriptions for this app. Delete those that are no longer used.",
  ],
  "SUB-524": [
    "platform_refused",
    "RingCentral does not trust the certificate of our webhook address. It needs TLS 1.2 and the full certificate chain.",
  ],
  "SUB-525": [
    "platform_refused",
    "RingCentral could not reach our webhook address or did not get the expected answer within 3 seconds.",
  ],
  invalid_client: ["platform_unauthorized", "RingCentral does not accept the client ID and secret of the app."],
  invalid_grant: ["platform_unauthorized", "RingCentral does not accept the JWT. Make a new one for the service user."],
  unauthorized_client: [
    "platform_unauthorized",
    'The RingCentral app may not sign in by JWT. Enable the "JWT auth flow" of the app in the developer console.',
  ],
};

const byStatus: Readonly<Record<number, Sentence>> = {
  401: signIn,
  403: role,
  404: ["not_found", "RingCentral does not know what was asked for."],
  409: ["conflict", "RingCentral cannot do this in the present state."],
};

/**
 * What a refusal means, in our words. The vendor's message stays out: it may quote values of the request. `details`
 * keeps status, code and the names of a permission or parameter.
 */
export async function failureFrom(response: Response, now: Date): Promise<BridgeError> {
  const { status, headers } = response;
  const fault = readFault(await response.json().catch(() => undefined));
  const [code, sentence] = sentenceFor(status, fault);
  const message = sentence.replace("{what}", fault.permission ? ` (${fault.permission})` : "");
  const waitMs = status === 429 && !headers.has("retry-after") ? penaltyMs : retryAfterMs(headers, now);
  const tellsWait = status === 429 || headers.has("retry-after");
  return new BridgeError(code, message, {
    details: { status, errorCode: fault.errorCode, ...fault.named },
    ...(tellsWait ? { retryAfterMs: waitMs } : {}),
  });
}

/** The connection broke or the time limit passed: whether RingCentral acted is not known. */
export const lostAnswer = (cause: unknown) =>
  new BridgeError("platform_unavailable", "RingCentral did not answer.", { cause });

function sentenceFor(status: number, fault: Fault): Sentence {
  if (status === 429) return throttled;
  const known = byCode[fault.errorCode] ?? byCode[fault.oauth] ?? byStatus[status];
  return known ?? (fault.oauth && status < 500 ? signIn : byClass(status));
}

const byClass = (status: number): Sentence =>
  status >= 500 || status === 408
    ? ["platform_unavailable", "RingCentral is not available just now."]
    : ["platform_refused", "RingCentral refused the request."];

type Fault = { errorCode: string; oauth: string; permission: string | undefined; named: Record<string, string> };

function readFault(body: unknown): Fault {
  const top = record(body);
  const first = record(Array.isArray(top.errors) ? top.errors[0] : undefined);
  const permission = word(first.permissionName ?? top.permissionName);
  const parameter = word(first.parameterName ?? top.parameterName);
  return {
    errorCode: word(first.errorCode ?? top.errorCode) ?? "",
    oauth: word(top.error) ?? "",
    permission,
    named: { ...(permission ? { permission } : {}), ...(parameter ? { parameter } : {}) },
  };
}

const record = (value: unknown): Record<string, unknown> =>
  typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};

/** Names of codes, permissions and parameters only, never free text. */
const word = (value: unknown): string | undefined =>
  typeof value === "string" && /^[\w.[\]-]{1,60}$/.test(value) ? value : undefined;
