/**
 * Can this person be asked now, how, and if not, why not and until when: what the presences of all their accounts, the
 * roster, the quota and our own work add up to. Pure.
 */
import type { Activity, Availability, MeetingEnd, Presence, Target } from "../platform/contract.ts";
import { onRoster, type Quota, type Roster, type RosterUse } from "../roster.ts";
import type { PresenceView, ReachabilityView, Reason, ReasonCode, RungKind } from "../views.ts";
import { isSame, staleMs } from "./own.ts";

export type ReachAccount = {
  account: string;
  adapter: string;
  /** As people know it. */
  platform: string;
  side: "contact-center" | "uc";
  /** The number that rings this person there. */
  phone?: string;
  /** `false`: the platform says that this person may not be called by number there. Absent: it does not tell. */
  phoneLicence?: boolean;
  /** Calls to their number are all sent elsewhere before it rings. */
  forwardsAll?: boolean;
  sip?: string;
  mobile?: string;
  /** As the platform knows them, for contact centers that ring its users by that. */
  user?: string;
  /** A seat in a contact center whose calls can ring it. */
  seat?: Seat;
  /** Until when they are in a meeting, by their calendar there. */
  meeting?: MeetingEnd;
  /** Cards can be shown there. */
  canCards: boolean;
  /** Why cards do not get through, as last seen; absent: nothing is known against it. */
  noCards?: "app-blocked" | "app-missing";
  seen?: Presence & { observedAt: Date };
  /** A rule asks to offer them no work while this shows. */
  isNotRouted?: boolean;
  /** What of ours may still show there; seeing it tells nothing about the person. */
  ours: readonly Presence[];
};

export type Seat = { connection: string; account: string };
/** The contact center that would ring them: which it is, and what it can ring. */
export type Dialler = {
  connection: string;
  targets: readonly Target["kind"][];
  /** Of which platforms it rings users without a number. */
  userPlatforms?: readonly string[] | undefined;
};

export type ReachFacts = {
  isActive: boolean;
  enrolment?: { accepting: boolean; pausedUntil?: Date; roster: Roster; quota: Quota; lastAskedAt?: Date };
  accounts: readonly ReachAccount[];
  inConsults: number;
  beingAsked: number;
  helpedThisMonth: number;
  /** What is asked for, where the roster differs by it, and the holidays where they are. */
  use?: RosterUse;
  /** Absent: somebody looks without a call in hand, and any contact center might be the one. */
  dialler?: Dialler;
};

type Verdict = { state: ReachabilityView["state"]; reasons: Reason[] };

/** Whichever says most about not being free wins; being offline in one tool while available in another is normal. */
const weight: Record<Availability, number> = {
  "do-not-disturb": 5,
  busy: 4,
  available: 3,
  away: 2,
  offline: 1,
  unknown: 0,
};
const activityReason: Partial<Record<Activity, ReasonCode>> = {
  "on-call": "in-call",
  ringing: "ringing",
  "in-meeting": "in-meeting",
  presenting: "presenting",
  focusing: "focusing",
  "wrap-up": "wrap-up",
  break: "break",
  "out-of-office": "out-of-office",
};

const isStale = (seen: { observedAt: Date }, now: Date) => now.getTime() - seen.observedAt.getTime() > staleMs;
const isOurs = ({ seen, ours }: ReachAccount) => seen !== undefined && ours.some((one) => isSame(one, seen));

export function reach(facts: ReachFacts, now: Date): { view: ReachabilityView; target?: Target } {
  const telling = facts.accounts.filter((one) => one.seen && !isStale(one.seen, now) && !isOurs(one));
  const strongest = [...telling].sort((a, b) => weightOf(b) - weightOf(a))[0];
  const verdict = judge(facts, telling.find((one) => one.isNotRouted) ?? strongest, now);
  const ladder = climb(rungsOf(facts, strongest));
  const isByChat = verdict.state === "call" && !ladder.target;
  const view: ReachabilityView = {
    state: isByChat ? (ladder.rung ? "chat" : "no") : verdict.state,
    availability: strongest?.seen?.availability ?? "unknown",
    activity: strongest?.seen?.activity ?? "none",
    reasons: isByChat ? (ladder.rung ? [{ code: "chat-only" }] : whyNowhere(ladder)) : verdict.reasons,
    ...(ladder.rung ? { rung: ladder.rung } : {}),
    skipped: ladder.skipped,
    ...(ladder.target && !ladder.canCards ? { onlyRing: true } : {}),
    ...(strongest?.seen ? { observedAt: strongest.seen.observedAt.toISOString() } : {}),
    presences: facts.accounts.flatMap((one) => presenceView(one, now)),
  };
  return view.state === "call" && ladder.target ? { view, target: ladder.target } : { view };
}

