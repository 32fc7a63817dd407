import type { Ctx } from "../ctx.ts";
import { factsOf } from "../experts/facts.ts";
import { aboutInteraction } from "../experts/search.ts";
import { toView } from "../experts/view.ts";
import type { Service } from "../platform/service.ts";
import { canBeAsked } from "./choose.ts";
import { engagementsOf } from "./engaged.ts";
import type { consults, offers } from "./schema.ts";

/** What was chosen this recently is still so. */
const chosenMs = 2_000;

/**
 * Can somebody whose turn has come still be asked? Roster, quota, their own wish and their presence may have changed
 * since the list was made. This very request neither counts as being asked nor as having disturbed them.
 */
export async function isStillFree(
  ctx: Ctx,
  service: Service,
  { offer, consult }: { offer: typeof offers.$inferSelect; consult: typeof consults.$inferSelect },
): Promise<boolean> {
  if (!offer.askedAt) return true;
  if (offer.askedAt.getTime() - consult.requestedAt.getTime() < chosenMs) return true;
  const [facts] = await factsOf(ctx, service, [offer.personId], engagementsOf);
  if (!facts?.expert) return false;
  const before = { ...facts, beingAsked: 0, expert: { ...facts.expert, lastAskedAt: null } };
  const { dialler } = await aboutInteraction(ctx, service, consult.interactionId);
  const { reachability } = toView(before, ctx.now(), { skill: consult.skill ?? undefined, dialler });
  return canBeAsked(reachability, consult.kind, "ask");
}
