/** Reads "until 15:00", "hasta las 9", "till kl. 13.30", "jusqu’à 15h30", "2 h", "45 min", "tomorrow". Pure. */
import { localTime } from "../roster.ts";

const minuteMs = 60_000;
const dayMinutes = 1_440;
const pauseMsMax = 7 * dayMinutes * minuteMs;

const untilWords = /(?:^|\s)(?:until|till|til|hasta|jusqu['’]?(?:à|a))(?=\s|\d|$)/;
const clock = /(?:^|[^\d:.])(\d{1,2})(?:\s*[:.h]\s*(\d{2}))?\s*(am|pm|h)?(?![\d:.])/;
const span = /^(\d{1,3})\s*(h|hours?|horas?|heures?|timm(?:e|ar)|tim|m|min|minutes?|minutos?|minuter)$/;
const tomorrow = /(?:^|\s)(?:tomorrow|mañana|demain|i?\s?morgon)$/;

/** Undefined for what is not understood. `timeZone`: of the clock on this person's wall. */
export function readPause(words: string, now: Date, timeZone: string): Date | undefined {
  const text = words.trim().toLowerCase();
  if (tomorrow.test(text)) return nextTime(dayMinutes, now, timeZone);
  const [, amount, unit] = span.exec(text) ?? [];
  if (amount && unit) return after(now, Number(amount) * (/^(m|min)/.test(unit) ? 1 : 60) * minuteMs);
  if (!untilWords.test(text)) return undefined;
  const minute = minuteOf(clock.exec(text) ?? []);
  return minute === undefined ? undefined : nextTime(minute, now, timeZone);
}

const after = (now: Date, ms: number) => (ms > 0 && ms <= pauseMsMax ? new Date(now.getTime() + ms) : undefined);

function minuteOf([, hours, minutes = "0", half]: (string | undefined)[]): number | undefined {
  if (hours === undefined) return undefined;
  const hour = half === "pm" || half === "am" ? (Number(hours) % 12) + (half === "pm" ? 12 : 0) : Number(hours);
  const minute = hour * 60 + Number(minutes);
  return hour <= 24 && Number(minutes) < 60 && minute <= dayMinutes ? minute : undefined;
}

/** The next instant at which the wall clock shows that minute; where summer time skips it, the first after. */
function nextTime(minute: number, now: Date, timeZone: string): Date {
  const here = localTime(now, timeZone);
  const wait = (minute - here.minute + dayMinutes) % dayMinutes || dayMinutes;
  const guess = new Date(Math.floor(now.getTime() / minuteMs) * minuteMs + wait * minuteMs);
  const off = (((localTime(guess, timeZone).minute - minute) % dayMinutes) + dayMinutes) % dayMinutes;
  const shift = off > dayMinutes / 2 ? off - dayMinutes : off;
  return new Date(guess.getTime() - shift * minuteMs);
}
