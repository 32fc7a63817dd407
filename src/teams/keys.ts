import { z } from "zod";
import { BridgeError } from "../errors.ts";
import type { BotKeys } from "./bot.ts";
import type { BotSettings } from "./verify.ts";

const documentSchema = z.object({ issuer: z.string(), jwks_uri: z.url() });

/** Issuer and keys of the Bot Connector by its metadata address; the document is read once a day. */
export function createBotKeys(fetcher: typeof fetch, keySets: (jwksUrl: string) => BotSettings["keys"]): BotKeys {
  const known = new Map<string, { at: number; found: Promise<Awaited<ReturnType<BotKeys>>> }>();
  const read = async (openIdUrl: string) => {
    try {
      const response = await fetcher(openIdUrl, { signal: AbortSignal.timeout(5_000) });
      const { issuer, jwks_uri } = documentSchema.parse(await response.json());
      return { issuer, keys: keySets(jwks_uri) };
    } catch (cause) {
      throw new BridgeError("unavailable", "The Bot Connector's keys cannot be read just now.", {
        cause,
        retryAfterMs: 2_000,
      });
    }
  };
  return (openIdUrl) => {
    const kept = known.get(openIdUrl);
    if (kept && performance.now() - kept.at < 86_400_000) return kept.found;
    const found = read(openIdUrl);
    known.set(openIdUrl, { at: performance.now(), found });
    found.catch(() => known.delete(openIdUrl));
    return found;
  };
}
