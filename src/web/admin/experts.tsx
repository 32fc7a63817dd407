/** Can requests reach the experts: red, amber or green, with the fix; searched, filtered, checked anew, taken away as CSV. */
import { useState } from "preact/hooks";
import type { SetUpLevel, SetUpView } from "../../views.ts";
import { Button } from "../shared/button.tsx";
import { useNow } from "../shared/clock.tsx";
import { Disclosure } from "../shared/disclosure.tsx";
import { Level } from "../shared/level.tsx";
import { api, type ConnectionView } from "./api.ts";
import { downloadCsv } from "./csv.ts";
import { Reading, Said, useAct, useRead } from "./reading.tsx";
import { SearchField } from "./search-field.tsx";
import { useWords } from "./speech.ts";

const levels: readonly SetUpLevel[] = ["red", "amber", "unknown", "green"];
const shownAtFirst = 50;
/** Platforms have answered by then, as a rule. */
const lookAgainMs = 5_000;

export function Experts({ mayInstall, connections }: { mayInstall: boolean; connections: ConnectionView[] }) {
  const { words, language } = useWords();
  const read = useRead(() => api.preflights(language), language);
  const withApp = mayInstall ? connections.filter(({ adapter }) => adapter === "teams") : [];
  return (
    <>
      <p>{words.experts.intro}</p>
      <Reading read={read}>
        {(experts) =>
          experts.length === 0 ? (
            <p class="empty">{words.experts.none}</p>
          ) : (
            <List experts={experts} again={read.again} connection={withApp[0]} />
          )
        }
      </Reading>
    </>
  );
}

const order = (a: SetUpView, b: SetUpView) =>
  levels.indexOf(a.level) - levels.indexOf(b.level) || a.name.localeCompare(b.name);
/** The ladder says again, rung by rung, what the other lines say: it stands in the list alone, unless nothing else tells. */
const worstLines = ({ level, lines }: SetUpView) => {
  const worst = lines.filter((line) => line.level === level && level !== "green");
  const others = worst.filter(({ check }) => check !== "rung");
  return others.length > 0 ? others : worst;
};
const needsApp = ({ lines }: SetUpView) => lines.some(({ check, level }) => check === "app" && level !== "green");

type ListProps = { experts: SetUpView[]; again(): Promise<void>; connection: ConnectionView | undefined };

