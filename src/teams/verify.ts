import { type JSONWebKeySet, type JWTVerifyGetKey, jwtVerify } from "jose";
import { BridgeError, isBridgeError } from "../errors.ts";

/** `jwks` tells the keys as they were last read. */
export type BotKeySet = JWTVerifyGetKey & { jwks?: () => JSONWebKeySet | undefined };
export type BotSettings = { botAppId: string; issuer: string; keys: BotKeySet };

/** What of an activity the token has to fit; nothing of it is believed before. */
export type Claimed = { serviceUrl?: unknown; channelId?: unknown };

const trimmed = (url: unknown) =>
  String(url ?? "")
    .replace(/\/+$/, "")
    .toLowerCase();

/** A key says for which channels it may speak. Source: Bot Framework authentication, endorsements. */
function isEndorsed(keys: BotKeySet, kid: unknown, channelId: unknown): boolean {
  const key = keys.jwks?.()?.keys.find((one) => one.kid === kid) as { endorsements?: unknown } | undefined;
  return !Array.isArray(key?.endorsements) || key.endorsements.includes(channelId);
}

/**
 * Checks that an activity comes from the Bot Connector and is meant for our bot: RS256 signature, issuer, audience,
 * times with five minutes of tolerance, the channels of the key, and that the token was made for the very service
 * address of the activity, so that our answers cannot be drawn elsewhere.
 * Source: Bot Framework authentication, connector to bot.
 * @throws BridgeError `unauthenticated`; `unavailable` when the keys cannot be read just now.
 */
export async function verifyActivityToken(
  settings: BotSettings,
  authorization: string | undefined,
  claimed: Claimed,
  now: Date,
): Promise<void> {
  const [scheme, token] = (authorization ?? "").split(" ");
  try {
    if (scheme?.toLowerCase() !== "bearer" || !token) throw new Error("no token");
    const { payload, protectedHeader } = await jwtVerify(token, settings.keys, {
      algorithms: ["RS256"],
      issuer: settings.issuer,
      audience: settings.botAppId,
      clockTolerance: 300,
      currentDate: now,
      requiredClaims: ["exp"],
    });
    if (trimmed(payload.serviceurl) === "" || trimmed(payload.serviceurl) !== trimmed(claimed.serviceUrl))
      throw new Error("made for another service address");
    if (!isEndorsed(settings.keys, protectedHeader.kid, claimed.channelId))
      throw new Error("the key does not speak for this channel");
  } catch (cause) {
    if (isBridgeError(cause)) throw cause;
    throw new BridgeError("unauthenticated", "This activity does not come from the Bot Connector.", { cause });
  }
}
