/** Presence rules: what is in force, and what others would have done with a day, before they are switched on. */
import { useEffect, useState } from "preact/hooks";
import { Button } from "../shared/button.tsx";
import { useNow } from "../shared/clock.tsx";
import { Notice } from "../shared/notice.tsx";
import { type Trouble, troubleOf, troubleSentence } from "../shared/trouble.ts";
import { api, type ConnectionView, type DayEvent, type PolicyView, type RuleView, type TrialView } from "./api.ts";
import { DayEditor } from "./day-editor.tsx";
import { DayPicture } from "./day-picture.tsx";
import { Reading, Said, useAct, useRead } from "./reading.tsx";
import { RecordedDay, type Recording } from "./recorded-day.tsx";
import { RuleEditor } from "./rule-editor.tsx";
import { sampleDay } from "./sample-day.ts";
import { type Speech, useWords } from "./speech.ts";

export type Choice = string | RuleView[];
type Policies = { items: PolicyView[]; presets: Record<string, RuleView[]> };

/** Changes closer together than this are tried at once. */
const settleMs = 300;

export function Rules({ connections }: { connections: ConnectionView[] }) {
  const { words } = useWords();
  const read = useRead(api.policies, "");
  return (
    <>
      <p>{words.rules.intro}</p>
      <Reading read={read}>
        {(policies) => (
          <div class="stack">
            <InForce policies={policies} />
            <TryOut policies={policies} connections={connections} again={read.again} />
          </div>
        )}
      </Reading>
    </>
  );
}

const tenantOf = ({ items }: Policies) => items.find(({ scope }) => scope === "tenant");
const choiceOf = (policy: PolicyView | undefined): Choice => policy?.preset ?? policy?.rules ?? "in-call-both-ways";
const exceptionsIn = ({ items }: Policies) => ({
  teams: items.filter(({ scope }) => scope === "team").length,
  people: items.filter(({ scope }) => scope === "person").length,
});

export const nameOf = (choice: Choice, { words }: Speech): string =>
  typeof choice === "string" ? (words.rules.preset[choice] ?? choice) : words.rules.ownCount(choice.length);

function InForce({ policies }: { policies: Policies }) {
  const speech = useWords();
  const { words, format } = speech;
  const now = useNow();
  const tenant = tenantOf(policies);
  const choice = choiceOf(tenant);
  const { teams, people } = exceptionsIn(policies);
  return (
    <section class="card stack" aria-labelledby="in-force">
      <h3 id="in-force">{words.rules.now}</h3>
      <p class="figure">{nameOf(choice, speech)}</p>
      {typeof choice === "string" && <p>{words.rules.about[choice]}</p>}
      <p class="quiet">
        {words.rules.version(tenant?.version ?? 0, tenant?.changedAt ? format.ago(tenant.changedAt, now) : "")}{" "}
        {words.rules.exceptions(teams, people)}
      </p>
    </section>
  );
}

type Props = { policies: Policies; connections: ConnectionView[]; again(): Promise<void> };

function TryOut({ policies, connections, again }: Props) {
  const { words, language } = useWords();
  const [choice, setChoice] = useState<Choice>(choiceOf(tenantOf(policies)));
  const [events, setEvents] = useState<DayEvent[]>(() => sampleDay(connections));
  const [recording, setRecording] = useState<Recording>();
  const [trial, setTrial] = useState<Trials>({});
  useEffect(() => {
    if (recording ? recording.people.length === 0 : events.length === 0) return setTrial({});
    let isOld = false;
    const timer = setTimeout(() => {
      triedOn(choice, recording ?? events, language).then(
        (days) => !isOld && setTrial({ days }),
        (error) => !isOld && setTrial({ trouble: troubleOf(error) }),
      );
    }, settleMs);
    return () => {
      isOld = true;
      clearTimeout(timer);
    };
  }, [choice, events, recording, language]);
  return (
    <section class="card stack" aria-labelledby="try">
      <h3 id="try">{words.rules.tryOut}</h3>
      <Chooser choice={choice} choose={setChoice} presets={policies.presets} connections={connections} />
      <RecordedDay recording={recording} change={setRecording} />
      {!recording && <DayEditor events={events} change={setEvents} connections={connections} />}
      <Outcome trial={trial} connections={connections} />
      {trial.days && <Apply choice={choice} policies={policies} again={again} />}
    </section>
  );
}

