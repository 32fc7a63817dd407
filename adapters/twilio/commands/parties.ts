import { dialling, hasDialled } from "../dial.ts";
import { refusal } from "../failures.ts";
import { setHold } from "../legs.ts";
import { noteSettled } from "../memory.ts";
import { isConnected, isHeld, isPresent, type Leg } from "../scene.ts";
import { afterwards, agentIn, customerIn, freeFromAgent, isPrivate, type Stage } from "../stage.ts";

/** A third party at once: everybody hears the ring. */
export async function addParty(stage: Stage): Promise<void> {
  const { c, command, scene, conference, legs } = stage;
  if (await hasDialled(c, scene.ref, command, legs)) return;
  const customer = customerIn(stage);
  agentIn(stage);
  if (isPrivate(legs)) throw refusal("consult_in_progress", "a private consult is under way");
  await dialling(c, { conference, task: scene.ref }, command, { customer: customer.call }, async (ring) => {
    await freeFromAgent(stage);
    await ring();
  });
}

export async function hold(stage: Stage): Promise<void> {
  const leg = presentParty(stage);
  if (leg.role === "agent") throw refusal("not_holdable", "the agent is not put on hold");
  if (isConnected(leg)) await setHold(stage.c, stage.conference, leg, true);
}

export async function resume(stage: Stage): Promise<void> {
  const { c, conference, scene } = stage;
  const leg = presentParty(stage);
  if (isHeld(leg)) await setHold(c, conference, leg, false);
  await afterwards(stage, () => noteSettled(c, scene.ref));
}

/** The customer unless told. */
function presentParty(stage: Stage): Leg {
  const { party } = stage.command;
  const leg = party === undefined ? customerIn(stage) : stage.legs.find((one) => one.call === party);
  if (!leg || !isPresent(leg)) throw refusal("not_connected", "that party is not connected");
  return leg;
}
