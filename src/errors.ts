/** Every failure that may reach a caller. The code decides the HTTP status and whether asking again can help. */
export const codes = {
  bad_request: { status: 400, retry: false, title: "The request cannot be read" },
  invalid: { status: 422, retry: false, title: "A value is not as described" },
  unauthenticated: { status: 401, retry: false, title: "Sign in first" },
  forbidden: { status: 403, retry: false, title: "Not permitted" },
  not_found: { status: 404, retry: false, title: "Not found" },
  conflict: { status: 409, retry: false, title: "Not possible in the present state" },
  idempotency_mismatch: { status: 422, retry: false, title: "The Idempotency-Key was used for another request" },
  too_large: { status: 413, retry: false, title: "The request is too large" },
  unsupported: { status: 422, retry: false, title: "The platform cannot do this" },
  unreachable: { status: 422, retry: false, title: "Nobody can be reached this way" },
  platform_unauthorized: { status: 502, retry: false, title: "A platform needs to be reconnected" },
  platform_refused: { status: 502, retry: false, title: "A platform refused" },
  platform_throttled: { status: 503, retry: true, title: "A platform asked us to slow down" },
  platform_unavailable: { status: 503, retry: true, title: "A platform does not answer" },
  unavailable: { status: 503, retry: true, title: "Not available just now" },
  internal: { status: 500, retry: true, title: "Something went wrong on our side" },
} as const;

export type ErrorCode = keyof typeof codes;

/** The message may be shown to anyone who may make the call; private detail belongs in `cause`. */
export class BridgeError extends Error {
  override readonly name = "BridgeError";
  readonly code: ErrorCode;
  /** How long to wait before asking again, where the other side said so. */
  readonly retryAfterMs: number | undefined;
  /** Extra members of the problem document, e.g. which field is wrong. Never secrets or personal data. */
  readonly details: Record<string, unknown> | undefined;

  constructor(
    code: ErrorCode,
    message: string,
    options: { cause?: unknown; retryAfterMs?: number | undefined; details?: Record<string, unknown> } = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.retryAfterMs = options.retryAfterMs;
    this.details = options.details;
  }

  get status() {
    return codes[this.code].status;
  }

  get retry(): boolean {
    return codes[this.code].retry;
  }
}

export const isBridgeError = (error: unknown): error is BridgeError => error instanceof BridgeError;
