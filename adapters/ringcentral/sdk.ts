import { type ApiError, SDK } from "@ringcentral/sdk/lib/SDK.js";
import { type BridgeError, isBridgeError } from "../../src/errors.ts";
import type { Lane } from "../../src/platform/contract.ts";
import { failureFrom, lostAnswer } from "./failures.ts";
import type { Cost, RingCentral } from "./settings.ts";

export type Platform = ReturnType<SDK["platform"]>;
export type Spending = { cost: Cost; lane: Lane };

/**
 * One exchange with RingCentral through its SDK, made for this exchange alone: the SDK otherwise keeps the tokens of all
 * its objects in one store per process, and would send one customer's token for another. What must last is in
 * `c.tokens` (see session.ts). `lib/SDK.js` is the entry without node-fetch; it loads in Node and in workerd.
 * @throws BridgeError, whatever goes wrong; never the SDK's own error, which carries the request with its token.
 */
export async function throughSdk(
  c: RingCentral,
  spending: Spending,
  act: (platform: Platform) => Promise<Response>,
): Promise<Response> {
  const lost: unknown[] = [];
  const sdk = new SDK({
    server: c.settings.server.replace(/\/+$/, ""),
    clientId: c.settings.clientId,
    clientSecret: c.settings.clientSecret,
    appName: "Patchcord",
    refreshDelayMs: 0,
    localStorage: createStorage(),
    fetch: async (input, init) => {
      try {
        return await c.fetch(input, { ...init, ...spending });
      } catch (cause) {
        lost.push(cause);
        throw new Error("no answer");
      }
    },
    Request,
    Response,
    Headers,
  });
  try {
    return await act(sdk.platform());
  } catch (error) {
    if (lost.length > 0) throw ours(lost[0]);
    const response = (error as Partial<ApiError>).response;
    throw response ? await failureFrom(response, c.now()) : lostAnswer(undefined);
  }
}

/** Budgets and penalties speak our own errors already; the rest is the network's. */
const ours = (cause: unknown): BridgeError => (isBridgeError(cause) ? cause : lostAnswer(cause));

function createStorage(): Storage & { keys(): string[] } {
  const kept = new Map<string, string>();
  return {
    get length() {
      return kept.size;
    },
    clear: () => kept.clear(),
    key: (index) => [...kept.keys()][index] ?? null,
    keys: () => [...kept.keys()],
    getItem: (key) => kept.get(key) ?? null,
    setItem: (key, value) => {
      kept.set(key, value);
    },
    removeItem: (key) => {
      kept.delete(key);
    },
  };
}