const weightOf = ({ seen }: ReachAccount) =>
  seen ? weight[seen.availability] + (seen.activity === "on-call" ? 0.5 : 0) : -1;

function judge(facts: ReachFacts, strongest: ReachAccount | undefined, now: Date): Verdict {
  const refusal = ownRefusal(facts, now) ?? limitReached(facts, now);
  if (refusal) return refusal;
  const seen = strongest?.seen;
  if (!seen) return later(facts.accounts.some((one) => one.seen && isStale(one.seen, now)) ? "stale" : "unknown");
  if (seen.availability === "unknown") return later("unknown");
  if (strongest.isNotRouted)
    return { state: "later", reasons: [{ code: reasonOf(seen), platform: strongest.platform }] };
  if (seen.availability === "available" && seen.activity !== "on-call")
    return { state: "call", reasons: [{ code: "available" }] };
  return { state: "later", reasons: [busyReason(strongest, seen)] };
}

/** A call that shows during an online meeting is that meeting; when it ends is told by the calendar alone. */
function busyReason({ platform, meeting }: ReachAccount, { availability, activity }: Presence): Reason {
  const code = activityReason[activity] ?? (availability === "available" ? "in-call" : availability);
  const isMeeting = code === "in-meeting" || code === "presenting" || (code === "in-call" && meeting?.online);
  if (!meeting || !isMeeting) return { code, platform };
  return { code: code === "in-call" ? "in-meeting" : code, platform, until: meeting.until.toISOString() };
}

/** Where they look free and a rule says otherwise, they are not to be disturbed. */
const reasonOf = ({ availability, activity }: Presence): ReasonCode =>
  activityReason[activity] ?? (availability === "available" ? "do-not-disturb" : availability);

const later = (code: ReasonCode, until?: Date): Verdict => ({
  state: "later",
  reasons: [{ code, ...(until ? { until: until.toISOString() } : {}) }],
});

/** What the person themselves, or who employs them, has said. */
function ownRefusal({ isActive, enrolment, use }: ReachFacts, now: Date): Verdict | undefined {
  if (!isActive) return { state: "no", reasons: [{ code: "inactive" }] };
  if (!enrolment?.accepting) return { state: "no", reasons: [{ code: "not-accepting" }] };
  if (enrolment.pausedUntil && enrolment.pausedUntil > now) return later("paused", enrolment.pausedUntil);
  const { on, until } = onRoster(enrolment.roster, now, use);
  return on ? undefined : later("off-roster", until);
}

const nextMonth = (now: Date) => new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() + 1, 1));

/** The informal agent's licence, and what of our own work they are busy with. A soft quota only ranks them lower. */
function limitReached(
  { enrolment, inConsults, beingAsked, helpedThisMonth }: ReachFacts,
  now: Date,
): Verdict | undefined {
  const { perMonth, hard = true, concurrent = 1, coolDownMs = 0 } = enrolment?.quota ?? {};
  if (perMonth !== undefined && hard && helpedThisMonth >= perMonth) return later("quota-used", nextMonth(now));
  if (inConsults >= concurrent) return later("in-consult");
  if (beingAsked > 0) return later("being-asked");
  const rested = enrolment?.lastAskedAt && new Date(enrolment.lastAskedAt.getTime() + coolDownMs);
  return rested && rested > now ? later("cooling-down", rested) : undefined;
}

type Rung = { kind: RungKind; platform: string; target?: Target; reason?: ReasonCode };
type Ladder = {
  rung?: NonNullable<ReachabilityView["rung"]>;
  target?: Target;
  skipped: ReachabilityView["skipped"];
  canCards: boolean;
};

/**
 * In order: their numbers, the one where they are available first; their seats; SIP addresses; mobiles; the platform's own
 * users, by contact centers that can; a card.
 */
