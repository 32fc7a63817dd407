import { BridgeError } from "../../src/errors.ts";
import {
  type AdapterFacts,
  type CallFacts,
  callOperations,
  defineAdapter,
  type Target,
} from "../../src/platform/contract.ts";
import { people, presence, readMax } from "./agents.ts";
import { calls } from "./calls.ts";
import { followEvents } from "./follow.ts";
import { ask, pathOf, read } from "./request.ts";
import { partiesMax } from "./rules.ts";
import { type Asterisk, settings } from "./settings.ts";
import { info } from "./wire.ts";

const callFacts: CallFacts = {
  operations: Object.fromEntries(callOperations.map((operation) => [operation, "server"])),
  targets: ["agent", "phone", "sip"],
  partiesMax,
  // A header of its own on the INVITE; longer ones arrive too, but not through every trunk.
  contextRefMax: 128,
  contextSurvivesTransfer: true,
};
const facts: AdapterFacts = { presence: { readMax, holds: [], push: "socket" }, calls: callFacts };

/** Only what the settings say how to dial. */
const dialled =
  ({ settings: { phoneEndpoint, sipEndpoint } }: Asterisk) =>
  (target: Target["kind"]): boolean =>
    (target !== "phone" || phoneEndpoint !== undefined) && (target !== "sip" || sipEndpoint !== undefined);

/** Where REFER can be handed to us, and what we rely on was observed. */
const oldest: Readonly<Record<number, number>> = { 20: 13, 22: 3 };

/** Builds that tell no numbers are taken for recent: whoever builds Asterisk themselves knows. */
function isTooOld(version: string): boolean {
  const [, major, minor] = /^(?:certified[/-])?(\d+)\.(\d+)/.exec(version) ?? [];
  if (major === undefined || Number(major) > 22) return false;
  return Number(minor) < (oldest[Number(major)] ?? Number.POSITIVE_INFINITY);
}

/** GET /asterisk/info, as the ARI user of the settings. Warns when our application is not registered. */
async function check(c: Asterisk): Promise<void> {
  const found = await read(c, { path: "/asterisk/info", lane: "bulk" }, info);
  if (!found)
    throw new BridgeError("platform_refused", "there is no ARI at this address: it ends in /ari, as set in http.conf");
  const { version } = found.system;
  if (isTooOld(version))
    throw new BridgeError("unsupported", "Asterisk is too old: 20.13, 22.3 or later is needed", {
      details: { version },
    });
  const app = await ask(c, { path: pathOf("applications", c.settings.app), lane: "bulk" });
  if (app.status === 404) c.log.warn("our application is not registered: no event stream is open");
}

/** Asterisk over its REST interface (ARI), for calls that its dialplan hands over with Stasis(). */
export const asterisk = defineAdapter({
  id: "asterisk",
  name: "Asterisk",
  side: "contact-center",
  settings,
  secretSettings: ["password"],
  facts,
  presence,
  people,
  calls: { ...calls, capabilities: async (c) => ({ ...callFacts, targets: callFacts.targets.filter(dialled(c)) }) },
  stream: { follow: (c, report, signal) => followEvents(c, report, { signal }) },
  check,
});
