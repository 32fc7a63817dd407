import { eq } from "drizzle-orm";
import type { Ctx } from "../ctx.ts";
import { factsOf } from "../experts/facts.ts";
import { aboutInteraction } from "../experts/search.ts";
import { toView } from "../experts/view.ts";
import type { OfferId } from "../ids.ts";
import type { Service } from "../platform/service.ts";
import { canBeAsked } from "./choose.ts";
import { engagementsOf } from "./engaged.ts";
import { consults, offers } from "./schema.ts";

/** What was chosen this recently is still so. */
const chosenMs = 2_000;

/**
 * Can somebody whose turn has come still be asked? Roster, quota, their own wish and their presence may have changed
 * since the list was made. This very request neither counts as being asked nor as having disturbed them.
 */
export async function isStillFree(ctx: Ctx, service: Service, id: OfferId): Promise<boolean> {
  const [row] = await ctx.db
    .select({ offer: offers, consult: consults })
    .from(offers)
    .innerJoin(consults, eq(consults.id, offers.consultId))
    .where(eq(offers.id, id));
  if (!row?.offer.askedAt) return true;
  if (row.offer.askedAt.getTime() - row.consult.requestedAt.getTime() < chosenMs) return true;
  const [facts] = await factsOf(ctx, service, [row.offer.personId], engagementsOf);
  if (!facts?.expert) return false;
  const before = { ...facts, beingAsked: 0, expert: { ...facts.expert, lastAskedAt: null } };
  const { dialler } = await aboutInteraction(ctx, service, row.consult.interactionId);
  const { reachability } = toView(before, ctx.now(), { skill: row.consult.skill ?? undefined, dialler });
  return canBeAsked(reachability, row.consult.kind, "ask");
}
