import { BridgeError } from "../errors.ts";
import type { Spending } from "./budgets.ts";
import type { Connection, Lane } from "./contract.ts";
import type { Metrics } from "./service.ts";

type Options = {
  connectionId: string;
  adapter: string;
  fetch: typeof fetch;
  now: () => Date;
  spending: Spending;
  metrics: Metrics;
  /** Until when the platform wants silence, read before each request. */
  penaltyUntil: () => Date | undefined;
  /** Called when a platform answers 429, so that every process keeps quiet. */
  onPenalty: (until: Date) => void;
  timeoutMs?: number;
};

/** Retry-After as seconds or as a date, where there is one. */
export function retryAfterMs(headers: Headers, now: Date): number | undefined {
  const value = headers.get("retry-after");
  if (!value) return undefined;
  const seconds = Number(value);
  const ms = Number.isFinite(seconds) ? seconds * 1000 : Date.parse(value) - now.getTime();
  return Number.isFinite(ms) ? Math.max(0, ms) : undefined;
}

/** How long nothing may be asked; 0: now. Asking all the same begins the penalty anew on some platforms. */
export const silenceMs = (penaltyUntil: Date | undefined, now: Date): number =>
  Math.max(0, (penaltyUntil?.getTime() ?? 0) - now.getTime());

/** The silence after a 429 that names none. A customer on a live call cannot wait for long; the rest can. */
const pauseMs = (lane: Lane) => (lane === "call" ? 2_000 : 30_000);

/** Workers know no `redirect: "error"`, so it is done here. */
const isRedirect = ({ type, status }: Response) => type === "opaqueredirect" || (status >= 300 && status < 400);

/**
 * The one way out to a platform: at most 80 % of each documented budget, not one request during a penalty, a time
 * limit on each, no redirect followed. @throws BridgeError `platform_throttled` before asking when there is no room;
 * network faults pass.
 */
export function connectionFetch(options: Options): Connection["fetch"] {
  return async (input, init = {}) => {
    const { lane = "call", cost, ...rest } = init;
    const now = options.now();
    const silentMs = silenceMs(options.penaltyUntil(), now);
    if (silentMs > 0) {
      throw new BridgeError("platform_throttled", "the platform asked us to wait", { retryAfterMs: silentMs });
    }
    const waitMs = options.spending.take(options.connectionId, cost, lane as Lane, now.getTime());
    if (waitMs > 0) {
      options.metrics.count("patchcord_budget_waits_total", { adapter: options.adapter });
      throw new BridgeError("platform_throttled", "our share of the platform's budget is used", {
        retryAfterMs: waitMs,
      });
    }
    const limit = AbortSignal.timeout(options.timeoutMs ?? 10_000);
    const signal = rest.signal ? AbortSignal.any([rest.signal, limit]) : limit;
    const startedAt = performance.now();
    let status = "lost";
    try {
      const response = await options.fetch(input, { ...rest, signal, redirect: "manual" });
      status = String(response.status);
      if (rest.redirect === "error" && isRedirect(response)) throw new TypeError("redirects are not followed");
      if (response.status === 429) {
        options.metrics.count("patchcord_penalties_total", { adapter: options.adapter });
        options.onPenalty(new Date(now.getTime() + (retryAfterMs(response.headers, now) ?? pauseMs(lane as Lane))));
      }
      return response;
    } finally {
      options.metrics.observe("patchcord_platform_seconds", (performance.now() - startedAt) / 1000, {
        adapter: options.adapter,
        status,
      });
    }
  };
}
