/** A roster as the days of a week, and back. Pure. Monday is 1. */
import type { Hours, Roster } from "../../roster.ts";

export type Span = Hours & { skill?: string };
export type Week = readonly (readonly Span[])[];

export const days = [1, 2, 3, 4, 5, 6, 7] as const;

const byTime = (one: Span, other: Span) => one.from.localeCompare(other.from) || one.to.localeCompare(other.to);

export const weekOf = ({ hours = [] }: Roster): Week =>
  days.map((day) =>
    hours
      .filter((one) => one.days.includes(day))
      .map(({ from, to, skill }): Span => ({ from, to, ...(skill && { skill }) }))
      .toSorted(byTime),
  );

/** Days with the same hours share a line; zone and exceptions stay. */
export function withWeek({ hours: _, ...rest }: Roster, week: Week): Roster {
  const lines = new Map<string, NonNullable<Roster["hours"]>[number]>();
  for (const [index, spans] of week.entries())
    for (const { from, to, skill } of spans) {
      const key = `${from} ${to} ${skill ?? ""}`;
      const line = lines.get(key) ?? { days: [], from, to, ...(skill && { skill }) };
      if (!line.days.includes(index + 1)) line.days.push(index + 1);
      lines.set(key, line);
    }
  return lines.size > 0 ? { ...rest, hours: [...lines.values()] } : rest;
}

export const minutesOf = (time: string): number => Number(time.slice(0, 2)) * 60 + Number(time.slice(3, 5));
export const isSpan = ({ from, to }: Hours): boolean => minutesOf(from) < minutesOf(to);
export const spanText = ({ from, to }: Hours): string => `${from}–${to}`;

/** Where a time stands in a day, in percent. */
export const share = (time: string): number => (minutesOf(time) / 1440) * 100;

/** Hours that begin where the day's last ones end, or a usual working day. */
export function nextSpan(spans: readonly Span[]): Span {
  const last = spans.at(-1);
  if (!last) return { from: "09:00", to: "17:00" };
  const from = Math.min(minutesOf(last.to) + 60, 22 * 60);
  return { from: timeOf(from), to: timeOf(Math.min(from + 120, 24 * 60 - 1)) };
}
const timeOf = (minutes: number): string =>
  `${String(Math.floor(minutes / 60)).padStart(2, "0")}:${String(minutes % 60).padStart(2, "0")}`;

export type DayOff = NonNullable<Roster["exceptions"]>[number];
/** Those that are not past, soonest first. */
export const coming = ({ exceptions = [] }: Roster, today: string): DayOff[] =>
  exceptions.filter(({ date }) => date >= today).toSorted((a, b) => a.date.localeCompare(b.date));

export function withDayOff(roster: Roster, date: string): Roster {
  const others = (roster.exceptions ?? []).filter((one) => one.date !== date);
  return { ...roster, exceptions: [...others, { date, hours: [] }] };
}
export function withoutDayOff({ exceptions = [], ...rest }: Roster, date: string): Roster {
  const others = exceptions.filter((one) => one.date !== date);
  return others.length > 0 ? { ...rest, exceptions: others } : rest;
}
