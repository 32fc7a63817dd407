import { BridgeError } from "../../src/errors.ts";
import type { AdapterFacts, CallOperation, Connection } from "../../src/platform/contract.ts";
import { callOperations } from "../../src/platform/contract.ts";
import { readMax } from "./agents.ts";
import { read, type Settings } from "./request.ts";
import { capabilities } from "./wire.ts";

const targets = ["agent", "phone", "sip", "user", "queue"] as const;

/** The most that a contact center behind this adapter can do; its capability document may only take away from it. */
export const facts = {
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
    targets,
    partiesMax: 10,
    contextRefMax: 32,
    contextSurvivesTransfer: true,
  },
} as const satisfies AdapterFacts;

/** What this very contact center can do. @throws BridgeError, with the fix, when it publishes no such document. */
export async function readCalls(c: Connection<Settings>): Promise<NonNullable<AdapterFacts["calls"]>> {
  const document = await read(c, "bulk", "/capabilities", capabilities);
  if (!document)
    throw new BridgeError(
      "platform_refused",
      "there is no capability document: publish one at /capabilities under the command address",
    );
  const can = (operation: CallOperation) => document.operations.includes(operation);
  const executorOf = (operation: CallOperation) => (document.desk.includes(operation) ? "desk" : "server");
  return {
    operations: Object.fromEntries(callOperations.filter(can).map((operation) => [operation, executorOf(operation)])),
    targets: targets.filter((kind) => document.targets.includes(kind)),
    ...(document.userPlatforms.length > 0 ? { userPlatforms: document.userPlatforms } : {}),
    partiesMax: Math.min(document.partiesMax, facts.calls.partiesMax),
    // Our references are up to 32 characters long: room for less is no room.
    contextRefMax: document.contextRefMax >= facts.calls.contextRefMax ? facts.calls.contextRefMax : 0,
    contextSurvivesTransfer: document.contextSurvivesTransfer,
  };
}
