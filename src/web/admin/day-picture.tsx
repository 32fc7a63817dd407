/** The day drawn: for each platform what it shows itself, and under it what we would have shown; the same in words below. */
import type { Activity, Availability } from "../../platform/contract.ts";
import { Disclosure } from "../shared/disclosure.tsx";
import { Glyph } from "../shared/glyph.tsx";
import type { ChangeView, ConnectionView, DayEvent } from "./api.ts";
import { hoursOf, type Stretch, shareOf, spanOf, tracksOf } from "./day.ts";
import { platformsOf } from "./sample-day.ts";
import { type Speech, useWords } from "./speech.ts";

type Props = { events: DayEvent[]; changes: ChangeView[]; connections: ConnectionView[] };
type Span = { from: number; to: number };

export function statusWord({ availability, activity }: { availability: string; activity: string }, { words }: Speech) {
  return words.activity[activity as Activity] || words.availability[availability as Availability] || availability;
}

export function DayPicture({ events, changes, connections }: Props) {
  const { words, format } = useWords();
  if (events.length === 0) return null;
  const names = new Map(platformsOf(connections).map(({ id, name }) => [id, name]));
  const span = spanOf(events);
  const clock = (at: number) => format.timeOfDay(new Date(at).toISOString(), at);
  return (
    <>
      <div class="day" aria-hidden="true">
        {tracksOf(events, changes, names).map(({ platform, own, ours }) => (
          <div key={platform} class="track">
            <strong class="track-name">{platform}</strong>
            <span class="quiet track-side">{words.rules.result.own}</span>
            <Bar stretches={own} span={span} />
            <span class="quiet track-side">{words.rules.result.ours}</span>
            <Bar stretches={ours} span={span} isOurs />
          </div>
        ))}
        <div class="track">
          <span class="track-side" />
          <span class="hours">
            {hoursOf(span).map((hour) => (
              <span key={hour} style={{ left: `${shareOf(hour, span)}%` }}>
                {clock(hour)}
              </span>
            ))}
          </span>
        </div>
      </div>
      <Disclosure summary={words.rules.result.why} open>
        <ol class="stack">
          {changes.map(({ at, sentence, platform }) => (
            <li key={`${at} ${platform} ${sentence}`} class="line">
              <time class="ticking" dateTime={at}>
                {clock(Date.parse(at))}
              </time>
              <span>{sentence}</span>
            </li>
          ))}
        </ol>
      </Disclosure>
    </>
  );
}

function Bar({ stretches, span, isOurs = false }: { stretches: Stretch[]; span: Span; isOurs?: boolean }) {
  const speech = useWords();
  return (
    <span class={isOurs ? "day-bar ours" : "day-bar"}>
      {stretches.map((one) => (
        <span
          key={one.from}
          class={`stretch stretch-${one.availability}`}
          style={{ left: `${shareOf(one.from, span)}%`, width: `${shareOf(one.to, span) - shareOf(one.from, span)}%` }}
          title={statusWord(one, speech)}
        >
          <Glyph availability={one.availability as Availability} activity={one.activity as Activity} />
          <span class="one-line">{statusWord(one, speech)}</span>
        </span>
      ))}
    </span>
  );
}
