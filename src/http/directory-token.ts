import {
  createLocalJWKSet,
  createRemoteJWKSet,
  customFetch,
  type JSONWebKeySet,
  type JWTVerifyGetKey,
  jwtVerify,
} from "jose";
import { BridgeError } from "../errors.ts";
import type { signIns } from "../identity/schema.ts";

export type KeySets = (jwksUrl: string) => JWTVerifyGetKey;

/** Signing keys by address, kept for a day; an unknown key id makes us look again at most once a minute. */
export function createKeySets(fetcher: typeof fetch): KeySets {
  const sets = new Map<string, JWTVerifyGetKey>();
  return (jwksUrl) => {
    let set = sets.get(jwksUrl);
    if (!set) {
      set = createRemoteJWKSet(new URL(jwksUrl), {
        cacheMaxAge: 86_400_000,
        cooldownDuration: 60_000,
        timeoutDuration: 5_000,
        [customFetch]: (url: string, init: RequestInit) => fetcher(url, init),
      });
      sets.set(jwksUrl, set);
    }
    return set;
  };
}
export const localKeySets =
  (keys: JSONWebKeySet): KeySets =>
  () =>
    createLocalJWKSet(keys);

/**
 * Checks a v2 access token of the enrolled directory: signature, algorithm, issuer with its directory id, audience,
 * time, version, scope. Told by directory and object id only, never by name or address.
 * Source: Microsoft identity platform, access tokens and tab single sign-on pages.
 * @throws BridgeError `unauthenticated`.
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
    const scopes = String(payload["scp"]).split(" ");
    if (payload["ver"] !== "2.0" || payload["tid"] !== signIn.directoryId || !scopes.includes("access_as_user")) {
      throw new Error("not an access token of the enrolled directory");
    }
    return { objectId: String(payload["oid"]) };
  } catch (cause) {
    throw new BridgeError(
      "unauthenticated",
      "Your sign-in has expired or is not meant for Patchcord. Open the tab again.",
      { cause },
    );
  }
}
