import { and, eq } from "drizzle-orm";
import { recordAudit } from "../audit.ts";
import { actorLabel, type Ctx } from "../ctx.ts";
import { BridgeError } from "../errors.ts";
import { skillName } from "../experts/enrol.ts";
import { type ConsultId, newId, type PersonId } from "../ids.ts";
import { type AnswerId, type AnswerState, savedAnswers, savedAnswerWords } from "./schema.ts";
import { redact, stemsOf } from "./words.ts";

export const questionMax = 2_000;
export const answerMax = 4_000;

export type NewAnswer = {
  authorId: PersonId;
  question: string;
  answer: string;
  skill?: string | undefined;
  consultId?: ConsultId | undefined;
  /** What belongs to the customer of that consult, to be taken out. */
  secrets?: readonly string[] | undefined;
};

type Row = typeof savedAnswers.$inferSelect;

/**
 * Keeps an answer for the next time, redacted. Written by its author it counts as approved; proposed by somebody else it
 * waits for the author. One answer for each consult and author: the same again changes nothing.
 * @throws BridgeError `invalid` when nothing is left of it.
 */
export async function saveAnswer(ctx: Ctx, input: NewAnswer): Promise<Row> {
  const question = redact(input.question, input.secrets ?? []).slice(0, questionMax);
  const answer = redact(input.answer, input.secrets ?? []).slice(0, answerMax);
  if (!question || !answer) throw new BridgeError("invalid", "A saved answer needs a question and an answer.");
  const isAuthor = ctx.actor.kind === "expert" && ctx.actor.personId === input.authorId;
  const [row] = await ctx.db
    .insert(savedAnswers)
    .values({
      id: newId("ans", ctx.now()),
      tenantId: ctx.tenantId,
      authorId: input.authorId,
      consultId: input.consultId ?? null,
      skill: (input.skill && skillName(input.skill)) || null,
      question,
      answer,
      state: isAuthor ? "approved" : "proposed",
      proposedBy: actorLabel(ctx.actor),
      createdAt: ctx.now(),
      approvedAt: isAuthor ? ctx.now() : null,
    })
    .onConflictDoNothing()
    .returning();
  if (row) {
    await index(ctx, row);
    await recordAudit(ctx, "answer.save", row.id, { state: row.state });
    return row;
  }
  const [kept] = await ctx.db
    .select()
    .from(savedAnswers)
    .where(
      and(eq(savedAnswers.consultId, input.consultId ?? ("" as ConsultId)), eq(savedAnswers.authorId, input.authorId)),
    );
  if (!kept) throw new BridgeError("conflict", "This answer is being saved just now. Look again in a moment.");
  return kept.state === "proposed" && isAuthor ? changeAnswer(ctx, kept.id, { state: "approved" }) : kept;
}

/** Found by its words only while it is approved. */
async function index(ctx: Ctx, { id, question, answer, skill, state }: Row): Promise<void> {
  await ctx.db.delete(savedAnswerWords).where(eq(savedAnswerWords.answerId, id));
  const words = state === "approved" ? stemsOf(`${question} ${skill ?? ""} ${answer}`) : [];
  if (words.length === 0) return;
  await ctx.db
    .insert(savedAnswerWords)
    .values(words.map((word) => ({ tenantId: ctx.tenantId, word, answerId: id })))
    .onConflictDoNothing();
}

export type AnswerChange = {
  state?: Exclude<AnswerState, "proposed"> | undefined;
  question?: string | undefined;
  answer?: string | undefined;
};

/**
 * Its author approves, rewrites or retires an answer. Supervisors and admins may retire, never speak for the author.
 * @throws BridgeError `not_found`, `forbidden`, `invalid`.
 */
export async function changeAnswer(ctx: Ctx, id: AnswerId, change: AnswerChange): Promise<Row> {
  const [row] = await ctx.db
    .select()
    .from(savedAnswers)
    .where(and(eq(savedAnswers.id, id), eq(savedAnswers.tenantId, ctx.tenantId)))
    .for("update");
  if (!row) throw new BridgeError("not_found", "There is no such answer.");
  const isAuthor = ctx.actor.kind === "expert" && ctx.actor.personId === row.authorId;
  const isRetiring = change.state === "retired" && change.question === undefined && change.answer === undefined;
  if (!isAuthor && !(isRetiring && ctx.actor.kind !== "expert" && ctx.actor.kind !== "agent"))
    throw new BridgeError("forbidden", "Only its author can approve or change an answer.");
  const state = change.state ?? row.state;
  const question = redact(change.question ?? row.question, []).slice(0, questionMax);
  const answer = redact(change.answer ?? row.answer, []).slice(0, answerMax);
  if (!question || !answer) throw new BridgeError("invalid", "A saved answer needs a question and an answer.");
  const approvedAt = state === "approved" ? (row.approvedAt ?? ctx.now()) : row.approvedAt;
  const [changed = row] = await ctx.db
    .update(savedAnswers)
    .set({ state, question, answer, approvedAt })
    .where(and(eq(savedAnswers.id, id), eq(savedAnswers.tenantId, ctx.tenantId)))
    .returning();
  await index(ctx, changed);
  await recordAudit(ctx, "answer.change", id, { state });
  return changed;
}
