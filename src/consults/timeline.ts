import type { Consult, ConsultEvent } from "./model.ts";

export type TimelineEntry = { what: string; data: Record<string, unknown> };

/** What a person would tell about this step, as codes that the screens word. No names, no text. */
export function timelineOf(before: Consult, after: Consult, event: ConsultEvent): TimelineEntry[] {
  const entries: TimelineEntry[] = [];
  const say = (what: string, data: Record<string, unknown> = {}) => entries.push({ what, data });
  for (const offer of after.offers) {
    const was = before.offers.find((one) => one.id === offer.id);
    if (was?.state !== offer.state)
      say(`offer-${offer.state}`, { person: offer.person, ...(offer.reason ? { reason: offer.reason } : {}) });
  }
  if (event.type === "move") say("move", { move: event.move });
  if (after.trouble && after.trouble !== before.trouble) say("trouble", { trouble: after.trouble });
  if (after.talkingTo !== before.talkingTo && after.state === "consulting") say(`talking-to-${after.talkingTo}`);
  if (after.state !== before.state) say(after.state, after.result ? { result: after.result } : {});
  return entries;
}
