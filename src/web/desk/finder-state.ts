/** The list of people: what was looked for, what was found, and when the list may change under the agent's hands. Pure. */
import type { ExpertHit, ExpertView } from "../../views.ts";

/** `mine`: favourites, then whom the agent asked lately. */
export type FinderTab = "suggested" | "reachable" | "mine" | "all";
export type FinderState = {
  tab: FinderTab;
  query: string;
  status: "loading" | "ready" | "failed";
  hits: ExpertHit[];
  next: string | undefined;
  /** The pointer or the focus is in the list: it must not change its order now. */
  inside: boolean;
  /** Somebody's reachability changed enough that the order may be out of date. */
  outdated: boolean;
  /** Answers that came while `inside`, shown as soon as the list is left. */
  waiting: { hits: ExpertHit[]; next: string | undefined } | undefined;
  /** People picked to be asked side by side; absent while nobody is being picked. */
  picked: readonly string[] | undefined;
};

export type FinderEvent =
  | { type: "tab"; tab: FinderTab }
  | { type: "query"; query: string }
  | { type: "searching" }
  /** `asked`: the agent typed or chose a tab; otherwise the list was refreshed behind their back. */
  | { type: "found"; hits: ExpertHit[]; next?: string; asked: boolean }
  | { type: "found-more"; hits: ExpertHit[]; next?: string }
  | { type: "search-failed" }
  | { type: "presence"; person: ExpertView }
  /** Time has passed: others may be reachable by now. */
  | { type: "stale" }
  | { type: "inside"; inside: boolean }
  | { type: "pick"; person: string; on: boolean }
  | { type: "pick-none" };

export const pickedMax = 3;

export const initialFinder: FinderState = {
  tab: "suggested",
  query: "",
  status: "loading",
  hits: [],
  next: undefined,
  inside: false,
  outdated: false,
  waiting: undefined,
  picked: undefined,
};

export function reduceFinder(state: FinderState, event: FinderEvent): FinderState {
  switch (event.type) {
    case "tab":
      return { ...state, tab: event.tab, waiting: undefined };
    case "query":
      return { ...state, query: event.query, waiting: undefined };
    case "searching":
      return { ...state, status: state.hits.length > 0 && state.status === "ready" ? "ready" : "loading" };
    case "found": {
      const found = { hits: event.hits, next: event.next };
      if (state.inside && !event.asked) return { ...state, waiting: found, outdated: false };
      return { ...state, ...found, status: "ready", outdated: false, waiting: undefined };
    }
    case "found-more":
      return { ...state, hits: withoutTwins([...state.hits, ...event.hits]), next: event.next };
    case "search-failed":
      return state.hits.length > 0 ? state : { ...state, status: "failed" };
    case "presence":
      return see(state, event.person);
    case "stale":
      return state.tab === "reachable" && state.status === "ready" ? { ...state, outdated: true } : state;
    case "inside":
      return leaveOrEnter(state, event.inside);
    case "pick":
      return { ...state, picked: pick(state.picked ?? [], event.person, event.on) };
    case "pick-none":
      return { ...state, picked: undefined };
  }
}

/** Somebody's news is shown where they stand; only a later search moves them. */
function see(state: FinderState, person: ExpertView): FinderState {
  const known = state.hits.find(({ personId }) => personId === person.personId);
  const moved = known ? known.reachability.state !== person.reachability.state : state.tab === "reachable";
  const update = (hits: ExpertHit[]) =>
    hits.map((hit) => (hit.personId === person.personId ? { ...hit, ...person } : hit));
  const waiting = state.waiting && { ...state.waiting, hits: update(state.waiting.hits) };
  if (!known && !moved) return state;
  return { ...state, hits: known ? update(state.hits) : state.hits, waiting, outdated: state.outdated || moved };
}

function leaveOrEnter(state: FinderState, inside: boolean): FinderState {
  if (inside === state.inside) return state;
  if (inside || !state.waiting) return { ...state, inside };
  return { ...state, ...state.waiting, status: "ready", inside, waiting: undefined };
}

const withoutTwins = (hits: ExpertHit[]): ExpertHit[] => [...new Map(hits.map((hit) => [hit.personId, hit])).values()];

const pick = (picked: readonly string[], person: string, on: boolean): readonly string[] => {
  const others = picked.filter((each) => each !== person);
  return on && others.length < pickedMax ? [...others, person] : others;
};
