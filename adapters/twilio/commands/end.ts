/** Taking somebody out of the call again, and bringing the others together. */
import { isBridgeError } from "../../../src/errors.ts";
import { refusal } from "../failures.ts";
import { cancelRinging, endLeg, setHold } from "../legs.ts";
import { noteSettled, recallDeeds } from "../memory.ts";
import { expertsOf, isHeld, type Leg } from "../scene.ts";
import { afterwards, consultedIn, requireCompany, type Stage } from "../stage.ts";
import { completeTransfer } from "./transfer.ts";

/**
 * The expert goes, whether they ring, talk or have failed; everybody else is together again. Every part is attempted
 * even if another fails: a customer must not stay on hold because an expert's leg could not be ended.
 */
export async function cancelConsult(stage: Stage): Promise<void> {
  const { command, legs } = stage;
  const meant = command.party ? legs.find((leg) => leg.call === command.party) : await lastDialled(stage);
  if (meant && meant.role !== "expert") throw refusal("not_in_consult", "the consult is with somebody else");
  if (meant) requireCompany(legs, meant);
  await endAndRejoin(stage, meant);
}

/** Without a party, only the latest dial is meant: an expert from before stays in the conference. */
async function lastDialled(stage: Stage): Promise<Leg | undefined> {
  const { dials } = await recallDeeds(stage.c, stage.scene.ref);
  const expert = await consultedIn(stage);
  const last = dials.at(-1);
  return !last?.call || last.call === expert?.call ? expert : undefined;
}

export async function removeParty(stage: Stage): Promise<void> {
  const { c, command, legs, scene, conference } = stage;
  if (!command.party) throw refusal("missing_party", "party says whose leg to end");
  const meant = legs.find((leg) => leg.call === command.party);
  if (meant?.role === "customer")
    throw refusal("customer_is_not_removed", "the customer's leg is never ended from here");
  if (meant?.role === "agent") return completeTransfer(stage);
  const { dials } = await recallDeeds(c, scene.ref);
  if (!meant && !dials.some((one) => one.call === command.party))
    throw refusal("no_such_party", "that party is not in the interaction");
  const stay = expertsOf(legs).some((leg) => leg !== meant);
  if (meant) requireCompany(legs, meant);
  if (meant && stay) await endLeg(c, conference, meant);
  else await endAndRejoin(stage, meant);
}

async function endAndRejoin(stage: Stage, meant: Leg | undefined): Promise<void> {
  const { c, conference, legs, scene } = stage;
  const failures: unknown[] = [];
  const attempt = (action: Promise<unknown>) => action.catch((error: unknown) => void failures.push(error));
  await attempt(meant ? endLeg(c, conference, meant) : cancelGhost(stage));
  for (const leg of legs.filter((one) => one !== meant && isHeld(one)))
    await attempt(setHold(c, conference, leg, false));
  if (failures.length > 0) throw worstOf(failures);
  await afterwards(stage, () => noteSettled(c, scene.ref));
}

/** A leg of ours that rings on though it is no longer in the conference, or there is no conference any more. */
async function cancelGhost({ c, scene, command }: Stage): Promise<void> {
  const { dials } = await recallDeeds(c, scene.ref);
  const ghost = command.party ? dials.find((one) => one.call === command.party) : dials.at(-1);
  if (ghost?.call) await cancelRinging(c, ghost.call);
}

/** A lost answer makes the whole unknown; a refusal is only told when nothing is in doubt. */
const worstOf = (failures: readonly unknown[]): unknown =>
  failures.find((error) => !isBridgeError(error) || error.code === "platform_unavailable") ?? failures[0];
