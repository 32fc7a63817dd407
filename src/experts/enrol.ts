import { and, eq, notInArray, sql } from "drizzle-orm";
import { recordAudit } from "../audit.ts";
import type { Ctx } from "../ctx.ts";
import { executePrepared } from "../db.ts";
import { BridgeError } from "../errors.ts";
import { fold, withoutAccents } from "../identity/letters.ts";
import { people } from "../identity/schema.ts";
import type { PersonId } from "../ids.ts";
import { announce, enqueue, type JobRequest } from "../jobs/queue.ts";
import type { Quota, Roster } from "../roster.ts";
import { isSameJson } from "../same-json.ts";
import { isOneOf } from "../sql-texts.ts";
import { expertSkills, experts } from "./schema.ts";

export type Enrolment = {
  /** Skill to level, 1 to 5. */
  skills: Record<string, number>;
  languages?: string[] | undefined;
  accepting?: boolean | undefined;
  roster?: Roster | undefined;
  quota?: Quota | undefined;
};

export const skillName = (name: string): string => withoutAccents(name.trim()).replace(/\s+/g, "-").slice(0, 80);

/** As it is kept: skills by their folded names, the best level where two names are one. */
function normalize(input: Enrolment) {
  const skills = new Map<string, number>();
  for (const [name, level] of Object.entries(input.skills)) {
    const skill = skillName(name);
    if (!skill || !Number.isInteger(level) || level < 1 || level > 5)
      throw new BridgeError("invalid", "A skill has a name and a level from 1 to 5.");
    skills.set(skill, Math.max(level, skills.get(skill) ?? 0));
  }
  const roster: Roster = {
    ...input.roster,
    ...(input.roster?.hours
      ? { hours: input.roster.hours.map((one) => (one.skill ? { ...one, skill: skillName(one.skill) } : one)) }
      : {}),
  };
  return { skills, facts: { languages: input.languages ?? [], roster, quota: input.quota ?? {} } };
}

/** Somebody is new: how their accounts are set up is looked at soon. */
const checkJob: JobRequest = { key: "experts.check", name: "experts.check", lane: "bulk" };

/** Locked until the transaction ends: whoever else changes it comes after. */
async function enrolmentOf(ctx: Ctx, personId: PersonId) {
  const [row] = await ctx.db
    .select()
    .from(experts)
    .where(and(eq(experts.personId, personId), eq(experts.tenantId, ctx.tenantId)))
    .for("update");
  const skills = await ctx.db.select().from(expertSkills).where(eq(expertSkills.personId, personId));
  return row && { ...row, skills: new Map(skills.map(({ skill, level }) => [skill, level])) };
}

/**
 * Undefined for who is enrolled by this. Not one statement that inserts or updates: the table has two unique indexes, and
 * of two callers at once one would fall over the other's.
 */
async function enrolledBefore(ctx: Ctx, personId: PersonId, accepting: boolean) {
  const before = await enrolmentOf(ctx, personId);
  if (before) return before;
  const made = await ctx.db
    .insert(experts)
    .values({ personId, tenantId: ctx.tenantId, createdAt: ctx.now(), accepting })
    .onConflictDoNothing()
    .returning({ id: experts.personId });
  return made.length > 0 ? undefined : enrolmentOf(ctx, personId);
}

/**
 * Enrols a person as an expert, or brings their enrolment up to date; the same enrolment again changes nothing.
 * @throws BridgeError `not_found`, `invalid`.
 */
export async function enrolExpert(
  ctx: Ctx,
  personId: PersonId,
  input: Enrolment,
): Promise<"make" | "update" | undefined> {
  const [person] = await ctx.db
    .select({ id: people.id })
    .from(people)
    .where(and(eq(people.id, personId), eq(people.tenantId, ctx.tenantId)));
  if (!person) throw new BridgeError("not_found", "There is no such person.");
  const { skills, facts } = normalize(input);
  const before = await enrolledBefore(ctx, personId, input.accepting ?? true);
  const isSame =
    before !== undefined &&
    isSameJson(facts, { languages: before.languages, roster: before.roster, quota: before.quota }) &&
    isSameJson(Object.fromEntries(skills), Object.fromEntries(before.skills)) &&
    (input.accepting === undefined || input.accepting === before.accepting);
  if (isSame) return undefined;
  await ctx.db
    .update(experts)
    .set({ ...facts, ...(input.accepting === undefined ? {} : { accepting: input.accepting }) })
    .where(and(eq(experts.personId, personId), eq(experts.tenantId, ctx.tenantId)));
  await writeSkills(ctx, personId, skills);
  await ctx.db
    .update(people)
    .set({ searchSkills: fold([...skills.keys(), ...facts.languages].join(" ")).replaceAll("-", " ") })
    .where(and(eq(people.id, personId), eq(people.tenantId, ctx.tenantId)));
  await recordAudit(ctx, "expert.enrol", personId, { skills: [...skills.keys()] });
  await announce(ctx, "presence", personId);
  await enqueue(ctx, checkJob);
  return before ? "update" : "make";
}

const skillLevelFirst = 3;

/** Takes one more skill into an enrolment; one that is there already keeps its level. */
export async function addSkill(ctx: Ctx, personId: PersonId, skill: string): Promise<void> {
  const before = await enrolmentOf(ctx, personId);
  if (!before || before.skills.has(skillName(skill))) return;
  const { languages, roster, quota, skills } = before;
  await enrolExpert(ctx, personId, {
    skills: { ...Object.fromEntries(skills), [skill]: skillLevelFirst },
    languages,
    roster,
    quota,
  });
}

async function writeSkills(ctx: Ctx, personId: PersonId, skills: Map<string, number>): Promise<void> {
  const others = skills.size > 0 ? [notInArray(expertSkills.skill, [...skills.keys()])] : [];
  await ctx.db
    .delete(expertSkills)
    .where(and(eq(expertSkills.personId, personId), eq(expertSkills.tenantId, ctx.tenantId), ...others));
  if (skills.size === 0) return;
  await ctx.db
    .insert(expertSkills)
    .values([...skills].map(([skill, level]) => ({ tenantId: ctx.tenantId, personId, skill, level })))
    .onConflictDoUpdate({ target: [expertSkills.personId, expertSkills.skill], set: { level: sql`excluded.level` } });
}

/** They are being disturbed now: what rests them, and cools them down, counts from here. */
export async function noteAsked(ctx: Ctx, people: PersonId[]): Promise<void> {
  if (people.length === 0) return;
  await executePrepared(
    ctx.db,
    sql`update experts set last_asked_at = ${ctx.now().toISOString()}::timestamptz
      where tenant_id = ${ctx.tenantId} and ${isOneOf(sql`person_id`, people)}`,
  );
}

/** What an expert says about themselves: may colleagues ask, and until when not. */
export async function setAccepting(
  ctx: Ctx,
  personId: PersonId,
  accepting: boolean,
  pausedUntil?: Date,
): Promise<void> {
  const changed = await ctx.db
    .update(experts)
    .set({ accepting, pausedUntil: pausedUntil ?? null })
    .where(and(eq(experts.personId, personId), eq(experts.tenantId, ctx.tenantId)))
    .returning({ id: experts.personId });
  if (changed.length === 0) throw new BridgeError("not_found", "This person is not enrolled as an expert.");
  await recordAudit(ctx, "expert.accepting", personId, { accepting });
  await announce(ctx, "presence", personId);
}
