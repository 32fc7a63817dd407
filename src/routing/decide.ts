/** Where to send a customer: the best contact that can be reached now, with what to do when it does not answer. */
import { sql } from "drizzle-orm";
import { engagementsOf } from "../consults/engaged.ts";
import { identityHashes, knownHashes } from "../context/identity.ts";
import type { Ctx } from "../ctx.ts";
import { executePrepared } from "../db.ts";
import { BridgeError } from "../errors.ts";
import { skillName } from "../experts/enrol.ts";
import { type FoundExpert, findExperts } from "../experts/search.ts";
import type { PersonId } from "../ids.ts";
import type { Target } from "../platform/contract.ts";
import type { Service } from "../platform/service.ts";
import { holidaysAt, type Line, lineByNumber, linesOf } from "./lines.ts";
import { type Passed, type Planned, stepsByRules, stepsOfLine } from "./plan-steps.ts";
import type { Request } from "./request.ts";
import type { RuleSet, Step } from "./rules.ts";

export type Contact =
  | {
      kind: "expert";
      personId: PersonId;
      name: string;
      /** Absent where they are reached by card or chat. */
      target?: Target;
      ringMs: number;
      why: { code: string; points: number }[];
    }
  | { kind: "queue"; target: Target }
  | { kind: "number"; target: Target; ringMs: number }
  | { kind: "callback" };

export type Choice = {
  rule?: string;
  contact?: Contact;
  /** In this order, when the contact does not answer within its time. */
  alternatives: Contact[];
  /** What is always there: a queue or a call-back. */
  fallback?: Contact;
  passed: Passed[];
  line?: Line;
  isOpen: boolean;
  opensAt?: Date;
};

const ringMsDefault = 20_000;
const expertsMax = 3;
const contactsMax = 6;
/** Somebody to whom a customer has just been sent is likely to be on the phone before any platform says so. */
const justRoutedMs = 30_000;
const points = { "knows-customer": 150, "just-routed": -300 } as const;

/**
 * Changes nothing. `boosts`: of the caller. @throws BridgeError `not_found` for a line that is not there, `invalid` when
 * nothing is asked for.
 */
export async function choose(
  ctx: Ctx,
  service: Service,
  set: RuleSet,
  request: Request,
  boosts: Boosts,
): Promise<Choice> {
  const { intent, skill, queue } = request;
  if (!intent && !skill && !queue && !request.line)
    throw new BridgeError("invalid", "Say what the customer wants: intent, skill, queue or line.");
  const line = request.line ? await lineByNumber(ctx, request.line) : undefined;
  const planned = line ? await planLine(ctx, line) : stepsByRules(set, request);
  const asked = line ? { ...request, site: request.site ?? line.site, skill: skill ?? line.skill } : request;
  const contacts: Contact[] = [];
  const passed = [...planned.passed];
  for (const [index, step] of planned.steps.entries()) {
    const found = await contactsOf(ctx, service, step, asked, boosts);
    if (typeof found === "string") passed.push({ step: index, code: found });
    else contacts.push(...found.filter((one) => !contacts.some((known) => isSame(known, one))));
  }
  return { ...arrange(contacts), passed, ...about(planned), ...(line ? { line } : {}) };
}

async function planLine(ctx: Ctx, line: Line): Promise<Planned> {
  return stepsOfLine(line, await linesOf(ctx, line.cover ?? []), await holidaysAt(ctx), ctx.now());
}

const about = ({ rule, isOpen, opensAt }: Planned) => ({
  ...(rule ? { rule } : {}),
  isOpen,
  ...(opensAt ? { opensAt } : {}),
});

function arrange(contacts: Contact[]): Pick<Choice, "contact" | "alternatives" | "fallback"> {
  const [contact, ...rest] = contacts;
  const fallback = contacts.findLast(({ kind }) => kind === "queue" || kind === "callback");
  return {
    ...(contact ? { contact } : {}),
    alternatives: rest.slice(0, contactsMax - 1),
    ...(fallback ? { fallback } : {}),
  };
}

const isSame = (a: Contact, b: Contact): boolean =>
  a.kind === "expert" && b.kind === "expert"
    ? a.personId === b.personId
    : a.kind === b.kind && JSON.stringify(a) === JSON.stringify(b);

/** The contacts of one step, best first, or why there are none. */
async function contactsOf(
  ctx: Ctx,
  service: Service,
  step: Step,
  request: Request,
  boosts: Boosts,
): Promise<Contact[] | string> {
  if ("callback" in step) return [{ kind: "callback" }];
  if ("number" in step)
    return [{ kind: "number", target: { kind: "phone", e164: step.number }, ringMs: ringMsDefault }];
  if ("queue" in step) return queueOf(step.queue, request);
  return expertsOf(ctx, service, step, request, boosts);
}

