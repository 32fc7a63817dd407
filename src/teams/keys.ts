import { z } from "zod";
import { BridgeError } from "../errors.ts";
import type { BotKeys } from "./bot.ts";
import type { BotSettings } from "./verify.ts";

const documentSchema = z.object({ issuer: z.string(), jwks_uri: z.url() });

const keptMs = 86_400_000;

/**
 * Issuer and keys of the Bot Connector by its metadata address; the document is read once a day. Kept is what was read,
 * never a request under way: on Workers that belongs to whoever began it.
 */
export function createBotKeys(fetcher: typeof fetch, keySets: (jwksUrl: string) => BotSettings["keys"]): BotKeys {
  const known = new Map<string, { at: number; issuer: string; jwksUrl: string }>();
  const read = async (openIdUrl: string) => {
    try {
      const response = await fetcher(openIdUrl, { signal: AbortSignal.timeout(5_000) });
      const { issuer, jwks_uri } = documentSchema.parse(await response.json());
      const found = { at: performance.now(), issuer, jwksUrl: jwks_uri };
      known.set(openIdUrl, found);
      return found;
    } catch (cause) {
      throw new BridgeError("unavailable", "The Bot Connector's keys cannot be read just now.", {
        cause,
        retryAfterMs: 2_000,
      });
    }
  };
  return async (openIdUrl) => {
    const kept = known.get(openIdUrl);
    const isFresh = kept !== undefined && performance.now() - kept.at < keptMs;
    const { issuer, jwksUrl } = isFresh ? kept : await read(openIdUrl);
    return { issuer, keys: keySets(jwksUrl) };
  };
}
