/** RingCentral's words for presence, from the API contract (PresenceInfoResponse and the presence event bodies). */
import { z } from "zod";
import type { Activity, Availability, Presence, PresenceReport } from "../../src/platform/contract.ts";

const word = z.string().nullish();
const status = z.looseObject({ telephonyStatus: word });

/** As read or as pushed; a push leaves out what has not changed. Words stay plain text: new ones must not break us. */
export const shownPresence = z.looseObject({
  presenceStatus: word,
  userStatus: word,
  dndStatus: word,
  dndStatusPersonal: word,
  telephonyStatus: word,
  aggregatedTelephonyStatus: word,
  cxTelephonyStatus: word,
  meetingStatus: word,
  allowSeeMyPresence: z.boolean().nullish(),
  activeCalls: z.array(status).nullish(),
  totalActiveCalls: z.number().nullish(),
});
export type ShownPresence = z.output<typeof shownPresence>;

export const doNotDisturb = "DoNotAcceptAnyCalls";

const availabilityOf: Readonly<Record<string, Availability>> = {
  Available: "available",
  Busy: "busy",
  Offline: "offline",
};

/** A parked call waits for anybody; its owner is not on it. */
const activityOf: Readonly<Record<string, Activity>> = {
  NoCall: "none",
  Ringing: "ringing",
  CallConnected: "on-call",
  OnHold: "on-call",
  ParkedCall: "none",
};

/** Old and new call handling keep Do Not Disturb in different fields, and an account may be on either. */
export const isDoNotDisturb = (shown: ShownPresence): boolean =>
  shown.dndStatus === doNotDisturb || shown.dndStatusPersonal === doNotDisturb;

/** Department lines, faxes and the like are always "Offline" and have no status of a person. */
export const isPerson = (shown: ShownPresence): boolean => Boolean(shown.userStatus ?? shown.telephonyStatus);

/** Others see somebody who hides as offline: what they really do is not told. */
export const isHidden = (shown: ShownPresence): boolean => shown.allowSeeMyPresence === false;

export function toPresence(shown: ShownPresence): Presence {
  const word = shown.presenceStatus ?? "";
  const availability = availabilityOf[word] ?? "unknown";
  const activity = activityIn(shown);
  if (isDoNotDisturb(shown)) return { availability: "do-not-disturb", activity, native: "DoNotDisturb" };
  if (isHidden(shown) && availability === "offline") {
    return { availability: "unknown", activity: "none", native: "Hidden" };
  }
  return { availability, activity, native: nativeOf(word, activity) };
}

const nativeOf = (word: string, activity: Activity) => (activity === "none" ? word : `${word}/${activity}`);

function activityIn(shown: ShownPresence): Activity {
  const words = callWords(shown).map((word) => activityOf[word] ?? "none");
  if (words.includes("on-call")) return "on-call";
  if (words.includes("ringing")) return "ringing";
  return shown.meetingStatus === "Connected" ? "in-meeting" : "none";
}

const callWords = (shown: ShownPresence): string[] =>
  [
    shown.telephonyStatus,
    shown.aggregatedTelephonyStatus,
    shown.cxTelephonyStatus,
    ...(shown.activeCalls ?? []).map((call) => call.telephonyStatus),
  ].filter((word) => typeof word === "string");

/**
 * Does a pushed body say all that `toPresence` needs? It does not when the availability, Do Not Disturb or the state of
 * the phone was left out as unchanged, nor when somebody is busy and the body does not tell with what.
 */
export function saysEnough(shown: ShownPresence): boolean {
  if (!shown.presenceStatus) return false;
  if (isDoNotDisturb(shown)) return true;
  if (!shown.dndStatus && !shown.dndStatusPersonal) return false;
  if (!knowsPhone(shown)) return false;
  const isExplained = activityIn(shown) !== "none" || shown.userStatus === "Busy" || Boolean(shown.meetingStatus);
  return shown.presenceStatus !== "Busy" || isExplained;
}

/** The list of calls holds the latest seven only. */
function knowsPhone(shown: ShownPresence): boolean {
  if (shown.telephonyStatus ?? shown.aggregatedTelephonyStatus) return true;
  const listed = shown.activeCalls?.length;
  if (listed === undefined) return shown.totalActiveCalls === 0;
  return activityIn(shown) === "on-call" || listed >= (shown.totalActiveCalls ?? listed);
}

/** What `release` writes back: what the person themselves had set. */
export function toRestore(shown: ShownPresence): Record<string, string> | undefined {
  if (!shown.userStatus) return undefined;
  const { userStatus, dndStatus, dndStatusPersonal } = shown;
  return {
    userStatus,
    ...(dndStatus ? { dndStatus } : {}),
    ...(dndStatusPersonal ? { dndStatusPersonal } : {}),
  };
}

export function toReport(
  account: string,
  shown: ShownPresence,
  seen: Pick<PresenceReport, "observedAt" | "source" | "sequence">,
): PresenceReport {
  const restore = toRestore(shown);
  return { account, presence: toPresence(shown), ...seen, ...(restore ? { restore } : {}) };
}