function List({ experts, again, connection }: ListProps) {
  const { words, format, language } = useWords();
  const act = useAct();
  const [search, setSearch] = useState("");
  const [level, setLevel] = useState<SetUpLevel | "all">("all");
  const [most, setMost] = useState(shownAtFirst);
  const [picked, setPicked] = useState<readonly string[]>([]);
  const wanted = search.trim().toLocaleLowerCase();
  const found = experts
    .filter((one) => level === "all" || one.level === level)
    .filter(
      ({ name, lines }) =>
        name.toLocaleLowerCase().includes(wanted) ||
        lines.some(({ says }) => says.toLocaleLowerCase().includes(wanted)),
    )
    .sort(order);
  const shown = found.slice(0, most);
  const chosen = found.filter(({ personId }) => picked.includes(personId));
  const toInstall = chosen.filter(needsApp);
  const isAll = shown.length > 0 && shown.every(({ personId }) => picked.includes(personId));
  const pick = (id: string) => setPicked((old) => (old.includes(id) ? old.filter((one) => one !== id) : [...old, id]));
  const check = () =>
    act.run(async () => {
      for (const { personId } of chosen) await api.checkExpert(personId, language);
      setTimeout(() => void again(), lookAgainMs);
      return words.experts.asked(chosen.length);
    });
  const install = () =>
    act.run(async () => {
      const { asked } = await api.install(
        connection?.id ?? "",
        toInstall.map(({ personId }) => personId),
      );
      setTimeout(() => void again(), lookAgainMs);
      return words.app.install.started(asked);
    });
  const csv = () =>
    downloadCsv("patchcord-experts.csv", [
      [words.experts.name, words.experts.state, words.experts.what, words.experts.checked],
      ...found.map((one) => [
        one.name,
        words.experts.level[one.level],
        worstLines(one)
          .map(({ says, fix }) => [says, fix].filter(Boolean).join(" "))
          .join(" "),
        one.checkedAt ?? "",
      ]),
    ]);
  return (
    <div class="card stack">
      <div class="tools">
        <SearchField label={words.list.search} value={search} change={setSearch} />
        <label>
          {words.experts.filter}{" "}
          <select
            class="select"
            value={level}
            onChange={(event) => setLevel(event.currentTarget.value as SetUpLevel | "all")}
          >
            <option value="all">
              {words.experts.all} ({format.number(experts.length)})
            </option>
            {levels.map((one) => (
              <option key={one} value={one}>
                {words.experts.level[one]} ({format.number(experts.filter((each) => each.level === one).length)})
              </option>
            ))}
          </select>
        </label>
        <Button press={csv}>{words.list.csv}</Button>
      </div>
      <div class="tools">
        <label class="tick">
          <input
            type="checkbox"
            checked={isAll}
            onChange={() => setPicked(isAll ? [] : shown.map(({ personId }) => personId))}
          />{" "}
          {words.list.selectAll}
        </label>
        {chosen.length > 0 && (
          <Button busy={act.busy} press={() => void check()}>
            {words.experts.check(chosen.length)}
          </Button>
        )}
        {connection && toInstall.length > 0 && (
          <Button busy={act.busy} press={() => void install()}>
            {words.app.install.start(toInstall.length)}
          </Button>
        )}
        <Said act={act} />
      </div>
      <p class="quiet" role="status">
        {found.length === 0 ? words.list.none : words.list.found(found.length)}
      </p>
      <ul class="rows">
        {shown.map((one) => (
          <li key={one.personId}>
            <Row expert={one} isPicked={picked.includes(one.personId)} pick={() => pick(one.personId)} />
          </li>
        ))}
      </ul>
      {found.length > most && <Button press={() => setMost((old) => old + shownAtFirst * 2)}>{words.list.more}</Button>}
    </div>
  );
}

function Row({ expert, isPicked, pick }: { expert: SetUpView; isPicked: boolean; pick(): void }) {
  const { words, format } = useWords();
  const now = useNow();
  const { name, level, lines, checkedAt } = expert;
  const worst = worstLines(expert);
  const rungs = lines.filter(({ check }) => check === "rung");
  return (
    <div class="row">
      <input type="checkbox" checked={isPicked} onChange={pick} aria-label={words.list.select(name)} />
      <div class="row-what">
        <p>
          <Level level={level} /> <strong>{name}</strong> <span class="quiet">{words.experts.level[level]}</span>
        </p>
        {worst.map(({ check, platform, says, fix }, index) => (
          <p key={`${platform ?? ""} ${check} ${says}`}>
            {says} {fix && fix !== worst[index - 1]?.fix && <strong>{fix}</strong>}
          </p>
        ))}
        <Disclosure summary={words.experts.lines(name)}>
          <Lines lines={lines.filter((line) => line.check !== "rung")} />
          {rungs.length > 0 && (
            <>
              <h4 class="ladder-title">{words.experts.ladder}</h4>
              <Lines lines={rungs} ordered />
            </>
          )}
        </Disclosure>
      </div>
      <span class="quiet row-when">
        {words.experts.checked} {checkedAt ? format.ago(checkedAt, now) : words.experts.unchecked}
      </span>
    </div>
  );
}

/** `ordered`: the ladder, from the rung that is tried first. */
function Lines({ lines, ordered = false }: { lines: SetUpView["lines"]; ordered?: boolean }) {
  const { words } = useWords();
  const items = lines.map((line) => (
    <li key={`${line.platform ?? ""} ${line.check} ${line.says}`} class="line line-whole">
      <Level level={line.level} />
      <span>
        <span class="visually-hidden">{words.experts.level[line.level]}: </span>
        {line.says} {line.fix && line.level !== "green" && <span class="quiet">{line.fix}</span>}
      </span>
    </li>
  ));
  return ordered ? <ol class="stack">{items}</ol> : <ul class="stack">{items}</ul>;
}
