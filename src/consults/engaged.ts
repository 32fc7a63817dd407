import { and, eq, inArray, ne, sql } from "drizzle-orm";
import type { Ctx } from "../ctx.ts";
import { executePrepared } from "../db.ts";
import type { PersonId } from "../ids.ts";
import { isOneOf } from "../sql-texts.ts";
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
  const rows = await executePrepared<{ id: PersonId; is_asked: boolean }>(
    ctx.db,
    sql`
    select expert_person_id as id, false as is_asked from consults
      where tenant_id = ${ctx.tenantId} and ${isOneOf(sql`expert_person_id`, ids)} and state <> 'ended'
    union all
    select o.person_id, o.state = 'asked' from offers o join consults c on c.id = o.consult_id and c.state <> 'ended'
      where o.tenant_id = ${ctx.tenantId} and ${isOneOf(sql`o.person_id`, ids)} and (o.state = 'asked'
        or (o.state = 'accepted' and o.left_at is null and o.person_id <> c.expert_person_id))`,
  );
  for (const { id, is_asked } of rows) {
    if (is_asked) of(id).beingAsked++;
    else of(id).inConsults++;
  }
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
