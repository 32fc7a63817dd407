/** The list of platforms. A new one is a folder beside this file and a line here. */
import type { AnyAdapter } from "../src/platform/contract.ts";
import { asterisk } from "./asterisk/index.ts";
import { ringcentral } from "./ringcentral/index.ts";
import { teams } from "./teams/index.ts";
import { twilio } from "./twilio/index.ts";
import { webhook } from "./webhook/index.ts";

export const adapters: readonly AnyAdapter[] = [webhook, teams, ringcentral, twilio, asterisk];
