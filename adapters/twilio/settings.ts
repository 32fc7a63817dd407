import { z } from "zod";
import type { Connection } from "../../src/platform/contract.ts";

const loopback = ["localhost", "127.0.0.1", "[::1]"];

function isSafeUrl(text: string): boolean {
  const url = URL.parse(text);
  if (!url || url.username || url.search || url.hash) return false;
  return url.protocol === "https:" || (url.protocol === "http:" && loopback.includes(url.hostname));
}

const sid = (prefix: string) =>
  z.string().regex(new RegExp(`^${prefix}[0-9a-fA-F]{32}$`), `must be ${prefix} and 32 hexadecimal digits`);
const base = (address: string) =>
  z.string().refine(isSafeUrl, "must be an https address without query").default(address);

export const settings = z.object({
  accountSid: sid("AC").describe("Account SID, on the first page of the Twilio console"),
  apiKeySid: sid("SK").describe("SID of a standard API key of that account"),
  apiKeySecret: z.string().min(1).describe("Secret of that API key"),
  authToken: z.string().min(1).describe("Primary auth token of the account: Twilio signs its callbacks with it"),
  workspaceSid: sid("WS").describe('TaskRouter workspace; Flex names its own "Flex Task Assignment"'),
  fromNumber: z
    .string()
    .regex(/^\+[1-9]\d{1,14}$/, "must be in E.164, such as +46701740605")
    .describe("What experts see as caller: a number of the account or a verified caller ID"),
  holdMusicUrl: z
    .string()
    .refine((text) => URL.canParse(text), "must be an address")
    .optional()
    .describe("MP3, WAV or TwiML that is played to whoever is on hold; Twilio's music unless given"),
  sipDomain: z
    .string()
    .regex(/^[\w.-]+(:\d+)?(;[\w=;.-]+)?$/, "must be a host name, as after the @ of a SIP address")
    .optional()
    .describe("Rings phone numbers through this session border controller rather than over the public network"),
  sipUsername: z.string().min(1).optional().describe("User name for calls to SIP addresses"),
  sipPassword: z.string().min(1).optional().describe("Password for calls to SIP addresses"),
  machineDetection: z
    .boolean()
    .default(false)
    .describe("Lets Twilio tell voicemail from a person on experts' legs; costs extra per call"),
  voiceUrl: base("https://api.twilio.com").describe("Base address of the Voice API; regional accounts have their own"),
  taskRouterUrl: base("https://taskrouter.twilio.com").describe("Base address of the TaskRouter API"),
  eventsUrl: base("https://events.twilio.com").describe("Base address of the Event Streams API"),
  iamUrl: base("https://iam.twilio.com").describe(
    "Base address where Flex tokens are validated; regions have their own",
  ),
});

export type Settings = z.output<typeof settings>;
export type Twilio = Connection<Settings>;

const ids = { task: "WT", worker: "WK", call: "CA", conference: "CF" } as const;

/** Is this text an id of that kind? Anything else would change a path. */
export const isSid = (kind: keyof typeof ids, text: string): boolean =>
  new RegExp(`^${ids[kind]}[0-9a-fA-F]{32}$`).test(text);
