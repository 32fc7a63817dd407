import { BridgeError, isBridgeError } from "../errors.ts";
import type { AnyAdapter, Connection, Held, Presence } from "../platform/contract.ts";
import { leaseMs } from "./decide.ts";
import type { Outcome, Step } from "./hold.ts";
import { coversStatus, isSame } from "./own.ts";

/** `later`: it cannot be told or done yet; ask again after so long. */
export type Performed = Outcome | { result: "later"; ms: number };

/** Asks the platform for one step. Safe to repeat. */
export async function perform(
  adapter: AnyAdapter,
  connection: Connection,
  account: string,
  step: Exclude<Step, { do: "wait" }>,
  held: Held | undefined,
): Promise<Performed> {
  const { presence: port } = adapter;
  if (step.do === "release") {
    const ours = held ?? { presence: step.presence };
    if (port?.release) return release(() => port.release?.(connection, account, ours));
    return takeBack(adapter, connection, account, ours);
  }
  if (port?.hold) {
    return { result: "shown", held: await port.hold(connection, account, step.presence, leaseOf(adapter), held) };
  }
  const answer = await port?.setState?.(connection, account, step.presence);
  if (answer !== "set")
    return { result: "refused", reason: "The contact center keeps this agent where they are, on queue." };
  return { result: "shown", held: { presence: step.presence, ...beforeOf(held) } };
}

const beforeOf = (held: Held | undefined) => (held?.before ? { before: held.before } : {});

function leaseOf({ facts }: AnyAdapter): number {
  const { leaseMsMin = 0, leaseMsMax = leaseMs } = facts.presence ?? {};
  return Math.max(leaseMsMin, Math.min(leaseMs, leaseMsMax));
}

/** Nobody is left to show anything for: that is as good as released. */
async function release(ask: () => Promise<unknown> | undefined): Promise<Performed> {
  try {
    await ask();
  } catch (error) {
    if (!isBridgeError(error) || error.code !== "not_found") throw error;
  }
  return { result: "gone" };
}

const coveredMs = 15_000;

/**
 * A contact center's own states have no leases: ours is taken back only where it still stands, to what was there before.
 * A call hides what stands, so that waits until it is over.
 */
async function takeBack(adapter: AnyAdapter, connection: Connection, account: string, held: Held): Promise<Performed> {
  const { presence: port } = adapter;
  if (!port?.setState) throw new BridgeError("unsupported", "this platform has no way back");
  const [report] = await port.read(connection, [account]);
  if (!report) return { result: "gone" };
  if (coversStatus.has(report.presence.activity)) return { result: "later", ms: coveredMs };
  const before = held.before as Pick<Presence, "availability" | "activity"> | undefined;
  if (before && isSame(report.presence, held.presence)) await port.setState(connection, account, before);
  return { result: "gone" };
}
