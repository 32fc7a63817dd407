import { and, desc, eq } from "drizzle-orm";
import { readSnapshot } from "../consults/interactions.ts";
import type { State } from "../consults/model.ts";
import { consults, interactions, offers } from "../consults/schema.ts";
import type { Ctx } from "../ctx.ts";
import { fold } from "../identity/letters.ts";
import { people } from "../identity/schema.ts";
import type { ConsultId, OfferId, PersonId } from "../ids.ts";

export type FoundConsult = {
  consultId: ConsultId;
  offerId: OfferId;
  kind: typeof consults.$inferSelect.kind;
  state: State;
  agent: string;
  topic?: string;
  customer?: string;
  askedAt: Date;
};

/** As far back as one looks for a consult of one's own. */
const lookedAtMax = 200;

/**
 * This person's own consults, newest first: those with every word in the customer's name, the topic, the colleague's name
 * or the id. What others were asked is not theirs to see.
 */
export async function findOwnConsults(
  ctx: Ctx,
  personId: PersonId,
  text: string,
  most: number,
): Promise<FoundConsult[]> {
  const rows = await ctx.db
    .select({ offer: offers, consult: consults, snapshot: interactions.snapshot, agent: people.name })
    .from(offers)
    .innerJoin(consults, eq(consults.id, offers.consultId))
    .innerJoin(interactions, eq(interactions.id, consults.interactionId))
    .innerJoin(people, eq(people.id, consults.agentPersonId))
    .where(and(eq(offers.personId, personId), eq(offers.tenantId, ctx.tenantId)))
    .orderBy(desc(offers.id))
    .limit(lookedAtMax);
  const words = fold(text).split(/\s+/).filter(Boolean);
  return rows
    .map(({ offer, consult, snapshot, agent }): FoundConsult => {
      const { attributes, parties } = readSnapshot(snapshot);
      const customer = attributes.customer ?? parties.find(({ role }) => role === "customer")?.name;
      const topic = attributes.intent ?? consult.skill ?? undefined;
      return {
        consultId: consult.id,
        offerId: offer.id,
        kind: consult.kind,
        state: consult.state,
        agent,
        ...(topic ? { topic } : {}),
        ...(customer ? { customer } : {}),
        askedAt: offer.askedAt ?? consult.requestedAt,
      };
    })
    .filter(({ agent, topic, customer, consultId }) => {
      const said = fold([agent, topic, customer, consultId].join(" "));
      return words.every((word) => said.includes(word));
    })
    .slice(0, most);
}
