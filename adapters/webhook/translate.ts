import type {
  InteractionSnapshot,
  Outcome,
  PlatformEvent,
  Presence,
  PresenceReport,
} from "../../src/platform/contract.ts";
import { unknownPresence } from "../../src/platform/contract.ts";
import type { WireAgentState, WireCommandRecord, WireEvent, WireSnapshot } from "./wire.ts";

/** Their words and ours. A word that is not here means no information. */
const meanings: Record<string, Pick<Presence, "availability" | "activity">> = {
  available: { availability: "available", activity: "none" },
  busy: { availability: "busy", activity: "none" },
  "on-call": { availability: "busy", activity: "on-call" },
  ringing: { availability: "busy", activity: "ringing" },
  "wrap-up": { availability: "busy", activity: "wrap-up" },
  meeting: { availability: "busy", activity: "in-meeting" },
  training: { availability: "busy", activity: "training" },
  "do-not-disturb": { availability: "do-not-disturb", activity: "none" },
  break: { availability: "away", activity: "break" },
  meal: { availability: "away", activity: "break" },
  away: { availability: "away", activity: "none" },
  offline: { availability: "offline", activity: "none" },
};

export function toPresence(state: WireAgentState): Presence {
  const meaning = Object.hasOwn(meanings, state.means) ? meanings[state.means] : undefined;
  return { ...(meaning ?? unknownPresence), native: state.status, routable: state.routable };
}

/** Their word for a presence: the same activity where they have it, else the plain word for the availability. */
export function toMeaning(presence: Presence): string | undefined {
  const entries = Object.entries(meanings).filter(([, meaning]) => meaning.availability === presence.availability);
  const exact = entries.find(([, meaning]) => meaning.activity === presence.activity);
  return (exact ?? entries.find(([, meaning]) => meaning.activity === "none"))?.[0];
}

export function toReport(
  account: string,
  state: WireAgentState,
  observedAt: Date,
  source: PresenceReport["source"],
): PresenceReport {
  const numbered = state.sequence === undefined ? {} : { sequence: state.sequence };
  return { account, presence: toPresence(state), observedAt, source, ...numbered };
}

export const toSnapshot = (wire: WireSnapshot): InteractionSnapshot => ({
  ...wire,
  rootRef: wire.rootRef ?? wire.ref,
  startedAt: new Date(wire.startedAt),
  observedAt: new Date(wire.observedAt),
});

export function toOutcome(record: Omit<WireCommandRecord, "state"> & { state: WireCommandRecord["state"] }): Outcome {
  if (record.state === "accepted") return { state: "accepted" };
  if (record.state === "done")
    return record.snapshot ? { state: "done", snapshot: toSnapshot(record.snapshot) } : { state: "done" };
  const code = record.code ?? "refused";
  return { state: "refused", code, reason: record.reason ?? code };
}

export function toEvent(wire: WireEvent): PlatformEvent {
  const { eventId } = wire;
  switch (wire.type) {
    case "agent.state.changed":
      return { kind: "presence", eventId, report: toReport(wire.agent, wire.state, new Date(wire.occurredAt), "push") };
    case "interaction.changed":
      return wire.snapshot
        ? { kind: "interaction", eventId, snapshot: toSnapshot(wire.snapshot) }
        : { kind: "interaction-changed", eventId, interaction: wire.interaction };
    case "command.finished":
      return { kind: "command", eventId, commandId: wire.commandId, outcome: toOutcome(wire) };
    case "events.lost":
      return { kind: "attention", eventId, what: "gap" };
  }
}