/** One day of one person, made up (without a name) or recorded. */
type TriedDay = { name?: string; result: TrialView; events: DayEvent[] };
type Trials = { days?: TriedDay[]; trouble?: Trouble };

async function triedOn(choice: Choice, what: DayEvent[] | Recording, language: string): Promise<TriedDay[]> {
  if (Array.isArray(what)) return [{ result: await api.tryPolicy(choice, what, language), events: what }];
  return Promise.all(
    what.people.map(async ({ id, name }) => {
      const result = await api.tryRecorded(choice, id, what.from, language);
      return { name, result, events: result.events ?? [] };
    }),
  );
}

type ChooserProps = {
  choice: Choice;
  choose(choice: Choice): void;
  presets: Record<string, RuleView[]>;
  connections: ConnectionView[];
};

function Chooser({ choice, choose, presets, connections }: ChooserProps) {
  const { words } = useWords();
  const isOwn = typeof choice !== "string";
  return (
    <fieldset class="stack">
      <legend>{words.rules.choose}</legend>
      {Object.keys(presets).map((name) => (
        <label key={name} class="tick">
          <input type="radio" name="preset" checked={choice === name} onChange={() => choose(name)} />{" "}
          <span>
            <strong>{words.rules.preset[name] ?? name}</strong> <span class="quiet">{words.rules.about[name]}</span>
          </span>
        </label>
      ))}
      <label class="tick">
        <input
          type="radio"
          name="preset"
          checked={isOwn}
          onChange={() => choose(isOwn ? choice : (presets[choice] ?? []))}
        />{" "}
        <strong>{words.rules.own}</strong>
      </label>
      {isOwn && <RuleEditor rules={choice} change={choose} connections={connections} />}
    </fieldset>
  );
}

type OutcomeProps = { trial: Trials; connections: ConnectionView[] };

function Outcome({ trial: { days, trouble }, connections }: OutcomeProps) {
  const speech = useWords();
  const { words } = speech;
  if (trouble)
    return (
      <Notice kind="error">
        <div role="alert">
          <p>{words.rules.result.faulty}</p>
          <p>
            {troubleSentence(trouble, speech)} {speech.language !== "en" && <span lang="en">{trouble.detail}</span>}
          </p>
        </div>
      </Notice>
    );
  if (!days) return null;
  const writes = days.reduce((sum, { result }) => sum + result.writes, 0);
  return (
    <>
      <h4>{words.rules.result.title}</h4>
      <p role="status">
        <strong>{writes === 0 ? words.rules.result.nothing : words.rules.result.writes(writes)}</strong>
      </p>
      {days.map(({ name, result, events }) => (
        <div key={name ?? ""} class="stack">
          {name && <h5 class="person-title">{name}</h5>}
          {name && events.length === 0 && <p class="empty">{words.rules.recorded.nothing}</p>}
          {result.cut && <p class="quiet">{words.rules.recorded.cut}</p>}
          <DayPicture events={events} changes={result.changes} connections={connections} />
        </div>
      ))}
    </>
  );
}

function Apply({ choice, policies, again }: { choice: Choice; policies: Policies; again(): Promise<void> }) {
  const speech = useWords();
  const { words } = speech;
  const act = useAct();
  const [isAsked, setAsked] = useState(false);
  const tenant = tenantOf(policies);
  const isSame = JSON.stringify(choice) === JSON.stringify(choiceOf(tenant));
  const { teams, people } = exceptionsIn(policies);
  const apply = () =>
    act.run(async () => {
      await api.setPolicy(choice, tenant?.version ?? 0);
      setAsked(false);
      await again();
      return words.rules.applied;
    });
  if (isAsked && !isSame)
    return (
      <Notice
        kind="warning"
        action={
          <span class="answers">
            <Button appearance="primary" busy={act.busy} press={() => void apply()}>
              {words.rules.confirmed}
            </Button>
            <Button press={() => setAsked(false)}>{words.common.cancel}</Button>
          </span>
        }
      >
        <span role="alert">{words.rules.confirm(nameOf(choice, speech), teams, people)}</span>
        <Said act={act} />
      </Notice>
    );
  return (
    <div class="answers">
      <Button appearance="primary" reason={isSame ? words.rules.same : undefined} press={() => setAsked(true)}>
        {words.rules.apply}
      </Button>
      <Said act={act} />
    </div>
  );
}
