/** TaskRouter's activities are names that each company makes up; these are the usual ones and what they mean. */
import type { Presence } from "../../src/platform/contract.ts";
import type { Engagement } from "./memory.ts";

type Meaning = Pick<Presence, "availability" | "activity">;

const free: Meaning = { availability: "available", activity: "none" };
const busy: Meaning = { availability: "busy", activity: "none" };
const away: Meaning = { availability: "away", activity: "none" };
const pause: Meaning = { availability: "away", activity: "break" };
const offline: Meaning = { availability: "offline", activity: "none" };

/** Lower case, only letters. Sources: TaskRouter's pre-made activities, Flex's defaults, common additions. */
const meanings: Readonly<Record<string, Meaning>> = {
  available: free,
  idle: free,
  ready: free,
  online: free,
  unavailable: busy,
  busy,
  reserved: { availability: "busy", activity: "ringing" },
  oncall: { availability: "busy", activity: "on-call" },
  wrapup: { availability: "busy", activity: "wrap-up" },
  aftercallwork: { availability: "busy", activity: "wrap-up" },
  meeting: { availability: "busy", activity: "in-meeting" },
  inameeting: { availability: "busy", activity: "in-meeting" },
  training: { availability: "busy", activity: "training" },
  coaching: { availability: "busy", activity: "training" },
  donotdisturb: { availability: "do-not-disturb", activity: "none" },
  focus: { availability: "do-not-disturb", activity: "focusing" },
  away,
  break: pause,
  onbreak: pause,
  lunch: pause,
  meal: pause,
  offline,
  loggedout: offline,
};

const engagements: Readonly<Record<Engagement, Meaning>> = {
  "on-call": { availability: "busy", activity: "on-call" },
  ringing: { availability: "busy", activity: "ringing" },
  "wrap-up": { availability: "busy", activity: "wrap-up" },
};

const spell = (name: string) => name.toLowerCase().replaceAll(/[^a-z]/g, "");

/** What an activity of this name means; undefined for a name that we do not know. */
export function meaningOf(name: string): Meaning | undefined {
  const key = spell(name);
  return Object.hasOwn(meanings, key) ? meanings[key] : undefined;
}

/**
 * A worker on a call keeps an available activity, so what they are engaged in comes first. An unknown name says nothing,
 * unless TaskRouter itself calls the activity available.
 * @param available TaskRouter gives work to whoever is in this activity; undefined where an event does not say.
 */
export function toPresence(name: string, available: boolean | undefined, engagement: Engagement | undefined): Presence {
  const routable = available === undefined ? {} : { routable: available };
  const shown = { native: name, ...routable };
  if (engagement) return { ...engagements[engagement], ...shown };
  const meaning = meaningOf(name) ?? (available ? free : undefined);
  return { ...(meaning ?? { availability: "unknown", activity: "none" }), ...shown };
}
