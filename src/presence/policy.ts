import { eq, sql } from "drizzle-orm";
import { z } from "zod";
import { recordAudit } from "../audit.ts";
import type { Ctx } from "../ctx.ts";
import { BridgeError } from "../errors.ts";
import { people, tenants } from "../identity/schema.ts";
import { tenantSettings } from "../identity/tenants.ts";
import type { PersonId } from "../ids.ts";
import { enqueue } from "../jobs/queue.ts";
import type { Adapters } from "./facts.ts";
import { faultOf } from "./faults.ts";
import { type Policy, presetNames, presets, type Rule, rule } from "./rules.ts";

const layer = z.union([z.enum(presetNames), z.array(rule).max(200)]);

/** What a tenant has set: a ready-made policy by name, or rules, with exceptions by department and by person. */
export const presencePolicy = z.union([
  z.enum(presetNames),
  z.object({
    tenant: layer,
    departments: z.record(z.string(), layer).default({}),
    people: z.record(z.string(), layer).default({}),
  }),
]);
export type PresencePolicy = z.output<typeof presencePolicy>;

export const defaultPolicy = "in-call-both-ways";
const rulesOf = (one: z.output<typeof layer>): readonly Rule[] => (typeof one === "string" ? presets[one] : one);

/** The layers that hold for one person, the most personal first. */
export function policyFor(setting: PresencePolicy, person: { id: string; department: string | null }): Policy {
  if (typeof setting === "string") return [rulesOf(setting)];
  const own = setting.people[person.id];
  const shared = person.department === null ? undefined : setting.departments[person.department];
  return [own, shared, setting.tenant].flatMap((one) => (one === undefined ? [] : [rulesOf(one)]));
}

/** A setting that cannot be read counts as "read only": nothing is written because of a mistake. */
export async function readPolicy(ctx: Ctx, personId: PersonId | undefined): Promise<Policy> {
  const { presencePolicy: stored = defaultPolicy } = await tenantSettings(ctx);
  const setting = presencePolicy.safeParse(stored).data ?? "read-only";
  if (typeof setting === "string" || !personId) return policyFor(setting, { id: personId ?? "", department: null });
  const [person] = await ctx.db
    .select({ id: people.id, department: people.department })
    .from(people)
    .where(eq(people.id, personId));
  return policyFor(setting, person ?? { id: personId, department: null });
}

/**
 * Sets the tenant's presence policy and has everybody settled again, which takes effect within seconds. Admins only.
 * @throws BridgeError `forbidden`; `invalid` with the reason when rules contradict each other or would chase one another.
 */
export async function setPolicy(ctx: Ctx, adapters: Adapters, input: unknown): Promise<PresencePolicy> {
  const { actor } = ctx;
  const mayChange =
    actor.kind === "admin" ? actor.roles.includes("admin") : actor.kind === "machine" && actor.scopes.includes("admin");
  if (!mayChange) throw new BridgeError("forbidden", "Only an admin can change the presence policy.");
  const parsed = presencePolicy.safeParse(input);
  if (!parsed.success) {
    throw new BridgeError("invalid", "The presence policy is not as described.", {
      details: { issues: parsed.error.issues.map(({ path, message }) => ({ at: path.join("."), says: message })) },
    });
  }
  const fault = layersOf(parsed.data).flatMap((rules) => faultOf(rules, [...adapters.values()]) ?? [])[0];
  if (fault) throw new BridgeError("invalid", fault.sentence, { details: { reason: fault.code, rules: fault.rules } });
  const value = sql`${JSON.stringify(parsed.data)}::jsonb`;
  await ctx.db
    .update(tenants)
    .set({ settings: sql`jsonb_set(${tenants.settings}, '{presencePolicy}', ${value})` })
    .where(eq(tenants.id, ctx.tenantId));
  await recordAudit(
    ctx,
    "presence-policy.update",
    ctx.tenantId,
    typeof parsed.data === "string" ? { preset: parsed.data } : {},
  );
  await enqueue(ctx, { key: "presence.resettle", name: "presence.resettle", lane: "engaged" });
  return parsed.data;
}

function layersOf(setting: PresencePolicy): (readonly Rule[])[] {
  if (typeof setting === "string") return [rulesOf(setting)];
  return [setting.tenant, ...Object.values(setting.departments), ...Object.values(setting.people)].map(rulesOf);
}
