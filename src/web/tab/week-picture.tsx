/** A week drawn: a bar for each day, filled where I can be asked. The same in words for those who listen. */
import type { Roster } from "../../roster.ts";
import { useSpeech } from "./context.ts";
import { days, share, spanText, weekOf } from "./week.ts";

const marks = ["06:00", "12:00", "18:00"];

export function WeekPicture({ roster }: { roster: Roster }) {
  const { words, format } = useSpeech();
  const week = weekOf(roster);
  return (
    <ul class="week">
      {days.map((day) => {
        const spans = week[day - 1] ?? [];
        const text = spans.map((span) => spanText(span) + (span.skill ? ` (${words.hours.only(span.skill)})` : ""));
        return (
          <li key={day}>
            <span class="week-day">{format.weekday(day, "short")}</span>
            <span class="week-bar" aria-hidden="true">
              {marks.map((mark) => (
                <i key={mark} style={{ left: `${share(mark)}%` }} />
              ))}
              {spans.map((span) => (
                <b
                  key={`${spanText(span)} ${span.skill ?? ""}`}
                  class={span.skill ? "partly" : ""}
                  style={{ left: `${share(span.from)}%`, width: `${share(span.to) - share(span.from)}%` }}
                />
              ))}
            </span>
            <span class={spans.length > 0 ? "week-hours" : "week-hours quiet"}>
              {text.join(", ") || words.hours.free}
            </span>
          </li>
        );
      })}
    </ul>
  );
}
