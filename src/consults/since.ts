import type { InteractionSnapshot } from "../platform/contract.ts";

/**
 * Since when each party is as it is: as the platform tells, else since we first saw it so. Pure. Kept with the snapshot,
 * so that a waiting time outlives a reload of the desk and a restart of ours.
 */
export function withSince(told: InteractionSnapshot, kept: InteractionSnapshot | undefined): InteractionSnapshot {
  const before = new Map(kept?.parties.map((party) => [party.ref, party]));
  const parties = told.parties.map((party) => {
    const known = before.get(party.ref);
    const sinceAt = party.sinceAt ?? (known?.state === party.state ? known.sinceAt : undefined) ?? told.observedAt;
    return { ...party, sinceAt };
  });
  return { ...told, parties };
}
