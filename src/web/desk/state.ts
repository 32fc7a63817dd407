/** What the desk knows, and how each thing that happens changes it. Pure. */
import type { Move } from "../../consults/model.ts";
import type { ConsultView, ContextView, DeskView, ExpertView, InteractionView } from "../../views.ts";
import type { Trouble } from "../shared/trouble.ts";

export type DeskState = {
  /** `expired`: there was a sign-in and it could not be renewed; `signed-out`: there never was one. */
  phase: "signing-in" | "signed-out" | "expired" | "loading" | "ready" | "failed";
  agent: DeskView["agent"] | undefined;
  interactions: InteractionView[];
  consults: ConsultView[];
  skills: string[];
  /** Ids of the colleagues whom the agent keeps at hand. */
  favourites: readonly string[];
  /** Server clock minus ours, in milliseconds. */
  clockOffsetMs: number;
  /** The interaction that the agent or the host page chose, by our id or the platform's own. */
  chosen: string | undefined;
  /** `lostAt`: when we last heard from the service, in its own time. */
  connection: { state: "connecting" | "live" | "lost"; lostAt?: number };
  /** When the newest answer that was taken in had been asked for, and when news of a thing was heard, by our clock. */
  askedAt: number;
  heardAt: Readonly<Record<string, number>>;
  contexts: Readonly<Record<string, ContextState>>;
  /** The agent's own wording of the question, by interaction. */
  questions: Readonly<Record<string, string>>;
  /** A question was to be asked that has no words yet. */
  wordless: boolean;
  /** Requests on their way, by what was pressed: a person's id, `skill` or `several`. */
  asking: readonly string[];
  /** Moves on their way, by consult. */
  moving: Readonly<Record<string, Move>>;
  /** Ended consults that the agent has put away. */
  dismissed: readonly string[];
  /** The agent's own version of an expert's answer, by consult, and the answers that they have made use of. */
  drafts: Readonly<Record<string, string>>;
  used: readonly string[];
  /** The host page can put text into the reply to the customer. */
  canInsert: boolean;
  /** Is this the window that speaks for the agent? Others show the same and stay quiet. */
  leads: boolean;
  /** The sign-in has run out while the desk was in use: what it shows is as of then. */
  signInLost: boolean;
  /** Agents may sign in by OpenID Connect from here. */
  canSignIn: boolean;
  /** The last thing that could not be done. */
  trouble: Trouble | undefined;
};
export type ContextState = { status: "loading" | "failed" } | { status: "ready"; view: ContextView };

export type DeskEvent =
  | { type: "signing-in" }
  | { type: "signed-out" }
  | { type: "expired" }
  | { type: "loading" }
  | { type: "load-failed"; trouble: Trouble }
  /** `at`: our clock when the answer came; `askedAt`: when it was asked for. */
  | { type: "loaded"; desk: DeskView; at: number; askedAt?: number }
  | { type: "clock"; serverTime: string; at: number }
  | { type: "connection"; state: "live" | "lost"; at: number }
  /** News, with our clock when it was heard. */
  | { type: "consult"; consult: ConsultView; at?: number }
  | { type: "interaction"; interaction: InteractionView; at?: number }
  | { type: "person"; person: ExpertView }
  | { type: "choose"; interaction: string | undefined }
  | { type: "context"; interaction: string; context: ContextState }
  | { type: "question"; interaction: string; question: string }
  | { type: "wordless" }
  | { type: "ask"; key: string }
  | { type: "asked"; key: string; consult?: ConsultView; trouble?: Trouble }
  | { type: "move"; consult: string; move: Move }
  | { type: "moved"; consult: string; view?: ConsultView; trouble?: Trouble }
  | { type: "dismiss"; consult: string }
  | { type: "draft"; consult: string; text: string }
  | { type: "used"; consult: string }
  | { type: "reply-box"; ready: boolean }
  | { type: "favourites"; favourites: readonly string[] }
  | { type: "leads"; leads: boolean }
  | { type: "can-sign-in" }
  | { type: "trouble"; trouble: Trouble }
  | { type: "trouble-seen" };

/** What outlives a reload of the panel beside what the service knows. */
export type Kept = Pick<DeskState, "questions" | "dismissed" | "drafts" | "used" | "chosen">;

export const initialDesk = (kept: Partial<Kept> = {}): DeskState => ({
  phase: "signing-in",
  agent: undefined,
  interactions: [],
  consults: [],
  skills: [],
  favourites: [],
  clockOffsetMs: 0,
  chosen: undefined,
  connection: { state: "connecting" },
  askedAt: 0,
  heardAt: {},
  contexts: {},
  questions: {},
  wordless: false,
  asking: [],
  moving: {},
  dismissed: [],
  drafts: {},
  used: [],
  canInsert: false,
  leads: true,
  signInLost: false,
  canSignIn: false,
  trouble: undefined,
  ...kept,
});

