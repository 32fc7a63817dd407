import { isBridgeError } from "../../src/errors.ts";
import type { CallCommand, CallsPort, Outcome } from "../../src/platform/contract.ts";
import { type Call, type Leg, readCall, readChannel, readGone, toSnapshot } from "./call.ts";
import { ring } from "./dial.ts";
import { legId } from "./names.ts";
import { areIn, hangUp, move, seeUntil } from "./rooms.ts";
import { type Plan, planFor, Refusal, refuse } from "./rules.ts";
import type { Asterisk, Settings } from "./settings.ts";
import { legState } from "./words.ts";

/**
 * Reads who is where, decides, and acts step by step, so that what was begun and lost is completed by the same command.
 * Whatever step fails, the customer is with the agent or hears music, and nobody has hung up on them.
 */
async function run(c: Asterisk, command: CallCommand): Promise<Outcome> {
  try {
    const call = await readCall(c, command.interaction);
    if (!call) return { state: "refused", code: "no_such_interaction", reason: "Asterisk has no such interaction" };
    if (call.dialled.includes(legId(command.commandId))) return await resumeDialled(c, call, command);
    const plan = planFor(call, command);
    return plan.dial ? await dial(c, call, command, plan) : await carryOut(c, call, plan);
  } catch (error) {
    if (error instanceof Refusal) return { state: "refused", code: error.code, reason: error.message };
    // The connection broke, or Asterisk is in trouble: a step may have been taken. All else was a clear answer.
    if (isBridgeError(error) && error.code === "platform_unavailable")
      return { state: "unknown", reason: error.message };
    throw error;
  }
}

async function dial(c: Asterisk, call: Call, command: CallCommand, plan: Plan): Promise<Outcome> {
  for (const leg of plan.talk) await move(c, call.ref, leg.ref, "talk");
  await ring(c, call, command, plan);
  if (plan.release) await leave(c, command, plan.release);
  return { state: "accepted" };
}

/** Of a blind transfer: an expert whose phone has said no already is no reason for the agent to go. */
async function leave(c: Asterisk, command: CallCommand, agent: Leg): Promise<void> {
  const leg = await readChannel(c, legId(command.commandId));
  if (!leg) refuse("unreachable", "the expert's phone did not take the call");
  await hangUp(c, agent.ref);
}

/** Dialled before. Of a blind transfer, the agent's leave may be what was lost. */
async function resumeDialled(c: Asterisk, call: Call, command: CallCommand): Promise<Outcome> {
  const agent = call.legs.find(({ role, account }) => role === "agent" && account === command.agent);
  if (command.operation === "blindTransfer" && agent) await leave(c, command, agent);
  return { state: "accepted" };
}

async function carryOut(c: Asterisk, call: Call, plan: Plan): Promise<Outcome> {
  for (const leg of plan.wait) await move(c, call.ref, leg.ref, "wait");
  for (const leg of plan.hangUp) await hangUp(c, leg.ref);
  // Whoever is let go must not be heard by those who come together now. They are waited for, but not for long.
  if (plan.hangUp.length > 0) await seeUntil(c, call.ref, (seen) => hasGone(seen, plan), 20);
  for (const leg of plan.talk) await move(c, call.ref, leg.ref, "talk");
  const together = await seeUntil(c, call.ref, (seen) => isDone(seen, plan));
  if (!plan.release) return finish(c, together, plan);
  // The agent goes last, and only when the others are seen to be in one room.
  if (!isDone(together, plan) || !isCared(together))
    return { state: "refused", code: "not_joined", reason: "customer and expert could not be brought together" };
  await hangUp(c, plan.release.ref);
  const { ref } = plan.release;
  return finish(c, await seeUntil(c, call.ref, (seen) => !seen?.legs.some((leg) => leg.ref === ref)), plan);
}

const hasGone = (call: Call | undefined, { hangUp: gone }: Plan): boolean =>
  gone.every(({ ref }) => !call?.legs.some((leg) => leg.ref === ref));

/** Those who have hung up meanwhile are no reason to wait. */
function isDone(call: Call | undefined, plan: Plan): boolean {
  const still = (legs: Plan["talk"]) => legs.filter(({ ref }) => call?.legs.some((leg) => leg.ref === ref));
  return hasGone(call, plan) && areIn(call, still(plan.talk), "talk") && areIn(call, still(plan.wait), "wait");
}

/** Is the customer with an expert who has answered? */
const isCared = (call: Call | undefined): boolean =>
  ["customer", "expert"].every((role) =>
    call?.legs.some((leg) => leg.role === role && leg.room === "talk" && leg.state === "up"),
  );

async function finish(c: Asterisk, call: Call | undefined, plan: Plan): Promise<Outcome> {
  if (!call || !isDone(call, plan)) return { state: "accepted" };
  return { state: "done", snapshot: toSnapshot(call, await readGone(c, call)) };
}

export const calls: CallsPort<Settings> = {
  run,
  /** Reads only. What has to happen by itself happens in settle.ts. */
  async lookup(c, interaction) {
    const call = await readCall(c, interaction);
    return call && toSnapshot(call, await readGone(c, call));
  },
  /** Only of dials whose leg is alive and on its way; of all else, the interaction tells. */
  async lookupCommand(c, commandId) {
    const leg = await readChannel(c, legId(commandId));
    return leg && legState(leg.state) !== "dialing" ? { state: "accepted" } : undefined;
  },
};
