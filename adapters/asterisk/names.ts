/** The names under which an interaction's parts are found again: nothing about it is kept anywhere but in Asterisk. */
import type { PartyRole } from "../../src/platform/contract.ts";
import type { WireChannel } from "./wire.ts";

/** Two bridges per interaction: who is in `talk` hears the others; who is in `wait` hears music and is heard by nobody. */
export type Room = "talk" | "wait";
export const rooms: readonly Room[] = ["talk", "wait"];

export const roomId = (room: Room, interaction: string): string => `patchcord-${room}-${interaction}`;

export const interactionOfRoom = (bridge: string): string | undefined =>
  /^patchcord-(?:talk|wait)-(.+)$/.exec(bridge)?.[1];

/** A leg that we dial has the command's id in its own: asked to make it twice, Asterisk answers 409. */
export const legId = (commandId: string): string => `patchcord-leg-${commandId.replaceAll(/[^\w.-]/g, "_")}`;
export const isLeg = (channel: string): boolean => channel.startsWith("patchcord-leg-");

/** On the customer's channel: the legs that were dialled for this interaction, separated by spaces. */
export const legsVariable = "PATCHCORD_LEGS";
/** On the customer's channel: what became of a leg, once it has gone. */
export const endVariable = (leg: string): string => `PATCHCORD_END_${leg.replaceAll(/\W/g, "_")}`;
/** On the customer's channel, when it goes back to the dialplan: why. */
export const resultVariable = "PATCHCORD_RESULT";

export type Belonging = {
  interaction: string;
  role: PartyRole;
  account?: string;
  attributes: Record<string, string>;
};

const roles: readonly string[] = ["customer", "agent", "expert"];

/**
 * Whose leg a channel is: `Stasis(app,interaction,role,…)`, with the account third for agents and experts, and
 * attributes as name=value for customers. Calls that came from another ARI application by `/move` say it in variables.
 */
export function belongingOf(app: string, { dialplan, channelvars = {} }: WireChannel): Belonging | undefined {
  if (dialplan.app_name !== "Stasis") return undefined;
  const [name, ...given] = dialplan.app_data.split(",");
  const { PATCHCORD_INTERACTION = "", PATCHCORD_ROLE = "", PATCHCORD_ACCOUNT = "" } = channelvars;
  const [interaction = "", role = "", ...rest] =
    name === app ? given : [PATCHCORD_INTERACTION, PATCHCORD_ROLE, PATCHCORD_ACCOUNT];
  if (!interaction || !roles.includes(role)) return undefined;
  if (role === "customer") return { interaction, role, attributes: readAttributes(rest) };
  const [account] = rest;
  return { interaction, role: role as PartyRole, ...(account ? { account } : {}), attributes: {} };
}

function readAttributes(given: readonly string[]): Record<string, string> {
  const pairs = given.map((text) => {
    const [name = "", ...value] = text.split("=");
    return [name.trim(), decode(value.join("="))] as const;
  });
  return Object.fromEntries(pairs.filter(([name, value]) => name && value));
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
