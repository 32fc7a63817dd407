/** Camp-on: whoever was not free when help was asked for is asked as soon as they are seen to be. */
import { and, asc, eq, exists, ne } from "drizzle-orm";
import type { Ctx } from "../ctx.ts";
import { factsOf } from "../experts/facts.ts";
import { aboutInteraction } from "../experts/search.ts";
import { toView } from "../experts/view.ts";
import { people } from "../identity/schema.ts";
import type { ConsultId, OfferId, PersonId } from "../ids.ts";
import type { JobRequest } from "../jobs/queue.ts";
import type { Handler } from "../jobs/run.ts";
import type { Target } from "../platform/contract.ts";
import type { Service } from "../platform/service.ts";
import type { Dialler } from "../presence/reachability.ts";
import { isAwaited } from "./asking.ts";
import { canBeAsked } from "./choose.ts";
import { engagementsOf } from "./engaged.ts";
import { moveConsult, readMachine } from "./move.ts";
import { consults, offers } from "./schema.ts";

/** One for all of a tenant's waiting consults. */
export const awaitJob: JobRequest = { key: "consults.await", name: "consults.await", lane: "offer" };

const lookEveryMs = 1_000;

type Awaited = Pick<typeof consults.$inferSelect, "interactionId" | "kind" | "skill"> & {
  consultId: ConsultId;
  offerId: OfferId;
  personId: PersonId;
};
type Free = Pick<Awaited, "consultId" | "offerId"> & { target?: Target };

/** In the order in which help was asked for: who has waited longest is first. */
async function awaitedOffers(ctx: Ctx): Promise<Awaited[]> {
  const later = ctx.db
    .select({ id: offers.id })
    .from(offers)
    .where(and(eq(offers.consultId, consults.id), eq(offers.state, "later")));
  const rows = await ctx.db
    .select()
    .from(consults)
    .where(and(eq(consults.tenantId, ctx.tenantId), ne(consults.state, "ended"), exists(later)))
    .orderBy(asc(consults.requestedAt), asc(consults.id));
  return rows.flatMap((row) =>
    readMachine(row)
      .offers.filter(isAwaited)
      .map(({ id, person }) => ({
        consultId: row.id,
        offerId: id,
        personId: person,
        interactionId: row.interactionId,
        kind: row.kind,
        skill: row.skill,
      })),
  );
}

/** Agents who wait until this person is free, and since when; who has waited longest first. */
export async function whoWaitsFor(ctx: Ctx, personId: PersonId): Promise<{ agent: string; since: Date }[]> {
  const rows = await ctx.db
    .select({ consult: consults, agent: people.name })
    .from(offers)
    .innerJoin(consults, eq(consults.id, offers.consultId))
    .innerJoin(people, eq(people.id, consults.agentPersonId))
    .where(
      and(
        eq(offers.tenantId, ctx.tenantId),
        eq(offers.personId, personId),
        eq(offers.state, "later"),
        ne(consults.state, "ended"),
      ),
    )
    .orderBy(asc(consults.requestedAt), asc(consults.id));
  return rows.flatMap(({ consult, agent }) =>
    readMachine(consult).offers.some((offer) => offer.person === personId && isAwaited(offer))
      ? [{ agent, since: consult.requestedAt }]
      : [],
  );
}

/** Who of them can be asked now. Nobody is asked by two at once. */
async function whoIsFree(ctx: Ctx, service: Service, awaited: Awaited[]): Promise<Free[]> {
  const ids = [...new Set(awaited.map(({ personId }) => personId))];
  const known = new Map((await factsOf(ctx, service, ids, engagementsOf)).map((facts) => [facts.person.id, facts]));
  const free = new Map<PersonId, Free>();
  for (const { consultId, offerId, personId, interactionId, kind, skill } of awaited) {
    const facts = known.get(personId);
    if (!facts || free.has(personId)) continue;
    const seen = (dialler?: Dialler) => toView(facts, ctx.now(), { skill: skill ?? undefined, dialler });
    if (!canBeAsked(seen().reachability, kind, "ask")) continue;
    const { dialler } = await aboutInteraction(ctx, service, interactionId);
    const { reachability, target } = seen(dialler);
    if (canBeAsked(reachability, kind, "ask"))
      free.set(personId, { consultId, offerId, ...(target ? { target } : {}) });
  }
  return [...free.values()];
}

/** Job `consults.await`: looks once a second for as long as anybody is waited for. */
export const askWhoIsFree =
  (service: Service): Handler =>
  async (run) => {
    const { isOver, free } = await run.tx(async (ctx) => {
      const awaited = await awaitedOffers(ctx);
      return { isOver: awaited.length === 0, free: await whoIsFree(ctx, service, awaited) };
    });
    for (const { consultId, offerId, target } of free)
      await run.tx((ctx) =>
        moveConsult(ctx, consultId, { type: "free", offer: offerId, ...(target ? { target } : {}) }),
      );
    return isOver ? undefined : new Date(run.now().getTime() + lookEveryMs);
  };
