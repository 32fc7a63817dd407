/** Which rules hold for whom. */
import { sql } from "drizzle-orm";
import { z } from "zod";
import type { Ctx } from "../ctx.ts";
import { executePrepared } from "../db.ts";
import type { PersonId } from "../ids.ts";
import { type Policy, type PresetName, presetNames, presets, type Rule, rule } from "./rules.ts";

/** What is set at one place: a ready-made policy by name, or rules. */
export const layer = z.union([z.enum(presetNames), z.array(rule).max(200)]);
export type Layer = z.output<typeof layer>;

export const scopes = ["tenant", "team", "person"] as const;
export type Scope = (typeof scopes)[number];
/** `subject`: a department of the directory or a person; empty for the tenant. */
export type Place = { scope: Scope; subject: string };

/** In the API a place is one word: `tenant`, `team:Invoicing`, `person:per_…`. */
export const idOf = ({ scope, subject }: Place): string => (scope === "tenant" ? scope : `${scope}:${subject}`);
export function placeOf(id: string): Place | undefined {
  if (id === "tenant") return { scope: "tenant", subject: "" };
  const [, scope, subject] = /^(team|person):(.{1,200})$/s.exec(id) ?? [];
  return scope && subject ? { scope: scope as Scope, subject } : undefined;
}

export const defaultPreset: PresetName = "in-call-both-ways";
export const rulesOf = (one: Layer): readonly Rule[] => (typeof one === "string" ? presets[one] : one);

/** The layers that hold together, the most personal first. Without one for the tenant the default does. */
export function layered(set: Partial<Record<Scope, Layer | undefined>>): Policy {
  const layers = [set.person, set.team, set.tenant ?? defaultPreset];
  return layers.flatMap((one) => (one === undefined ? [] : [rulesOf(one)]));
}

type Set = { scope: Scope | "off"; subject: string; rules: unknown };
type Whom = { id: string; department: string | null };

/** Where presence is switched off nothing follows from anything. */
const off = (ctx: Ctx) => sql`select 'off' as scope, '' as subject, null::jsonb as rules from presence_settings
  where tenant_id = ${ctx.tenantId} and not enabled`;

/** A policy that cannot be read counts as "read only": nothing is written because of a mistake. */
function policyFrom(rows: readonly Set[]): Policy {
  const set: Partial<Record<Scope, Layer>> = {};
  for (const { scope, rules } of rows) {
    if (scope === "off") return [];
    if (rules === null) continue;
    const read = layer.safeParse(rules);
    if (!read.success) return [presets["read-only"]];
    set[scope] = read.data;
  }
  return layered(set);
}

/** The policy that holds for this person; for nobody, the tenant's. */
export async function readPolicy(ctx: Ctx, personId: PersonId | undefined): Promise<Policy> {
  const rows = await ctx.db.execute<Set>(sql`
    ${off(ctx)} union all (select distinct on (scope) scope, subject, rules from policies
    where tenant_id = ${ctx.tenantId} and (scope = 'tenant' or (scope = 'person' and subject = ${personId ?? ""})
      or (scope = 'team' and subject =
        (select department from people where id = ${personId ?? ""} and tenant_id = ${ctx.tenantId})))
    order by scope, version desc)`);
  return policyFrom([...rows]);
}

/** The same for many people: read once, then asked for each. */
export async function readPolicies(ctx: Ctx): Promise<(person: Whom) => Policy> {
  const rows = await executePrepared<Set>(
    ctx.db,
    sql`
    ${off(ctx)} union all (select distinct on (scope, subject) scope, subject, rules from policies
    where tenant_id = ${ctx.tenantId} order by scope, subject, version desc)`,
  );
  const exceptions = Map.groupBy(rows, ({ scope, subject }) => `${scope}:${subject}`);
  const shared = rows.filter(({ scope }) => scope === "off" || scope === "tenant");
  const policies = new Map<string, Policy>();
  return ({ id, department }) => {
    const own = exceptions.get(`person:${id}`) ?? [];
    const team = (department !== null && exceptions.get(`team:${department}`)) || [];
    const key = own.length > 0 ? `person:${id}` : team.length > 0 ? `team:${department}` : "tenant";
    const policy = policies.get(key) ?? policyFrom([...shared, ...team, ...own]);
    policies.set(key, policy);
    return policy;
  };
}
