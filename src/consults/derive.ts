import type { InteractionSnapshot, Party } from "../platform/contract.ts";
import type { Consult, Offer, Ring, TalkingTo } from "./model.ts";

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
  /** Whoever was rung to join them. */
  guests: GuestFacts[];
};
export type GuestFacts = Pick<Facts, "leg" | "lost" | "voicemail" | "answered"> & { offer: Offer };

const isAlive = (party: Party): boolean => party.state !== "left" && party.state !== "failed";
const isConnected = (party: Party): boolean => party.state === "connected" || party.state === "held";
const isMachine = (party: Party): boolean => party.human === false || party.reason === "voicemail";

/**
 * Legs that appeared after we dialled and belong to an expert. An expert who has a seat in the contact center shows up as
 * an agent and is known by the account that we rang. `system` parties (recorders, announcements) are nobody.
 */
function cameOf(ring: Ring | undefined, before: string[], party: Party): boolean {
  if (!ring || before.includes(party.ref)) return false;
  if (party.role === "expert") return true;
  return party.role === "agent" && ring.target.kind === "agent" && party.account === ring.target.account;
}

/** Whose leg it is: a guest's, or the winner's (`undefined`), or not of our doing (`"other"`). */
function ownerOf(consult: Consult, party: Party): Offer | undefined | "other" {
  const guests = consult.offers.filter(({ guest }) => guest?.ring);
  const known = guests.find(({ guest }) => guest?.party === party.ref);
  if (known) return known;
  if (party.ref === consult.expertParty) return undefined;
  const waiting = guests.filter(({ guest }) => !guest?.party && cameOf(guest?.ring, guest?.ring?.before ?? [], party));
  const latest = waiting.sort((a, b) => Number(b.guest?.ring?.dialledAt) - Number(a.guest?.ring?.dialledAt))[0];
  return latest ?? (cameOf(consult.ring, consult.before, party) ? undefined : "other");
}

export function factsOf(consult: Consult): Facts {
  const { seen } = consult;
  if (!seen) return { customerGone: false, agentGone: false, voicemail: false, answered: false, guests: [] };
  const owners = new Map(seen.parties.map((party) => [party, ownerOf(consult, party)]));
  const legsOf = (owner: Offer | undefined) => seen.parties.filter((party) => owners.get(party) === owner);
  const others = seen.parties.filter((party) => isAlive(party) && owners.get(party) === "other");
  const customer = others.find((party) => party.role === "customer");
  const { leg, lost, voicemail, answered } = legFacts(legsOf(undefined), consult.expertParty);
  const shape = answered && customer && leg ? shapeOf(customer, leg) : undefined;
  return {
    customerGone: seen.state === "ended" || !customer,
    agentGone: !others.some((party) => party.role === "agent"),
    voicemail,
    answered,
    ...(customer ? { customer } : {}),
    ...(leg ? { leg } : {}),
    ...(lost ? { lost } : {}),
    ...(shape ? { shape } : {}),
    guests: consult.offers.flatMap((offer) =>
      offer.guest?.ring ? [{ offer, ...legFacts(legsOf(offer), offer.guest.party) }] : [],
    ),
  };
}

function legFacts(legs: Party[], known: string | undefined): Omit<GuestFacts, "offer"> {
  const living = legs.filter(isAlive);
  const leg = living.find((party) => party.ref === known) ?? living[0];
  const lost = leg ? undefined : lostLeg(legs, known);
  const voicemail = leg !== undefined && isMachine(leg);
  const answered = leg !== undefined && isConnected(leg) && !voicemail;
  return { voicemail, answered, ...(leg ? { leg } : {}), ...(lost ? { lost } : {}) };
}

function lostLeg(legs: Party[], known: string | undefined): Facts["lost"] {
  const party = legs.find((one) => one.ref === known) ?? legs.at(-1);
  if (!party && !known) return undefined;
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
