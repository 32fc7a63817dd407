/** Presence policies as an admin changes them: checked, versioned, audited, and live within seconds. */
import { and, count, desc, eq, sql } from "drizzle-orm";
import { recordAudit } from "../audit.ts";
import { actorLabel, type Ctx } from "../ctx.ts";
import { BridgeError } from "../errors.ts";
import { people, tenants } from "../identity/schema.ts";
import type { PersonId } from "../ids.ts";
import { enqueue } from "../jobs/queue.ts";
import { isSameJson } from "../same-json.ts";
import type { Adapters } from "./facts.ts";
import { faultOf, faultOfLayers, type PolicyFault } from "./faults.ts";
import { settleJob } from "./observe.ts";
import { defaultPreset, idOf, type Layer, layer, layered, type Place, rulesOf, type Scope } from "./policy.ts";
import type { Rule } from "./rules.ts";
import { policies } from "./schema.ts";

type Row = typeof policies.$inferSelect;
export type PolicyView = {
  id: string;
  scope: Scope;
  /** The department or the person. */
  subject?: string;
  /** Absent where the rules are a tenant's own. */
  preset?: string;
  /** Absent: nothing is set at this place any more. */
  rules?: readonly Rule[];
  /** 0: the default, which nobody has set. */
  version: number;
  changedAt?: string;
  changedBy?: string;
};

/** A tenant may make this many exceptions of either kind, so that all of them can be checked together. */
const exceptionsMax = 200;

/** What is set now, the tenant's own first. */
export async function currentPolicies(ctx: Ctx): Promise<PolicyView[]> {
  const rows = await latest(ctx);
  const set = rows.filter(({ rules }) => rules !== null).map(viewOf);
  return set.some(({ scope }) => scope === "tenant") ? set : [unset({ scope: "tenant", subject: "" }), ...set];
}

/** @throws BridgeError `not_found` where nothing was ever set; the tenant's default counts as set. */
export async function policyAt(ctx: Ctx, place: Place): Promise<PolicyView> {
  const [row] = await versions(ctx, place).limit(1);
  if (row?.rules) return viewOf(row);
  if (place.scope !== "tenant") throw new BridgeError("not_found", "No policy is set there.");
  return { ...unset(place), version: row?.version ?? 0 };
}

/** The newest first. */
export async function policyVersions(ctx: Ctx, place: Place): Promise<PolicyView[]> {
  return (await versions(ctx, place).limit(200)).map(viewOf);
}

export type PolicyChange = { place: Place; set: Layer | null; basedOn?: number | undefined };

/**
 * Sets the policy of one place, or lifts it, as a new version; everybody whom it concerns is settled again. The same
 * again changes nothing. Admins only.
 * @throws BridgeError `forbidden`; `conflict` when somebody else changed it since `basedOn`; `invalid` with the reason
 * when rules contradict each other or would chase one another, also together with what is set at other places.
 */
export async function writePolicy(ctx: Ctx, adapters: Adapters, change: PolicyChange): Promise<PolicyView> {
  const { place, set, basedOn } = change;
  requireAdmin(ctx);
  if (set !== null) refuse(faultOf(rulesOf(set), [...adapters.values()]));
  if (place.scope === "person") await requirePerson(ctx, place.subject);
  await lockTenant(ctx);
  const [before] = await versions(ctx, place).limit(1);
  const version = before?.version ?? 0;
  if (basedOn !== undefined && basedOn !== version)
    throw new BridgeError("conflict", "Somebody else has changed this policy meanwhile. Read it again, then decide.", {
      details: { version },
    });
  if (isSameJson(before?.rules ?? null, set)) return before ? viewOf(before) : unset(place);
  await refuseTogether(ctx, adapters, place, set);
  const row = {
    tenantId: ctx.tenantId,
    ...place,
    version: version + 1,
    rules: set as Row["rules"],
    createdAt: ctx.now(),
    createdBy: actorLabel(ctx.actor),
  };
  await ctx.db.insert(policies).values(row);
  const preset = typeof set === "string" ? { preset: set } : {};
  await recordAudit(ctx, "presence-policy.update", idOf(place), { version: row.version, ...preset });
  await settleAgain(ctx, place);
  return viewOf(row);
}

function requireAdmin({ actor }: Ctx): void {
  const may =
    actor.kind === "system" ||
    (actor.kind === "admin" && actor.roles.includes("admin")) ||
    (actor.kind === "machine" && actor.scopes.includes("admin"));
  if (!may) throw new BridgeError("forbidden", "Only an admin can change the presence policy.");
}

