import { and, eq } from "drizzle-orm";
import { helped } from "../consults/after.ts";
import { engagementsOf } from "../consults/engaged.ts";
import type { Consult } from "../consults/model.ts";
import type { consults, offers } from "../consults/schema.ts";
import type { Ctx } from "../ctx.ts";
import { builtOnce, value } from "../db.ts";
import { skillName } from "../experts/enrol.ts";
import { factsOf } from "../experts/facts.ts";
import { expertSkills, experts } from "../experts/schema.ts";
import type { PersonId } from "../ids.ts";
import type { Service } from "../platform/service.ts";
import type { OfferFacts } from "./cards.ts";

/** From this part of the agreed number on, the card says how much of it is used. */
const nearlyUsed = 0.8;

export async function quotaFor(ctx: Ctx, service: Service, person: PersonId): Promise<OfferFacts["quota"]> {
  const [row] = await readQuota(ctx.db, { person });
  const perMonth = row?.quota.perMonth;
  if (!perMonth) return undefined;
  const [facts] = await factsOf(ctx, service, [person], engagementsOf);
  const used = facts?.helpedThisMonth ?? 0;
  return used + 1 >= perMonth * nearlyUsed ? { used, perMonth } : undefined;
}

const readQuota = builtOnce((db) =>
  db
    .select({ quota: experts.quota })
    .from(experts)
    .where(eq(experts.personId, value("person"))),
);

type Found = { offer: typeof offers.$inferSelect; consult: typeof consults.$inferSelect; machine: Consult };

/** For who has helped on a call, once it is over. */
export async function afterFor(ctx: Ctx, { offer, consult, machine }: Found): Promise<OfferFacts["after"]> {
  const isTheirs = machine.winner === offer.id && offer.state === "accepted";
  if (!isTheirs || machine.state !== "ended" || machine.kind === "question" || !helped.includes(machine.result))
    return undefined;
  if (offer.outcome) return { isNoted: true };
  const skill = consult.skill && skillName(consult.skill);
  const [known] = skill
    ? await ctx.db
        .select({ skill: expertSkills.skill })
        .from(expertSkills)
        .where(and(eq(expertSkills.personId, offer.personId), eq(expertSkills.skill, skill)))
    : [];
  return { isNoted: false, ...(skill && !known ? { skill } : {}) };
}
