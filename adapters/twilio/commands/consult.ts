/** A private consult: the customer hears music while the agent and the expert talk, or the other way round. */
import { dialling, hasDialled } from "../dial.ts";
import { isRefusal, refusal } from "../failures.ts";
import { setHold } from "../legs.ts";
import { expertsOf, isConnected, isHeld, isPresent } from "../scene.ts";
import { agentIn, consultedIn, customerIn, freeFromAgent, isPrivate, joinAll, type Stage } from "../stage.ts";

/**
 * First the call is made to outlive the agent, then everybody but the agent hears music, then the expert is rung. If the
 * expert cannot be rung the music ends at once.
 */
export async function startConsult(stage: Stage): Promise<void> {
  const { c, command, scene, conference, legs } = stage;
  if (await hasDialled(c, scene.ref, command, legs)) return;
  const customer = customerIn(stage);
  const agent = agentIn(stage);
  if (isPrivate(legs) || expertsOf(legs).some((leg) => !isPresent(leg)))
    throw refusal("consult_in_progress", "a consult is under way");
  const others = legs.filter((leg) => leg !== agent && !leg.coaches && isConnected(leg));
  await dialling(c, { conference, task: scene.ref }, command, { customer: customer.call }, async (ring) => {
    await freeFromAgent(stage);
    try {
      for (const leg of others) await setHold(c, conference, leg, true);
      await ring();
    } catch (error) {
      // A lost answer may have been a success: whoever looks next decides. Otherwise nobody rings.
      if (isRefusal(error)) for (const leg of others) await setHold(c, conference, leg, false).catch(() => {});
      throw error;
    }
  });
}

/** Who waits goes on hold before the other comes back, so that nobody hears what was not meant for them. */
export async function switchParty(stage: Stage): Promise<void> {
  const { c, command, conference } = stage;
  const customer = customerIn(stage);
  const expert = await consultedIn(stage);
  if (!command.speakTo) throw refusal("missing_speak_to", "speakTo says whom the agent talks to next");
  if (!expert) throw refusal("no_consult", "there is no consult to switch in");
  const [waits, returns] = command.speakTo === "expert" ? [customer, expert] : [expert, customer];
  // Whoever still rings cannot be put on hold; the switch is asked for again when they have answered.
  if (isConnected(waits)) await setHold(c, conference, waits, true);
  if (!isHeld(returns)) return;
  await setHold(c, conference, returns, false).catch(async (error: unknown) => {
    if (isRefusal(error) && isConnected(waits)) await setHold(c, conference, waits, false).catch(() => {});
    throw error;
  });
}

export async function mergeConference(stage: Stage): Promise<void> {
  customerIn(stage);
  if (!expertsOf(stage.legs).some(isPresent)) throw refusal("expert_not_connected", "the expert has not answered");
  await joinAll(stage);
}
