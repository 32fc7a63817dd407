/** Handing the customer over. The agent's leg goes last, and only once nothing depends on it. */
import { dialling, hasDialled, labelOf } from "../dial.ts";
import { refusal } from "../failures.ts";
import { endLeg, setHold } from "../legs.ts";
import { noteSettled } from "../memory.ts";
import { ask } from "../request.ts";
import { agentOf, expertsOf, isConnected, isHeld } from "../scene.ts";
import { afterwards, agentIn, customerIn, freeFromAgent, joinAll, reread, type Stage } from "../stage.ts";

/**
 * Nobody stays on hold, the call is made to outlive the agent, both are read back, and then the agent leaves. If
 * anything is not as it should be the agent stays, and the customer with them.
 */
export async function completeTransfer(stage: Stage): Promise<void> {
  customerIn(stage);
  if (!expertsOf(stage.legs).some((leg) => isConnected(leg) || isHeld(leg)))
    throw refusal("expert_not_connected", "the expert has not answered");
  const { c, conference, scene } = stage;
  await joinAll(stage);
  await freeFromAgent(stage);
  const ready = await reread(stage);
  if (agentOf(ready.legs)) {
    requireSafeExit(ready);
    await endLeg(c, conference, agentIn(ready));
  }
  await afterwards(
    ready,
    () => wrapUp(ready),
    () => noteSettled(c, scene.ref),
  );
}

function requireSafeExit({ legs }: Stage): void {
  if (!isConnected(customerIn({ legs }))) throw refusal("customer_on_hold", "the customer is still on hold");
  if (!expertsOf(legs).some(isConnected)) throw refusal("expert_left", "the expert has hung up");
  if (legs.some(isHeld)) throw refusal("party_on_hold", "somebody is still on hold");
  if (agentIn({ legs }).endsConference) throw refusal("change_ignored", "the call would end with the agent");
}

/**
 * The agent's phone is free at once; the customer hears the expert's ring. Whoever looks at the interaction while nobody
 * has answered takes care of what follows, see mend.ts.
 */
export async function blindTransfer(stage: Stage): Promise<void> {
  const { c, command, scene, conference, legs } = stage;
  const customer = customerIn(stage);
  const handOver = async (ring: () => Promise<void>) => {
    await freeFromAgent(stage);
    if (isHeld(customer)) await setHold(c, conference, customer, false);
    await ring();
  };
  if (await hasDialled(c, scene.ref, command, legs)) await handOver(async () => {});
  else {
    agentIn(stage);
    if (expertsOf(legs).length > 0) throw refusal("others_present", "somebody else is in the interaction");
    await dialling(c, { conference, task: scene.ref }, command, { customer: customer.call }, handOver);
  }
  const ready = await reread(stage);
  const agent = agentOf(ready.legs);
  if (!agent) return afterwards(ready, () => wrapUp(ready));
  const expert = ready.legs.find((leg) => leg.label === labelOf(command.commandId));
  if (!expert) throw refusal("expert_left", "the expert could not be had");
  if (agent.endsConference) {
    await endLeg(c, conference, expert);
    throw refusal("change_ignored", "the call would end with the agent");
  }
  await endLeg(c, conference, agent);
  await afterwards(ready, () => wrapUp(ready));
}

/**
 * The agent's leg has gone, but TaskRouter still counts the task as theirs. What fails here the agent can do by hand.
 * `If-Match`: a task that moved on meanwhile is left alone.
 */
async function wrapUp({ c, scene }: Stage): Promise<void> {
  const { task, ref } = scene;
  if (task?.value.assignment_status !== "assigned") return;
  const form = { AssignmentStatus: "wrapping", Reason: "transferred" };
  await ask(c, { api: "taskRouter", method: "POST", path: `/Tasks/${ref}`, form, ifMatch: task.etag });
}
