import { exportJWK, generateKeyPair, type JWK, type JWTPayload, jwtVerify, SignJWT } from "jose";

type Pair = Awaited<ReturnType<typeof generateKeyPair>>;

/** Making an RSA key takes a noticeable time, so all fakes of a process share one for each name. */
const pairs = new Map<string, Promise<Pair>>();

export type Signer = {
  sign(claims: JWTPayload): Promise<string>;
  /** The JSON Web Key Set; `extra` is added to each key. */
  publicKeys(extra?: Record<string, unknown>): Promise<{ keys: JWK[] }>;
  /** The claims of a token of ours for this audience that has not expired; else undefined. */
  verify(token: string, audience: string, now: Date): Promise<JWTPayload | undefined>;
};

export function createSigner(kid: string): Signer {
  const pair = () => {
    const made = pairs.get(kid) ?? generateKeyPair("RS256", { extractable: true });
    pairs.set(kid, made);
    return made;
  };
  return {
    sign: async (claims) =>
      new SignJWT(claims).setProtectedHeader({ alg: "RS256", typ: "JWT", kid }).sign((await pair()).privateKey),
    publicKeys: async (extra = {}) => {
      const key = await exportJWK((await pair()).publicKey);
      return { keys: [{ ...key, kid, use: "sig", alg: "RS256", ...extra }] };
    },
    verify: async (token, audience, now) => {
      const { publicKey } = await pair();
      return jwtVerify(token, publicKey, { audience, currentDate: now, algorithms: ["RS256"] }).then(
        ({ payload }) => payload,
        () => undefined,
      );
    },
  };
}

/** `iat`, `nbf` and `exp` of a token made now. */
export function lifetime(now: Date, seconds: number): { iat: number; nbf: number; exp: number } {
  const iat = Math.floor(now.getTime() / 1_000);
  return { iat, nbf: iat, exp: iat + seconds };
}
