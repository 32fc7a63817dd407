/**
 * Words that every page needs, in English: how people are, what cannot be done and why, who hears whom. The other
 * languages have the same type, so a missing key does not compile. Times and names arrive formatted.
 */
import type { ErrorCode } from "../../../errors.ts";
import type { Activity, Availability, Channel, RecordingState } from "../../../platform/contract.ts";
import type { ReasonCode } from "../../../views.ts";
import { ladderReasons, ladderWords } from "../ladder.ts";
import type { Widen } from "../widen.ts";

export type Gap = { platform?: string | undefined; until?: string | undefined };
const until = (words: string, gap: Gap) => (gap.until ? `${words} until ${gap.until}` : words);
const where = (words: string, gap: Gap) => until(gap.platform ? `${words} on ${gap.platform}` : words, gap);

export const basics = {
  common: {
    you: "You",
    customer: "the customer",
    colleague: "your colleague",
    close: "Close",
    cancel: "Cancel",
    retry: "Try again",
    more: "More",
    loading: "Loading",
  },

  channel: {
    voice: "voice",
    video: "video",
    chat: "chat",
    messaging: "messaging",
    email: "e-mail",
    social: "social media",
  } satisfies Record<Channel, string>,

  recording: {
    on: "Recording on",
    paused: "Recording paused",
    off: "Not recorded",
    unknown: "Recording not known",
  } satisfies Record<RecordingState, string>,

  availability: {
    available: "Available",
    busy: "Busy",
    "do-not-disturb": "Do not disturb",
    away: "Away",
    offline: "Offline",
    unknown: "Not known",
  } satisfies Record<Availability, string>,

  activity: {
    none: "",
    "on-call": "In a call",
    ringing: "Ringing",
    "in-meeting": "In a meeting",
    presenting: "Presenting",
    focusing: "Focusing",
    "wrap-up": "Wrapping up",
    break: "On a break",
    training: "In training",
    "be-right-back": "Be right back",
    "out-of-office": "Out of office",
    "off-work": "Off work",
    inactive: "Inactive",
  } satisfies Record<Activity, string>,

  reason: {
    available: () => "Available",
    "in-call": (gap) => where("In a call", gap),
    ringing: (gap) => where("Their phone is ringing", gap),
    "in-meeting": (gap) => where("In a meeting", gap),
    presenting: (gap) => until("Presenting", gap),
    focusing: (gap) => until("Focusing", gap),
    busy: (gap) => where("Busy", gap),
    "do-not-disturb": (gap) => where("Do not disturb", gap),
    away: (gap) => until("Away", gap),
    offline: (gap) => where("Offline", gap),
    "out-of-office": (gap) => until("Out of office", gap),
    "wrap-up": () => "Wrapping up a call",
    break: (gap) => until("On a break", gap),
    unknown: () => "We do not know how they are",
    stale: (gap) => (gap.platform ? `No news from ${gap.platform}` : "No news for a while"),
    "not-accepting": (gap) => until("Takes no questions", gap),
    paused: (gap) => until("Has paused questions", gap),
    "off-roster": (gap) => (gap.until ? `Not on duty before ${gap.until}` : "Not on duty"),
    "quota-used": (gap) => (gap.until ? `Has helped enough, free again ${gap.until}` : "Has helped enough this month"),
    "cooling-down": (gap) => until("Just helped somebody, resting", gap),
    "in-consult": () => "Helping another agent",
    "being-asked": () => "Being asked by somebody else",
    ...ladderReasons("en", "Has no phone number"),
    "chat-only": () => "Only by chat",
    inactive: () => "No longer takes part",
  } satisfies Record<ReasonCode, (gap: Gap) => string>,

  ladder: ladderWords("en"),

  presence: {
    stale: (time: string) => `as of ${time}`,
  },

  /** What to do about a refusal, by the code of the problem document. */
  problem: {
    bad_request: "We sent something unreadable. Reload this panel and try again.",
    invalid: "Something in the request is not right. Check the question and try again.",
    unauthenticated: "Your sign-in has run out. Reload the page in your contact center.",
    forbidden: "You may not do this. Ask your administrator.",
    not_found: "That is no longer there. The list is being refreshed.",
    conflict: "Things have moved on in the meantime. Look again and choose once more.",
    idempotency_mismatch: "That was already sent in another form. Try again.",
    too_large: "That is too long. Shorten the question.",
    unsupported: "Your contact center cannot do this. Choose another way.",
    unreachable: "Nobody can be reached this way. Choose somebody else, or ask by chat.",
    platform_unauthorized:
      "A platform must be reconnected first. Tell your administrator; meanwhile use your phone's own transfer.",
    platform_refused: "The phone system refused. Try again, or use your phone's own transfer.",
    platform_throttled: "The phone system is overloaded. Try again in a moment.",
    platform_unavailable: "The phone system does not answer. Try again, or use your phone's own transfer.",
    unavailable: "We are not ready just now. Try again in a moment.",
    internal: "Something went wrong on our side. Try again.",
  } satisfies Record<ErrorCode, string>,
  offline: "We cannot be reached. Your call goes on; try again in a moment.",

  picture: {
    label: "Who hears whom",
    hear: (a: string, b: string) => `${a} and ${b} hear each other.`,
    hears: (a: string, b: string) => `${a} hears ${b}.`,
    music: (a: string) => `${a} hears music.`,
    rings: (a: string) => `${a}’s phone rings.`,
    nobody: (a: string) => `${a} hears nobody.`,
    ringing: "ringing",
    asked: "asked",
    onHold: "music",
  },
};

export type Basics = Widen<typeof basics>;
