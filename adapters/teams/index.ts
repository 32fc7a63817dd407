import { defineAdapter } from "../../src/platform/contract.ts";
import { calling } from "./calling/identities.ts";
import { catalogue } from "./catalogue.ts";
import { check } from "./check.ts";
import { cardFacts, invitations } from "./invitations.ts";
import { meetings } from "./meetings.ts";
import { receive } from "./notifications/receive.ts";
import { subscribe } from "./notifications/subscriptions.ts";
import { people } from "./people.ts";
import { consentUrl, permissionFacts } from "./permissions.ts";
import { presence, presenceFacts } from "./presence.ts";
import { secretSettings, settings } from "./settings.ts";

/** Microsoft Teams: presence, directory and meetings through Graph, cards through the Bot Connector, calls from the desk through Azure Communication Services. */
export const teams = defineAdapter({
  id: "teams",
  name: "Microsoft Teams",
  side: "uc",
  settings,
  secretSettings,
  facts: { presence: presenceFacts, cards: cardFacts },
  presence,
  people,
  events: { receive, subscribe },
  invitations,
  catalogue,
  meetings,
  calling,
  permissions: permissionFacts,
  consentUrl,
  check,
});
