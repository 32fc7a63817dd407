import { isBridgeError } from "../../src/errors.ts";
import type { CallCommand, CallOperation, CallsPort, Outcome } from "../../src/platform/contract.ts";
import { mergeConference, startConsult, switchParty } from "./commands/consult.ts";
import { cancelConsult, removeParty } from "./commands/end.ts";
import { addParty, hold, resume } from "./commands/parties.ts";
import { blindTransfer, completeTransfer } from "./commands/transfer.ts";
import { recallDeeds } from "./memory.ts";
import { mend } from "./mend.ts";
import { readScene } from "./scene.ts";
import type { Settings, Twilio } from "./settings.ts";
import { readPast, toSnapshot } from "./snapshot.ts";
import { type Stage, setStage } from "./stage.ts";

const commands: Record<CallOperation, (stage: Stage) => Promise<void>> = {
  startConsult,
  switchParty,
  mergeConference,
  completeTransfer,
  cancelConsult,
  blindTransfer,
  addParty,
  removeParty,
  hold,
  resume,
};

/** The same connection, and whether a request that changes something has gone out and not been refused. */
function watched(c: Twilio): { c: Twilio; hasActed: () => boolean } {
  let acted = false;
  const fetch: Twilio["fetch"] = async (input, init) => {
    const response = await c.fetch(input, init);
    if ((init?.method ?? "GET") !== "GET" && response.ok) acted = true;
    return response;
  };
  return { c: { ...c, fetch }, hasActed: () => acted };
}

/**
 * One command in several requests. Each step may be the last one that gets through, so each leaves the customer with
 * somebody or with music, and the same command again does only what is missing.
 * @throws BridgeError `platform_throttled` and `platform_unauthorized`, if nothing was done.
 */
async function run(connection: Twilio, command: CallCommand): Promise<Outcome> {
  const { c, hasActed } = watched(connection);
  try {
    await commands[command.operation](await setStage(c, command));
    return { state: "done" };
  } catch (error) {
    return toOutcome(error, hasActed());
  }
}

function toOutcome(error: unknown, hasActed: boolean): Outcome {
  if (!isBridgeError(error)) {
    if (hasActed) return { state: "unknown", reason: "we stopped half-way" };
    throw error;
  }
  const { code, message } = error;
  const isTransient = code === "platform_throttled" || code === "platform_unauthorized";
  if (code === "platform_unavailable" || (isTransient && hasActed)) return { state: "unknown", reason: message };
  if (isTransient) throw error;
  return { state: "refused", code: String(error.details?.code ?? code), reason: message };
}

export const calls: CallsPort<Settings> = {
  run,
  /** Also puts right what no command will: see mend.ts. */
  async lookup(c, interaction) {
    const found = await look(c, interaction);
    if (!found || !(await mend(c, found.scene, found.deeds, found.past))) return found && describe(c, found);
    const after = await look(c, interaction);
    return after && describe(c, after);
  },
};

async function look(c: Twilio, interaction: string) {
  const scene = await readScene(c, interaction);
  if (!scene) return undefined;
  const deeds = await recallDeeds(c, scene.ref);
  return { scene, deeds, past: await readPast(c, deeds, scene.legs) };
}

const describe = (c: Twilio, { scene, past }: NonNullable<Awaited<ReturnType<typeof look>>>) =>
  toSnapshot(c, scene, past);
