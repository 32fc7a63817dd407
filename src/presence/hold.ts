/**
 * The life of what we show on somebody's behalf, as pure steps: `agree` with a wish, `nextStep`, then `begin` (stored
 * before the platform is asked) and `end` (stored when it has answered).
 *
 *   asked -> held -> releasing -> released -> (forgotten when none of it can be seen any more)
 *      \-> refused
 */
import type { AccountId } from "../ids.ts";
import type { Held, Presence } from "../platform/contract.ts";
import { leaseMs, type Wish } from "./decide.ts";
import { isSame } from "./own.ts";

export type HoldState = "asked" | "held" | "releasing" | "released" | "refused";

/** Something of ours that readers may see: open while it is there, ended when the platform said that it is gone. */
export type Shown = { presence: Presence; endedAt?: Date };

export type Hold = {
  state: HoldState;
  /** What we want to show, or wanted last. */
  asked: Presence;
  cause?: AccountId;
  /** What the platform said that it shows. */
  held?: Held;
  shown: Shown[];
  before?: Record<string, unknown>;
  /** Why it was refused, in a sentence for people. */
  reason?: string;
  renewAt?: Date;
  /** When the platform was last asked to change something. */
  writtenAt?: Date;
};

/** At most one write per account in this time (RFC 3856, 6.10); the last value always arrives. */
export const gapMs = 5_000;

const mayBeSeen = (hold: Hold) => hold.shown.some(({ endedAt }) => !endedAt);

/** The hold as it should be now; undefined: none. */
export function agree(hold: Hold | undefined, wish: Wish): Hold | undefined {
  if (wish.want === "show") return agreeToShow(hold, wish.show, wish.cause);
  if (wish.want === "keep" && (hold?.state === "held" || hold?.state === "asked"))
    return wish.cause === hold.cause ? hold : because(hold, wish.cause);
  // Whether it still stands beneath a call, nobody can tell: it is asked for again when the call is over.
  if (wish.want === "keep" && wish.cause && hold?.state === "releasing" && hold.reason === undefined)
    return because({ ...hold, state: "asked" }, wish.cause);
  return hold && letGo(hold);
}

function agreeToShow(hold: Hold | undefined, show: Presence, cause: AccountId | undefined): Hold {
  const because = cause ? { cause } : {};
  if (!hold) return { state: "asked", asked: show, shown: [], ...because };
  if (isSame(hold.asked, show) && isSettled(hold)) return hold.cause === cause ? hold : { ...hold, ...because };
  const { reason: _reason, ...rest } = hold;
  return { ...rest, state: "asked", asked: show, ...because };
}

function because({ cause: _cause, ...hold }: Hold, cause: AccountId | undefined): Hold {
  return cause ? { ...hold, cause } : hold;
}

/** On its way, there, or refused: asking again would change nothing. */
const isSettled = ({ state, reason }: Hold) =>
  state === "asked" || state === "held" || state === "refused" || (state === "releasing" && reason !== undefined);

function letGo(hold: Hold): Hold | undefined {
  if (hold.state === "releasing" || hold.state === "released") return hold;
  if (mayBeSeen(hold)) return { ...hold, state: "releasing" };
  return hold.writtenAt ? { ...hold, state: "released" } : undefined;
}

/** Forgets what no later reading can show any more; undefined when that was all and the next write may come at once. */
export function forget(hold: Hold, settleMs: number, readAt: Date | undefined, now: Date): Hold | undefined {
  const isPast = ({ endedAt }: Shown) => endedAt && readAt && readAt.getTime() > endedAt.getTime() + settleMs;
  const shown = hold.shown.filter((one) => !isPast(one));
  if (hold.state === "released" && shown.length === 0 && mayWriteAt(hold, now) <= now) return undefined;
  return shown.length === hold.shown.length ? hold : { ...hold, shown };
}

export type Step =
  | { do: "show"; presence: Presence }
  | { do: "release"; presence: Presence }
  /** Look again then; absent: when asked. */
  | { do: "wait"; until?: Date };

const plus = (at: Date, ms: number) => new Date(at.getTime() + ms);
const lookAgainMs = 15_000;
const mayWriteAt = ({ writtenAt }: Hold, now: Date) => (writtenAt ? plus(writtenAt, gapMs) : now);

/** What is to be done about a hold now. `mayWrite`: both sides are freshly known. */
export function nextStep(hold: Hold, settleMs: number, mayWrite: boolean, now: Date): Step {
  const free = mayWriteAt(hold, now);
  switch (hold.state) {
    case "asked":
      if (!mayWrite) return inTheDark(hold, now);
      return free > now ? { do: "wait", until: free } : show(hold);
    case "releasing":
      return free > now ? { do: "wait", until: free } : release(hold);
    case "held":
      return mayWrite ? whileHeld(hold, now) : inTheDark(hold, now);
    case "released":
      return { do: "wait", until: whenTelling(hold, settleMs, now) };
    case "refused":
      return { do: "wait" };
  }
}

