/** What to show for a person, decided from facts. Pure: no clock, database or network. */
import type { AccountId } from "../ids.ts";
import type { Presence } from "../platform/contract.ts";
import type { Hold } from "./hold.ts";
import { type AccountFacts, coversStatus, isFree, isSame, type Own, ownOf, showsOurs } from "./own.ts";
import { type Effect, effectOf, type Policy, showsOn } from "./rules.ts";

export type WishCode =
  | "follows" // shows what the other side does
  | "nothing-to-follow"
  | "own-status" // the person's own status stays
  | "on-queue" // an agent who takes calls is not moved
  | "no-information" // we do not know what they show there, so we begin nothing
  | "cause-unclear" // kept, not renewed: what it follows was not seen freshly
  | "cause-lost" // let go: what it follows has not been seen for as long as a lease lasts
  | "cannot-show";

/** What we want an account to show. `keep`: leave what there is and renew nothing. */
export type Wish = { account: AccountId; code: WishCode; cause?: AccountId } & (
  | { want: "show"; show: Presence }
  | { want: "keep" }
  | { want: "nothing" }
);

export type Decision = {
  wishes: Wish[];
  /** Accounts whose fresh reading would tell more. */
  look: AccountId[];
  /** Policy asks to offer this person no work, because of this account. */
  doNotRoute?: AccountId;
};

/** A hold never outlives the last sight of what it follows by more than this. */
export const leaseMs = 600_000;

type Half = AccountFacts & { own: Own; effect: Effect | undefined };

/** Hold what the other side says, only where the person is otherwise free; else let go. */
export function decide(accounts: readonly AccountFacts[], policy: Policy, now: Date): Decision {
  const halves = accounts.map((account): Half => {
    const own = ownOf(account, now);
    return { ...account, own, effect: own.known ? effectOf(policy, account, own.presence) : undefined };
  });
  const isTwoSided = new Set(accounts.map(({ side }) => side)).size > 1;
  const blocked = halves.find(({ effect }) => effect?.do === "do-not-route");
  return {
    wishes: halves
      .filter(({ canShow, hold }) => canShow.length > 0 || hold)
      .map((target) => ({ account: target.account, ...wishFor(target, otherSide(target, halves), policy, now) })),
    look: isTwoSided ? halves.filter((half) => isWorthALook(half, halves, now)).map(({ account }) => account) : [],
    ...(blocked ? { doNotRoute: blocked.account } : {}),
  };
}

const otherSide = (target: Half, halves: readonly Half[]) => halves.filter(({ side }) => side !== target.side);

type Answer = Wish extends infer W ? (W extends Wish ? Omit<W, "account"> : never) : never;
const nothing = (code: WishCode): Answer => ({ want: "nothing", code });

function wishFor(target: Half, others: readonly Half[], policy: Policy, now: Date): Answer {
  const { canShow, own, hasSessions, hold } = target;
  if (canShow.length === 0) return nothing("cannot-show");
  const causes = others.flatMap((cause) => causeOf(cause, target));
  if (own.known && !isFree(own.presence, hasSessions))
    return besideOwn(target, causes, () => withoutCause(target, others, policy, now));
  if (!own.known && !isWanted(hold)) return nothing("no-information");
  // While they are out of sight here, what is held there because of them is no reason: the two would hold each other.
  const isSeen = own.known || own.why === "echo";
  const reasons = isSeen ? causes : causes.filter(({ follows }) => follows !== target.account);
  const allowed = reasons.filter(({ evenOnQueue }) => evenOnQueue || !isOnQueue(target));
  const strongest = pickStrongest(allowed, target);
  if (strongest) {
    const { cause, show } = strongest;
    // What we show was begun when they were free; seeing it there again is no reason to stop.
    const isBegun = hold?.state === "held" ? !hasLapsed(hold, now) : showsOurs(target);
    if (!own.known && !isBegun) return { want: "keep", code: "no-information", cause };
    return { want: "show", show, code: "follows", cause };
  }
  if (reasons.length > 0) return nothing(allowed.length > 0 ? "cannot-show" : "on-queue");
  return withoutCause(target, others, policy, now);
}

const isWanted = (hold: Hold | undefined) => hold?.state === "asked" || hold?.state === "held";
/** It ran out while we could not renew it: what the person does there now, we know only when it has been cleared. */
const hasLapsed = ({ held }: Hold, now: Date) => held?.expiresAt !== undefined && held.expiresAt <= now;

/**
 * What they do themselves stays. A call merely covers our status: that stays while what it follows goes on, or is out of
 * sight. In a contact center it stays anyway until the call is over, because before then it cannot be taken back; should
 * there be a reason for it again by then, it is not taken back at all.
 */