export function reduceDesk(state: DeskState, event: DeskEvent): DeskState {
  switch (event.type) {
    case "signing-in":
      return state.phase === "ready" ? state : { ...state, phase: event.type };
    case "signed-out":
    case "expired":
      // What is known of the call stays in sight, with what to do about the sign-in above it.
      return state.phase === "ready" ? { ...state, signInLost: true } : { ...state, phase: event.type };
    case "loading":
      return state.phase === "ready" ? state : { ...state, phase: "loading" };
    case "load-failed":
      return state.phase === "ready" ? state : { ...state, phase: "failed", trouble: event.trouble };
    case "loaded":
      return load(state, event);
    case "clock":
      return { ...state, clockOffsetMs: Date.parse(event.serverTime) - event.at };
    case "connection":
      return connect(state, event);
    case "consult":
      return takeConsult(heard(state, event.consult.id, event.at), event.consult);
    case "interaction":
      return takeInteraction(heard(state, event.interaction.id, event.at), event.interaction);
    case "person":
      return state.agent?.personId === event.person.personId
        ? { ...state, agent: { ...state.agent, reachability: event.person.reachability } }
        : state;
    case "choose":
      return { ...state, chosen: idOf(state, event.interaction), wordless: false };
    case "context":
      return { ...state, contexts: { ...state.contexts, [event.interaction]: event.context } };
    case "question":
      return { ...state, questions: { ...state.questions, [event.interaction]: event.question }, wordless: false };
    case "wordless":
      return { ...state, wordless: true, trouble: undefined };
    case "ask":
      return { ...state, asking: [...state.asking, event.key], wordless: false, trouble: undefined };
    case "asked":
      return settleAsk(state, event);
    case "move":
      return { ...state, moving: { ...state.moving, [event.consult]: event.move }, trouble: undefined };
    case "moved":
      return settleMove(state, event);
    case "dismiss":
      return { ...state, dismissed: [...state.dismissed, event.consult] };
    case "draft":
      return { ...state, drafts: { ...state.drafts, [event.consult]: event.text } };
    case "used":
      return state.used.includes(event.consult) ? state : { ...state, used: [...state.used, event.consult] };
    case "reply-box":
      return { ...state, canInsert: event.ready };
    case "favourites":
      return { ...state, favourites: event.favourites };
    case "leads":
      return { ...state, leads: event.leads };
    case "can-sign-in":
      return { ...state, canSignIn: true };
    case "trouble":
      return { ...state, trouble: event.trouble };
    case "trouble-seen":
      return { ...state, trouble: undefined };
  }
}

function load(state: DeskState, { desk, at, askedAt = at }: Extract<DeskEvent, { type: "loaded" }>): DeskState {
  if (askedAt < state.askedAt) return state; // an older answer that took longer
  const fresh: DeskState = {
    ...state,
    phase: "ready",
    signInLost: false,
    agent: desk.agent,
    skills: desk.skills,
    clockOffsetMs: Date.parse(desk.serverTime) - at,
    askedAt,
    interactions: stillThere(state, state.interactions, desk.interactions, askedAt),
    consults: stillThere(state, state.consults, desk.consults, askedAt),
    trouble: undefined,
  };
  const withInteractions = desk.interactions.reduce(takeInteraction, fresh);
  return desk.consults.reduce(takeConsult, withInteractions);
}

/** Of what we know, what the answer has too, and what we have heard of since it was asked for: it may not know that yet. */
const stillThere = <Thing extends { id: string }>(
  { heardAt }: DeskState,
  known: Thing[],
  fresh: Thing[],
  askedAt: number,
): Thing[] => known.filter(({ id }) => (heardAt[id] ?? 0) >= askedAt || fresh.some((each) => each.id === id));

const heard = (state: DeskState, id: string, at = 0): DeskState => ({
  ...state,
  heardAt: { ...state.heardAt, [id]: at },
});

function connect(state: DeskState, { state: now, at }: Extract<DeskEvent, { type: "connection" }>): DeskState {
  if (now === "live") return { ...state, connection: { state: "live" } };
  if (state.connection.state === "lost") return state;
  return { ...state, connection: { state: "lost", lostAt: at + state.clockOffsetMs } };
}

