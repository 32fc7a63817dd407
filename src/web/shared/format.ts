/** Times, numbers and names as one language writes them. Durations come in milliseconds, instants as ISO strings. */
const second = 1000;
const minute = 60 * second;
const hour = 60 * minute;

/** Made when first needed: each costs a slow machine milliseconds, and a first view needs few of them. */
export function lazily<Made>(make: () => Made): () => Made {
  let made: Made | undefined;
  return () => {
    made ??= make();
    return made;
  };
}

export type Format = ReturnType<typeof createFormat>;

export function createFormat(language: string, timeZone?: string) {
  const zone = timeZone ? { timeZone } : {};
  const dates = (options: Intl.DateTimeFormatOptions, tag = language) =>
    lazily(() => new Intl.DateTimeFormat(tag, { ...zone, ...options }));
  const units = (unit: string) =>
    lazily(() => new Intl.NumberFormat(language, { style: "unit", unit, unitDisplay: "short" }));
  const [seconds, minutes, hours] = [units("second"), units("minute"), units("hour")];
  const relative = lazily(() => new Intl.RelativeTimeFormat(language, { numeric: "always", style: "long" }));
  const clock = dates({ hour: "2-digit", minute: "2-digit" });
  const clockSeconds = dates({ timeStyle: "medium" });
  const dated = dates({ weekday: "short", hour: "2-digit", minute: "2-digit" });
  const calendar = dates({ dateStyle: "short" }, "en-CA");
  const dayAndMonth = dates({ day: "numeric", month: "short" });
  const plainDate = dates({ timeZone: "UTC", dateStyle: "full" });
  const weekdays = {
    short: dates({ timeZone: "UTC", weekday: "short" }),
    long: dates({ timeZone: "UTC", weekday: "long" }),
  };
  const names = lazily(() => new Intl.ListFormat(language, { style: "long", type: "conjunction" }));
  const languages = lazily(() => new Intl.DisplayNames([language], { type: "language" }));
  const number = lazily(() => new Intl.NumberFormat(language));

  /** A time of day, with the weekday when it is not today. */
  const timeOfDay = (iso: string, now: number) =>
    (calendar().format(new Date(iso)) === calendar().format(now) ? clock() : dated()).format(new Date(iso));

  /** `in 5 min`, `6 sec ago`; from an hour on, the time of day. */
  const when = (iso: string, now: number) => {
    const distance = Date.parse(iso) - now;
    const size = Math.abs(distance);
    if (size >= hour) return timeOfDay(iso, now);
    if (size >= minute) return relative().format(Math.round(distance / minute), "minute");
    return relative().format(Math.round(distance / second), "second");
  };

  return {
    number: (value: number) => number().format(value),
    /** `0:42`, `1:02:03`. */
    stopwatch,
    /** `3 sec`, `2 min`: how old something is. */
    age: (ms: number) => {
      const past = Math.max(0, ms);
      if (past < minute) return seconds().format(Math.floor(past / second));
      if (past < hour) return minutes().format(Math.floor(past / minute));
      return hours().format(Math.floor(past / hour));
    },
    /** Of what has happened, even where our clock lags behind by a little. */
    ago: (iso: string, now: number) => when(iso, Math.max(now, Date.parse(iso) + 1)),
    when,
    timeOfDay,
    /** The date of an instant, with the time of day when it is today. */
    day: (iso: string, now: number) =>
      calendar().format(new Date(iso)) === calendar().format(now)
        ? clock().format(new Date(iso))
        : dayAndMonth().format(new Date(iso)),
    /** A date without a time (`2026-12-24`). */
    date: (date: string) => plainDate().format(new Date(`${date}T12:00:00Z`)),
    /** 1 is Monday. */
    weekday: (day: number, size: "short" | "long") => weekdays[size]().format(new Date(Date.UTC(2024, 0, day, 12))),
    /** `14:30:07`, for timelines. */
    exactTime: (iso: string) => clockSeconds().format(new Date(iso)),
    list: (items: readonly string[]) => names().format(items),
    /** The name of a language: `sv` is Swedish. */
    language: (code: string) => {
      try {
        return languages().of(code) ?? code;
      } catch {
        return code;
      }
    },
  };
}

export function stopwatch(ms: number): string {
  const past = Math.max(0, ms);
  const parts = [Math.floor(past / hour), Math.floor((past % hour) / minute), Math.floor((past % minute) / second)];
  const [h = 0, m = 0, s = 0] = parts;
  const two = (value: number) => String(value).padStart(2, "0");
  return h > 0 ? `${h}:${two(m)}:${two(s)}` : `${m}:${two(s)}`;
}

/** How much of a name is used to speak of somebody. */
export const firstName = (name: string): string => name.trim().split(/\s+/)[0] ?? name;

/** One or two capitals for a picture's place. */
export function initialsOf(name: string): string {
  const words = name.trim().split(/\s+/).filter(Boolean);
  const [first, last] = [words[0], words.length > 1 ? words.at(-1) : undefined];
  return [first, last]
    .map((word) => (word ? [...word][0] : ""))
    .join("")
    .toLocaleUpperCase();
}
