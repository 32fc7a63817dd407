import type { InteractionSnapshot, Party } from "../platform/contract.ts";
import type { Consult, TalkingTo } from "./model.ts";

/** What the latest snapshot says about this consult. Nothing is concluded from a snapshot that never came. */
export type Facts = {
  customerGone: boolean;
  agentGone: boolean;
  customer?: Party;
  /** Our leg to the expert, while it lives. */
  leg?: Party;
  /** Our leg has ended. `isListed`: the platform says so; otherwise it merely shows it no more. */
  lost?: { reason?: string; isListed: boolean };
  /** A machine took the call. */
  voicemail: boolean;
  /** The leg is connected or held, and no machine. */
  answered: boolean;
  /** Who hears the agent, or rather who is not on hold. Absent while both are, or nobody has answered. */
  shape?: TalkingTo | "together";
};

const isAlive = (party: Party): boolean => party.state !== "left" && party.state !== "failed";
const isConnected = (party: Party): boolean => party.state === "connected" || party.state === "held";
const isMachine = (party: Party): boolean => party.human === false || party.reason === "voicemail";

/**
 * Legs that appeared after we dialled and belong to an expert. An expert who has a seat in the contact center shows up as
 * an agent and is known by the account that we rang. `system` parties (recorders, announcements) are nobody.
 */
function isOurs(consult: Consult, party: Party): boolean {
  const { ring } = consult;
  if (!ring || consult.before.includes(party.ref)) return false;
  if (party.role === "expert") return true;
  return party.role === "agent" && ring.target.kind === "agent" && party.account === ring.target.account;
}

export function factsOf(consult: Consult): Facts {
  const { seen } = consult;
  if (!seen) return { customerGone: false, agentGone: false, voicemail: false, answered: false };
  const ours = seen.parties.filter((party) => isOurs(consult, party));
  const others = seen.parties.filter((party) => isAlive(party) && !ours.includes(party));
  const customer = others.find((party) => party.role === "customer");
  const living = ours.filter(isAlive);
  const leg = living.find((party) => party.ref === consult.expertParty) ?? living[0];
  const lost = leg ? undefined : lostLeg(consult, ours);
  const voicemail = leg !== undefined && isMachine(leg);
  const answered = leg !== undefined && isConnected(leg) && !voicemail;
  const shape = answered && customer ? shapeOf(customer, leg) : undefined;
  return {
    customerGone: seen.state === "ended" || !customer,
    agentGone: !others.some((party) => party.role === "agent"),
    voicemail,
    answered,
    ...(customer ? { customer } : {}),
    ...(leg ? { leg } : {}),
    ...(lost ? { lost } : {}),
    ...(shape ? { shape } : {}),
  };
}

function lostLeg(consult: Consult, ours: Party[]): Facts["lost"] {
  const party = ours.find((one) => one.ref === consult.expertParty) ?? ours.at(-1);
  if (!party && !consult.expertParty) return undefined;
  return { isListed: party !== undefined, ...(party?.reason ? { reason: party.reason } : {}) };
}

function shapeOf(customer: Party, expert: Party): TalkingTo | "together" | undefined {
  if (customer.state === "held") return expert.state === "held" ? undefined : "expert";
  return expert.state === "held" ? "customer" : "together";
}

/** By the platform's own numbering where both have it, else by the time of observation. */
export function isOlder(one: InteractionSnapshot, than: InteractionSnapshot): boolean {
  if (one.sequence !== undefined && than.sequence !== undefined) return one.sequence < than.sequence;
  return one.observedAt < than.observedAt;
}

/** What of a snapshot the lifecycle keeps: no names, no attributes. */
export const withoutPersonalData = (snapshot: InteractionSnapshot): InteractionSnapshot => ({
  ...snapshot,
  attributes: {},
  parties: snapshot.parties.map(({ name: _name, ...party }) => party),
});
