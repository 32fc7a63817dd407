/**
 * What the API shows, as the screens and other callers get it. Instants are ISO 8601 strings in UTC. What only one screen
 * gets has a file of its own.
 */
import type { Answer, Kind, Move, OfferState, Result, State, TalkingTo } from "./consults/model.ts";
import type {
  Activity,
  Availability,
  CallCommand,
  CallOperation,
  Channel,
  JoinWay,
  PartyRole,
  PartyState,
  RecordingState,
} from "./platform/contract.ts";

export type * from "./board-views.ts";
export type * from "./tab-views.ts";

/** One account's presence with its age and origin. */
export type PresenceView = {
  account: string;
  /** The platform as people know it ("Microsoft Teams"), and the adapter's id. */
  platform: string;
  adapter: string;
  availability: Availability;
  activity: Activity;
  native?: string;
  observedAt: string;
  /** Too old to be believed (see design, section 4); the values are then the last known ones. */
  stale: boolean;
  /** We ourselves show something there on this person's behalf. */
  held?: { availability: Availability; activity: Activity };
};

/** Reasons are codes that the screens word in four languages; `until` and `platform` fill the gaps. */
export type ReasonCode =
  | "available"
  | "in-call"
  | "ringing"
  | "in-meeting"
  | "presenting"
  | "focusing"
  | "busy"
  | "do-not-disturb"
  | "away"
  | "offline"
  | "out-of-office"
  | "wrap-up"
  | "break"
  | "unknown"
  | "stale"
  | "not-accepting"
  | "paused"
  | "off-roster"
  | "quota-used"
  | "cooling-down"
  | "in-consult"
  | "being-asked"
  | "no-number"
  | "no-licence"
  | "forwards-all"
  | "cannot-ring"
  | "other-center"
  | "app-blocked"
  | "app-missing"
  | "chat-only"
  | "inactive";
export type Reason = { code: ReasonCode; platform?: string; until?: string };

/** How somebody is reached: their number, their seat in a contact center, … `user`: by their platform, without a number. */
export const rungKinds = ["phone", "agent", "sip", "mobile", "user", "chat"] as const;
export type RungKind = (typeof rungKinds)[number];

/** Can this person be asked now, how, and if not, why not and until when. */
export type ReachabilityView = {
  /** `call`: can be asked and rung. `chat`: only by card or chat. `later`: not now (see reasons). `no`: not at all. */
  state: "call" | "chat" | "later" | "no";
  /** What it adds up to for one glance. */
  availability: Availability;
  activity: Activity;
  reasons: Reason[];
  /** The rung that would be used. */
  rung?: { kind: RungKind; platform: string };
  /** Rungs passed over and why. */
  skipped: { kind: RungKind; platform: string; reason: ReasonCode }[];
  /** No card gets through to them: they are rung at once, or not at all. */
  onlyRing?: boolean;
  observedAt?: string;
  presences: PresenceView[];
};

export type ExpertView = {
  personId: string;
  name: string;
  initials: string;
  department?: string;
  title?: string;
  site?: string;
  skills: { skill: string; level: number }[];
  languages: string[];
  reachability: ReachabilityView;
};
/** An expert found by a search, best first, with why they stand where they stand. */
export type ExpertHit = ExpertView & { score: number; why: { code: string; points: number }[] };

export type PartyView = {
  ref: string;
  role: PartyRole;
  state: PartyState;
  name?: string;
  /** Refs of the parties that this one hears; empty and `music` while on hold. */
  hears: string[];
  music: boolean;
  /** Since when it is in this state. */
  since?: string;
};

export type InteractionView = {
  id: string;
  /** The platform's own id, by which host pages name it, and the one that it began with. */
  ref: string;
  rootRef: string;
  journeyId: string;
  channel: Channel;
  state: "live" | "ended";
  customer: { name?: string; tier?: string; language?: string };
  intent?: string;
  skill?: string;
  recording: RecordingState;
  /** What becomes of a recording when the agent has left; absent where the platform does not tell. */
  recordingAfterTransfer?: "continues" | "stops";
  parties: PartyView[];
  startedAt: string;
  observedAt: string;
  /** Which kinds of help this platform can do here, and why not the others. */
  can: { kind: Kind; possible: boolean; reason?: string }[];
};

/** One detail of the context. `masked`: hidden until the expert accepts. */
export type ContextField = { key: string; label: string; value: string; masked: boolean };
export type ContextView = {
  question: string;
  fields: ContextField[];
  links: { title: string; url: string }[];
  /** The details are not there yet, and follow. */
  isLate?: true;
};

export type OfferView = {
  id: string;
  personId: string;
  name: string;
  state: OfferState;
  reason?: string;
  askedAt?: string;
  answeredAt?: string;
  againAt?: string;
  /** A question: their answer is owed, and late from then on. They are reminded about then. */
  lateAt?: string;
  /** Joins an expert who is there already: asked or rung so far, on the line, or gone again. */
  joins?: "coming" | "on" | "left";
};

