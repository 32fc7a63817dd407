import { and, eq, notInArray, sql } from "drizzle-orm";
import { recordAudit } from "../audit.ts";
import type { Ctx } from "../ctx.ts";
import { BridgeError } from "../errors.ts";
import { fold } from "../identity/directory.ts";
import { people } from "../identity/schema.ts";
import type { PersonId } from "../ids.ts";
import { announce } from "../jobs/queue.ts";
import type { Quota, Roster } from "../roster.ts";
import { expertSkills, experts } from "./schema.ts";

export type Enrolment = {
  /** Skill to level, 1 to 5. */
  skills: Record<string, number>;
  languages?: string[] | undefined;
  accepting?: boolean | undefined;
  roster?: Roster | undefined;
  quota?: Quota | undefined;
};

export const skillName = (name: string): string => fold(name.trim()).replace(/\s+/g, "-").slice(0, 80);

/** Enrols a person as an expert, or brings their enrolment up to date. Safe to repeat. @throws BridgeError `not_found`, `invalid`. */
export async function enrolExpert(ctx: Ctx, personId: PersonId, input: Enrolment): Promise<void> {
  const [person] = await ctx.db
    .select({ id: people.id })
    .from(people)
    .where(and(eq(people.id, personId), eq(people.tenantId, ctx.tenantId)));
  if (!person) throw new BridgeError("not_found", "There is no such person.");
  const skills = Object.entries(input.skills).map(([name, level]) => ({ skill: skillName(name), level }));
  const wrong = skills.find(({ skill, level }) => !skill || !Number.isInteger(level) || level < 1 || level > 5);
  if (wrong) throw new BridgeError("invalid", "A skill has a name and a level from 1 to 5.");
  const facts = {
    languages: input.languages ?? [],
    accepting: input.accepting ?? true,
    roster: input.roster ?? {},
    quota: input.quota ?? {},
  };
  await ctx.db
    .insert(experts)
    .values({ personId, tenantId: ctx.tenantId, createdAt: ctx.now(), ...facts })
    .onConflictDoUpdate({
      target: experts.personId,
      set: {
        languages: facts.languages,
        roster: facts.roster,
        quota: facts.quota,
        ...(input.accepting === undefined ? {} : { accepting: input.accepting }),
      },
    });
  const names = skills.map(({ skill }) => skill);
  await ctx.db
    .delete(expertSkills)
    .where(
      and(eq(expertSkills.personId, personId), ...(names.length > 0 ? [notInArray(expertSkills.skill, names)] : [])),
    );
  if (skills.length > 0) {
    await ctx.db
      .insert(expertSkills)
      .values(skills.map((skill) => ({ tenantId: ctx.tenantId, personId, ...skill })))
      .onConflictDoUpdate({ target: [expertSkills.personId, expertSkills.skill], set: { level: sql`excluded.level` } });
  }
  await ctx.db
    .update(people)
    .set({ searchSkills: [...names, ...facts.languages].join(" ").replaceAll("-", " ") })
    .where(eq(people.id, personId));
  await recordAudit(ctx, "expert.enrol", personId, { skills: names });
  await announce(ctx, "presence", personId);
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
