/** The hours of each day as fields. What makes sense is saved at once; what does not is said. */
import { useState } from "preact/hooks";
import type { Roster } from "../../roster.ts";
import { Button } from "../shared/button.tsx";
import { Icon } from "../shared/icon.tsx";
import { useSpeech, useTab } from "./context.ts";
import { days, isSpan, nextSpan, type Span, spanText, type Week, weekOf, withWeek } from "./week.ts";

export function WeekEditor({ roster }: { roster: Roster }) {
  const { words, format } = useSpeech();
  const { acts } = useTab();
  const [draft, setDraft] = useState<Week>();
  const week = draft ?? weekOf(roster);
  const change = async (day: number, spans: readonly Span[]) => {
    const next = week.map((each, index) => (index === day - 1 ? spans : each));
    if (!next.flat().every(isSpan)) return setDraft(next);
    // Hours without a zone have been in UTC so far; new ones are meant where the person is.
    const isNew = (roster.hours ?? []).length === 0;
    const timeZone = roster.timeZone ?? (isNew ? Intl.DateTimeFormat().resolvedOptions().timeZone : "UTC");
    setDraft(next);
    if (await acts.change({ roster: withWeek({ ...roster, timeZone }, next) })) setDraft(undefined);
  };
  return (
    <ul class="week-editor">
      {days.map((day) => {
        const spans = week[day - 1] ?? [];
        const name = format.weekday(day, "long");
        const put = (index: number, span: Span) =>
          void change(
            day,
            spans.map((each, at) => (at === index ? span : each)),
          );
        return (
          <li key={day}>
            <h3>{name}</h3>
            {spans.map((span, index) => (
              <div key={index} class="span">
                <Time label={words.hours.from(name)} value={span.from} set={(from) => put(index, { ...span, from })} />
                <span aria-hidden="true">–</span>
                <Time label={words.hours.to(name)} value={span.to} set={(to) => put(index, { ...span, to })} />
                {span.skill && <span class="quiet">{words.hours.only(span.skill)}</span>}
                <button
                  type="button"
                  class="bare remove"
                  aria-label={words.hours.remove(name, spanText(span))}
                  onClick={() =>
                    void change(
                      day,
                      spans.filter((_, at) => at !== index),
                    )
                  }
                >
                  <Icon name="close" size={14} />
                </button>
                {!isSpan(span) && <p role="alert">{words.hours.wrong}</p>}
              </div>
            ))}
            <Button
              appearance="subtle"
              label={words.hours.add(name)}
              press={() => void change(day, [...spans, nextSpan(spans)])}
            >
              +
            </Button>
          </li>
        );
      })}
    </ul>
  );
}

function Time({ label, value, set }: { label: string; value: string; set(value: string): void }) {
  return (
    <input
      class="select"
      type="time"
      required
      aria-label={label}
      value={value === "24:00" ? "23:59" : value}
      onChange={(event) => event.currentTarget.value && set(event.currentTarget.value)}
    />
  );
}
