/** How a colleague would be reached, in the words that the API uses too. */
import { type LadderLanguage, type SkipCode, sayOfLadder, skipCodes } from "../../ladder-texts.ts";

type Say = (gap: { platform?: string | undefined }) => string;

/** `noNumber`: where there is no platform that it could be missing on. */
export const ladderReasons = (language: LadderLanguage, noNumber: string): Record<SkipCode, Say> => ({
  ...(Object.fromEntries(
    skipCodes.map((code): [SkipCode, Say] => [code, ({ platform }) => sayOfLadder(language, code, platform)]),
  ) as Record<SkipCode, Say>),
  "no-number": ({ platform }) => (platform ? sayOfLadder(language, "no-number", platform) : noNumber),
});

export const ladderWords = (language: LadderLanguage) => ({
  phone: (platform: string): string => sayOfLadder(language, "phone", platform),
  agent: (platform: string): string => sayOfLadder(language, "agent", platform),
  sip: (platform: string): string => sayOfLadder(language, "sip", platform),
  mobile: (platform: string): string => sayOfLadder(language, "mobile", platform),
  user: (platform: string): string => sayOfLadder(language, "user", platform),
  chat: (platform: string): string => sayOfLadder(language, "chat", platform),
  onlyRing: sayOfLadder(language, "only-ring"),
});