/** A view never replaces one of a higher version; the call that it carries counts as news of the interaction. */
function takeConsult(state: DeskState, consult: ConsultView): DeskState {
  const known = state.consults.find(({ id }) => id === consult.id);
  if (known && known.version > consult.version) return state;
  const consults = known
    ? state.consults.map((each) => (each.id === consult.id ? consult : each))
    : [...state.consults, consult];
  const next = { ...state, consults };
  return consult.interaction ? takeInteraction(next, consult.interaction) : next;
}

function takeInteraction(state: DeskState, interaction: InteractionView): DeskState {
  const known = state.interactions.find(({ id }) => id === interaction.id);
  if (known && known.observedAt > interaction.observedAt) return state;
  const interactions = known
    ? state.interactions.map((each) => (each.id === interaction.id ? interaction : each))
    : [...state.interactions, interaction];
  return { ...state, interactions, chosen: isNamed(interaction, state.chosen) ? interaction.id : state.chosen };
}

/** Host pages name an interaction by the platform's id, which changes on its way. Once found, ours is kept. */
const idOf = ({ interactions }: DeskState, name: string | undefined): string | undefined =>
  interactions.find((each) => isNamed(each, name))?.id ?? name;
const isNamed = ({ id, ref, rootRef }: InteractionView, name: string | undefined): boolean =>
  name !== undefined && [id, ref, rootRef].includes(name);

function settleAsk(state: DeskState, { key, consult, trouble }: Extract<DeskEvent, { type: "asked" }>): DeskState {
  const next = { ...state, asking: state.asking.filter((each) => each !== key), trouble };
  return consult ? takeConsult(next, consult) : next;
}

function settleMove(state: DeskState, { consult, view, trouble }: Extract<DeskEvent, { type: "moved" }>): DeskState {
  const { [consult]: _, ...moving } = state.moving;
  const next = { ...state, moving, trouble };
  return view ? takeConsult(next, view) : next;
}

// ---------------------------------------------------------------- what the screen asks

/** Is the agent in it, so that they can ask for help? After a hand-over the conversation goes on without them. */
export const isMine = ({ state, parties }: InteractionView): boolean =>
  state === "live" && parties.some(({ role, state }) => role === "agent" && state !== "left" && state !== "failed");

/** The agent's interactions, those that are asked about still, and the last one whose outcome is not put away yet. */
export function shownInteractions(state: DeskState): InteractionView[] {
  const endedAt = ({ id }: InteractionView) => consultsOf(state, id)[0]?.endedAt ?? "";
  const isLive = (one: InteractionView) => consultsOf(state, one.id).some((consult) => consult.state !== "ended");
  const [over = [], going = []] = [false, true].map((goesOn) =>
    state.interactions.filter((one) => (isMine(one) || isLive(one)) === goesOn),
  );
  const last = over.filter(endedAt).sort((a, b) => endedAt(b).localeCompare(endedAt(a)))[0];
  return last ? [...going, last] : going;
}

/** The interaction in front of the agent: the chosen one while it is shown, else the first that is theirs. */
export function currentInteraction(state: DeskState): InteractionView | undefined {
  const shown = shownInteractions(state);
  return shown.find((each) => isNamed(each, state.chosen)) ?? shown.find(isMine) ?? shown[0];
}

/** An expert's answer in writing, which stays until it is put away, whatever else is asked meanwhile. */
export const isAnswer = ({ kind, replies }: ConsultView): boolean => kind === "question" && replies.length > 0;

/**
 * Consults about an interaction: live ones first, then answers, else the newest ended one; without what was put away.
 */
export function consultsOf(state: DeskState, interaction: string): ConsultView[] {
  const mine = state.consults.filter(({ interactionId }) => interactionId === interaction);
  const live = mine.filter((consult) => consult.state !== "ended");
  const ended = mine
    .filter((consult) => consult.state === "ended" && !state.dismissed.includes(consult.id))
    .sort((a, b) => (b.endedAt ?? "").localeCompare(a.endedAt ?? ""));
  const answers = ended.filter(isAnswer);
  if (live.length > 0 || answers.length > 0) return [...live, ...answers];
  return ended.slice(0, 1);
}

/** Answers that nobody has made use of yet, oldest first, with the customer whom they are for and who is still there. */
export function answersWaiting(state: DeskState): { consult: ConsultView; interaction: InteractionView }[] {
  return state.consults
    .filter((one) => isAnswer(one) && !state.used.includes(one.id) && !state.dismissed.includes(one.id))
    .flatMap((consult) => {
      const interaction = state.interactions.find(({ id }) => id === consult.interactionId);
      return interaction?.state === "live" ? [{ consult, interaction }] : [];
    })
    .sort((a, b) => answeredAt(a.consult).localeCompare(answeredAt(b.consult)));
}
export const answeredAt = ({ replies, changedAt }: ConsultView): string => replies.at(-1)?.at ?? changedAt;
