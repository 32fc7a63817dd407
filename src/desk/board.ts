/** What a supervisor wants to see at one glance: who needs help now, who can give it, and how well that goes. */
import { type AnyColumn, and, asc, eq, gte, inArray, isNotNull, ne, sql } from "drizzle-orm";
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
const departmentsMax = 300;
const serviceMs = 60 * 60_000;
/** Whoever has asked within this time has their department among those to choose from. */
const lately = 24 * 60 * 60_000;
/** An expert who answers within this time has answered at once. */
const promptMs = 20_000;

/** `department`: only what its agents ask for and its experts are asked. */
export async function boardOf(ctx: Ctx, service: Service, department?: string): Promise<BoardView> {
  const looked = await expertsOf(ctx, service, department);
  return {
    departments: await departmentsOf(ctx),
    ...(department === undefined ? {} : { department }),
    consults: await liveConsults(ctx, department),
    skills: skillsOf(looked.views),
    experts: { total: looked.total, looked: looked.views.length },
    service: await serviceOf(ctx, department),
    serverTime: ctx.now().toISOString(),
  };
}

/** Is one of these people of the department? Without one, everybody is. */
const isOf = (ctx: Ctx, department: string | undefined, ...ids: AnyColumn[]) =>
  department === undefined
    ? undefined
    : sql`exists (select from people d where d.tenant_id = ${ctx.tenantId} and d.id in (${sql.join(ids, sql`, `)})
        and d.department = ${department})`;

async function departmentsOf(ctx: Ctx): Promise<string[]> {
  const since = new Date(ctx.now().getTime() - lately);
  const rows = await ctx.db.execute<{ department: string }>(sql`
    select distinct department from people
    where tenant_id = ${ctx.tenantId} and active and department <> '' and id in (
      select person_id from experts where tenant_id = ${ctx.tenantId}
      union select agent_person_id from consults
      where tenant_id = ${ctx.tenantId} and requested_at >= ${since.toISOString()}::timestamptz)
    order by department limit ${departmentsMax}`);
  return rows.map(({ department }) => department);
}

async function liveConsults(ctx: Ctx, department: string | undefined): Promise<BoardConsult[]> {
  const rows = await ctx.db
    .select({ consult: consults, channel: interactions.channel })
    .from(consults)
    .innerJoin(interactions, eq(interactions.id, consults.interactionId))
    .where(
      and(
        eq(consults.tenantId, ctx.tenantId),
        ne(consults.state, "ended"),
        isOf(ctx, department, consults.agentPersonId, consults.expertPersonId),
      ),
    )
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

async function expertsOf(
  ctx: Ctx,
  service: Service,
  department: string | undefined,
): Promise<{ total: number; views: ExpertView[] }> {
  const rows = await ctx.db
    .select({ id: experts.personId, total: sql<number>`count(*) over ()::int` })
    .from(experts)
    .innerJoin(people, and(eq(people.id, experts.personId), eq(people.active, true)))
    .where(
      and(eq(experts.tenantId, ctx.tenantId), department === undefined ? undefined : eq(people.department, department)),
    )
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
async function serviceOf(ctx: Ctx, department: string | undefined): Promise<BoardService> {
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
    .innerJoin(consults, and(eq(consults.id, offers.consultId), eq(consults.tenantId, ctx.tenantId)))
    .where(
      and(
        eq(offers.tenantId, ctx.tenantId),
        isNotNull(offers.askedAt),
        gte(offers.askedAt, since),
        isOf(ctx, department, consults.agentPersonId, offers.personId),
      ),
    );
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