function rungsOf({ accounts, dialler }: ReachFacts, strongest: ReachAccount | undefined): Rung[] {
  const ordered = [...accounts].sort(
    (a, b) => Number(b === strongest) - Number(a === strongest) || weightOf(b) - weightOf(a),
  );
  const uc = ordered.filter(({ side }) => side === "uc");
  return [
    ...uc.map((one) => phoneRung(one, dialler)),
    ...ordered.flatMap((one) => (one.seat ? [seatRung(one.platform, one.seat, dialler)] : [])),
    ...uc.flatMap((one) => sipRung(one, dialler)),
    ...uc.flatMap((one) => mobileRung(one, dialler)),
    ...uc.flatMap((one) => userRung(one, dialler)),
    ...uc.filter(({ canCards }) => canCards).map(cardRung),
  ];
}

function phoneRung(one: ReachAccount, dialler: Dialler | undefined): Rung {
  const { platform, phone, phoneLicence, forwardsAll } = one;
  if (!phone) return { kind: "phone", platform, reason: "no-number" };
  if (phoneLicence === false) return { kind: "phone", platform, reason: "no-licence" };
  if (forwardsAll) return { kind: "phone", platform, reason: "forwards-all" };
  if (dialler && !dialler.targets.includes("phone")) return { kind: "phone", platform, reason: "cannot-ring" };
  return { kind: "phone", platform, target: { kind: "phone", e164: phone } };
}

/** It leads to the same phone as their number does. */
function sipRung({ platform, sip, forwardsAll }: ReachAccount, dialler: Dialler | undefined): Rung[] {
  if (!sip) return [];
  if (forwardsAll) return [{ kind: "sip", platform, reason: "forwards-all" }];
  if (dialler && !dialler.targets.includes("sip")) return [{ kind: "sip", platform, reason: "cannot-ring" }];
  return [{ kind: "sip", platform, target: { kind: "sip", uri: sip } }];
}

function mobileRung({ platform, mobile }: ReachAccount, dialler: Dialler | undefined): Rung[] {
  if (!mobile) return [];
  if (dialler && !dialler.targets.includes("phone")) return [{ kind: "mobile", platform, reason: "cannot-ring" }];
  return [{ kind: "mobile", platform, target: { kind: "phone", e164: mobile } }];
}

/** Few contact centers can, so that one cannot is no news. */
function userRung({ platform, adapter, user }: ReachAccount, dialler: Dialler | undefined): Rung[] {
  if (!user || !dialler?.targets.includes("user") || !dialler.userPlatforms?.includes(adapter)) return [];
  return [{ kind: "user", platform, target: { kind: "user", platform: adapter, account: user } }];
}

function seatRung(platform: string, { connection, account }: Seat, dialler: Dialler | undefined): Rung {
  if (dialler && dialler.connection !== connection) return { kind: "agent", platform, reason: "other-center" };
  if (dialler && !dialler.targets.includes("agent")) return { kind: "agent", platform, reason: "cannot-ring" };
  return { kind: "agent", platform, target: { kind: "agent", account } };
}

/** Nothing reaches them: each rung says why, or there is none. */
const whyNowhere = ({ skipped }: Ladder): Reason[] =>
  skipped.length > 0 ? skipped.map(({ platform, reason }) => ({ code: reason, platform })) : [{ code: "no-number" }];

const cardRung = ({ platform, noCards }: ReachAccount): Rung => ({
  kind: "chat",
  platform,
  ...(noCards ? { reason: noCards } : {}),
});

/** The first rung that bears, and why those before it do not. */
function climb(rungs: readonly Rung[]): Ladder {
  const first = rungs.find(({ reason }) => !reason);
  const before = first ? rungs.slice(0, rungs.indexOf(first)) : rungs;
  return {
    ...(first ? { rung: { kind: first.kind, platform: first.platform } } : {}),
    ...(first?.target ? { target: first.target } : {}),
    skipped: before.flatMap(({ kind, platform, reason }) => (reason ? [{ kind, platform, reason }] : [])),
    canCards: rungs.some(({ kind, reason }) => kind === "chat" && !reason),
  };
}

export function presenceView(one: ReachAccount, now: Date): PresenceView[] {
  const { seen, ours } = one;
  const held = ours.at(-1);
  if (!seen) return [];
  return [
    {
      account: one.account,
      platform: one.platform,
      adapter: one.adapter,
      availability: seen.availability,
      activity: seen.activity,
      ...(seen.native ? { native: seen.native } : {}),
      observedAt: seen.observedAt.toISOString(),
      stale: isStale(seen, now),
      ...(held ? { held: { availability: held.availability, activity: held.activity } } : {}),
    },
  ];
}
