/** Routing rules as an admin changes them: versioned and audited. */
import { desc, eq } from "drizzle-orm";
import { recordAudit } from "../audit.ts";
import { actorLabel, type Ctx } from "../ctx.ts";
import { BridgeError } from "../errors.ts";
import { tenants } from "../identity/schema.ts";
import { isSameJson } from "../same-json.ts";
import { defaultPreset, type Rule, type RuleSet, rulesOf, unreachedRules } from "./rules.ts";
import { routingRules } from "./schema.ts";

type Row = typeof routingRules.$inferSelect;
export type RulesView = {
  /** Absent where the rules are the organization's own. */
  preset?: string;
  rules: readonly Rule[];
  /** 0: the default, which nobody has set. */
  version: number;
  changedAt?: string;
  changedBy?: string;
};

const viewOf = ({ rules, version, createdAt, createdBy }: Row): RulesView => ({
  ...(typeof rules === "string" ? { preset: rules } : {}),
  rules: rulesOf(rules),
  version,
  changedAt: createdAt.toISOString(),
  changedBy: createdBy,
});

const versions = (ctx: Ctx) =>
  ctx.db.select().from(routingRules).where(eq(routingRules.tenantId, ctx.tenantId)).orderBy(desc(routingRules.version));

export async function currentRules(ctx: Ctx): Promise<{ set: RuleSet; view: RulesView }> {
  const [row] = await versions(ctx).limit(1).prepare("rules").execute();
  if (row) return { set: row.rules, view: viewOf(row) };
  return { set: defaultPreset, view: { preset: defaultPreset, rules: rulesOf(defaultPreset), version: 0 } };
}

export const ruleVersions = async (ctx: Ctx): Promise<RulesView[]> => (await versions(ctx).limit(200)).map(viewOf);

/** @throws BridgeError `invalid` for rules that can never be reached, or two of one name. */
export function requireSound(set: RuleSet): void {
  const [unreached] = unreachedRules(set);
  if (unreached)
    throw new BridgeError("invalid", `The rule "${unreached}" is never reached: one before it takes everybody.`);
  const names = rulesOf(set).map(({ name }) => name);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice) throw new BridgeError("invalid", `Two rules are called "${twice}". Give each a name of its own.`);
}

/**
 * Sets the rules as a new version, in force from the next decision on. The same again changes nothing.
 * @throws BridgeError `invalid`; `conflict` when somebody else changed them since `basedOn`.
 */
export async function writeRules(ctx: Ctx, set: RuleSet, basedOn?: number): Promise<RulesView> {
  requireSound(set);
  await ctx.db.select({ id: tenants.id }).from(tenants).where(eq(tenants.id, ctx.tenantId)).for("no key update");
  const { set: before, view } = await currentRules(ctx);
  if (basedOn !== undefined && basedOn !== view.version)
    throw new BridgeError("conflict", "Somebody else has changed the rules meanwhile. Read them again, then decide.", {
      details: { version: view.version },
    });
  if (view.version > 0 && isSameJson(before, set)) return view;
  const { tenantId } = ctx;
  const version = view.version + 1;
  const row = { tenantId, version, rules: set, createdAt: ctx.now(), createdBy: actorLabel(ctx.actor) };
  await ctx.db.insert(routingRules).values(row);
  await recordAudit(ctx, "routing-rules.update", "routing-rules", { version });
  return viewOf(row);
}
