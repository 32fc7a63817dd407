import { type SQL, sql } from "drizzle-orm";
import type { Ctx } from "../ctx.ts";
import { executePrepared } from "../db.ts";
import { fold } from "../identity/letters.ts";
import type { PersonId } from "../ids.ts";
import type { CallFacts, Target } from "../platform/contract.ts";
import type { Service } from "../platform/service.ts";
import { staleMs } from "../presence/own.ts";
import { isOneOf, textsOf } from "../sql-texts.ts";
import type { ExpertHit } from "../views.ts";
import { skillName } from "./enrol.ts";
import { type EngagementsOf, factsOf, type PersonFacts, type Wanted } from "./facts.ts";
import { rank } from "./rank.ts";
import { toView } from "./view.ts";

type About = Omit<Wanted, "skill">;
export type Query = {
  text?: string;
  skill?: string;
  language?: string;
  personIds?: PersonId[];
  onlyReachable?: boolean;
  /** What counts in the ranking besides: the customer's language, intent and branch. */
  about?: About | Promise<About>;
  limit: number;
  /** Not this person: who is asking. */
  except?: PersonId;
};
export type FoundExpert = ExpertHit & { personId: PersonId; target?: Target };

/** Enough to choose from, few enough to judge each: ranking looks at facts, not only at the index. */
const candidatesMax = 100;
/** Where too few of them can be reached: so far down the line it is looked for those who seem free, and so many are judged. */
const lineMax = 5_000;
const freeMax = 300;
/** So many begin alike that one more letter says more than ranking them all; these come first in the alphabet. */
const alikeMax = 1_000;

/** `Inv, mar` becomes inv and mar: what the words of an expert may begin with. The longest, which fits fewest, first. */
export const prefixesOf = (text: string): string[] =>
  fold(text)
    .split(/[^\p{L}\p{N}]+/u)
    .filter(Boolean)
    .slice(0, 8)
    .sort((a, b) => b.length - a.length);

const lastLetter = "\u{10ffff}";
const beginsWith = (row: "w" | "o", prefix: string): SQL =>
  sql`${sql.raw(row)}.word >= ${prefix} and ${sql.raw(row)}.word < ${prefix + lastLetter}`;

/** Everybody here with words that begin so. By comparison, since text search could not use an index here (0004_find.sql). */
function withWords(tenantId: string, [first = "", ...others]: readonly string[]): SQL {
  const also = others.map(
    (prefix) => sql`and exists (select from expert_words o
      where o.person_id = w.person_id and o.tenant_id = ${tenantId} and ${beginsWith("o", prefix)})`,
  );
  return sql`(select distinct person_id from (
    select w.person_id from expert_words w where w.tenant_id = ${tenantId} and ${beginsWith("w", first)}
    ${sql.join(also, sql` `)} limit ${alikeMax}) alike)`;
}

/** Those with a skill, in the order of its index; with words; or all. Only who is here. */
function places(tenantId: string, { skill, language, text = "" }: Query): SQL {
  const row = sql.raw(skill ? "s" : "e");
  const from = skill
    ? sql`expert_skills s ${language ? sql`join experts e on e.person_id = s.person_id and e.tenant_id = ${tenantId}` : sql``}`
    : sql`experts e`;
  const prefixes = prefixesOf(text);
  if (prefixes.length > 0)
    return sql`${from} join ${withWords(tenantId, prefixes)} f on f.person_id = ${row}.person_id`;
  return skill ? from : sql`${from} join people p on p.id = e.person_id and p.active`;
}

/** Who may be meant, best skilled first, then those whose turn it is. Prepared: each kind of question has one text. */
function lineOf({ tenantId }: Ctx, query: Query, most: number, isAccepting = false): SQL {
  const skill = query.skill ? skillName(query.skill) : undefined;
  const row = sql.raw(skill ? "s" : "e");
  const conditions: SQL[] = [sql`${row}.tenant_id = ${tenantId}`];
  if (skill) conditions.push(sql`s.skill = ${skill} and s.active`);
  if (isAccepting) conditions.push(sql`${row}.accepting`);
  if (query.personIds) conditions.push(isOneOf(sql`${row}.person_id`, query.personIds));
  if (query.except) conditions.push(sql`${row}.person_id <> ${query.except}`);
  if (query.language) conditions.push(sql`${query.language} = any(e.languages)`);
  return sql`select ${row}.person_id from ${places(tenantId, query)}
    where ${sql.join(conditions, sql` and `)}
    order by ${skill ? sql`s.level desc,` : sql``} ${row}.accepting desc, ${row}.last_asked_at asc nulls first, ${row}.person_id
    limit ${sql.raw(String(most))}`;
}

