/** The words of a consult: its facts, what can happen to it, and what it asks of the world. No behaviour here. */
import type { CommandId, OfferId, PersonId } from "../ids.ts";
import type { CallOperation, Outcome as CommandOutcome, InteractionSnapshot, Target } from "../platform/contract.ts";

/** What is wanted. The first four need a live call on a platform that can do them. */
export const kinds = ["consult", "conference", "transfer", "blind-transfer", "question", "meeting"] as const;
export type Kind = (typeof kinds)[number];

export const states = [
  "requested",
  "offering",
  "waiting",
  "ringing",
  "consulting",
  "conferencing",
  "transferring",
  "ended",
] as const;
export type State = (typeof states)[number];

export const results = [
  "transferred", // the expert has the customer, the agent has left
  "returned", // help is over, the customer is with the agent
  "answered", // a question got its answer
  "unanswered", // nobody said yes in time
  "declined", // everybody asked said no
  "unreachable", // nobody could be rung or asked
  "cancelled", // the agent took it back
  "customer-left",
  "failed", // the platform would not; the customer is with the agent
] as const;
export type Result = (typeof results)[number];

/** Whose turn it is to be heard by the agent in a private consult. */
export type TalkingTo = "customer" | "expert";

export const offerStates = [
  "planned",
  "asked",
  "accepted",
  "later",
  "chat",
  "declined",
  "silent",
  "undeliverable",
  "withdrawn",
  "taken",
] as const;
export type OfferState = (typeof offerStates)[number];

export type Offer = {
  id: OfferId;
  person: PersonId;
  /** The rung of the ladder that rings this person; absent when only chat reaches them. */
  target?: Target;
  state: OfferState;
  askedAt?: Date;
  answeredAt?: Date;
  /** `later`: when to ask again. Absent: they are not free now and are asked as soon as they are seen to be. */
  againAt?: Date;
  /** They were not free when help was asked for, and were waited for. */
  waitedFor?: boolean;
  /** Their phone has been rung for this consult; a repeated "now" after that rang in vain does not ring it again. */
  rungAt?: Date;
  /** Why not, in the expert's choice of words: `busy`, `not-my-topic`, `away`, … */
  reason?: string;
  /** Added to help that was there already; what becomes of them changes nothing for the others. */
  guest?: Guest;
};

/** The leg of somebody who is added. `isOn`: they have been seen to answer. `hasLeft`: they have helped, and left or were let go. */
export type Guest = {
  ring?: Ring & { command: CommandId; before: string[] };
  party?: string;
  isOn?: boolean;
  hasLeft?: boolean;
};

/**
 * What the agent (or the kind) wants of the call now; the machine works towards it, command by command.
 * `private`: agent and expert, the customer hears music (or the other way round, see `talkingTo`).
 * `together`: all three. `hand-over`: customer and expert, the agent gone. `back`: customer and agent, the expert gone.
 */
export type Goal = "private" | "together" | "hand-over" | "back";

/** What a platform is asked to do, before it has an id. */
export type Command = {
  operation: CallOperation;
  target?: Target;
  party?: string;
  speakTo?: TalkingTo;
  ringMs?: number;
};

/**
 * The command under way. `asked`: no answer yet. `accepted`, `done`: the platform said so, its effect has not been seen.
 * `unknown`: its answer was lost, or its effect is overdue, and the platform's state decides.
 */
export type PendingCommand = Command & {
  id: CommandId;
  state: "asked" | "accepted" | "done" | "unknown";
  askedAt: Date;
  /** How often it was sent again, always under the same id. */
  repeats: number;
};

/** The dial for the present winner, and whatever it left behind until the customer is seen to be back with the agent. */
export type Ring = {
  target: Target;
  dialledAt: Date;
  /** It came to nothing: its leg goes, the customer comes back, and only then may somebody else be rung. */
  over?: boolean;
  /** When this was noticed to have gone on for too long, late: we had been away. */
  lateAt?: Date;
  /** We never learned whether it took effect, so one `cancelConsult` follows, come what may. */
  doubt?: boolean;
};

