/** Why something is shown or not, in English. `{…}` are filled in. Other languages have the same keys. */
import type { Activity, Availability } from "../../platform/contract.ts";
import type { TriedCode } from "../try-policy.ts";

export const en = {
  availability: {
    available: "available",
    busy: "busy",
    "do-not-disturb": "do not disturb",
    away: "away",
    offline: "offline",
    unknown: "unknown",
  },
  activity: {
    none: "",
    "on-call": "in a call",
    ringing: "phone ringing",
    "in-meeting": "in a meeting",
    presenting: "presenting",
    focusing: "focusing",
    "wrap-up": "wrapping up",
    break: "on a break",
    training: "in training",
    "be-right-back": "back soon",
    "out-of-office": "out of office",
    "off-work": "off work",
    inactive: "inactive",
  },
  why: {
    follows: "{platform} shows “{shown}”, because {cause} shows “{because}”.",
    "nothing-to-follow": "We show nothing on {platform}: nothing elsewhere asks for it.",
    "own-status":
      "The person's own status on {platform} stays. We show something there only when they are available themselves.",
    "on-queue":
      "{platform} is left alone: an agent who takes calls is not moved. A rule that says so “even on queue” would do it.",
    "no-information":
      "We begin nothing on {platform}, because we do not know what it shows. Check that this connection works.",
    "cause-unclear":
      "What we show on {platform} stays but is not renewed, because {cause} was not seen lately. Check that connection.",
    "cause-lost": "We let go on {platform}, because {cause} has not been seen for ten minutes. Check that connection.",
    "cannot-show": "{platform} cannot show this on somebody's behalf. Choose another status in the rule.",
    "not-routed": "No work is offered, because {platform} shows “{because}”.",
    "routed-again": "Work may be offered again: {platform} shows “{because}”.",
  },
} satisfies Texts;

export type Texts = {
  availability: Record<Availability, string>;
  activity: Record<Activity, string>;
  why: Record<TriedCode, string>;
};
