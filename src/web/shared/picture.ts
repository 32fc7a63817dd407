/** Who hears whom, as nodes and lines, from the parties of a call. Pure. */
import type { PartyRole, PartyState } from "../../platform/contract.ts";

/** `asked`: somebody who is asked and whose phone does not ring yet. */
export type PictureParty = {
  ref: string;
  role: PartyRole;
  state: PartyState | "asked";
  name?: string;
  hears: string[];
  music: boolean;
  /** Since when it is in this state. */
  since?: string;
};
/** `both`: they hear each other. Without it only `a` hears `b`. */
export type HearingLine = { a: string; b: string; both: boolean };

const gone: readonly PictureParty["state"][] = ["left", "failed"];
const coming: readonly PictureParty["state"][] = ["dialing", "ringing"];

export const isPresent = ({ state }: Pick<PictureParty, "state">): boolean => !gone.includes(state);
export const isComing = ({ state }: Pick<PictureParty, "state">): boolean => coming.includes(state);

/** One line for every pair of which at least one hears the other, in the order of the parties. */
export function hearingLines(parties: readonly PictureParty[]): HearingLine[] {
  const present = parties.filter(isPresent);
  const lines: HearingLine[] = [];
  for (const [index, one] of present.entries())
    for (const other of present.slice(index + 1)) {
      const [there, back] = [one.hears.includes(other.ref), other.hears.includes(one.ref)];
      if (there && back) lines.push({ a: one.ref, b: other.ref, both: true });
      else if (there) lines.push({ a: one.ref, b: other.ref, both: false });
      else if (back) lines.push({ a: other.ref, b: one.ref, both: false });
    }
  return lines;
}

/** Where the customer is now, which decides the sentence and the shape at the top of the desk. */
export type CustomerPlace = "with-agent" | "with-expert" | "with-both" | "held" | "ringing" | "alone" | "left";

export function customerPlace(parties: readonly PictureParty[]): CustomerPlace {
  const customer = parties.find(({ role }) => role === "customer");
  if (!customer || !isPresent(customer)) return "left";
  if (isComing(customer)) return "ringing";
  if (customer.music || customer.state === "held") return "held";
  const heard = new Set(parties.filter(({ ref }) => customer.hears.includes(ref)).map(({ role }) => role));
  if (heard.has("agent")) return heard.has("expert") ? "with-both" : "with-agent";
  return heard.has("expert") ? "with-expert" : "alone";
}
