import type { Activity, Availability, Presence } from "../../src/platform/contract.ts";
import { unknownPresence } from "../../src/platform/contract.ts";

/** Source of both tables: Microsoft Graph reference, "presence resource type". The sets are open: words may be added. */
const availabilities: Record<string, Availability> = {
  Available: "available",
  AvailableIdle: "available",
  Busy: "busy",
  BusyIdle: "busy",
  DoNotDisturb: "do-not-disturb",
  BeRightBack: "away",
  Away: "away",
  Offline: "offline",
};

const activities: Record<string, Activity> = {
  Available: "none",
  Away: "none",
  BeRightBack: "be-right-back",
  Busy: "none",
  DoNotDisturb: "none",
  InACall: "on-call",
  // Somebody who has joined a group call or meeting; a meeting that is only in the calendar is InAMeeting.
  InAConferenceCall: "on-call",
  InAMeeting: "in-meeting",
  Presenting: "presenting",
  Focusing: "focusing",
  UrgentInterruptionsOnly: "none",
  Inactive: "inactive",
  AvailableInactive: "inactive",
  OffWork: "off-work",
  OutOfOffice: "out-of-office",
  Offline: "none",
};

/** A word that is in no table means that we know nothing; never "available". */
export function readWords(words: { availability?: string | null; activity?: string | null }): Presence {
  const native = `${words.availability ?? "?"}/${words.activity ?? "?"}`;
  const availability = lookUp(availabilities, words.availability);
  if (availability === undefined) return { ...unknownPresence, native };
  return { availability, activity: lookUp(activities, words.activity) ?? "none", native };
}

const lookUp = <T>(table: Record<string, T>, word: string | null | undefined): T | undefined =>
  word && Object.hasOwn(table, word) ? table[word] : undefined;

export type Pair = { availability: string; activity: string };

/**
 * What an application may show, of the five pairs that setPresence accepts. Not among them: Available, which would
 * outrank a person's own Away; Away, which nobody sees while the person is there; and InAConferenceCall, which reads
 * back as the same as InACall.
 */
const shown: readonly { presence: Presence; pair: Pair }[] = [
  { presence: { availability: "busy", activity: "on-call" }, pair: { availability: "Busy", activity: "InACall" } },
  {
    presence: { availability: "do-not-disturb", activity: "presenting" },
    pair: { availability: "DoNotDisturb", activity: "Presenting" },
  },
];

export const holds: readonly Presence[] = shown.map(({ presence }) => presence);

/** The pair for this presence, else the one of the same availability: Teams has no wrap-up, but it has a busy. */
export const closestPair = (wanted: Presence): { presence: Presence; pair: Pair } | undefined =>
  shown.find(
    ({ presence }) => presence.availability === wanted.availability && presence.activity === wanted.activity,
  ) ?? shown.find(({ presence }) => presence.availability === wanted.availability);
