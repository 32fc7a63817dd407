/** When I can be asked: how much I have helped, my week as a picture, days off. */
import { useState } from "preact/hooks";
import type { Roster } from "../../roster.ts";
import { Button } from "../shared/button.tsx";
import { useNow } from "../shared/clock.tsx";
import { Disclosure } from "../shared/disclosure.tsx";
import { Icon } from "../shared/icon.tsx";
import { useSpeech, useTab, useTabState } from "./context.ts";
import { SetUp } from "./set-up.tsx";
import { coming, spanText, withDayOff, withoutDayOff } from "./week.ts";
import { WeekEditor } from "./week-editor.tsx";
import { WeekPicture } from "./week-picture.tsx";

export function HoursSection() {
  const { words } = useSpeech();
  const { view } = useTabState();
  if (!view?.enrolment) return <p class="empty">{words.notEnrolled.body}</p>;
  return (
    <>
      <Helped {...view.enrolment.quota} />
      <WeekCard roster={view.enrolment.roster} />
      <DaysOff roster={view.enrolment.roster} />
      <SetUp />
    </>
  );
}

function Helped({ used, perMonth, concurrent }: { used: number; perMonth?: number; concurrent?: number }) {
  const { words } = useSpeech();
  return (
    <section class="card helped">
      <p>{perMonth === undefined ? words.hours.usedOnly(used) : words.hours.used(used, perMonth)}</p>
      {perMonth !== undefined && (
        <div class="meter" aria-hidden="true">
          <span style={{ width: `${Math.min(100, (used / Math.max(1, perMonth)) * 100)}%` }} />
        </div>
      )}
      {(perMonth !== undefined || concurrent !== undefined) && (
        <p class="quiet">
          {concurrent !== undefined && words.hours.concurrent(concurrent)} {words.hours.quotaFrom}
        </p>
      )}
    </section>
  );
}

function WeekCard({ roster }: { roster: Roster }) {
  const { words } = useSpeech();
  const isAlways = (roster.hours ?? []).length === 0;
  return (
    <section class="card" aria-labelledby="week">
      <h2 id="week">{words.hours.week}</h2>
      {roster.timeZone && <p class="quiet">{words.hours.zone(roster.timeZone.replaceAll("_", " "))}</p>}
      {isAlways ? <p>{words.hours.always}</p> : <WeekPicture roster={roster} />}
      <Disclosure summary={words.hours.edit}>
        <WeekEditor roster={roster} />
      </Disclosure>
    </section>
  );
}

function DaysOff({ roster }: { roster: Roster }) {
  const { words, format } = useSpeech();
  const { acts } = useTab();
  const [date, setDate] = useState("");
  const today = new Date(useNow()).toISOString().slice(0, 10);
  const planned = coming(roster, today);
  const save = (next: Roster) => acts.change({ roster: next });
  const add = async () => {
    if (date && (await save(withDayOff(roster, date)))) setDate("");
  };
  return (
    <section class="card" aria-labelledby="days-off">
      <h2 id="days-off">{words.hours.holidays}</h2>
      {planned.length === 0 && <p class="empty">{words.hours.noHolidays}</p>}
      <ul class="skills">
        {planned.map((one) => (
          <li key={one.date}>
            <span>
              {format.date(one.date)}
              {one.hours.length > 0 && ` · ${words.hours.changed(one.hours.map(spanText).join(", "))}`}
            </span>
            <button
              type="button"
              class="bare remove"
              aria-label={words.hours.removeHoliday(format.date(one.date))}
              onClick={() => void save(withoutDayOff(roster, one.date))}
            >
              <Icon name="close" size={14} />
            </button>
          </li>
        ))}
      </ul>
      <div class="add">
        <input
          class="select"
          type="date"
          min={today}
          aria-label={words.hours.dayOff}
          value={date}
          onInput={(event) => setDate(event.currentTarget.value)}
        />
        <Button press={() => void add()}>{words.hours.addHoliday}</Button>
      </div>
    </section>
  );
}
