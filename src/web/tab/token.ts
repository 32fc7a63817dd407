/** The sign-in token: from the address (sandbox), else from the host, asked for again before it runs out. */
import type { Host } from "./teams.ts";

export type TokenHolder = {
  isSession?: true;
  /** Undefined when nobody can sign this person in. */
  get(): Promise<string | undefined>;
  /** The last one, for what cannot wait. */
  now(): string | undefined;
  /** The service refused it. Is there another? */
  refused(): Promise<boolean>;
};

const slackMs = 60_000;

/** Signed in in this browser: the service knows by a cookie that scripts cannot read. `over`: the session has ended. */
export const holdSession = (over: () => void): TokenHolder & { isSession: true } => ({
  isSession: true,
  get: async () => undefined,
  now: () => undefined,
  async refused() {
    over();
    return false;
  },
});

export function holdToken(given: string | undefined, host: Pick<Host, "token"> | undefined): TokenHolder {
  let token = given;
  const fresh = async () => {
    token = await host?.token().catch(() => undefined);
    return token;
  };
  return {
    get: async () => (token && endsAt(token) > Date.now() + slackMs ? token : host ? fresh() : token),
    now: () => token,
    async refused() {
      const before = token;
      token = undefined;
      return host !== undefined && (await fresh()) !== undefined && token !== before;
    },
  };
}

/** From the `exp` claim. Not a check: only the service verifies tokens. */
export function endsAt(token: string): number {
  try {
    const claims = JSON.parse(atob((token.split(".")[1] ?? "").replaceAll("-", "+").replaceAll("_", "/"))) as {
      exp?: number;
    };
    return (claims.exp ?? 0) * 1000;
  } catch {
    return Number.POSITIVE_INFINITY;
  }
}