function queueOf(
  { id: named, waitMsMax }: { id?: string | undefined; waitMsMax?: number | undefined },
  request: Request,
) {
  const id = named ?? request.queue;
  if (!id) return "no-queue-named";
  const waitMs = request.waits?.[id];
  if (waitMsMax !== undefined && waitMs !== undefined && waitMs > waitMsMax) return "queue-too-long";
  return [{ kind: "queue" as const, target: { kind: "queue" as const, id } }];
}

/** A flow rings numbers; whose seats it could ring, it has not said. */
const anyPhone = { connection: "", targets: ["phone"] } as const;

type ExpertsStep = Extract<Step, { experts: unknown }>;

async function expertsOf(
  ctx: Ctx,
  service: Service,
  { experts, ringMs = ringMsDefault }: ExpertsStep,
  request: Request,
  boosts: Boosts,
): Promise<Contact[] | string> {
  const { personIds, language, levelMin = 1 } = experts;
  const skill = experts.skill ?? request.skill ?? request.intent;
  if (!skill && !personIds) return "no-skill-named";
  const { intent, site } = request;
  const found = await findExperts(
    ctx,
    service,
    {
      ...(personIds ? { personIds: personIds as PersonId[] } : skill ? { skill } : {}),
      ...(language === "required" && request.language ? { language: request.language } : {}),
      about: { language: request.language, intent, site, dialler: anyPhone },
      limit: 100,
    },
    engagementsOf,
  );
  const level = (hit: FoundExpert) => hit.skills.find((one) => one.skill === (skill && skillName(skill)))?.level ?? 0;
  const fit = found.filter((hit) => personIds || level(hit) >= levelMin);
  if (fit.length === 0) return "nobody-has-skill";
  const free = fit.filter((hit) => canTake(hit, request) && !request.except?.includes(hit.personId));
  if (free.length === 0) return "nobody-free";
  return free
    .map((hit) => boosted(hit, boosts))
    .sort((a, b) => b.score - a.score)
    .slice(0, expertsMax)
    .map(({ personId, name, target, why }) => ({
      kind: "expert",
      personId,
      name,
      ...(target && isSpoken(request) ? { target } : {}),
      ringMs,
      why,
    }));
}

const isSpoken = ({ channel }: Request) => channel === "voice";

/** A call needs a phone that can be rung; in writing a card will do. */
const canTake = ({ reachability, target }: FoundExpert, request: Request): boolean =>
  isSpoken(request)
    ? reachability.state === "call" && target !== undefined
    : !reachability.onlyRing && (reachability.state === "call" || reachability.state === "chat");

type Boosts = Map<PersonId, (keyof typeof points)[]>;

function boosted(hit: FoundExpert, boosts: Boosts): FoundExpert {
  const why = (boosts.get(hit.personId) ?? []).map((code) => ({ code, points: points[code] }));
  return { ...hit, score: hit.score + why.reduce((sum, one) => sum + one.points, 0), why: [...hit.why, ...why] };
}

export const callerHash = async (ctx: Ctx, service: Service, caller: string | undefined) =>
  caller ? (await identityHashes(service.keyring, ctx.tenantId, [caller]))[0] : undefined;

/** Who helped this caller before, and to whom somebody has only just been sent. */
export async function boostsFor(ctx: Ctx, service: Service, caller: string | undefined): Promise<Boosts> {
  const hashes = caller ? await knownHashes(service.keyring, ctx.tenantId, [caller]) : [];
  const since = new Date(ctx.now().getTime() - justRoutedMs).toISOString();
  const rows = await executePrepared<{ person_id: PersonId; code: keyof typeof points }>(
    ctx.db,
    sql`
    select distinct person_id, 'knows-customer' as code from routing_decisions
    where tenant_id = ${ctx.tenantId} and caller_hash in (select json_array_elements_text(${JSON.stringify(hashes)}::json)) and outcome = 'answered' and person_id is not null
    union all
    select distinct person_id, 'just-routed' from routing_decisions
    where tenant_id = ${ctx.tenantId} and decided_at > ${since}::timestamptz and outcome is null and person_id is not null`,
  );
  const byPerson = Map.groupBy([...rows], (row) => row.person_id);
  return new Map([...byPerson].map(([id, found]) => [id, found.map(({ code }) => code)]));
}
