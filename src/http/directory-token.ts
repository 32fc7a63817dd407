import { createRemoteJWKSet, customFetch, errors, type JSONWebKeySet, type JWTVerifyGetKey, jwtVerify } from "jose";
import { BridgeError, isBridgeError } from "../errors.ts";
import type { signIns } from "../identity/schema.ts";

type KeySet = JWTVerifyGetKey & { jwks: () => JSONWebKeySet | undefined };
export type KeySets = (jwksUrl: string) => KeySet;

/** The key set was read, and it is the token that does not fit it. */
const isAboutToken = (error: unknown) =>
  error instanceof errors.JWKSNoMatchingKey ||
  error instanceof errors.JWKSMultipleMatchingKeys ||
  error instanceof errors.JOSENotSupported;

/**
 * Signing keys by address, kept for a day; an unknown key id makes us look again at most once a minute. A key set that
 * cannot be read is trouble of ours, not of whoever signs in: `unavailable`.
 */
export function createKeySets(fetcher: typeof fetch): KeySets {
  const sets = new Map<string, KeySet>();
  return (jwksUrl) => {
    let set = sets.get(jwksUrl);
    if (!set) {
      const remote = createRemoteJWKSet(new URL(jwksUrl), {
        cacheMaxAge: 86_400_000,
        cooldownDuration: 60_000,
        timeoutDuration: 5_000,
        [customFetch]: (url: string, init: RequestInit) => fetcher(url, init),
      });
      const find: JWTVerifyGetKey = (header, token) =>
        remote(header, token).catch((cause) => {
          if (isAboutToken(cause)) throw cause;
          throw new BridgeError("unavailable", "Sign-ins cannot be checked just now. Try again in a moment.", {
            cause,
            retryAfterMs: 2_000,
          });
        });
      set = Object.assign(find, { jwks: () => remote.jwks() });
      sets.set(jwksUrl, set);
    }
    return set;
  };
}
/**
 * Checks a v2 access token of the enrolled directory: signature, algorithm, issuer with its directory id, audience,
 * time, version, scope. Told by directory and object id only, never by name or address.
 * Source: Microsoft identity platform, access tokens and tab single sign-on pages.
 * @throws BridgeError `unauthenticated`; `unavailable` when the keys cannot be read just now.
 */
export async function verifyDirectoryToken(
  keySets: KeySets,
  signIn: typeof signIns.$inferSelect,
  token: string,
  now: Date,
): Promise<{ objectId: string }> {
  try {
    const jwksUrl = `${signIn.issuer.replace(/\/v2\.0$/, "")}/discovery/v2.0/keys`;
    const { payload } = await jwtVerify(token, keySets(jwksUrl), {
      algorithms: ["RS256"],
      issuer: signIn.issuer,
      audience: signIn.audience,
      currentDate: now,
      clockTolerance: 60,
      requiredClaims: ["exp", "oid", "tid", "scp"],
    });
    const scopes = String(payload.scp).split(" ");
    if (payload.ver !== "2.0" || payload.tid !== signIn.directoryId || !scopes.includes("access_as_user")) {
      throw new Error("not an access token of the enrolled directory");
    }
    return { objectId: String(payload.oid) };
  } catch (cause) {
    if (isBridgeError(cause)) throw cause;
    throw new BridgeError(
      "unauthenticated",
      "Your sign-in has expired or is not meant for Patchcord. Open the tab again.",
      { cause },
    );
  }
}