export type CommandView = {
  operation: CallOperation;
  /** `asked`: on its way; `unknown`: no answer, we are checking. */
  state: "asked" | "unknown";
  askedAt: string;
  /** Only the agent's browser can do it: a desk is to claim it (src/desk/protocol.ts). */
  desk?: { command: string; state: "waiting" | "claimed" };
};

/** POST /v1/desk/commands/{id}/claim: what the agent's own phone is to do, and until when it may be told what came of it. */
export type DeskClaim = { command: CallCommand; outcomeUntil: string; again: boolean };

export type ConsultView = {
  id: string;
  interactionId: string;
  journeyId: string;
  kind: Kind;
  state: State;
  result?: Result;
  talkingTo: TalkingTo;
  question: string;
  /** What was asked is not there yet, and follows. */
  isQuestionLate?: true;
  agent: { personId: string; name: string };
  expert?: { personId: string; name: string };
  offers: OfferView[];
  /** The command under way, if any. */
  pending?: CommandView;
  trouble?: string;
  /** What the agent may do now, and why not the rest. */
  moves: { move: Move; possible: boolean; reason?: string }[];
  /** Answers of the expert to a question, ready to be used. */
  replies: { at: string; by: string; text: string }[];
  /** Where a meeting is joined; the customer gets the same link. */
  joinUrl?: string;
  /** On which platform, and in which ways the desk itself may join; none: by the link only. */
  join?: { platform: string; ways: JoinWay[] };
  /** The call as last seen, so that one answer draws the whole picture. */
  interaction?: InteractionView;
  timeline: { at: string; what: string; data: Record<string, unknown> }[];
  requestedAt: string;
  changedAt: string;
  endedAt?: string;
  version: number;
};

/** GET /v1/desk: all that the agent's desk needs to draw itself, after a reload too. */
export type DeskView = {
  agent: { personId: string; name: string; reachability: ReachabilityView };
  interactions: InteractionView[];
  /** Live consults of this agent, and those that ended in the last two minutes. */
  consults: ConsultView[];
  skills: string[];
  /** Ids of the colleagues whom this agent keeps at hand. */
  favourites: string[];
  serverTime: string;
};

/** GET /v1/desk/colleagues: `recent` leaves out those who are favourites. */
export type ColleaguesView = { favourites: ExpertView[]; recent: ExpertView[] };

/** How somebody is set up to be asked: each fact with its level and the fix, in the reader's language. */
export type SetUpLevel = "green" | "amber" | "red" | "unknown";
export type SetUpView = {
  personId: string;
  name: string;
  level: SetUpLevel;
  lines: { check: string; level: SetUpLevel; platform?: string; says: string; fix?: string; code?: string }[];
  checkedAt?: string;
};

export type SavedAnswerView = {
  id: string;
  question: string;
  answer: string;
  /** `proposed`: waits for its author's word. */
  state: "proposed" | "approved" | "retired";
  skill?: string;
  author: { personId: string; name: string };
  /** How often it has helped. */
  uses: number;
  approvedAt?: string;
  createdAt: string;
};
/** PUT /v1/answers/{id} */
export type SavedAnswerChange = { state?: "approved" | "retired"; question?: string; answer?: string };

/** POST /v1/consults/{id}/callers: a token for the desk's own calls about this consult, and whom or what it reaches. */
export type CallerView = {
  token: string;
  expiresAt: string;
  /** What the others in the call see. */
  name: string;
  place: { way: "meeting"; url: string } | { way: "person"; account: string };
};

/** POST /v1/consults */
export type ConsultRequest = {
  interactionId: string;
  kind: Kind;
  /** One of these: a named person, several side by side, or whoever is best at a skill. */
  personIds?: string[];
  skill?: string;
  question?: string;
  mode?: "ask" | "ring";
  abreast?: number;
  /** For a meeting: the consult that it goes on from, with the same colleague and context. */
  continues?: string;
  /** Where nobody can be asked now: wait until somebody can (default), or be refused. */
  wait?: boolean;
  context?: { fields?: Record<string, string>; links?: { title: string; url: string }[] };
};
/** `heard`: the agent has heard the expert, for platforms that cannot tell a person from a machine. */
/** `personId`: whom to add, or which of several to drop; `skill`: add whoever is best at it and says yes. */
export type MoveRequest = { move: Move; heard?: boolean; personId?: string; skill?: string };
export type AnswerRequest = { answer: Answer; reason?: string };

/**
 * GET /v1/live (server-sent events). `event:` is the topic, `id:` resumes with Last-Event-ID.
 * First `hello`, then one event per thing that changed; data carries the whole thing, not a difference.
 */
export type LiveEvents = {
  hello: { serverTime: string };
  /** Reachability of one expert or agent. */
  presence: ExpertView;
  consult: ConsultView;
  interaction: InteractionView;
  /** Something was missed beyond repair: read everything again. */
  reset: Record<string, never>;
};

/** RFC 9457 problem document. */
export type Problem = {
  type: string;
  title: string;
  status: number;
  detail: string;
  code: string;
  request_id: string;
  [extension: string]: unknown;
};
