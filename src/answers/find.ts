import { and, count, desc, eq, gte, inArray, lt, sql } from "drizzle-orm";
import type { Ctx } from "../ctx.ts";
import { skillName } from "../experts/enrol.ts";
import { people } from "../identity/schema.ts";
import type { PersonId } from "../ids.ts";
import type { SavedAnswerView } from "../views.ts";
import { answerUses, savedAnswers, savedAnswerWords } from "./schema.ts";
import { stemsOf } from "./words.ts";

type Row = typeof savedAnswers.$inferSelect;

/** Approved answers, those with most of the words first, then those that helped most; without words, of a skill. */
export async function findAnswers(
  ctx: Ctx,
  wanted: { text?: string | undefined; skill?: string | undefined; limit: number },
): Promise<SavedAnswerView[]> {
  const words = stemsOf(wanted.text ?? "");
  if (wanted.text && words.length === 0) return [];
  const skill = wanted.skill ? [eq(savedAnswers.skill, skillName(wanted.skill))] : [];
  const where = and(eq(savedAnswers.tenantId, ctx.tenantId), eq(savedAnswers.state, "approved"), ...skill);
  if (words.length === 0)
    return viewsOf(
      ctx,
      await ctx.db.select().from(savedAnswers).where(where).orderBy(desc(savedAnswers.id)).limit(wanted.limit),
    );
  const hits = await ctx.db
    .select({ row: savedAnswers, shared: sql<number>`count(*)::int` })
    .from(savedAnswerWords)
    .innerJoin(savedAnswers, eq(savedAnswers.id, savedAnswerWords.answerId))
    .where(and(eq(savedAnswerWords.tenantId, ctx.tenantId), inArray(savedAnswerWords.word, words), where))
    .groupBy(savedAnswers.id)
    .orderBy(desc(sql`count(*)`), desc(savedAnswers.id))
    .limit(wanted.limit);
  const shared = new Map(hits.map(({ row, shared }) => [row.id as string, shared]));
  const views = await viewsOf(
    ctx,
    hits.map(({ row }) => row),
  );
  return views.sort((a, b) => (shared.get(b.id) ?? 0) - (shared.get(a.id) ?? 0) || b.uses - a.uses);
}

/** What one person wrote, those first that wait for their word. */
export async function answersOf(ctx: Ctx, authorId: PersonId, limit: number): Promise<SavedAnswerView[]> {
  const rows = await ctx.db
    .select()
    .from(savedAnswers)
    .where(and(eq(savedAnswers.tenantId, ctx.tenantId), eq(savedAnswers.authorId, authorId)))
    .orderBy(desc(sql`${savedAnswers.state} = 'proposed'`), desc(savedAnswers.id))
    .limit(limit);
  return viewsOf(ctx, rows);
}

export async function viewsOf(ctx: Ctx, rows: Row[]): Promise<SavedAnswerView[]> {
  if (rows.length === 0) return [];
  const authors = await ctx.db
    .select({ id: people.id, name: people.name })
    .from(people)
    .where(
      inArray(
        people.id,
        rows.map(({ authorId }) => authorId),
      ),
    );
  const used = await ctx.db
    .select({ id: answerUses.answerId, uses: count() })
    .from(answerUses)
    .where(
      inArray(
        answerUses.answerId,
        rows.map(({ id }) => id),
      ),
    )
    .groupBy(answerUses.answerId);
  const names = new Map(authors.map(({ id, name }) => [id, name]));
  const uses = new Map(used.map((row) => [row.id, row.uses]));
  return rows.map((row) => ({
    id: row.id,
    question: row.question,
    answer: row.answer,
    state: row.state,
    ...(row.skill ? { skill: row.skill } : {}),
    author: { personId: row.authorId, name: names.get(row.authorId) ?? "" },
    uses: uses.get(row.id) ?? 0,
    ...(row.approvedAt ? { approvedAt: row.approvedAt.toISOString() } : {}),
    createdAt: row.createdAt.toISOString(),
  }));
}

/** Customer conversations in which a saved answer helped, beside the questions that somebody had to be asked. */
export async function figuresOf(ctx: Ctx, from: Date, to: Date) {
  const [saved] = await ctx.db
    .select({ count: sql<number>`count(distinct ${answerUses.interactionId})::int` })
    .from(answerUses)
    .where(and(eq(answerUses.tenantId, ctx.tenantId), gte(answerUses.at, from), lt(answerUses.at, to)));
  const [asked] = await ctx.db.execute<{ count: number }>(sql`
    select count(*)::int as count from consults where tenant_id = ${ctx.tenantId} and kind = 'question'
      and requested_at >= ${from.toISOString()}::timestamptz and requested_at < ${to.toISOString()}::timestamptz`);
  const [kept] = await ctx.db
    .select({ count: count() })
    .from(savedAnswers)
    .where(and(eq(savedAnswers.tenantId, ctx.tenantId), eq(savedAnswers.state, "approved")));
  const answeredBySaved = saved?.count ?? 0;
  const askedOfExperts = asked?.count ?? 0;
  const all = answeredBySaved + askedOfExperts;
  return {
    answeredBySaved,
    askedOfExperts,
    share: all === 0 ? 0 : Math.round((answeredBySaved / all) * 1_000) / 1_000,
    approvedAnswers: kept?.count ?? 0,
  };
}
