import { z } from "zod";
import type { Connection } from "../../src/platform/contract.ts";

export const settings = z.object({
  server: z
    .url({ protocol: /^https?$/ })
    .default("https://platform.ringcentral.com")
    .describe("Base address of the RingCentral API. Segregated partners have their own."),
  clientId: z.string().min(1).describe("Client ID of the app in the RingCentral developer console."),
  clientSecret: z.string().min(1).describe("Client secret of that app."),
  jwt: z.string().min(1).describe("JWT credential of the service user, made in the developer console for this app."),
  webhookSecret: z
    .string()
    .min(1)
    .optional()
    .describe('Shared secret of the app\'s "Outbound webhook": proves that card answers come from RingCentral.'),
  mobiles: z
    .enum(["never", "last"])
    .default("never")
    .describe("Whether somebody's mobile, as listed in the directory, is rung where no other phone of theirs can be."),
  handling: z
    .enum(["auto", "classic", "new"])
    .default("auto")
    .describe("Which call handling the account is on; auto asks RingCentral once a day."),
});

export type Settings = z.output<typeof settings>;
export type RingCentral = Connection<Settings>;

/** RingCentral counts requests per group; the same words are the keys of src/platform/budgets.ts. */
export type Cost = "ringcentral:light" | "ringcentral:medium" | "ringcentral:heavy" | "ringcentral:auth";
export const light: Cost = "ringcentral:light";
export const medium: Cost = "ringcentral:medium";
export const heavy: Cost = "ringcentral:heavy";
export const auth: Cost = "ringcentral:auth";
