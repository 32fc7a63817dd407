/** When an expert may be asked: weekly hours and dated exceptions in the roster's own time zone. Pure. */

export type Hours = { from: string; to: string };
/**
 * Times are `HH:MM`, days 1 (Monday) to 7; dated exceptions (`YYYY-MM-DD`) replace a whole day, a holiday too. No hours:
 * always. Hours with a skill or a site are for that skill, or for covering that branch, alone.
 */
export type Roster = {
  timeZone?: string;
  hours?: (Hours & { days: number[]; skill?: string; site?: string })[];
  exceptions?: { date: string; hours: Hours[] }[];
};
/** What is wanted of somebody, and the days (`YYYY-MM-DD`) on which nobody at their place works. */
export type RosterUse = { skill?: string | undefined; site?: string | undefined; holidays?: readonly string[] };
export type Quota = { perMonth?: number; concurrent?: number; coolDownMs?: number; hard?: boolean };

const minutesOf = (time: string): number => Number(time.slice(0, 2)) * 60 + Number(time.slice(3, 5));

/** What the clock on the wall shows. `minute`: since midnight. */
export type Local = { date: string; day: number; minute: number };

const formats = new Map<string, Intl.DateTimeFormat>();
export function localTime(at: Date, timeZone: string): Local {
  let format = formats.get(timeZone);
  if (!format) {
    format = new Intl.DateTimeFormat("en-CA", {
      timeZone,
      year: "numeric",
      month: "2-digit",
      day: "2-digit",
      hour: "2-digit",
      minute: "2-digit",
      hourCycle: "h23",
      weekday: "short",
    });
    formats.set(timeZone, format);
  }
  const parts = Object.fromEntries(format.formatToParts(at).map(({ type, value }) => [type, value]));
  const day = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"].indexOf(parts.weekday ?? "") + 1;
  return {
    date: `${parts.year}-${parts.month}-${parts.day}`,
    day,
    minute: Number(parts.hour) * 60 + Number(parts.minute),
  };
}

const allDay: Hours = { from: "00:00", to: "24:00" };
/** Hours for one thing are no hours for another; where nothing is asked for in particular, all count. */
const isFor = (own: string | undefined, wanted: string | undefined) =>
  own === undefined || wanted === undefined || own === wanted;

function hoursOn(roster: Roster, local: Local, { skill, site, holidays }: RosterUse): Hours[] {
  const exception = roster.exceptions?.find(({ date }) => date === local.date);
  if (exception) return exception.hours;
  if (holidays?.includes(local.date)) return [];
  if (!roster.hours?.length) return roster.exceptions?.length ? [] : [allDay];
  return roster.hours.filter((one) => one.days.includes(local.day) && isFor(one.skill, skill) && isFor(one.site, site));
}

const hasHours = (roster: Roster, { holidays = [] }: RosterUse) =>
  (roster.hours?.length ?? 0) > 0 || (roster.exceptions?.length ?? 0) > 0 || holidays.length > 0;
const dayMs = 86_400_000;

/** Is this an hour of the roster, and until when is it (or is it not)? `until` is absent where a week has no change. */
export function onRoster(roster: Roster, now: Date, use: RosterUse = {}): { on: boolean; until?: Date } {
  if (!hasHours(roster, use)) return { on: true };
  const timeZone = roster.timeZone ?? "UTC";
  const isOn = (at: Date): boolean => {
    const local = localTime(at, timeZone);
    return hoursOn(roster, local, use).some(
      ({ from, to }) => local.minute >= minutesOf(from) && local.minute < minutesOf(to),
    );
  };
  const on = isOn(now);
  // Changes happen at the edges of hours and of days: look at those of the coming week, in the order in which they come.
  const edges = new Set<number>();
  for (let day = 0; day <= 7; day++) {
    const at = new Date(now.getTime() + day * dayMs);
    const local = localTime(at, timeZone);
    const midnight = at.getTime() - local.minute * 60_000 - (at.getTime() % 60_000);
    const times = [0, ...hoursOn(roster, local, use).flatMap(({ from, to }) => [minutesOf(from), minutesOf(to)])];
    for (const minute of times) edges.add(midnight + minute * 60_000);
  }
  const next = [...edges].sort((a, b) => a - b).find((ms) => ms > now.getTime() && isOn(new Date(ms)) !== on);
  return next === undefined ? { on } : { on, until: new Date(next) };
}
