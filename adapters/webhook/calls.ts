import { isBridgeError } from "../../src/errors.ts";
import type { CallCommand, CallsPort, Connection, Outcome } from "../../src/platform/contract.ts";
import { failure, read, type Settings, send } from "./request.ts";
import { toOutcome, toSnapshot } from "./translate.ts";
import { commandRecord, problem, snapshot, type WireCommand } from "./wire.ts";

/** What the contact center has not begun by then it must not begin. Leaves room for clocks that differ by seconds. */
const deadlineMs = 15_000;

function toWire(command: CallCommand, now: Date): WireCommand {
  const { operation, ...rest } = command;
  return { ...rest, op: operation, deadline: new Date(now.getTime() + deadlineMs).toISOString() };
}

/**
 * POST /commands. The command's id is also the message's, so a repetition is one message sent twice.
 * @throws BridgeError `platform_throttled` and `platform_unauthorized`: nothing was done.
 */
async function run(c: Connection<Settings>, command: CallCommand): Promise<Outcome> {
  try {
    const response = await send(c, "call", "/commands", { body: toWire(command, c.now()), id: command.commandId });
    return await readOutcome(c, response);
  } catch (error) {
    // Our own errors were raised before sending or by a clear answer; anything else may have happened after it.
    if (isBridgeError(error)) throw error;
    return { state: "unknown", reason: "the contact center's answer was lost" };
  }
}

async function readOutcome(c: Connection<Settings>, response: Response): Promise<Outcome> {
  const { status } = response;
  if (status === 202) return { state: "accepted" };
  if (response.ok) return readDone(response);
  if (status === 401 || status === 429) throw failure(c, response);
  if (status >= 500 || status === 408) return { state: "unknown", reason: `the contact center answered ${status}` };
  return readRefusal(response);
}

async function readDone(response: Response): Promise<Outcome> {
  const parsed = commandRecord.safeParse(await response.json());
  return parsed.success
    ? toOutcome(parsed.data)
    : { state: "unknown", reason: "the contact center's answer is not as described" };
}

async function readRefusal(response: Response): Promise<Outcome> {
  const parsed = problem.safeParse(await response.json().catch(() => ({})));
  const { code = `http_${response.status}`, detail, title } = parsed.data ?? {};
  return { state: "refused", code, reason: detail ?? title ?? code };
}

export const calls: CallsPort<Settings> = {
  run,
  async lookup(c, interaction) {
    const found = await read(c, "call", `/interactions/${encodeURIComponent(interaction)}`, snapshot);
    return found && toSnapshot(found);
  },
  async lookupCommand(c, commandId) {
    const found = await read(c, "call", `/commands/${encodeURIComponent(commandId)}`, commandRecord);
    return found && toOutcome(found);
  },
};
