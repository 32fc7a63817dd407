/** Whom can I ask? Search as you type, three lists, one button for each person. */
import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import type { InteractionView } from "../../views.ts";
import { Button } from "../shared/button.tsx";
import { textIn } from "../shared/fluent.ts";
import { Icon, type IconName } from "../shared/icon.tsx";
import { Tabs } from "../shared/tabs.tsx";
import { useDesk, useDeskState, useFinderState, useSpeech } from "./context.ts";
import { type FinderTab, pickedMax } from "./finder-state.ts";
import { PersonCard } from "./person-card.tsx";
import { waysToAsk } from "./ways.ts";

const listId = "people";
const tabs: readonly { key: FinderTab; icon?: IconName }[] = [
  { key: "suggested" },
  { key: "reachable" },
  { key: "mine", icon: "star" },
  { key: "all" },
];

export function Finder({ interaction }: { interaction: InteractionView | undefined }) {
  const { words } = useSpeech();
  const { acts } = useDesk();
  const { tab, query } = useFinderState();
  return (
    <section class="card finder" aria-label={words.finder.title}>
      <fluent-text-input
        class="search"
        autocomplete="off"
        placeholder={words.finder.search}
        value={query}
        onInput={(event: Event) => acts.type(textIn(event))}
        onKeyDown={toFirstPerson}
      >
        <span class="visually-hidden">{words.finder.search}</span>
        <span slot="start">
          <Icon name="search" />
        </span>
        {query && (
          <button slot="end" type="button" class="bare" aria-label={words.finder.clear} onClick={() => acts.type("")}>
            <Icon name="close" size={12} />
          </button>
        )}
      </fluent-text-input>
      <Tabs
        label={words.finder.title}
        panel={listId}
        tabs={tabs.map((tab) => ({ ...tab, label: words.finder[tab.key] }))}
        chosen={tab}
        choose={acts.tab}
      />
      <AskBest interaction={interaction} />
      <People interaction={interaction} />
      <PickedBar interaction={interaction} />
    </section>
  );
}

const toFirstPerson = (event: KeyboardEvent) => {
  if (event.key !== "ArrowDown") return;
  event.preventDefault();
  document.querySelector<HTMLElement>(`#${listId} fluent-button`)?.focus();
};

/** One press for "anybody who knows this". */
function AskBest({ interaction }: { interaction: InteractionView | undefined }) {
  const { words } = useSpeech();
  const { acts } = useDesk();
  const { asking } = useDeskState();
  const { tab, query, hits, picked } = useFinderState();
  const { main } = waysToAsk(interaction);
  const { skill } = interaction ?? {};
  if (!skill || !main || tab !== "suggested" || query || picked || hits.length < 2) return null;
  return (
    <Button
      class="ask-best"
      appearance="subtle"
      icon="people"
      busy={asking.includes("skill")}
      press={() => acts.askSkill(skill, main)}
      title={words.finder.bestHint}
    >
      {words.finder.best(skill)}
    </Button>
  );
}

