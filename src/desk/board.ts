/** What a supervisor wants to see at one glance: who needs help now, who can give it, and how well that goes. */
import { and, asc, eq, gte, inArray, isNotNull, ne, sql } from "drizzle-orm";
import { engagementsOf } from "../consults/engaged.ts";
import { consults, interactions, offers } from "../consults/schema.ts";
import type { Ctx } from "../ctx.ts";
import { experts } from "../experts/schema.ts";
import { countedViews } from "../experts/view.ts";
import { people } from "../identity/schema.ts";
import type { Service } from "../platform/service.ts";
import type { BoardConsult, BoardService, BoardSkill, BoardView, ExpertView } from "../views.ts";

/** So many experts are looked at; more would make a glance slow. The rest are counted only. */
const expertsMax = 500;
const consultsMax = 200;
const serviceMs = 60 * 60_000;
/** An expert who answers within this time has answered at once. */
const promptMs = 20_000;

export async function boardOf(ctx: Ctx, service: Service): Promise<BoardView> {
  const looked = await expertsOf(ctx, service);
  return {
    consults: await liveConsults(ctx),
    skills: skillsOf(looked.views),
    experts: { total: looked.total, looked: looked.views.length },
    service: await serviceOf(ctx),
    serverTime: ctx.now().toISOString(),
  };
}

async function liveConsults(ctx: Ctx): Promise<BoardConsult[]> {
  const rows = await ctx.db
    .select({ consult: consults, channel: interactions.channel })
    .from(consults)
    .innerJoin(interactions, eq(interactions.id, consults.interactionId))
    .where(and(eq(consults.tenantId, ctx.tenantId), ne(consults.state, "ended")))
    .orderBy(asc(consults.requestedAt))
    .limit(consultsMax);
  const ids = rows.flatMap(({ consult }) => [consult.agentPersonId, consult.expertPersonId ?? consult.agentPersonId]);
  const named = ids.length
    ? await ctx.db.select({ id: people.id, name: people.name }).from(people).where(inArray(people.id, ids))
    : [];
  const names = new Map(named.map(({ id, name }) => [id, name]));
  return rows.map(({ consult, channel }) => ({
    id: consult.id,
    kind: consult.kind,
    state: consult.state,
    channel,
    agent: names.get(consult.agentPersonId) ?? "",
    ...(consult.expertPersonId ? { expert: names.get(consult.expertPersonId) ?? "" } : {}),
    ...(consult.skill ? { skill: consult.skill } : {}),
    requestedAt: consult.requestedAt.toISOString(),
    changedAt: consult.changedAt.toISOString(),
  }));
}

async function expertsOf(ctx: Ctx, service: Service): Promise<{ total: number; views: ExpertView[] }> {
  const rows = await ctx.db
    .select({ id: experts.personId, total: sql<number>`count(*) over ()::int` })
    .from(experts)
    .innerJoin(people, and(eq(people.id, experts.personId), eq(people.active, true)))
    .where(eq(experts.tenantId, ctx.tenantId))
    .orderBy(sql`${experts.lastAskedAt} desc nulls last`, asc(experts.personId))
    .limit(expertsMax);
  const ids = rows.map(({ id }) => id);
  return { total: rows[0]?.total ?? 0, views: await countedViews(ctx, service, ids, engagementsOf) };
}

/** The skill with the fewest who can be reached first: there the next customer waits longest. Pure. */
export function skillsOf(views: readonly Pick<ExpertView, "skills" | "reachability">[]): BoardSkill[] {
  const counts = new Map<string, BoardSkill>();
  for (const { skills, reachability } of views)
    for (const { skill } of skills) {
      const known = counts.get(skill) ?? { skill, call: 0, chat: 0, later: 0, no: 0 };
      counts.set(skill, { ...known, [reachability.state]: known[reachability.state] + 1 });
    }
  return [...counts.values()].sort((a, b) => a.call - b.call || a.chat - b.chat || a.skill.localeCompare(b.skill));
}

/** How offers of the last hour were answered. */
async function serviceOf(ctx: Ctx): Promise<BoardService> {
  const since = new Date(ctx.now().getTime() - serviceMs);
  const answerMs = sql`extract(epoch from (${offers.answeredAt} - ${offers.askedAt})) * 1000`;
  const saidYes = sql`${offers.state} in ('accepted', 'chat')`;
  const number = (condition: ReturnType<typeof sql>) => sql<number>`(count(*) filter (where ${condition}))::int`;
  const [row] = await ctx.db
    .select({
      asked: number(sql`true`),
      yes: number(saidYes),
      prompt: number(sql`${saidYes} and ${answerMs} <= ${promptMs}`),
      later: number(sql`${offers.state} = 'later'`),
      declined: number(sql`${offers.state} = 'declined'`),
      silent: number(sql`${offers.state} in ('silent', 'undeliverable')`),
      open: number(sql`${offers.state} = 'asked'`),
      dropped: number(sql`${offers.state} in ('withdrawn', 'taken')`),
      medianMs: sql<
        number | null
      >`(percentile_cont(0.5) within group (order by ${answerMs}) filter (where ${saidYes}))::float8`,
    })
    .from(offers)
    .where(and(eq(offers.tenantId, ctx.tenantId), isNotNull(offers.askedAt), gte(offers.askedAt, since)));
  const { medianMs, ...counts } = row ?? {
    asked: 0,
    yes: 0,
    prompt: 0,
    later: 0,
    declined: 0,
    silent: 0,
    open: 0,
    dropped: 0,
    medianMs: null,
  };
  return { since: since.toISOString(), promptMs, ...counts, ...(medianMs === null ? {} : { medianMs }) };
}