export type Consult = {
  kind: Kind;
  state: State;
  result?: Result;
  /** Ask before ringing (the expert says "now" first) or ring at once (the card arrives with the ring). */
  mode: "ask" | "ring";
  /** How many experts are asked side by side. */
  abreast: number;
  offers: Offer[];
  /** The offer that won; in mode `ring` the one that is being rung. */
  winner?: OfferId;
  goal: Goal;
  /** The goal has been seen to be true. From then on the agent's own hand on the platform is followed, not undone. */
  reached?: boolean;
  /** The help is over and the consult will end with this as soon as the customer is safe. */
  ending?: Result;
  talkingTo: TalkingTo;
  pending?: PendingCommand;
  ring?: Ring;
  /** The latest state of the interaction, without names and attributes. An older one never replaces it. */
  seen?: InteractionSnapshot;
  /** A snapshot is wanted that was begun after this instant; it was last asked for then. */
  look?: { wantedAt: Date; askedAt: Date };
  /** The expert's leg, once seen on the platform. */
  expertParty?: string;
  /** Parties that were in the interaction before we dialled, so that the expert's leg can be told apart. */
  before: string[];
  /** Has a human been proven on the expert's leg (their "now" on the card counts)? Voicemail is not one. */
  expertProven: boolean;
  /** Commands refused in a row; spaces out the attempts to bring the customer back, which never end. */
  refusals: number;
  /** No attempt before this. */
  retryAt?: Date;
  /**
   * The last sentence-worthy trouble, as a code for the desk to word: `expert-busy`, `expert-declined`, `expert-no-answer`,
   * `expert-unreachable`, `expert-left`, `voicemail`, `chat-only`, `not-free` (waited for in vain), `no-reply` (said yes to a question and wrote nothing), `agent-left`,
   * `no-effect` (the platform was asked and nothing happened), or the code with which the platform refused.
   */
  trouble?: string;
  /** When the next tick is due, if any. */
  wakeAt?: Date;
  requestedAt: Date;
  endedAt?: Date;
};

export const moves = [
  "talk-to-customer",
  "talk-to-expert",
  "all-together",
  "hand-over",
  "add-expert",
  "drop-expert",
  "cancel",
] as const;
export type Move = (typeof moves)[number];

export const answers = ["now", "later", "chat", "no"] as const;
export type Answer = (typeof answers)[number];

export type ConsultEvent =
  | { type: "start" }
  | { type: "delivered"; offer: OfferId }
  | { type: "undeliverable"; offer: OfferId; reason: string }
  | { type: "answer"; offer: OfferId; answer: Answer; reason?: string }
  /** Somebody who was waited for can be asked now; `target` rings them. Repeated for as long as it is so. */
  | { type: "free"; offer: OfferId; target?: Target }
  /**
   * `heard`: the agent confirms that a person is on the expert's leg, for platforms that cannot tell. `person`: which
   * expert to drop; without, all of them. `offers`: whom to add, best first; the first yes wins.
   */
  | { type: "move"; move: Move; heard?: boolean; person?: PersonId; offers?: Offer[] }
  /**
   * `lookedAt`: when, by our own clock, we began to ask the platform for it; absent for pushes. It proves that a snapshot is
   * younger than a question, whatever the platform's clock says; without it `observedAt` is compared, with some doubt.
   */
  | { type: "snapshot"; snapshot: InteractionSnapshot; lookedAt?: Date }
  /** `gone`: the platform does not know the interaction any more. */
  | { type: "interaction-gone"; lookedAt?: Date }
  | { type: "command"; command: CommandId; outcome: CommandOutcome }
  | { type: "replied" }
  | { type: "tick" };

/** What the machine asks of the world. Each effect is safe to repeat. */
export type Effect =
  | { do: "offer"; offer: OfferId }
  | { do: "refresh-cards" }
  /** Run it once per id: the same id again means "if it has not taken effect yet". An absent operation is `refused`. */
  | ({ do: "command"; id: CommandId } & Command)
  /** Ask the platform for the interaction, then feed the snapshot back with `lookedAt`. */
  | { do: "lookup" };

export type Timing = {
  /** Silence after which an offer moves on. */
  offerMs: number;
  /** The same for a question, which is answered in writing and in their own time. */
  questionMs: number;
  /** How long an expert's phone rings. Below the usual voicemail pick-up. */
  ringMs: number;
  /** "In 5 minutes". */
  laterMs: number;
  /** How long we wait for somebody to be free. */
  awaitMs: number;
  /** How long a command may stay unanswered before its outcome counts as unknown. */
  commandMs: number;
};
export const timing: Timing = {
  offerMs: 20_000,
  questionMs: 600_000,
  ringMs: 18_000,
  laterMs: 300_000,
  awaitMs: 1_800_000,
  commandMs: 5_000,
};

/** After so long without a word about a call that is in our hands the platform is asked how it is. */
export const lookAfterMs = 5_000;
