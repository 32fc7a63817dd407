/** The desk token: where it comes from, how it is prolonged, and what happens when it cannot be. */
import { Offline } from "../shared/http.ts";
import { keep, recall } from "./kept.ts";

export type TokenHolder = {
  get(): string | undefined;
  /** A token from the address or the host page. */
  take(token: string): void;
  /** The service refused the token: forget it, and ask the host page for another, the less often the less it helps. */
  refused(): void;
  /** The service takes the token. */
  accepted(): void;
  /** The agent wants to be signed in: ask at once. */
  ask(): void;
  /** The same, and waits a while: is there another than `old`? */
  replaced(old: string | undefined): Promise<boolean>;
};

type Options = {
  renew: () => Promise<{ token: string; expiresAt: string }>;
  /** There is no usable token: the host page must mint one. */
  missing: (why: "missing" | "refused") => void;
  /** A token has arrived from outside. */
  arrived: () => void;
  /** How long another token is waited for. */
  patienceMs?: number;
};

/** How long after `asked` vain requests the next is made. A host whose tokens are all refused is not asked without pause. */
export const pauseMs = (asked: number): number => (asked < 3 ? 0 : Math.min(30_000, 500 * 2 ** (asked - 2)));

/** Used when the token does not say when it ends. */
const lifeMs = 15 * 60_000;

/** Renews at half of the token's remaining life, so that a missed attempt leaves time for more. */
export function holdToken({ renew, missing, arrived, patienceMs = 6000 }: Options): TokenHolder {
  let token = recall<string>("token");
  let timer: ReturnType<typeof setTimeout> | undefined;
  let asked = 0;
  let asking: ReturnType<typeof setTimeout> | undefined;
  const waiting = new Set<() => void>();

  const put = (next: string | undefined) => {
    token = next;
    keep("token", next);
    clearTimeout(timer);
    if (!next) return;
    timer = setTimeout(prolong, renewalDelayMs(next, Date.now()));
    clearTimeout(asking);
    asking = undefined;
  };

  async function prolong() {
    try {
      put((await renew()).token);
    } catch (error) {
      // A refusal is followed by the next request's own refusal; a lost connection by another attempt.
      if (error instanceof Offline) timer = setTimeout(prolong, 15_000);
      else askFor("refused");
    }
  }

  /** A request that is due already stays as it is, however many refusals come meanwhile. */
  function askFor(why: "missing" | "refused") {
    if (asking !== undefined) return;
    const ask = () => {
      asking = undefined;
      missing(why);
    };
    const wait = pauseMs(asked++);
    if (wait === 0) ask();
    else asking = setTimeout(ask, wait);
  }

  function refused() {
    const had = token !== undefined;
    put(undefined);
    askFor(had ? "refused" : "missing");
  }

  if (token) put(token);
  return {
    get: () => token,
    take(next) {
      put(next);
      for (const go of waiting) go();
      arrived();
    },
    refused,
    accepted() {
      asked = 0;
    },
    ask() {
      asked = 0;
      clearTimeout(asking);
      asking = undefined;
      refused();
    },
    async replaced(old) {
      if (token !== undefined && token === old) refused();
      if (token === undefined)
        await new Promise<void>((go) => {
          waiting.add(go);
          setTimeout(go, patienceMs);
        }).finally(() => waiting.clear());
      return token !== undefined;
    },
  };
}

/** Half of what is left of a token's life, from its `exp` claim. Not a check: only the service verifies tokens. */
export function renewalDelayMs(token: string, now: number): number {
  const expiresAt = expiryOf(token) ?? now + lifeMs;
  return Math.max(1000, (expiresAt - now) / 2);
}

function expiryOf(token: string): number | undefined {
  try {
    const payload = token.split(".")[1] ?? "";
    const claims: unknown = JSON.parse(atob(payload.replaceAll("-", "+").replaceAll("_", "/")));
    return typeof claims === "object" && claims !== null && "exp" in claims && typeof claims.exp === "number"
      ? claims.exp * 1000
      : undefined;
  } catch {
    return undefined;
  }
}