async function requirePerson(ctx: Ctx, id: string): Promise<void> {
  const mine = and(eq(people.id, id as PersonId), eq(people.tenantId, ctx.tenantId));
  const [row] = await ctx.db.select({ id: people.id }).from(people).where(mine);
  if (!row) throw new BridgeError("not_found", "There is no such person.");
}

/** One at a time: two changes that are sound alone may not be so together. */
const lockTenant = (ctx: Ctx) =>
  ctx.db.select({ id: tenants.id }).from(tenants).where(eq(tenants.id, ctx.tenantId)).for("no key update");

function refuse(fault: PolicyFault | undefined): void {
  if (fault) throw new BridgeError("invalid", fault.sentence, { details: { reason: fault.code, rules: fault.rules } });
}

/** Checks every way in which layers come together once this is set. */
async function refuseTogether(ctx: Ctx, adapters: Adapters, place: Place, set: Layer | null): Promise<void> {
  const others = (await latest(ctx)).filter((row) => idOf(row) !== idOf(place));
  const all = [...others, { ...place, rules: set }].flatMap(({ scope, subject, rules }) => {
    const read = layer.safeParse(rules);
    return read.success ? [{ scope, subject, rules: read.data }] : [];
  });
  const [tenant] = all.filter(({ scope }) => scope === "tenant").map(({ rules }) => rules);
  const byTeam = new Map(all.filter(({ scope }) => scope === "team").map(({ subject, rules }) => [subject, rules]));
  const persons = all.filter(({ scope }) => scope === "person");
  if (byTeam.size > exceptionsMax || persons.length > exceptionsMax)
    throw new BridgeError(
      "invalid",
      `At most ${exceptionsMax} departments and as many people can have a policy of their own.`,
    );
  const departments = await departmentsOf(ctx, new Set(persons.map(({ subject }) => subject)));
  const together = [
    layered({ tenant }),
    ...[...byTeam.values()].map((team) => layered({ tenant, team })),
    ...persons.map(({ subject, rules }) =>
      layered({ tenant, team: byTeam.get(departments.get(subject) ?? ""), person: rules }),
    ),
  ];
  const different = new Map(together.map((policy) => [JSON.stringify(policy), policy]));
  for (const policy of different.values()) refuse(faultOfLayers(policy, [...adapters.values()]));
}

async function departmentsOf(ctx: Ctx, ids: ReadonlySet<string>): Promise<Map<string, string | null>> {
  if (ids.size === 0) return new Map();
  const rows = await ctx.db
    .select({ id: people.id, department: people.department })
    .from(people)
    .where(sql`${people.id} in (select json_array_elements_text(${JSON.stringify([...ids])}::json))`);
  return new Map(rows.map(({ id, department }) => [id, department]));
}

async function settleAgain(ctx: Ctx, { scope, subject }: Place): Promise<void> {
  if (scope === "person") return enqueue(ctx, { ...settleJob(subject as PersonId), lane: "engaged" });
  const name = "presence.resettle";
  const payload: Record<string, unknown> = scope === "team" ? { department: subject } : {};
  return enqueue(ctx, { key: scope === "team" ? `${name}:${subject}` : name, name, payload, lane: "engaged" });
}

/** How many people of the directory are in this team. */
export async function teamSize(ctx: Ctx, department: string): Promise<number> {
  const [row] = await ctx.db
    .select({ n: count() })
    .from(people)
    .where(and(eq(people.tenantId, ctx.tenantId), eq(people.department, department), eq(people.active, true)));
  return row?.n ?? 0;
}

const versions = (ctx: Ctx, { scope, subject }: Place) =>
  ctx.db
    .select()
    .from(policies)
    .where(and(eq(policies.tenantId, ctx.tenantId), eq(policies.scope, scope), eq(policies.subject, subject)))
    .orderBy(desc(policies.version));

const latest = (ctx: Ctx): Promise<Row[]> =>
  ctx.db
    .selectDistinctOn([policies.scope, policies.subject])
    .from(policies)
    .where(eq(policies.tenantId, ctx.tenantId))
    .orderBy(desc(policies.scope), policies.subject, desc(policies.version));

const unset = (place: Place): PolicyView => ({
  id: idOf(place),
  scope: place.scope,
  ...(place.subject ? { subject: place.subject } : {}),
  ...(place.scope === "tenant" ? { preset: defaultPreset, rules: rulesOf(defaultPreset) } : {}),
  version: 0,
});

const viewOf = (row: Row): PolicyView => ({
  id: idOf(row),
  scope: row.scope,
  ...(row.subject ? { subject: row.subject } : {}),
  ...(typeof row.rules === "string" ? { preset: row.rules } : {}),
  ...(row.rules === null ? {} : { rules: rulesOf(row.rules) }),
  version: row.version,
  changedAt: row.createdAt.toISOString(),
  changedBy: row.createdBy,
});
