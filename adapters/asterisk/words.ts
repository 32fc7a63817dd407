import type { PartyState, Presence } from "../../src/platform/contract.ts";
import { unknownPresence } from "../../src/platform/contract.ts";
import type { WireEndpoint } from "./wire.ts";

export type LegState = "dialing" | "ringing" | "up";

/** Channel states of `ast_state2str`; one that is not here is on its way to nowhere that we know. */
const legStates: Readonly<Record<string, LegState>> = { Up: "up", Ringing: "ringing", Ring: "ringing" };
export const legState = (native: string): LegState => legStates[native] ?? "dialing";

/** SIP answers, as observed on 22.10.1; they tell a refusal (603) from a ban (403), which Q.850 does not. */
const bySip: Readonly<Record<number, string>> = {
  403: "unreachable",
  404: "unreachable",
  408: "no-answer",
  410: "unreachable",
  480: "no-answer",
  484: "unreachable",
  486: "busy",
  487: "cancelled",
  488: "unreachable",
  600: "busy",
  603: "declined",
  604: "unreachable",
};

/** Q.850 causes, for channels without SIP and for Asterisk before 22.7. */
const byCause: Readonly<Record<number, string>> = {
  16: "cancelled",
  17: "busy",
  18: "no-answer",
  19: "no-answer",
  21: "declined",
};

/** What became of a leg that has gone, once it was answered and before. */
export function endOf(wasUp: boolean, cause = 0, sip = 0): { state: PartyState; reason: string } {
  if (wasUp) return { state: "left", reason: "hung-up" };
  const reason = bySip[sip] ?? byCause[cause] ?? "unreachable";
  return { state: reason === "cancelled" ? "left" : "failed", reason };
}

/** What an agent's phone shows. Whether somebody is paused in a queue is not known to ARI. */
export function toPresence({ state, channel_ids }: WireEndpoint, isUp: (channel: string) => boolean): Presence {
  if (state === "offline") return { availability: "offline", activity: "none", native: state };
  if (state !== "online") return { ...unknownPresence, native: state };
  if (channel_ids.length === 0) return { availability: "available", activity: "none", native: state };
  const activity = channel_ids.some(isUp) ? "on-call" : "ringing";
  return { availability: "busy", activity, native: `${state}, ${activity}` };
}
