/** Tokens that we issue ourselves: for desks, and for admins and experts after they have signed in elsewhere. */
import { decodeJwt, errors, type JWTPayload, type JWTVerifyOptions, jwtVerify, SignJWT } from "jose";
import type { Actor } from "../ctx.ts";
import { BridgeError } from "../errors.ts";
import type { PersonId } from "../ids.ts";
import type { Keyring } from "../seal.ts";

export const tokenIssuer = "patchcord";
export const deskTokenMs = 15 * 60_000;
export const sessionMs = 8 * 3_600_000;

export type TokenUse = "desk" | "admin" | "expert";
type Claims = { ten: string; name: string; roles?: ("admin" | "supervisor")[] };

export async function issueToken(
  keyring: Keyring,
  now: Date,
  use: TokenUse,
  tenantId: string,
  actor: { personId?: string; name: string; roles?: ("admin" | "supervisor")[] },
): Promise<{ token: string; expiresAt: Date }> {
  const expiresAt = new Date(now.getTime() + (use === "desk" ? deskTokenMs : sessionMs));
  const claims: Claims = { ten: tenantId, name: actor.name, ...(actor.roles ? { roles: actor.roles } : {}) };
  const token = await new SignJWT(claims)
    .setProtectedHeader({ alg: "HS256", typ: `patchcord-${use}` })
    .setIssuer(tokenIssuer)
    .setAudience(use)
    .setSubject(actor.personId ?? "")
    .setIssuedAt(Math.floor(now.getTime() / 1000))
    .setExpirationTime(Math.floor(expiresAt.getTime() / 1000))
    .sign(await keyring.secret(tenantId, `token-${use}`));
  return { token, expiresAt };
}

function actorFrom(use: TokenUse, { sub, name, roles }: Claims & { sub: string }, personId: PersonId): Actor {
  if (use === "desk") return { kind: "agent", personId, name };
  if (use === "expert") return { kind: "expert", personId, name };
  return { kind: "admin", ...(sub ? { personId } : {}), name, roles: roles ?? [] };
}

/** @throws BridgeError `unauthenticated`. */
export async function verifyOwnToken(
  keyring: Keyring,
  now: Date,
  token: string,
): Promise<{ actor: Actor; tenantId: string }> {
  try {
    const loose = decodeJwt(token);
    const tenantId = String(loose.ten ?? "");
    const use: TokenUse = loose.aud === "admin" || loose.aud === "expert" ? loose.aud : "desk";
    const payload = await verifiedBy(await keyring.secrets(tenantId, `token-${use}`), token, {
      issuer: tokenIssuer,
      audience: use,
      algorithms: ["HS256"],
      typ: `patchcord-${use}`,
      currentDate: now,
      requiredClaims: ["exp", "iat", "sub"],
    });
    if (payload.aud !== use) throw new Error("made for more than one use");
    const claims = payload as unknown as Claims & { sub: string };
    const personId = claims.sub as PersonId;
    return { actor: actorFrom(use, claims, personId), tenantId };
  } catch (cause) {
    throw new BridgeError("unauthenticated", "This token has expired or is not valid. Sign in again.", { cause });
  }
}

/** A change of keys signs nobody out: what an older key has signed counts while that key is kept. */
async function verifiedBy(
  secrets: readonly Uint8Array[],
  token: string,
  options: JWTVerifyOptions,
): Promise<JWTPayload> {
  const [secret, ...older] = secrets;
  if (!secret) throw new Error("no key");
  return jwtVerify(token, secret, options).then(
    ({ payload }) => payload,
    (error: unknown) => {
      if (older.length === 0 || !(error instanceof errors.JWSSignatureVerificationFailed)) throw error;
      return verifiedBy(older, token, options);
    },
  );
}