/**
 * Those further down the line who seem free: they were seen available a moment ago, and not busy elsewhere but for what we
 * show there ourselves. Only what can be told of thousands at once; each is judged in full afterwards. As a value, not as a
 * join, so that the line keeps its order and ends when enough have been found.
 */
function freeInLine(ctx: Ctx, query: Query, judged: PersonId[]): SQL {
  const { tenantId } = ctx;
  const since = new Date(ctx.now().getTime() - staleMs).toISOString();
  return sql`select line.person_id from (${lineOf(ctx, query, lineMax, true)}) line
    where line.person_id not in ${textsOf(judged)} and (
      select bool_or(p.availability = 'available' and p.activity <> 'on-call')
        and not bool_or(p.availability in ('busy', 'do-not-disturb')
          and not exists (select from holds h where h.account_id = a.id and h.tenant_id = ${tenantId}))
      from accounts a join presences p on p.account_id = a.id and p.tenant_id = ${tenantId}
      where a.person_id = line.person_id and a.tenant_id = ${tenantId} and a.active and p.observed_at >= ${since}::timestamptz)
    limit ${sql.raw(String(freeMax))}`;
}

async function idsOf(ctx: Ctx, statement: SQL): Promise<PersonId[]> {
  const rows = await executePrepared<{ person_id: PersonId }>(ctx.db, statement);
  return rows.map((row) => row.person_id);
}

const isReachable = ({ reachability }: FoundExpert) => reachability.state === "call";

/** Finds and ranks experts by reachability, skill and load. Explains the place of each. */
export async function findExperts(
  ctx: Ctx,
  service: Service,
  query: Query,
  engagementsOf: EngagementsOf,
): Promise<FoundExpert[]> {
  const [first, about = {}] = await Promise.all([idsOf(ctx, lineOf(ctx, query, candidatesMax)), query.about]);
  const skill = query.skill ? skillName(query.skill) : undefined;
  const wanted: Wanted = { ...about, skill, language: query.language ?? about.language };
  const judge = async (ids: PersonId[]) =>
    (await factsOf(ctx, service, ids, engagementsOf, about.intent)).map((one) => hit(one, wanted, ctx.now()));
  const hits = await judge(first);
  const isEnough = () => hits.filter(isReachable).length >= query.limit;
  if (first.length === candidatesMax && !isEnough()) {
    const others = await idsOf(ctx, freeInLine(ctx, query, first));
    while (others.length > 0 && !isEnough()) hits.push(...(await judge(others.splice(0, candidatesMax))));
  }
  return (query.onlyReachable ? hits.filter(isReachable) : hits)
    .sort((a, b) => b.score - a.score || a.name.localeCompare(b.name))
    .slice(0, query.limit);
}

type AboutRow = {
  attributes: Record<string, string> | null;
  connection: string;
  adapter: string;
  calls: CallFacts | null;
};

/** What ranking and reachability may know of an interaction: what its customer needs, and who would ring the expert. */
export async function aboutInteraction(ctx: Ctx, service: Service, id: string): Promise<About> {
  const [row] = await executePrepared<AboutRow>(
    ctx.db,
    sql`select i.snapshot->'attributes' as attributes, c.id as connection, c.adapter, c.call_facts as calls
    from interactions i join connections c on c.id = i.connection_id
    where i.id = ${id} and i.tenant_id = ${ctx.tenantId}`,
  );
  if (!row) return {};
  const { language, intent, site } = row.attributes ?? {};
  const { targets = [], userPlatforms } = row.calls ?? service.adapters.get(row.adapter)?.facts.calls ?? {};
  return { language, intent, site, dialler: { connection: row.connection, targets, userPlatforms } };
}

function hit(facts: PersonFacts, wanted: Wanted, now: Date): FoundExpert {
  const { target, ...view } = toView(facts, now, wanted);
  return {
    ...view,
    personId: facts.person.id,
    ...rank(facts, view.reachability, wanted, now),
    ...(target ? { target } : {}),
  };
}

/** From one to the next in the index, however many experts have each. */
export async function skillsOfTenant(ctx: Ctx): Promise<string[]> {
  const first = (after: SQL) => sql`(select s.skill from expert_skills s
    where s.tenant_id = ${ctx.tenantId} and s.active ${after} order by s.skill limit 1)`;
  const rows = await executePrepared<{ skill: string }>(
    ctx.db,
    sql`with recursive found (skill) as (
      ${first(sql``)} union all select ${first(sql`and s.skill > found.skill`)} from found where found.skill is not null)
    select skill from found where skill is not null order by skill limit 500`,
  );
  return rows.map((row) => row.skill);
}
