import { defineAdapter } from "../../src/platform/contract.ts";
import { people, presence } from "./agents.ts";
import { calls } from "./calls.ts";
import { facts, readCalls } from "./capabilities.ts";
import { events } from "./events.ts";
import { settings } from "./request.ts";

/**
 * Any contact center that takes signed commands and sends signed events, as wire.ts describes them. Also the reference
 * for new adapters: copy this folder and teach it another platform's words.
 */
export const webhook = defineAdapter({
  id: "webhook",
  name: "Signed webhooks",
  side: "contact-center",
  settings,
  secretSettings: ["secret"],
  facts,
  presence,
  people,
  calls: { ...calls, capabilities: readCalls },
  events,
  async check(c) {
    await readCalls(c);
  },
});
