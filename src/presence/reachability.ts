// LEAD'S STAND-IN so that other rooms compile and run meanwhile: presence room owner, please replace. Tell the new signature.
import type { PresenceView, ReachabilityView } from "../views.ts";

export function reachability(
  presences: PresenceView[],
  accepting: boolean,
  phone: string | undefined,
  platform: string,
): ReachabilityView {
  const fresh = presences.filter((one) => !one.stale);
  const busiest = fresh.find((one) => one.availability !== "available") ?? fresh[0];
  const state = !accepting
    ? "no"
    : fresh.length > 0 && fresh.every((one) => one.availability === "available")
      ? phone
        ? "call"
        : "chat"
      : "later";
  return {
    state,
    availability: busiest?.availability ?? "unknown",
    activity: busiest?.activity ?? "none",
    reasons: [{ code: state === "call" ? "available" : "busy" }],
    ...(phone ? { rung: { kind: "phone" as const, platform } } : {}),
    skipped: [],
    presences,
  };
}
