import { type Conference, isRinging, isTalking, type Participant } from "./model.ts";

/** What a party hears: others, the music of hold or waiting, or a phone that rings. None of them: silence. */
export type Hearing = { hears: string[]; music: boolean; ringing: boolean };

/**
 * The audio graph, by call. One mix: who is connected and not on hold hears all others who are and are not muted. A
 * coaching party is heard by the coached one alone. Before the conference has begun everybody hears waiting music; while
 * it dials somebody all in it hear the ring (early media).
 */
export function hearing(conference: Conference): Record<string, Hearing> {
  const { participants, status } = conference;
  const rings = participants.some((one) => isRinging(one.call));
  const isIn = (one: Participant) => isTalking(one.call) && !one.hold && status === "in-progress";
  const isHeardBy = (one: Participant, listener: Participant) =>
    one !== listener && isIn(one) && !one.muted && (one.coached === undefined || one.coached === listener.call.sid);
  const of = (one: Participant): Hearing => ({
    hears: isIn(one) ? participants.filter((other) => isHeardBy(other, one)).map((other) => other.call.sid) : [],
    music: isTalking(one.call) && (one.hold || status === "init"),
    ringing: isIn(one) && rings,
  });
  return Object.fromEntries(participants.map((one) => [one.call.sid, of(one)]));
}
