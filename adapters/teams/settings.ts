import { z } from "zod";
import type { Connection } from "../../src/platform/contract.ts";
import { callingSettings } from "./calling/settings.ts";
import { notifications } from "./notifications/settings.ts";

export const settings = z.object({
  tenantId: z.guid().describe("Directory (tenant) ID, from the overview page of the app registration in Entra"),
  clientId: z.guid().describe("Application (client) ID, from the same page"),
  clientSecret: z.string().min(1).describe("Value of a client secret of that app registration"),
  botAppId: z.guid().optional().describe("Microsoft App ID of the Azure Bot; default: the client ID"),
  botAppSecret: z.string().min(1).optional().describe("Client secret of the bot's own app; default: the client secret"),
  botTenantId: z
    .union([z.guid(), z.literal("botframework.com")])
    .optional()
    .describe("Where the bot signs in: its own tenant (default), or botframework.com for an old multi-tenant bot"),
  catalogAppId: z
    .guid()
    .optional()
    .describe(
      "ID of the Patchcord app in the Teams app catalogue; with it, the app is installed for whom it is missing",
    ),
  emailDomains: z
    .array(z.string().trim().toLowerCase())
    .default([])
    .describe("Domains that the tenant has verified: only mail addresses within them are used to match people"),
  phoneFrom: z
    .enum(["businessPhones", "mobilePhone", "none"])
    .default("businessPhones")
    .describe(
      "Which directory field holds the number that rings somebody; Graph does not tell the Teams number itself",
    ),
  numbersRing: z
    .enum(["teams", "elsewhere"])
    .default("teams")
    .describe(
      "Where those numbers ring. `elsewhere`, on another exchange: whether somebody has a Teams Phone licence is no matter",
    ),
  sipAddress: z
    .string()
    .regex(/^sips?:[^\s@]*\{(number|user|upn)\}[^\s@]*(@[^\s@{}]+)?$/)
    .optional()
    .describe(
      "How your own session border controller reaches somebody, for contact centers that ring SIP addresses: sip:{number}@sbc.example.com, sip:{user}@sbc.example.com or sip:{upn}",
    ),
  mobiles: z
    .enum(["never", "last"])
    .default("never")
    .describe("Whether the directory's mobile number is rung where no other phone of theirs can be"),
  features: z
    .array(z.enum(["hold", "meetings", "calendar"]))
    .default(["hold", "meetings"])
    .describe("What is used beyond reading presence and directory; decides which permissions the check asks for"),
  notifications: notifications.optional().describe("Pushes of presence, which make changes arrive sooner"),
  calling: callingSettings
    .optional()
    .describe("Joining meetings, and ringing colleagues, from the agent's desk itself"),
  graphUrl: z.url().default("https://graph.microsoft.com/"),
  loginUrl: z.url().default("https://login.microsoftonline.com"),
  botServiceUrl: z.url().default("https://smba.trafficmanager.net/teams"),
  botOpenIdUrl: z.url().default("https://login.botframework.com/v1/.well-known/openidconfiguration"),
});

export const secretSettings = ["clientSecret", "botAppSecret", "notifications", "calling"] as const;

export type TeamsSettings = z.output<typeof settings>;
export type TeamsConnection = Connection<TeamsSettings>;

export const botAppId = (s: TeamsSettings): string => s.botAppId ?? s.clientId;

/** Base URLs come with and without a slash at their end. */
export const urlUnder = (base: string, path: string): string =>
  `${base.replace(/\/+$/, "")}/${path.replace(/^\/+/, "")}`;
