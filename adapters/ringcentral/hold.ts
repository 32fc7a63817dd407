/**
 * RingCentral has no sessions: a status that we write looks like one that the person chose. So a hold remembers what
 * was there before, writes only over a plain "Available", and is undone only where what we wrote still stands.
 */
import { z } from "zod";
import { BridgeError, isBridgeError } from "../../src/errors.ts";
import type { Held, Presence } from "../../src/platform/contract.ts";
import { askFor, extensionId } from "./ask.ts";
import { forgetHandling, handlingOf, quietField } from "./handling.ts";
import { pathOf, readShown } from "./presence.ts";
import { medium, type RingCentral } from "./settings.ts";
import { isDoNotDisturb, isHidden, type ShownPresence, shownPresence, toRestore } from "./words.ts";

/** All that RingCentral lets others show for somebody. */
export const heldPresence: Presence = { availability: "busy", activity: "none", native: "Busy" };
const ourStatus = "Busy";
const freeStatus = "Available";

/** `written`: our status was seen on the account; without it `before` is only what a reader reported as restorable. */
const remembered = z.looseObject({ userStatus: z.string(), written: z.boolean().optional() });

/**
 * Shows Busy. PUT …/presence: group Medium, app scope EditPresence, role permission EditPresenceStatus over the person.
 * Safe to repeat: while the account still shows what we wrote, nothing is written. Hand back `held`, or, before the
 * first hold, `{ presence, before: report.restore }`, and a hold whose answer was lost is recognized as ours.
 * @throws BridgeError `conflict` when the person chose a status themselves, with how they can change it.
 */
export async function hold(
  c: RingCentral,
  account: string,
  presence: Presence,
  _leaseMs: number,
  held?: Held,
): Promise<Held> {
  if (presence.availability !== "busy") {
    throw new BridgeError("unsupported", "RingCentral can show Busy on somebody's behalf, nothing else.");
  }
  const shown = await readShown(c, account);
  const before = remembered.safeParse(held?.before).data;
  if (before?.userStatus === freeStatus && shown.userStatus === ourStatus) return holding(before);
  if (before?.written) throw new BridgeError("conflict", changedMeanwhile);
  const choice = ownChoice(shown);
  if (choice) throw new BridgeError("conflict", choice);
  const restore = toRestore(shown);
  if (!restore) throw new BridgeError("unsupported", "Only RingCentral user extensions have a status to show.");
  await write(c, account, ourStatus, shown);
  return holding(restore);
}

/**
 * Puts back what was there before, where our status still stands; a Do Not Disturb set meanwhile stays on top.
 * Safe to repeat. Somebody who chose Busy while we showed Busy cannot be told from us: their Busy ends with ours.
 */
export async function release(c: RingCentral, account: string, held: Held): Promise<"released" | "kept"> {
  const before = remembered.safeParse(held.before).data;
  if (!before) return "kept";
  const shown = await readKnown(c, account);
  if (shown?.userStatus === before.userStatus) return "released";
  if (shown?.userStatus !== ourStatus) return "kept";
  await write(c, account, before.userStatus, shown);
  return "released";
}

const holding = (before: Record<string, unknown>): Held => ({
  presence: heldPresence,
  before: { ...before, written: true },
});

const changedMeanwhile =
  "This person changed their RingCentral status while we showed them as busy, so we leave it as it is.";

/** Why we must not write, said so that the person knows what to change; undefined when they are simply available. */
function ownChoice(shown: ShownPresence): string | undefined {
  if (isHidden(shown)) {
    return 'This person hides their RingCentral presence. They can turn on "allow others to see my presence" in the app.';
  }
  if (isDoNotDisturb(shown)) {
    return "This person has turned on Do Not Disturb in RingCentral. It ends when they turn it off in the app.";
  }
  if (shown.userStatus === "Busy") {
    return "This person set themselves to Busy in RingCentral. It ends when they choose Available in the app.";
  }
  if (shown.userStatus === "Offline") {
    return "This person is invisible in RingCentral by choice. It ends when they choose Available in the app.";
  }
  if (shown.userStatus && shown.userStatus !== freeStatus) {
    return "This person shows a RingCentral status that we do not know, so we leave it as it is.";
  }
  return undefined;
}

/** Writes and believes it when RingCentral shows it; after a lost answer it looks before it fails. */
async function write(c: RingCentral, account: string, userStatus: string, shown: ShownPresence): Promise<void> {
  const body = { userStatus, ...quietField(shown, await handlingOf(c)) };
  const after = await put(c, account, body).catch(async (error: unknown) => {
    if (!isBridgeError(error)) throw error;
    if (error.details?.errorCode === "CMN-101") await forgetHandling(c);
    if (error.code !== "platform_unavailable") throw error;
    const seen = await readShown(c, account).catch(() => undefined);
    if (seen?.userStatus !== userStatus) throw error;
    return seen;
  });
  if (after.userStatus !== userStatus) {
    throw new BridgeError("platform_refused", "RingCentral accepted the status but does not show it.");
  }
}

const put = (c: RingCentral, account: string, body: Record<string, string>) =>
  askFor(c, { method: "PUT", path: pathOf(extensionId(account)), body, cost: medium, lane: "engaged" }, shownPresence);

async function readKnown(c: RingCentral, account: string): Promise<ShownPresence | undefined> {
  try {
    return await readShown(c, account);
  } catch (error) {
    if (isBridgeError(error) && error.code === "not_found") return undefined;
    throw error;
  }
}
