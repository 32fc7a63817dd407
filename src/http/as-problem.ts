import { HTTPException } from "hono/http-exception";
import { type ApiContext, problem } from "../api.ts";
import { type ErrorCode, isBridgeError } from "../errors.ts";

const byStatus: Record<number, ErrorCode> = {
  400: "bad_request",
  401: "unauthenticated",
  403: "forbidden",
  404: "not_found",
  413: "too_large",
};

/** Any failure as the problem document that its caller gets. Unknown ones tell nothing of themselves. */
export function asProblem(c: ApiContext, error: unknown): Response {
  if (isBridgeError(error))
    return problem(c, error.code, error.message, { details: error.details, retryAfterMs: error.retryAfterMs });
  if (error instanceof HTTPException) {
    const code = byStatus[error.status] ?? "bad_request";
    return problem(
      c,
      code,
      error.status === 400 ? "The body is not valid JSON." : "The request cannot be served as it is.",
    );
  }
  const fault = databaseFaults.find(({ codes }) => codes.test(databaseCode(error)));
  if (fault) return problem(c, fault.code, fault.detail, { retryAfterMs: fault.retryAfterMs });
  return problem(
    c,
    "internal",
    "Something went wrong on our side. Try again; if it stays, give the request id to your administrator.",
  );
}

/** The code is the server's or the driver's, and the query layer wraps it. */
function databaseCode(error: unknown): string {
  const fault = error as { code?: unknown; cause?: { code?: unknown } } | undefined;
  return String(fault?.code ?? fault?.cause?.code ?? "");
}

type DatabaseFault = { codes: RegExp; code: ErrorCode; detail: string; retryAfterMs?: number };

/** What of the database's refusals is the caller's to mend. Source: PostgreSQL, Appendix A, error codes. */
const databaseFaults: readonly DatabaseFault[] = [
  {
    codes: /^(ECONN|ENOTFOUND|EPIPE|ETIMEDOUT|CONNECT|57P|53|08)/,
    code: "unavailable",
    detail: "The database does not answer just now. Try again in a moment.",
    retryAfterMs: 2_000,
  },
  {
    codes: /^(57014|55P03)$/,
    code: "unavailable",
    detail: "What this is about is in use for too long just now. Try again in a moment.",
    retryAfterMs: 2_000,
  },
  {
    codes: /^40(001|P01)$/,
    code: "unavailable",
    detail: "Too much happened at once. Try again in a moment.",
    retryAfterMs: 1_000,
  },
  { codes: /^23505$/, code: "conflict", detail: "Somebody else has just made this. Look again." },
  {
    codes: /^22(001|003|007|008|021|P02|P05)$/,
    code: "invalid",
    detail: "A value holds something that cannot be kept.",
  },
];
