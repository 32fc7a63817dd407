/** What every command begins with: the interaction as it is, and whether this agent may act on it. */

import { errorFields } from "../../src/log.ts";
import type { CallCommand } from "../../src/platform/contract.ts";
import { refusal } from "./failures.ts";
import { letGo, setEndsConference, setHold } from "./legs.ts";
import { type Deeds, noteFreedAgent, recallDeeds } from "./memory.ts";
import {
  agentOf,
  customerOf,
  expertsOf,
  isConnected,
  isHeld,
  isPresent,
  type Leg,
  readLegs,
  readScene,
  type Scene,
} from "./scene.ts";
import type { Twilio } from "./settings.ts";

export type Stage = {
  c: Twilio;
  command: CallCommand;
  scene: Scene;
  /** The conference's id. */
  conference: string;
  legs: Leg[];
};

/** Commands that bring people together again; they must work when the agent's leg or the task has gone. */
const mending: readonly CallCommand["operation"][] = ["mergeConference", "cancelConsult", "removeParty", "resume"];
const involved: readonly string[] = ["accepted", "wrapping", "completed"];

/** @throws BridgeError `conflict`: nothing was done. */
export async function setStage(c: Twilio, command: CallCommand): Promise<Stage> {
  const scene = await readScene(c, command.interaction);
  if (!scene) throw refusal("no_such_interaction", "Twilio knows no task of this name");
  const { reservations, task, conference } = scene;
  const isInvolved = reservations.some(
    (one) => one.worker_sid === command.agent && involved.includes(one.reservation_status ?? ""),
  );
  const mayMend = !task && mending.includes(command.operation);
  if (!isInvolved && !mayMend) throw refusal("wrong_agent", "this agent has not taken this task");
  if (!conference) throw refusal("no_conference", "the call is not in a conference: only such calls can be commanded");
  if (!conference.isLive && !mending.includes(command.operation))
    throw refusal("interaction_ended", "the conference has ended");
  return { c, command, scene, conference: conference.sid, legs: scene.legs };
}

export function customerIn(stage: Pick<Stage, "legs">): Leg {
  const customer = customerOf(stage.legs);
  if (!customer) throw refusal("customer_left", "the customer has left");
  return customer;
}

export function agentIn(stage: Pick<Stage, "legs">): Leg {
  const agent = agentOf(stage.legs);
  if (!agent) throw refusal("agent_left", "the agent is not in the call");
  return agent;
}

/** The expert of the present consult: the last one who was dialled and is still there, ringing or talking. */
export async function consultedIn({ c, scene, legs }: Stage): Promise<Leg | undefined> {
  const experts = expertsOf(legs);
  const { dials } = await recallDeeds(c, scene.ref);
  const isLast = (leg: Leg) => dials.at(-1)?.call === leg.call;
  return experts.find(isLast) ?? experts.at(-1);
}

/** Somebody waits with music while somebody else is talked to, or rung. */
export const isPrivate = (legs: readonly Leg[]): boolean => expertsOf(legs).length > 0 && legs.some(isHeld);

export const reread = async (stage: Stage): Promise<Stage> => ({
  ...stage,
  legs: await readLegs(stage.c, stage.conference, stage.scene.people),
});

/** Everybody hears everybody; the customer first. */
export async function joinAll({ c, conference, legs }: Stage): Promise<void> {
  const waiting = legs.filter(isHeld).sort((one) => (one.role === "customer" ? -1 : 0));
  for (const leg of waiting) await setHold(c, conference, leg, false);
}

/**
 * From now on the call outlives the agent's exit, page reload or crash. Flex's default is the opposite, and everybody
 * would be cut off.
 */
export async function freeFromAgent(stage: Stage): Promise<void> {
  const { c, conference, scene } = stage;
  const agent = agentOf(stage.legs);
  if (!agent?.endsConference) return;
  await noteFreedAgent(c, scene.ref);
  await letGo(c, conference, agent);
}

/** Nobody may be taken from a customer who would then be alone. */
export function requireCompany(legs: readonly Leg[], leaving: Leg): void {
  const isAlone = !legs.some((leg) => leg !== leaving && leg.role !== "customer" && !leg.coaches && isPresent(leg));
  if (customerOf(legs) && isAlone) throw refusal("last_with_customer", "the customer would be left alone");
}

/** The customer and one other, in conversation, and nobody else: the one other. */
export function onlyPartner(legs: readonly Leg[]): Leg | undefined {
  const customer = customerOf(legs);
  const others = legs.filter((leg) => leg !== customer);
  const [partner] = others;
  const areTwo = customer && others.length === 1 && partner && isPresent(partner);
  return areTwo && isConnected(customer) && isConnected(partner) ? partner : undefined;
}

/**
 * Where two remain, the call ends when one of them hangs up, as everybody expects; otherwise the other would be left in
 * silence. Given back to the agent only if we took it. Whoever looks at the interaction next tries again, see mend.ts.
 */
export async function endWithPartner(c: Twilio, conference: string, legs: readonly Leg[], deeds: Deeds): Promise<void> {
  const partner = onlyPartner(legs);
  if (!partner || partner.endsConference) return;
  const isOurs = partner.role === "expert" || (partner.role === "agent" && deeds.freedAgent === true);
  if (isOurs) await setEndsConference(c, conference, partner, true);
}

/** What is left to do once a command has done its work. Its failure changes nothing about the outcome. */
export async function afterwards(stage: Stage, ...steps: (() => Promise<unknown>)[]): Promise<void> {
  const { c, scene, command } = stage;
  const giveBack = async () => {
    const deeds = await recallDeeds(c, scene.ref);
    await endWithPartner(c, stage.conference, (await reread(stage)).legs, deeds);
  };
  for (const step of [...steps, giveBack])
    await step().catch((error: unknown) => {
      c.log.warn("a call was not left as tidy as it should be", {
        command_id: command.commandId,
        ...errorFields(error),
      });
    });
}