function besideOwn(target: Half, causes: readonly Cause[], outOfSight: () => Answer): Answer {
  const { account, own, hasSessions, hold, side } = target;
  const isCovered = own.known && !hasSessions && coversStatus.has(own.presence.activity);
  const isStuck = side === "contact-center" && hold?.state === "releasing" && hold.reason === undefined;
  if (!isCovered || !hold || !(isWanted(hold) || isStuck)) return nothing("own-status");
  // What is free will itself be held because of what they do here, or is already: the two must not hold each other.
  const lasting = causes.filter(({ isFree, follows }) => !isFree && follows !== account);
  const cause =
    lasting.find((one) => one.cause === hold.cause) ?? lasting[0] ?? (isStuck ? undefined : kept(outOfSight()));
  if (!cause && (isStuck || side !== "contact-center")) return nothing("own-status");
  return { want: "keep", code: "own-status", ...(cause ? { cause: cause.cause } : {}) };
}
const kept = (answer: Answer) => (answer.want === "keep" && answer.cause ? { cause: answer.cause } : undefined);

type Cause = {
  cause: AccountId;
  show: Presence | undefined;
  evenOnQueue: boolean;
  isFree: boolean;
  /** Whom something is held there because of. */
  follows: AccountId | undefined;
};

function causeOf(cause: Half, target: Half): Cause[] {
  const effect = showsOn(cause.effect, target);
  if (!effect) return [];
  const evenOnQueue = effect.do === "set-state" && effect.evenOnQueue === true;
  const free = cause.own.known && isFree(cause.own.presence, cause.hasSessions);
  const show = nearest(target.canShow, effect.show);
  return [
    {
      cause: cause.account,
      show,
      evenOnQueue,
      isFree: free,
      follows: isWanted(cause.hold) ? cause.hold?.cause : undefined,
    },
  ];
}

/** Where a contact center does not say who is on queue, everybody available there counts as on queue. */
function isOnQueue({ side, own }: Half): boolean {
  if (side !== "contact-center" || !own.known) return false;
  return own.presence.routable ?? own.presence.availability === "available";
}

/** The same, else its plain form, else any of the same availability; busy stands in for undisturbed. */
function nearest(canShow: readonly Presence[], wanted: Presence): Presence | undefined {
  const alike = canShow.filter(({ availability }) => availability === wanted.availability);
  const found =
    alike.find((one) => isSame(one, wanted)) ?? alike.find(({ activity }) => activity === "none") ?? alike[0];
  if (found || wanted.availability !== "do-not-disturb") return found;
  return nearest(canShow, { ...wanted, availability: "busy" });
}

const strength = ({ availability }: Presence) => ["away", "busy", "do-not-disturb"].indexOf(availability);

/** Among equals, what is shown already: changing it would be a write for nothing. */
function pickStrongest(causes: readonly Cause[], { hold }: Half) {
  const shown = causes.flatMap(({ cause, show }) => (show ? [{ cause, show }] : []));
  const best = Math.max(...shown.map(({ show }) => strength(show)));
  const equals = shown.filter(({ show }) => strength(show) === best);
  return equals.find(({ cause }) => cause === hold?.cause) ?? equals[0];
}

/** Nothing is known to ask for a hold. If what it followed is merely out of sight, it stays for a lease at most. */
function withoutCause(target: Half, others: readonly Half[], policy: Policy, now: Date): Answer {
  const cause = others.find(({ account }) => account === target.hold?.cause);
  if (!cause?.seen || cause.own.known || cause.own.why === "echo") return nothing("nothing-to-follow");
  const { presence, readAt, changedAt } = cause.seen;
  const isStale = cause.own.why === "stale";
  if (isStale && !showsOn(effectOf(policy, cause, presence), target)) return nothing("nothing-to-follow");
  const lastSight = isStale && readAt ? readAt : changedAt;
  if (now.getTime() - lastSight.getTime() > leaseMs) return nothing("cause-lost");
  return { want: "keep", code: "cause-unclear", cause: cause.account };
}

/** Would a fresh reading tell what we cannot know now? */
function isWorthALook({ account, own, hold, seen, settleMs }: Half, halves: readonly Half[], now: Date): boolean {
  if (hold?.state === "released" && seen?.readAt) {
    const canTellAt = Math.max(...hold.shown.map(({ endedAt }) => endedAt?.getTime() ?? 0)) + settleMs;
    if (now.getTime() > canTellAt && seen.readAt.getTime() <= canTellAt) return true;
  }
  if (own.known) return false;
  if (own.why === "unconfirmed") return true;
  return own.why === "stale" && halves.some((other) => other.hold?.cause === account);
}
