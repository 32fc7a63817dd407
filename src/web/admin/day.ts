/** A day as stretches of time: what each platform shows itself, and what we would have shown there. Pure. */
import type { ChangeView, DayEvent } from "./api.ts";

/** `from` and `to` in milliseconds; `what` as availability and activity. */
export type Stretch = { from: number; to: number; availability: string; activity: string };
export type Track = { platform: string; own: Stretch[]; ours: Stretch[] };

const hourMs = 3_600_000;

/** The whole hours around what happens. */
export function spanOf(events: readonly DayEvent[]): { from: number; to: number } {
  const times = events.map(({ at }) => Date.parse(at));
  const first = Math.min(...times);
  const last = Math.max(...times);
  return { from: Math.floor(first / hourMs) * hourMs, to: (Math.floor(last / hourMs) + 1) * hourMs };
}

type Mark = { at: number; availability?: string; activity?: string };

/** From each mark to the next; a mark without a status ends a stretch and begins none. */
function stretches(marks: readonly Mark[], end: number): Stretch[] {
  const sorted = marks.toSorted((a, b) => a.at - b.at);
  return sorted.flatMap(({ at, availability, activity = "none" }, index) => {
    const to = sorted[index + 1]?.at ?? end;
    return availability === undefined || to <= at ? [] : [{ from: at, to, availability, activity }];
  });
}

/** Changes name platforms as people know them (`names`); what concerns work alone shows nothing. */
export function tracksOf(
  events: readonly DayEvent[],
  changes: readonly ChangeView[],
  names: ReadonlyMap<string, string>,
): Track[] {
  const { to } = spanOf(events);
  return [...new Set(events.map(({ platform }) => platform))].map((id) => {
    const platform = names.get(id) ?? id;
    const own = events
      .filter((one) => one.platform === id)
      .map(({ at, ...status }) => ({ at: Date.parse(at), ...status }));
    const ours = changes
      .filter((one) => one.platform === platform && !/rout/.test(one.code))
      .map(({ at, show }) => ({ at: Date.parse(at), ...show }));
    return { platform, own: stretches(own, to), ours: stretches(ours, to) };
  });
}

/** How far along the span, in per cent. */
export const shareOf = (at: number, { from, to }: { from: number; to: number }): number =>
  (100 * (at - from)) / (to - from);

/** At most this many marks under the picture. */
const marksMax = 8;
export function hoursOf({ from, to }: { from: number; to: number }): number[] {
  const hours = Math.round((to - from) / hourMs);
  const step = Math.ceil(hours / marksMax);
  return Array.from({ length: Math.floor(hours / step) + 1 }, (_, index) => from + index * step * hourMs);
}
