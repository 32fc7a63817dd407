/** Moving people between rooms, and letting them go. Each of these is safe to repeat. */
import { BridgeError } from "../../src/errors.ts";
import type { Call, Leg } from "./call.ts";
import { readCall } from "./call.ts";
import { isLeg, type Room, roomId, rooms } from "./names.ts";
import { type Answer, ask, pathOf } from "./request.ts";
import type { Asterisk } from "./settings.ts";

/** Asterisk acts a few milliseconds after it answers. */
const pauseMs = 25;
const triesMax = 40;
export const pause = () => new Promise<void>((resolve) => setTimeout(resolve, pauseMs));

/** Bridges are ours alone, so one that is there already (409) is the one that we want. */
async function openRoom(c: Asterisk, room: Room, interaction: string): Promise<void> {
  const path = pathOf("bridges", roomId(room, interaction));
  const type = room === "talk" ? "mixing" : "holding";
  const made = await ask(c, { method: "POST", path, query: { type, name: `patchcord ${room}` }, lane: "call" });
  if (made.status >= 300 || room === "talk") return;
  await ask(c, { method: "POST", path: `${path}/moh`, query: { mohClass: c.settings.musicClass }, lane: "call" });
}

/**
 * Brings somebody into a room; they leave the other one by themselves, and nobody hears them on the way. Not `/hold`:
 * that plays music to them, but the others would still hear them.
 * Answers `gone` when Asterisk does not have them any more, or not in our hands.
 */
export async function move(c: Asterisk, interaction: string, ref: string, room: Room): Promise<"moved" | "gone"> {
  const path = `${pathOf("bridges", roomId(room, interaction))}/addChannel`;
  // The expert's phone shows our caller id, not the agent's, where the settings have one.
  const quiet = c.settings.callerId && isLeg(ref) ? { inhibitConnectedLineUpdates: "true" } : {};
  for (let tries = 0; tries < triesMax; tries++) {
    const answer = await ask(c, { method: "POST", path, query: { channel: ref, ...quiet }, lane: "call" });
    if (answer.status < 300) return "moved";
    if (answer.status === 400) return "gone";
    if (answer.status === 404) await openRoom(c, room, interaction);
    else await pause(); // 422: it has been made, and is not in our application yet
  }
  return "gone";
}

export const hangUp = (c: Asterisk, ref: string): Promise<Answer> =>
  ask(c, { method: "DELETE", path: pathOf("channels", ref), query: { reason: "normal" }, lane: "call" });

export async function closeRooms(c: Asterisk, interaction: string): Promise<void> {
  for (const room of rooms)
    await ask(c, { method: "DELETE", path: pathOf("bridges", roomId(room, interaction)), lane: "call" });
}

/** Reads until what is seen satisfies; `tries` times 25 ms at most, and what the readings take. */
export async function seeUntil(
  c: Asterisk,
  interaction: string,
  satisfies: (call: Call | undefined) => boolean,
  tries = triesMax,
): Promise<Call | undefined> {
  let call = await readCall(c, interaction);
  for (let left = tries; left > 0 && !satisfies(call); left--) {
    await pause();
    call = await readCall(c, interaction);
  }
  return call;
}

/** Answers whether they are in the room now, as far as Asterisk lists them. */
export const areIn = (call: Call | undefined, legs: readonly Leg[], room: Room): boolean =>
  legs.every(({ ref }) => call?.legs.some((leg) => leg.ref === ref && leg.room === room));

/** Sets a variable on somebody's channel. Answers whether they are still there, in our hands. */
export async function note(c: Asterisk, ref: string, name: string, value: string): Promise<boolean> {
  const path = `${pathOf("channels", ref)}/variable`;
  const answer = await ask(c, { method: "POST", path, query: { variable: name, value }, lane: "call" });
  if (answer.status < 300) return true;
  if (answer.status === 404 || answer.status === 409) return false;
  throw new BridgeError("platform_refused", `Asterisk did not take a variable: it answered ${answer.status}`);
}
