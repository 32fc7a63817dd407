/** What I can be asked about, and in which languages. Each change is saved at once. */
import { useState } from "preact/hooks";
import { Button } from "../shared/button.tsx";
import { textIn } from "../shared/fluent.ts";
import { Icon } from "../shared/icon.tsx";
import { useSpeech, useTab, useTabState } from "./context.ts";

const levels = [1, 2, 3, 4, 5];
const common = "ar ca cs da de el en es et eu fi fr gl hu it ja ko lt lv nb nl pl pt ro ru sk sl sv tr uk zh".split(
  " ",
);

export function Skills() {
  const { words } = useSpeech();
  const { view } = useTabState();
  if (!view?.enrolment) return <p class="empty">{words.notEnrolled.body}</p>;
  return (
    <>
      <SkillList />
      <Languages />
    </>
  );
}

function SkillList() {
  const { words } = useSpeech();
  const { acts } = useTab();
  const { view } = useTabState();
  const [name, setName] = useState("");
  const mine = view?.me.skills ?? [];
  const save = (skills: Record<string, number>) => acts.change({ skills });
  const known = Object.fromEntries(mine.map(({ skill, level }) => [skill, level]));
  const add = async () => {
    if (name.trim() && (await save({ ...known, [name.trim()]: 3 }))) setName("");
  };
  return (
    <section class="card" aria-labelledby="skills">
      <h2 id="skills">{words.skills.title}</h2>
      {mine.length === 0 && <p class="empty">{words.skills.none}</p>}
      <ul class="skills">
        {mine.map(({ skill, level }) => (
          <li key={skill}>
            <span>{skill}</span>
            <select
              class="select"
              aria-label={words.skills.level(skill)}
              value={level}
              onChange={(event) => void save({ ...known, [skill]: Number(event.currentTarget.value) })}
            >
              {levels.map((each) => (
                <option key={each} value={each}>
                  {words.skills.levels[each]}
                </option>
              ))}
            </select>
            <Remove
              what={skill}
              press={() => void save(Object.fromEntries(Object.entries(known).filter(([each]) => each !== skill)))}
            />
          </li>
        ))}
      </ul>
      <form
        class="add"
        onSubmit={(event) => {
          event.preventDefault();
          void add();
        }}
      >
        <input
          class="select"
          list="known-skills"
          maxLength={80}
          aria-label={words.skills.name}
          placeholder={words.skills.name}
          value={name}
          onInput={(event) => setName(textIn(event))}
        />
        <datalist id="known-skills">
          {view?.skills
            .filter((skill) => !(skill in known))
            .map((skill) => (
              <option key={skill} value={skill} />
            ))}
        </datalist>
        <Button press={() => void add()}>{words.skills.add}</Button>
      </form>
    </section>
  );
}

function Languages() {
  const { words, format } = useSpeech();
  const { acts } = useTab();
  const { view } = useTabState();
  const mine = view?.me.languages ?? [];
  const rest = common
    .filter((code) => !mine.includes(code))
    .map((code) => ({ code, name: format.language(code) }))
    .toSorted((a, b) => a.name.localeCompare(b.name));
  const save = (languages: string[]) => void acts.change({ languages });
  return (
    <section class="card" aria-labelledby="languages">
      <h2 id="languages">{words.skills.languages}</h2>
      <ul class="skills">
        {mine.map((code) => (
          <li key={code}>
            <span lang={code}>{format.language(code)}</span>
            <Remove what={format.language(code)} press={() => save(mine.filter((each) => each !== code))} />
          </li>
        ))}
      </ul>
      <select
        class="select"
        aria-label={words.skills.addLanguage}
        value=""
        onChange={(event) => event.currentTarget.value && save([...mine, event.currentTarget.value])}
      >
        <option value="">{words.skills.addLanguage}…</option>
        {rest.map(({ code, name }) => (
          <option key={code} value={code}>
            {name}
          </option>
        ))}
      </select>
    </section>
  );
}

function Remove({ what, press }: { what: string; press(): void }) {
  const { words } = useSpeech();
  return (
    <button type="button" class="bare remove" aria-label={words.skills.remove(what)} onClick={press}>
      <Icon name="close" size={14} />
    </button>
  );
}
