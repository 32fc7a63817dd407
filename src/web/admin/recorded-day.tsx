/** A day as it was, of people whom one chooses, where the organization keeps a history; else why there is none. */
import { useEffect, useState } from "preact/hooks";
import { Button } from "../shared/button.tsx";
import { api, type PersonName } from "./api.ts";
import { useRead } from "./reading.tsx";
import { useWords } from "./speech.ts";

/** `from`: the beginning of the day, here. */
export type Recording = { day: string; from: string; people: PersonName[] };

const peopleMax = 10;
const settleMs = 250;
const two = (value: number) => String(value).padStart(2, "0");
/** `YYYY-MM-DD`, here, so many days ago. */
const daysAgo = (days: number, now = new Date()) => {
  const at = new Date(now.getFullYear(), now.getMonth(), now.getDate() - days);
  return `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`;
};
const startOf = (day: string) => new Date(`${day}T00:00:00`).toISOString();

type Props = { recording: Recording | undefined; change(recording: Recording | undefined): void };

export function RecordedDay({ recording, change }: Props) {
  const { words } = useWords();
  const { value: settings } = useRead(api.presenceSettings, "");
  const say = words.rules.recorded;
  const days = settings?.enabled ? settings.historyDays : 0;
  const begin = () => change({ day: daysAgo(0), from: startOf(daysAgo(0)), people: [] });
  return (
    <fieldset class="stack">
      <legend>{say.which}</legend>
      <label class="tick">
        <input type="radio" name="day" checked={!recording} onChange={() => change(undefined)} /> {say.supplied}
      </label>
      <label class="tick">
        <input type="radio" name="day" checked={recording !== undefined} disabled={days === 0} onChange={begin} />{" "}
        <span>
          {say.recorded} {settings && days === 0 && <span class="quiet">{say.off}</span>}
        </span>
      </label>
      {recording && <Choose recording={recording} change={change} days={days} />}
    </fieldset>
  );
}

type ChooseProps = { recording: Recording; change(recording: Recording): void; days: number };

function Choose({ recording, change, days }: ChooseProps) {
  const { words } = useWords();
  const say = words.rules.recorded;
  const { people } = recording;
  const without = (id: string) => people.filter((one) => one.id !== id);
  return (
    <div class="stack inset">
      <label class="field">
        {say.day}
        <input
          class="select"
          type="date"
          min={daysAgo(days)}
          max={daysAgo(0)}
          value={recording.day}
          onChange={({ currentTarget: { value } }) =>
            value && change({ ...recording, day: value, from: startOf(value) })
          }
        />
      </label>
      {people.length > 0 && (
        <ul class="answers">
          {people.map(({ id, name }) => (
            <li key={id}>
              <Button icon="close" label={say.remove(name)} press={() => change({ ...recording, people: without(id) })}>
                {name}
              </Button>
            </li>
          ))}
        </ul>
      )}
      {people.length < peopleMax && (
        <Find known={people} add={(one) => change({ ...recording, people: [...people, one] })} />
      )}
      <p class="quiet">{say.noted}</p>
    </div>
  );
}

function Find({ known, add }: { known: PersonName[]; add(person: PersonName): void }) {
  const { words } = useWords();
  const say = words.rules.recorded;
  const [name, setName] = useState("");
  const [found, setFound] = useState<PersonName[]>();
  useEffect(() => {
    if (name.trim().length < 2) return setFound(undefined);
    let isOld = false;
    const timer = setTimeout(() => {
      api.people(name.trim()).then(
        (people) => !isOld && setFound(people),
        () => !isOld && setFound(undefined),
      );
    }, settleMs);
    return () => {
      isOld = true;
      clearTimeout(timer);
    };
  }, [name]);
  const fresh = found?.filter(({ id }) => !known.some((one) => one.id === id));
  return (
    <>
      <label class="field">
        {say.who}
        <input class="select" type="search" value={name} onInput={(event) => setName(event.currentTarget.value)} />
      </label>
      {fresh && (
        <div role="status">
          {fresh.length === 0 && <p class="quiet">{say.nobody}</p>}
          <ul class="answers">
            {fresh.map((person) => (
              <li key={person.id}>
                <Button
                  label={say.add(person.name)}
                  press={() => {
                    add(person);
                    setName("");
                  }}
                >
                  {person.department ? `${person.name} · ${person.department}` : person.name}
                </Button>
              </li>
            ))}
          </ul>
        </div>
      )}
    </>
  );
}
