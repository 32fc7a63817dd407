/**
 * Can this person be asked now, how, and if not, why not and until when: what the presences of all their accounts, the
 * roster, the quota and our own work add up to. Pure.
 */
import type { Activity, Availability, Presence, Target } from "../platform/contract.ts";
import { onRoster, type Quota, type Roster, type RosterUse } from "../roster.ts";
import type { PresenceView, ReachabilityView, Reason, ReasonCode } from "../views.ts";
import { isSame, staleMs } from "./own.ts";

export type ReachAccount = {
  account: string;
  adapter: string;
  /** As people know it. */
  platform: string;
  side: "contact-center" | "uc";
  /** The number that rings this person there. */
  phone?: string;
  /** Cards can be shown there. */
  canCards: boolean;
  seen?: Presence & { observedAt: Date };
  /** A rule asks to offer them no work while this shows. */
  isNotRouted?: boolean;
  /** What of ours may still show there; seeing it tells nothing about the person. */
  ours: readonly Presence[];
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
  const ladder = climb(facts.accounts, strongest);
  const isByChat = verdict.state === "call" && !ladder.target;
  const view: ReachabilityView = {
    state: isByChat ? (ladder.rung ? "chat" : "no") : verdict.state,
    availability: strongest?.seen?.availability ?? "unknown",
    activity: strongest?.seen?.activity ?? "none",
    reasons: isByChat ? [{ code: ladder.rung ? "chat-only" : "no-number" }] : verdict.reasons,
    ...(ladder.rung ? { rung: ladder.rung } : {}),
    skipped: ladder.skipped,
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
  const code = activityReason[seen.activity] ?? (seen.availability === "available" ? "in-call" : seen.availability);
  return { state: "later", reasons: [{ code, platform: strongest.platform }] };
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

type Ladder = { rung?: NonNullable<ReachabilityView["rung"]>; target?: Target; skipped: ReachabilityView["skipped"] };

/** The rungs in order: the number of the platform where they are available, any other number, a card. */
function climb(accounts: readonly ReachAccount[], strongest: ReachAccount | undefined): Ladder {
  const uc = accounts.filter(({ side }) => side === "uc");
  const ordered = [...uc].sort(
    (a, b) => Number(b === strongest) - Number(a === strongest) || weightOf(b) - weightOf(a),
  );
  const skipped = ordered
    .filter(({ phone }) => !phone)
    .map(({ platform }) => ({ kind: "phone", platform, reason: "no-number" as const }));
  const rings = ordered.find(({ phone }) => phone);
  if (rings?.phone) {
    const before = ordered.slice(0, ordered.indexOf(rings));
    return {
      rung: { kind: "phone", platform: rings.platform },
      target: { kind: "phone", e164: rings.phone },
      skipped: skipped.filter(({ platform }) => before.some((one) => one.platform === platform)),
    };
  }
  const shows = ordered.find(({ canCards }) => canCards);
  return shows ? { rung: { kind: "chat", platform: shows.platform }, skipped } : { skipped };
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
