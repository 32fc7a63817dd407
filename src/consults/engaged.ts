import { and, eq, inArray, isNull, ne } from "drizzle-orm";
import type { Ctx } from "../ctx.ts";
import type { PersonId } from "../ids.ts";
import { consults, offers } from "./schema.ts";

/** What of our own work somebody is busy with. */
export type Engagement = { inConsults: number; beingAsked: number };

/** Live consults that each person is in, and requests that wait for their answer. People without any are left out. */
export async function engagementsOf(ctx: Ctx, ids: PersonId[]): Promise<Map<PersonId, Engagement>> {
  const result = new Map<PersonId, Engagement>();
  if (ids.length === 0) return result;
  const of = (id: PersonId) => {
    const known = result.get(id) ?? { inConsults: 0, beingAsked: 0 };
    result.set(id, known);
    return known;
  };
  const helping = await ctx.db
    .select({ id: consults.expertPersonId })
    .from(consults)
    .where(and(inArray(consults.expertPersonId, ids), ne(consults.state, "ended")));
  for (const row of helping) if (row.id) of(row.id).inConsults++;
  const joining = await ctx.db
    .select({ id: offers.personId })
    .from(offers)
    .innerJoin(consults, and(eq(consults.id, offers.consultId), ne(consults.state, "ended")))
    .where(
      and(
        inArray(offers.personId, ids),
        eq(offers.state, "accepted"),
        isNull(offers.leftAt),
        ne(offers.personId, consults.expertPersonId),
      ),
    );
  for (const row of joining) of(row.id).inConsults++;
  const asked = await ctx.db
    .select({ id: offers.personId })
    .from(offers)
    .innerJoin(consults, eq(consults.id, offers.consultId))
    .where(and(inArray(offers.personId, ids), eq(offers.state, "asked"), ne(consults.state, "ended")));
  for (const row of asked) of(row.id).beingAsked++;
  return result;
}

/** Everybody in a live consult, on either side, asked or waited for: whose presence matters most now. */
export async function engagedPeople(ctx: Ctx): Promise<PersonId[]> {
  const rows = await ctx.db
    .select({ agent: consults.agentPersonId, expert: consults.expertPersonId })
    .from(consults)
    .where(ne(consults.state, "ended"));
  const invited = await ctx.db
    .select({ id: offers.personId })
    .from(offers)
    .innerJoin(consults, and(eq(consults.id, offers.consultId), ne(consults.state, "ended")))
    .where(inArray(offers.state, ["asked", "later", "accepted"]));
  const inThem = rows.flatMap((row) => (row.expert ? [row.agent, row.expert] : [row.agent]));
  return [...new Set([...inThem, ...invited.map((row) => row.id)])];
}
