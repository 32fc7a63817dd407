import { type AdapterFacts, defineAdapter } from "../../src/platform/contract.ts";
import { presence, readMax } from "./agents.ts";
import { calls } from "./calls.ts";
import { check } from "./check.ts";
import { events } from "./events.ts";
import { people } from "./people.ts";
import { settings } from "./settings.ts";
import { verify } from "./sign-in.ts";

const facts = {
  presence: { readMax, holds: [], push: "webhook" },
  calls: {
    operations: {
      startConsult: "server",
      switchParty: "server",
      mergeConference: "server",
      completeTransfer: "server",
      cancelConsult: "server",
      blindTransfer: "server",
      addParty: "server",
      removeParty: "server",
      hold: "server",
      resume: "server",
    },
    targets: ["phone", "sip"],
    /** Source: Participant resource, MaxParticipants. */
    partiesMax: 250,
    /** In a SIP header; the public telephone network carries none. */
    contextRefMax: 32,
    /** The expert's leg stays the same one, and with it what came with its ring. */
    contextSurvivesTransfer: true,
  },
} as const satisfies AdapterFacts;

/** Twilio Flex, or TaskRouter with Voice conferences. Setup, limits and what is missing: README.md. */
export const twilio = defineAdapter({
  id: "twilio",
  name: "Twilio Flex",
  side: "contact-center",
  settings,
  secretSettings: ["apiKeySid", "apiKeySecret", "authToken", "sipPassword"],
  facts,
  presence,
  people,
  calls,
  events,
  signIn: { verify },
  check,
});
