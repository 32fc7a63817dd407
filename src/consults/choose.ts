import type { Ctx } from "../ctx.ts";
import { BridgeError } from "../errors.ts";
import type { Wanted as About } from "../experts/facts.ts";
import { type FoundExpert, findExperts } from "../experts/search.ts";
import type { PersonId } from "../ids.ts";
import type { Target } from "../platform/contract.ts";
import type { Service } from "../platform/service.ts";
import type { ReachabilityView } from "../views.ts";
import { engagementsOf } from "./engaged.ts";
import { type Consult, type Kind, timing } from "./model.ts";

type Mode = Consult["mode"];
export type Wanted = {
  kind: Kind;
  mode: Mode;
  personIds?: string[] | undefined;
  skill?: string | undefined;
  wait?: boolean | undefined;
  /** What the contact center knows of the customer, and what it can ring. */
  about: Omit<About, "skill">;
};
export type Chosen = { personId: PersonId; target?: Target; why: unknown[] };

const plannedMax = 10;

/**
 * A question can wait for somebody who is in a meeting; a call needs a phone; a meeting, somebody at their desk. All but
 * ringing at once begin with a card.
 */
export function canBeAsked(
  { state, onlyRing }: Pick<ReachabilityView, "state" | "onlyRing">,
  kind: Kind,
  mode: Mode,
): boolean {
  if (onlyRing && (kind === "question" || kind === "meeting" || mode === "ask")) return false;
  if (kind === "question") return state !== "no";
  return state === "call" || (kind === "meeting" && state === "chat");
}

/** Not now, and nothing says that it will take longer than we would wait. */
function canBeAwaited({ state, reasons, onlyRing }: ReachabilityView, now: Date): boolean {
  const latest = new Date(now.getTime() + timing.awaitMs);
  return state === "later" && !onlyRing && !reasons.some(({ until }) => until && new Date(until) > latest);
}

/** Whom to ask, best first, each with the rung that rings them; `isWaiting`: whom to wait for, since nobody can be asked now. */
export async function chooseExperts(
  ctx: Ctx,
  service: Service,
  wanted: Wanted,
  agent: PersonId,
): Promise<{ experts: Chosen[]; isWaiting: boolean }> {
  const named = wanted.personIds as PersonId[] | undefined;
  if (!named?.length && !wanted.skill) throw new BridgeError("invalid", "Say whom to ask: personIds or skill.");
  const found = await findExperts(
    ctx,
    service,
    {
      ...(named?.length ? { personIds: named } : {}),
      ...(wanted.skill ? { skill: wanted.skill } : {}),
      about: wanted.about,
      limit: plannedMax,
      except: agent,
    },
    engagementsOf,
  );
  const free = found.filter(({ reachability }) => canBeAsked(reachability, wanted.kind, wanted.mode));
  if (free.length > 0) return { experts: free.map(choice), isWaiting: false };
  const awaited =
    wanted.wait === false ? [] : found.filter(({ reachability }) => canBeAwaited(reachability, ctx.now()));
  if (awaited.length === 0) {
    const isSelf = named?.length === 1 && named[0] === agent;
    throw nobody(found, { named: named ?? [], kind: wanted.kind, isSelf });
  }
  return { experts: awaited.map(choice), isWaiting: true };
}

const choice = ({ personId, why, target }: FoundExpert): Chosen => ({ personId, why, ...(target ? { target } : {}) });

type Asked = { named: PersonId[]; kind: Kind; isSelf: boolean };

function nobody(found: FoundExpert[], asked: Asked): BridgeError {
  const { named } = asked;
  const all = found.flatMap(({ reachability }) => reachability.reasons);
  const until = all.flatMap((reason) => reason.until ?? []).sort()[0];
  const skipped = named.length > 0 ? found.flatMap(({ reachability }) => reachability.skipped) : [];
  return new BridgeError("unreachable", sentenceFor(found, asked, until !== undefined), {
    details: {
      reasons: [...new Set(all.map(({ code }) => code))],
      ...(skipped.length > 0 ? { skipped } : {}),
      ...(until ? { until } : {}),
    },
  });
}

function sentenceFor(found: FoundExpert[], { named, kind, isSelf }: Asked, isTimed: boolean): string {
  if (found.length === 0 && isSelf) return "You cannot ask yourself. Find somebody by skill instead.";
  if (found.length === 0)
    return named.length > 0
      ? "This person cannot be asked: they have left, or are not enrolled as an expert. Find somebody by skill instead."
      : "Nobody has this skill. Search for another one, or ask a colleague by name.";
  const whom = named.length > 0 ? "This person" : "Nobody with this skill";
  const can = named.length > 0 ? "cannot be asked" : "can be asked";
  if (found.some(({ reachability }) => reachability.state === "call" && reachability.onlyRing))
    return kind === "question" || kind === "meeting"
      ? `${whom} ${can} in writing: no card gets through. Choose a call (kind "consult", mode "ring").`
      : `${whom} ${can} first: no card gets through. Ring at once (mode "ring"), or choose somebody else.`;
  if (found.every(({ reachability }) => reachability.state === "chat"))
    return `${whom} ${named.length > 0 ? "has no phone that can be rung" : "has a phone that can be rung"}. Ask by chat (kind "question").`;
  if (found.every(({ reachability }) => reachability.state === "no"))
    return `${whom} ${can}, see "reasons". Choose somebody else, or find somebody by skill.`;
  return isTimed
    ? `${whom} ${can} for a while, see "until". Ask by chat (kind "question"), or choose somebody else.`
    : `${whom} ${can} now. Ask by chat (kind "question"), or choose somebody else.`;
}