function whileHeld(hold: Hold, now: Date): Step {
  if (!hold.renewAt) return { do: "wait", until: plus(now, leaseMs / 2) };
  const free = mayWriteAt(hold, now); // what failed is not asked again and again
  const until = hold.renewAt > free ? hold.renewAt : free;
  return until <= now ? show(hold) : { do: "wait", until };
}

/** Nothing is begun or renewed; what runs out meanwhile is cleared, so that we know from when on to believe again. */
function inTheDark(hold: Hold, now: Date): Step {
  const expiresAt = hold.held?.expiresAt;
  const free = mayWriteAt(hold, now);
  if (expiresAt && expiresAt <= now) return free > now ? { do: "wait", until: free } : release(hold);
  const soon = plus(now, lookAgainMs);
  return { do: "wait", until: expiresAt && expiresAt < soon ? expiresAt : soon };
}

const show = ({ asked }: Hold): Step => ({ do: "show", presence: asked });
const release = ({ held, asked }: Hold): Step => ({ do: "release", presence: held?.presence ?? asked });

/** What to hand to the platform with a step: what it gave us, or at least what was there before we first wrote. */
export function heldOf({ held, before, asked }: Hold): Held | undefined {
  if (held) return before && !held.before ? { ...held, before } : held;
  return before && { presence: asked, before };
}

/** From when on a reading tells again what the person themselves shows; soon, where that has passed. */
function whenTelling(hold: Hold, settleMs: number, now: Date): Date {
  const endedAt = Math.max(0, ...hold.shown.map((one) => one.endedAt?.getTime() ?? 0));
  const at = new Date(endedAt + settleMs + 1);
  return at > now ? at : plus(now, lookAgainMs);
}

/**
 * To be stored before the platform is asked: from now on what we see there may be ours. `before`: what the person's own
 * status would be restored from, if that is known.
 */
export function begin(hold: Hold, step: Step, now: Date, before?: Record<string, unknown>): Hold {
  if (step.do === "wait") return hold;
  const begun: Hold = { ...hold, writtenAt: now };
  if (step.do === "release") return { ...begun, state: "releasing" };
  const isOpen = hold.shown.some(({ presence, endedAt }) => !endedAt && isSame(presence, step.presence));
  const remembered = mayBeSeen(hold) ? hold.before : (before ?? hold.before);
  return {
    ...begun,
    shown: isOpen ? hold.shown : [...hold.shown, { presence: step.presence }],
    ...(remembered ? { before: remembered } : {}),
  };
}

export type Outcome =
  | { result: "shown"; held: Held }
  /** Nothing was written, and asking again would not help. */
  | { result: "refused"; reason: string }
  | { result: "gone" };

/** To be stored when the platform has answered. The hold may have been asked for something else meanwhile. */
export function end(hold: Hold, step: Step, outcome: Outcome, now: Date): Hold {
  if (step.do === "wait") return hold;
  if (outcome.result === "shown") return endShow(hold, step, outcome.held, now);
  if (outcome.result === "refused") return endRefused(hold, step, outcome.reason);
  const { held: _held, renewAt: _renewAt, ...rest } = hold;
  const shown = hold.shown.map((one) => (one.endedAt ? one : { ...one, endedAt: now }));
  if (hold.state !== "releasing") return { ...rest, shown };
  return { ...rest, shown, state: hold.reason === undefined ? "released" : "refused" };
}

function endShow(hold: Hold, step: Step, held: Held, now: Date): Hold {
  const others = hold.shown.filter(({ presence, endedAt }) => endedAt || !isSame(presence, held.presence));
  const shown = [...others.map((one) => (one.endedAt ? one : { ...one, endedAt: now })), { presence: held.presence }];
  const isStillAsked = hold.state === "asked" && step.do === "show" && isSame(hold.asked, step.presence);
  const since = hold.writtenAt ?? now;
  const { renewAt: _renewAt, ...rest } = hold;
  const renewing = held.expiresAt ? { renewAt: plus(since, (held.expiresAt.getTime() - since.getTime()) / 2) } : {};
  return { ...rest, held, shown, state: isStillAsked ? "held" : hold.state, ...renewing };
}

/** What was shown before the refusal may still be there: then it has to be let go. */
function endRefused(hold: Hold, step: Step, reason: string): Hold {
  if (hold.held || step.do === "release") return { ...hold, state: "releasing", reason };
  const shown = hold.shown.filter(({ endedAt }) => endedAt);
  return { ...hold, shown, state: hold.state === "asked" ? "refused" : hold.state, reason };
}
