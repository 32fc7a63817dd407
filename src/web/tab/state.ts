/** What the page knows, and how each thing that happens changes it. Pure. */
import type { SavedAnswerView, SetUpView, TabRequest, TabView, WhyView } from "../../views.ts";
import type { Trouble } from "../shared/trouble.ts";

export type Section = "now" | "callbacks" | "earlier" | "hours" | "skills" | "answers" | "shown";
const always: readonly Section[] = ["now", "earlier", "hours", "skills", "answers", "shown"];
/** Calling back is the work of few; who has none to do is not shown an empty section, unless they stand in it. */
export const sectionsFor = ({ view, section }: Pick<TabState, "view" | "section">): readonly Section[] =>
  section === "callbacks" || (view?.callbacks.length ?? 0) > 0 ? ["now", "callbacks", ...always.slice(1)] : always;

export type TabState = {
  /** `outside`: no host signs us in; `refused`: it would not; `unknown`: the service does not know this person. */
  phase: "signing-in" | "outside" | "refused" | "unknown" | "loading" | "failed" | "ready";
  view: TabView | undefined;
  /** Read when first looked at. */
  more: More;
  section: Section;
  clockOffsetMs: number;
  /** When the connection was lost, by the service's clock. */
  lostAt: number | undefined;
  /** What is on its way: an offer's id, or `enrolment`. */
  busy: readonly string[];
  /** Counts what was saved, so that each time is said. */
  saved: number;
  trouble: Trouble | undefined;
  /** The last answer came after a colleague's. */
  late: boolean;
};

export type More = {
  answers?: readonly SavedAnswerView[];
  why?: readonly WhyView[];
  setUp?: SetUpView;
};

export type TabEvent =
  | { type: "phase"; phase: TabState["phase"]; trouble?: Trouble }
  /** `at`: our clock when the answer came. */
  | { type: "loaded"; view: TabView; at: number }
  | { type: "section"; section: Section }
  | { type: "read"; more: More }
  | { type: "connection"; live: boolean; at: number }
  | { type: "begin"; key: string }
  | { type: "done"; key: string; trouble?: Trouble; saved?: boolean; late?: boolean }
  | { type: "trouble-seen" };

export const initialTab: TabState = {
  phase: "signing-in",
  view: undefined,
  more: {},
  section: "now",
  clockOffsetMs: 0,
  lostAt: undefined,
  busy: [],
  saved: 0,
  trouble: undefined,
  late: false,
};

export function reduceTab(state: TabState, event: TabEvent): TabState {
  switch (event.type) {
    case "phase":
      return state.phase === "ready" && event.phase === "loading"
        ? state
        : { ...state, phase: event.phase, trouble: event.trouble };
    case "loaded":
      return load(state, event.view, event.at);
    case "read":
      return { ...state, more: { ...state.more, ...event.more } };
    case "section":
      return { ...state, section: event.section };
    case "connection":
      return event.live
        ? { ...state, lostAt: undefined }
        : { ...state, lostAt: state.lostAt ?? event.at + state.clockOffsetMs };
    case "begin":
      return { ...state, busy: [...state.busy, event.key], trouble: undefined, late: false };
    case "done":
      return {
        ...state,
        busy: state.busy.filter((key) => key !== event.key),
        trouble: event.trouble,
        late: event.late ?? false,
        saved: state.saved + (event.saved ? 1 : 0),
      };
    case "trouble-seen":
      return { ...state, trouble: undefined, late: false };
  }
}

/** Something new that needs this person brings them back to where they see it. An older answer changes nothing. */
function load(state: TabState, view: TabView, at: number): TabState {
  if (state.view && state.view.serverTime > view.serverTime) return state;
  const known = new Set(state.view?.now.map(({ offer }) => offer.id));
  const isNew = state.view !== undefined && view.now.some(({ offer }) => !known.has(offer.id));
  return {
    ...state,
    phase: "ready",
    view,
    clockOffsetMs: Date.parse(view.serverTime) - at,
    section: isNew ? "now" : state.section,
  };
}

/** Theirs first, then those that wait for a word, then the rest; the oldest first. */
export const inOrder = (requests: readonly TabRequest[]): TabRequest[] =>
  requests.toSorted((a, b) => urgency(a) - urgency(b) || a.requestedAt.localeCompare(b.requestedAt));
const urgency = ({ isMine, offer }: TabRequest): number => (isMine ? 0 : offer.state === "asked" ? 1 : 2);
