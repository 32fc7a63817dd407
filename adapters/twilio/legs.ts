/** What can be done to one leg of a conference. Each is safe to repeat and checks in the answer that it was done. */
import { isBridgeError } from "../../src/errors.ts";
import { refusal } from "./failures.ts";
import { ask, askFor, orUndefined } from "./request.ts";
import { isHeld, isPresent, type Leg } from "./scene.ts";
import type { Twilio } from "./settings.ts";
import { call, type Participant, participant } from "./wire.ts";

const pathOf = (conference: string, leg: Leg) => `/Conferences/${conference}/Participants/${leg.call}.json`;

const update = (
  c: Twilio,
  conference: string,
  leg: Leg,
  form: Record<string, string | boolean>,
): Promise<Participant> =>
  askFor(c, { api: "voice", method: "POST", path: pathOf(conference, leg), form }, participant);

/** Puts on hold, with music, or back into the conversation. */
export async function setHold(c: Twilio, conference: string, leg: Leg, held: boolean): Promise<void> {
  const { holdMusicUrl } = c.settings;
  const music = held && holdMusicUrl ? { HoldUrl: holdMusicUrl, HoldMethod: "GET" } : {};
  const after = await update(c, conference, leg, { Hold: held, ...music });
  if ((after.hold ?? false) !== held)
    throw refusal("hold_ignored", held ? "Twilio did not put the party on hold" : "Twilio left the party on hold");
}

/**
 * Says whether the conference, and everybody's call with it, ends when this leg goes.
 * Twilio ignores the change without a word while this very leg is on hold, so the answer is read.
 * Source: twilio-professional-services/flex-dialpad-addon-plugin, issue 60.
 */
export async function setEndsConference(c: Twilio, conference: string, leg: Leg, ends: boolean): Promise<void> {
  const after = await update(c, conference, leg, { EndConferenceOnExit: ends });
  if ((after.end_conference_on_exit ?? false) !== ends)
    throw refusal("change_ignored", "Twilio did not let the conference outlive this leg");
}

/**
 * Ends a leg that rings or talks, after making sure that nobody else's call depends on it. One that has gone already is
 * fine. Never to be used on the customer's.
 */
export async function endLeg(c: Twilio, conference: string, leg: Leg): Promise<void> {
  if (leg.role === "customer") throw refusal("customer_is_not_removed", "the customer's leg is never ended from here");
  if (!isPresent(leg) && (await cancelRinging(c, leg.call))) return;
  if (leg.endsConference) await letGo(c, conference, leg);
  await orUndefined(ask(c, { api: "voice", method: "DELETE", path: pathOf(conference, leg) }));
}

/** Twilio ignores the change on a leg that is on hold, so it is taken off it before. */
export async function letGo(c: Twilio, conference: string, leg: Leg): Promise<void> {
  if (isHeld(leg)) await setHold(c, conference, leg, false);
  await setEndsConference(c, conference, leg, false);
}

/**
 * Stops a call that nobody has answered yet; works without a conference, too. Twilio lets `canceled` never end a call
 * in progress, so no talk can be cut by it. False: it was answered in this very moment.
 * Source: Call resource, "Update a Call resource", Status.
 */
export async function cancelRinging(c: Twilio, sid: string): Promise<boolean> {
  const path = `/Calls/${sid}.json`;
  try {
    const after = await askFor(c, { api: "voice", method: "POST", path, form: { Status: "canceled" } }, call);
    return after.status !== "in-progress";
  } catch (error) {
    if (!isBridgeError(error) || !["not_found", "platform_refused"].includes(error.code)) throw error;
    return (await readCall(c, sid))?.status !== "in-progress";
  }
}

export const readCall = (c: Twilio, sid: string) =>
  orUndefined(askFor(c, { api: "voice", path: `/Calls/${sid}.json` }, call));
