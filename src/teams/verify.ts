import { type JWTVerifyGetKey, jwtVerify } from "jose";
import { BridgeError } from "../errors.ts";

export type BotSettings = { botAppId: string; issuer: string; keys: JWTVerifyGetKey };

const trimmed = (url: unknown) =>
  String(url ?? "")
    .replace(/\/+$/, "")
    .toLowerCase();

/**
 * Checks that an activity comes from the Bot Connector and is meant for our bot: RS256 signature, issuer, audience,
 * times with five minutes of tolerance, and that the token was made for the very service address of the activity,
 * so that our answers cannot be drawn elsewhere. Source: Bot Framework authentication, connector to bot.
 * @throws BridgeError `unauthenticated`.
 */
export async function verifyActivityToken(
  settings: BotSettings,
  authorization: string | undefined,
  serviceUrl: unknown,
  now: Date,
): Promise<void> {
  const [scheme, token] = (authorization ?? "").split(" ");
  try {
    if (scheme?.toLowerCase() !== "bearer" || !token) throw new Error("no token");
    const { payload } = await jwtVerify(token, settings.keys, {
      algorithms: ["RS256"],
      issuer: settings.issuer,
      audience: settings.botAppId,
      clockTolerance: 300,
      currentDate: now,
      requiredClaims: ["exp"],
    });
    if (trimmed(payload["serviceurl"]) === "" || trimmed(payload["serviceurl"]) !== trimmed(serviceUrl))
      throw new Error("made for another service address");
  } catch (cause) {
    throw new BridgeError("unauthenticated", "This activity does not come from the Bot Connector.", { cause });
  }
}
