/**
 * RingCentral allows about five sessions per user and app and five sign-ins a minute, so all processes share one token
 * through `c.tokens`. The SDK never refreshes by itself here: after a 401 it would ask for a token of -1 seconds, and a
 * failed refresh would only empty its cache (fact sheet 2.2).
 */
import { z } from "zod";
import { BridgeError, isBridgeError } from "../../src/errors.ts";
import { throughSdk } from "./sdk.ts";
import { hexDigest } from "./secrets.ts";
import { auth, type RingCentral } from "./settings.ts";

const opened = z.object({ token: z.string(), scopes: z.array(z.string()), owner: z.string() });
export type Session = z.output<typeof opened>;

/** Credentials that were refused are not tried again at each request: the guide asks for that, and sign-ins are few. */
const refused = z.object({ refused: z.string() });
const refusedForMs = 5 * 60_000;

const tokenInfo = z.object({
  access_token: z.string(),
  expires_in: z.coerce.number(),
  refresh_token: z.string().optional(),
  refresh_token_expires_in: z.coerce.number().optional(),
  scope: z.string().default(""),
  owner_id: z.coerce.string().default(""),
});
type TokenInfo = z.output<typeof tokenInfo>;
type Issued = { value: string; expiresAt: Date };

const hourMs = 3_600_000;
const later = (c: RingCentral, ms: number) => new Date(c.now().getTime() + ms);

/** Named after the credentials, so that changed settings never meet a token of the old ones. */
async function keyOf(c: RingCentral): Promise<string> {
  const { server, clientId, clientSecret, jwt } = c.settings;
  const credentials = await hexDigest(JSON.stringify([server, clientId, clientSecret, jwt]));
  return `ringcentral.session.${c.id}.${credentials.slice(0, 16)}`;
}

/** The shared session; opens one if there is none. @throws BridgeError `platform_unauthorized` with the fix. */
export async function signIn(c: RingCentral): Promise<Session> {
  const key = await keyOf(c);
  const kept: unknown = JSON.parse(await c.tokens.get(key, () => openSession(c, key)));
  const no = refused.safeParse(kept);
  if (no.success) throw new BridgeError("platform_unauthorized", no.data.refused);
  return opened.parse(kept);
}

/** Tries refused credentials once more, e.g. after an admin has repaired something on RingCentral's side. */
export async function signInAgain(c: RingCentral): Promise<Session> {
  try {
    return await signIn(c);
  } catch (error) {
    if (!isBridgeError(error) || error.code !== "platform_unauthorized") throw error;
    await c.tokens.drop(await keyOf(c));
    return await signIn(c);
  }
}

/** Forgets a session that RingCentral no longer accepts, once per token however many requests met the refusal. */
export async function endSession(c: RingCentral, session: Session): Promise<void> {
  const key = await keyOf(c);
  const marker = `${key}.ended.${(await hexDigest(session.token)).slice(0, 16)}`;
  await c.tokens.get(marker, async () => {
    await c.tokens.drop(key);
    return { value: "ended", expiresAt: later(c, hourMs) };
  });
}

async function openSession(c: RingCentral, key: string): Promise<Issued> {
  try {
    const info = (await refresh(c, key)) ?? (await logIn(c));
    await keepRefreshToken(c, key, info);
    const session: Session = { token: info.access_token, scopes: info.scope.split(" "), owner: info.owner_id };
    return { value: JSON.stringify(session), expiresAt: later(c, info.expires_in * 1000) };
  } catch (error) {
    if (!isBridgeError(error) || error.code !== "platform_unauthorized") throw error;
    return { value: JSON.stringify({ refused: error.message }), expiresAt: later(c, refusedForMs) };
  }
}

const logIn = async (c: RingCentral): Promise<TokenInfo> =>
  read(await throughSdk(c, { cost: auth, lane: "call" }, (platform) => platform.login({ jwt: c.settings.jwt })));

/** Continues the present session where the app issues refresh tokens (off by default). Undefined: sign in anew. */
async function refresh(c: RingCentral, key: string): Promise<TokenInfo | undefined> {
  const refresh_token = await c.tokens.get(refreshKey(key), async () => ({ value: "", expiresAt: later(c, hourMs) }));
  if (!refresh_token) return undefined;
  try {
    return read(
      await throughSdk(c, { cost: auth, lane: "call" }, async (platform) => {
        const lifetimes = { expires_in: "3600", refresh_token_expires_in: "604800" };
        await platform.auth().setData({ refresh_token, ...lifetimes });
        return platform.refresh();
      }),
    );
  } catch (error) {
    // Throttled or unavailable: signing in now would only prolong the penalty.
    if (!isBridgeError(error) || error.retry) throw error;
    await c.tokens.drop(refreshKey(key));
    return undefined;
  }
}

/** A refresh token is good for one use, so the new one takes the place of the old. */
async function keepRefreshToken(c: RingCentral, key: string, info: TokenInfo): Promise<void> {
  const { refresh_token, refresh_token_expires_in = 604_800 } = info;
  if (!refresh_token) return;
  await c.tokens.drop(refreshKey(key));
  await c.tokens.get(refreshKey(key), async () => ({
    value: refresh_token,
    expiresAt: later(c, refresh_token_expires_in * 1000),
  }));
}

const refreshKey = (key: string) => `${key}.refresh`;

async function read(response: Response): Promise<TokenInfo> {
  const info = tokenInfo.safeParse(await response.json().catch(() => undefined));
  if (!info.success) throw new BridgeError("platform_refused", "RingCentral answered a sign-in with no token.");
  return info.data;
}
