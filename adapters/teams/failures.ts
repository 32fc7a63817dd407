import { BridgeError, isBridgeError } from "../../src/errors.ts";
import { retryAfterMs } from "../../src/platform/http.ts";

/** What Microsoft answered when it did not do what it was asked. */
export type Refusal = {
  status: number;
  /** Graph's or the Connector's own word for it. */
  code?: string | undefined;
  requestId?: string | undefined;
  headers?: Headers | undefined;
};

/** 412 and the 5xx are on the list of answers that Teams asks bots to try again. Source: msteams-docs, rate-limit. */
const mayPass = (status: number) => status === 408 || status === 412 || status >= 500;

/** @param fix One sentence: what an admin does when Microsoft says that we may not. */
export function failureOf(refusal: Refusal, fix: string, now: Date): BridgeError {
  const { status, code, requestId, headers = new Headers() } = refusal;
  const tellsWait = status === 429 || headers.has("retry-after");
  const options = {
    details: { platform_status: status, platform_code: code, platform_request_id: requestId },
    ...(tellsWait ? { retryAfterMs: retryAfterMs(headers, now) } : {}),
  };
  if (status === 429) return new BridgeError("platform_throttled", "Microsoft asked us to slow down", options);
  if (status === 401 || status === 403) return new BridgeError("platform_unauthorized", fix, options);
  if (status === 404) return new BridgeError("not_found", "Microsoft does not know what was asked for", options);
  if (status === 413) return new BridgeError("too_large", "Microsoft says that this is too large", options);
  if (mayPass(status)) return new BridgeError("platform_unavailable", "Microsoft could not answer just now", options);
  return new BridgeError("platform_refused", `Microsoft refused the request (${code ?? status})`, options);
}

/** A request without an answer. A failure that already speaks our words (a penalty, a time limit) stays as it is. */
export const noAnswer = (cause: unknown): BridgeError =>
  isBridgeError(cause) ? cause : new BridgeError("platform_unavailable", "Microsoft could not be reached", { cause });