function People({ interaction }: { interaction: InteractionView | undefined }) {
  const { words } = useSpeech();
  const { finder, acts } = useDesk();
  const { status, hits, next, tab, query } = useFinderState();
  const rows = useRows(hits.length > 0);
  // The same elements as long as nobody in them has changed: a key in the search field draws no row again.
  const cards = useMemo(
    () => hits.slice(0, rows).map((hit) => <PersonCard key={hit.personId} person={hit} interaction={interaction} />),
    [hits, rows, interaction],
  );
  const list = useRef<HTMLDivElement>(null);
  const within = useRef({ pointer: false, focus: false });
  const note = (change: Partial<typeof within.current>) => {
    Object.assign(within.current, change);
    finder.send({ type: "inside", inside: within.current.pointer || within.current.focus });
  };
  useEffect(() => () => finder.send({ type: "inside", inside: false }), [finder]);

  return (
    <div
      ref={list}
      id={listId}
      class="people"
      role="tabpanel"
      tabIndex={-1}
      aria-label={words.finder[tab]}
      aria-busy={status === "loading"}
      onPointerEnter={() => note({ pointer: true })}
      onPointerLeave={() => note({ pointer: false })}
      onFocusIn={() => note({ focus: true })}
      onFocusOut={(event) => note({ focus: list.current?.contains(event.relatedTarget as Node | null) ?? false })}
      onKeyDown={(event) => stepThrough(event, list.current)}
    >
      {status === "loading" && hits.length === 0 && <Skeletons />}
      {status === "failed" && (
        <div class="empty">
          <p>{words.finder.failed}</p>
          <Button press={() => void acts.find({ asked: true })}>{words.common.retry}</Button>
        </div>
      )}
      {status === "ready" && hits.length === 0 && <p class="empty">{emptySentence(tab, query, words.finder)}</p>}
      {hits.length > 0 && <ul>{cards}</ul>}
      {next && (
        <Button appearance="subtle" press={() => void acts.findMore()}>
          {words.finder.more}
        </Button>
      )}
    </div>
  );
}

/** As many as a tall screen shows. */
const rowsFirst = 8;

/** How many rows there are: those of the first view, and all from when these are on the screen. */
function useRows(areThere: boolean): number {
  const [rows, setRows] = useState(rowsFirst);
  useEffect(() => {
    if (!areThere) return;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const frame = requestAnimationFrame(() => {
      timer = setTimeout(() => setRows(Number.POSITIVE_INFINITY));
    });
    return () => {
      cancelAnimationFrame(frame);
      clearTimeout(timer);
    };
  }, [areThere]);
  return rows;
}

type FinderWords = ReturnType<typeof useSpeech>["words"]["finder"];
function emptySentence(tab: FinderTab, query: string, words: FinderWords): string {
  if (query) return words.nobody(query);
  return {
    suggested: words.nobodySuggested,
    reachable: words.nobodyReachable,
    mine: words.nobodyMine,
    all: words.nobodyAtAll,
  }[tab];
}

/** Up and down go from person to person, to their main button. */
function stepThrough(event: KeyboardEvent, list: HTMLElement | null) {
  if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
  const here = (event.target as HTMLElement).closest("li");
  const there = event.key === "ArrowDown" ? here?.nextElementSibling : here?.previousElementSibling;
  const button = there?.querySelector<HTMLElement>("fluent-button");
  if (!here || event.defaultPrevented) return;
  event.preventDefault();
  if (button) button.focus();
  else if (event.key === "ArrowUp") list?.parentElement?.querySelector<HTMLElement>("fluent-text-input")?.focus();
}

/** In the shape of what is coming. */
const Skeletons = () => (
  <ul aria-hidden="true">
    {[0, 1, 2].map((key) => (
      <li key={key} class="person skeleton">
        <span class="skeleton-disc" />
        <span class="skeleton-line" />
        <span class="skeleton-line short" />
      </li>
    ))}
  </ul>
);

function PickedBar({ interaction }: { interaction: InteractionView | undefined }) {
  const { words } = useSpeech();
  const { finder, acts } = useDesk();
  const { asking } = useDeskState();
  const { picked } = useFinderState();
  const { main } = waysToAsk(interaction);
  if (!picked || !main) return null;
  return (
    <fieldset class="picked-bar" aria-label={words.person.several}>
      <span>
        {words.person.picked(picked.length)}
        {picked.length === pickedMax && <span class="quiet"> · {words.person.enough}</span>}
      </span>
      <Button
        appearance="primary"
        busy={asking.includes("several")}
        reason={picked.length === 0 ? words.person.severalHint : undefined}
        press={() => acts.askSeveral(picked, main)}
      >
        {words.person.askPicked(picked.length)}
      </Button>
      <Button appearance="subtle" press={() => finder.send({ type: "pick-none" })}>
        {words.common.cancel}
      </Button>
    </fieldset>
  );
}
