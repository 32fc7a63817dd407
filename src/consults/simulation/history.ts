import type { Answer, Kind, Move, Timing } from "../model.ts";
import type { Phone, Quirks } from "./platform.ts";

/** What becomes of one command on its way to the platform and back. */
export type Fate = {
  answers: "done" | "done-and-shows" | "accepted" | "refused" | "unknown" | "nothing";
  /** For a lost answer: whether it took effect, and if late, after how long. The rest follows from the answer. */
  effect: "at-once" | "late" | "never";
  afterMs: number;
  lateMs: number;
  /** The same answer comes once more, this much later. */
  againAfterMs?: number;
};

/** What becomes of one push from the platform. Different delays put pushes out of order. */
export type Push = { afterMs: number; isLost: boolean; againAfterMs?: number };
export type Look = { afterMs: number; isLost: boolean };

export type Person = {
  /** What they press on the card and when; `undefined` when they do not look. */
  answer?: Answer | undefined;
  afterMs: number;
  againAfterMs?: number;
  /** Pressed later, whatever came before. */
  later?: { answer: Answer; afterMs: number };
  /** Not free when help is asked for; from then on they are. */
  freeAfterMs?: number;
  isUndeliverable: boolean;
  hasPhone: boolean;
  phone: Phone;
};

export type Act =
  | Move
  | "hand-over-heard"
  | "drop-second"
  | "agent-hangs-up"
  | "agent-holds"
  | "agent-resumes"
  | "agent-merges"
  | "agent-drops-expert"
  | "customer-hangs-up"
  | "replied"
  | "start"
  | "tick";

/** One whole story, with everything that chance decides written down beforehand. What runs out goes well. */
export type History = {
  kind: Kind;
  mode: "ask" | "ring";
  abreast: number;
  people: Person[];
  /** Whom the agent adds, the first time and the second. */
  guests?: Person[];
  quirks: Quirks;
  acts: { atMs: number; does: Act }[];
  fates: Fate[];
  pushes: Push[];
  looks: Look[];
};

export const smooth = {
  fate: { answers: "done", effect: "at-once", afterMs: 120, lateMs: 0 } as Fate,
  push: { afterMs: 60, isLost: false } as Push,
  look: { afterMs: 80, isLost: false } as Look,
  quirks: {
    numbers: true,
    clockSkewMs: 0,
    forgetsTheLeft: false,
    keepsHoldAfterLoss: true,
    keepsHoldAfterCommand: false,
    endsWithCustomer: false,
  } as Quirks,
};

/** Short enough that every deadline passes within a story. */
export const storyTiming: Timing = {
  offerMs: 8_000,
  questionMs: 9_500,
  ringMs: 9_000,
  laterMs: 10_000,
  awaitMs: 30_000,
  commandMs: 5_000,
};

/** After this nobody does anything by themselves and everything that is sent arrives. */
export const calmAtMs = 40_000;
/** Then the agent cancels whatever is still going on. */
export const cancelAtMs = 75_000;
export const endsAtMs = 120_000;
/** Those who are waited for are looked at this often. */
export const freeEveryMs = 1_000;
/** The service looks at every live call this often, whatever the pushes say. */
export const lookEveryMs = 5_000;
