/** Who hears whom, from what the platform tells about the parties. Pure. */
import type { InteractionSnapshot, Party } from "../platform/contract.ts";
import type { PartyView } from "../views.ts";

const isThere = (party: Party) => party.state === "connected";

/**
 * Connected parties hear one another; a held one hears music. While the agent talks to the customer in a consult, the
 * expert waits, and the other way round, which platforms show as `held` on the waiting leg.
 */
export function partiesOf(snapshot: InteractionSnapshot): PartyView[] {
  const talking = snapshot.parties.filter(isThere).map((party) => party.ref);
  return snapshot.parties
    .filter((party) => party.state !== "left" && party.state !== "failed")
    .map((party) => ({
      ref: party.ref,
      role: party.role,
      state: party.state,
      ...(party.name ? { name: party.name } : {}),
      hears: isThere(party) ? talking.filter((ref) => ref !== party.ref) : [],
      music: party.state === "held",
      ...(party.sinceAt ? { since: party.sinceAt.toISOString() } : {}),
    }));
}
