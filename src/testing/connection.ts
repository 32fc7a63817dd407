import { silentLog } from "../log.ts";
import type { Connection, TokenStore } from "../platform/contract.ts";
import { wait } from "../platform/wait.ts";
import type { Servable } from "./mount.ts";

/** A token store for one process: what adapters see of the real one, which is sealed and shared. */
export function createMemoryTokens(now: () => Date = () => new Date()): TokenStore {
  const kept = new Map<string, Promise<{ value: string; expiresAt: Date }>>();
  return {
    async get(key, issue) {
      const held = kept.get(key);
      const known = await held?.catch(() => undefined);
      if (known && known.expiresAt > now()) return known.value;
      // Somebody else may have begun to issue meanwhile: once for all who ask.
      const begun = kept.get(key);
      if (begun && begun !== held) return (await begun).value;
      const issued = issue();
      kept.set(key, issued);
      return (await issued).value;
    },
    async drop(key) {
      kept.delete(key);
    },
  };
}

/** A `fetch` that hands every request to one app, with no msw between: for tests that make thousands of requests. */
export const fetchFrom =
  (app: Servable): Connection["fetch"] =>
  async (input, init) => {
    const response = await app.fetch(new Request(input, init));
    if (response.type === "error") throw new TypeError("fetch failed");
    return response;
  };

/** A connection without budgets or database. Its `fetch` is the global one, which `mountApps` intercepts. */
export function createTestConnection<S>(
  settings: S,
  options: Partial<Omit<Connection<S>, "settings">> = {},
): Connection<S> {
  const now = options.now ?? (() => new Date());
  return {
    id: "con_test",
    tenantId: "ten_test",
    fetch: (input, init) => fetch(input, init),
    tokens: createMemoryTokens(now),
    openSocket: (url, protocols) => new WebSocket(url, protocols),
    wait,
    log: silentLog,
    ...options,
    now,
    settings,
  };
}
