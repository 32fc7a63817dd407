/** What happens on the day that rules are tried on: a line for each change that a platform shows. */
import { Button } from "../shared/button.tsx";
import { Disclosure } from "../shared/disclosure.tsx";
import type { ConnectionView, DayEvent } from "./api.ts";
import { atMinute, platformsOf, sampleDay } from "./sample-day.ts";
import { useWords } from "./speech.ts";
import { StatusFields } from "./status-fields.tsx";

type Props = { events: DayEvent[]; change(events: DayEvent[]): void; connections: ConnectionView[] };

const two = (value: number) => String(value).padStart(2, "0");
const clockOf = (iso: string) => {
  const at = new Date(iso);
  return `${two(at.getHours())}:${two(at.getMinutes())}`;
};
const minuteOf = (clock: string) => {
  const [hours = 0, minutes = 0] = clock.split(":").map(Number);
  return hours * 60 + minutes;
};

export function DayEditor({ events, change, connections }: Props) {
  const { words } = useWords();
  const platforms = platformsOf(connections);
  const put = (index: number, part: Partial<DayEvent>) =>
    change(events.map((one, at) => (at === index ? { ...one, ...part } : one)));
  const last = events.at(-1);
  const add = () =>
    change([
      ...events,
      {
        platform: last?.platform ?? platforms[0]?.id ?? "",
        at: atMinute(Math.min(1_439, last ? minuteOf(clockOf(last.at)) + 15 : 540)),
        availability: "busy",
        activity: "none",
      },
    ]);
  return (
    <Disclosure summary={<strong>{words.rules.day.title}</strong>}>
      <ol class="stack">
        {events.map((event, index) => (
          <li key={index} class="fields-line">
            <input
              class="select"
              type="time"
              aria-label={words.rules.day.label(index + 1, words.rules.day.at)}
              value={clockOf(event.at)}
              onChange={({ currentTarget: { value } }) => value && put(index, { at: atMinute(minuteOf(value)) })}
            />
            <select
              class="select"
              aria-label={words.rules.day.label(index + 1, words.rules.day.platform)}
              value={event.platform}
              onChange={({ currentTarget: { value } }) => put(index, { platform: value })}
            >
              {platforms.map(({ id, name }) => (
                <option key={id} value={id}>
                  {name}
                </option>
              ))}
            </select>
            <StatusFields
              label={(what) => words.rules.day.label(index + 1, what)}
              availability={event.availability}
              activity={event.activity}
              change={(part) => put(index, part)}
            />
            {platforms.find(({ id }) => id === event.platform)?.side === "contact-center" && (
              <label class="tick">
                <input
                  type="checkbox"
                  checked={event.routable ?? false}
                  onChange={({ currentTarget: { checked } }) => put(index, { routable: checked })}
                />{" "}
                {words.rules.day.onQueue}
              </label>
            )}
            <Button
              appearance="subtle"
              icon="close"
              label={words.rules.day.remove(index + 1)}
              press={() => change(events.filter((_, at) => at !== index))}
            >
              {""}
            </Button>
          </li>
        ))}
      </ol>
      <div class="answers">
        <Button press={add}>{words.rules.day.add}</Button>
        <Button press={() => change(sampleDay(connections))}>{words.rules.day.sample}</Button>
      </div>
    </Disclosure>
  );
}
