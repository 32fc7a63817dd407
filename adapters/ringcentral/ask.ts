import type { z } from "zod";
import { BridgeError, isBridgeError } from "../../src/errors.ts";
import type { Lane } from "../../src/platform/contract.ts";
import { throughSdk } from "./sdk.ts";
import { endSession, type Session, signIn } from "./session.ts";
import type { Cost, RingCentral } from "./settings.ts";

export type Ask = {
  method?: "GET" | "POST" | "PUT" | "DELETE";
  path: string;
  query?: Record<string, string | number | boolean>;
  body?: Record<string, unknown>;
  headers?: Record<string, string>;
  cost: Cost;
  lane: Lane;
};

/** One authorized request. A session that RingCentral ended is replaced and the request made once more. */
export async function ask(c: RingCentral, wanted: Ask): Promise<Response> {
  const session = await signIn(c);
  try {
    return await send(c, session, wanted);
  } catch (error) {
    if (!isBridgeError(error) || error.details?.status !== 401) throw error;
    await endSession(c, session);
    return await send(c, await signIn(c), wanted);
  }
}

/** `ask`, and the answer read as described. */
export async function askFor<T>(c: RingCentral, wanted: Ask, shape: z.ZodType<T>): Promise<T> {
  const response = await ask(c, wanted);
  const answer = shape.safeParse(await response.json().catch(() => undefined));
  if (answer.success) return answer.data;
  throw new BridgeError("platform_refused", "RingCentral answered in a way that we cannot read.");
}

function send(c: RingCentral, session: Session, { cost, lane, method = "GET", path, ...rest }: Ask): Promise<Response> {
  return throughSdk(c, { cost, lane }, async (platform) => {
    await platform.auth().setData({ token_type: "bearer", access_token: session.token, expires_in: "3600" });
    // `retry` tells the SDK that this is the second try already: no refresh, no waiting of its own.
    return platform.send({ method, url: path, ...rest, headers: { ...rest.headers }, retry: true });
  });
}

/**
 * Remembers what RingCentral said for a while, over all processes, and asks it once.
 * `c.tokens` is the one store that adapters have; what goes in is sealed like a token.
 */
export async function remember(
  c: RingCentral,
  key: string,
  forMs: number,
  find: () => Promise<string>,
): Promise<string> {
  return await c.tokens.get(memoryKey(c, key), async () => ({
    value: await find(),
    expiresAt: new Date(c.now().getTime() + forMs),
  }));
}

export const forget = (c: RingCentral, key: string): Promise<void> => c.tokens.drop(memoryKey(c, key));

const memoryKey = (c: RingCentral, key: string) => `ringcentral.${c.id}.${key}`;

/** Extension ids are numbers; anything else would change the path. */
export function extensionId(account: string): string {
  if (/^\d{1,20}$/.test(account)) return account;
  throw new BridgeError("not_found", "This is not a RingCentral extension.");
}
