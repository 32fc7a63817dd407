import { and, eq } from "drizzle-orm";
import { type Api, endpoint, z } from "../api.ts";
import { recordAudit } from "../audit.ts";
import type { Actor, Ctx } from "../ctx.ts";
import { BridgeError } from "../errors.ts";
import type { InteractionId, PersonId } from "../ids.ts";
import { answersOf, figuresOf, findAnswers, viewsOf } from "./find.ts";
import { answerMax, changeAnswer, questionMax, saveAnswer } from "./save.ts";
import { type AnswerId, answerStates, answerUses, savedAnswers } from "./schema.ts";

const anyone = { kinds: ["agent", "expert"], scope: "people:read", roles: ["supervisor"] } as const;
const byId = z.object({ id: z.string().max(60) });
const limit = z.coerce.number().int().min(1).max(50).default(10);
const dayMs = 24 * 3_600_000;

const answerSchema = z
  .object({
    id: z.string(),
    question: z.string(),
    answer: z.string(),
    state: z.enum(answerStates),
    skill: z.string().optional(),
    author: z.object({ personId: z.string(), name: z.string() }),
    uses: z.number().describe("How often it has helped"),
    approvedAt: z.string().optional(),
    createdAt: z.string(),
  })
  .openapi("SavedAnswer", { description: "An answer kept for the next time: redacted, approved by its author" });

function personOf(actor: Actor): PersonId {
  if ("personId" in actor && actor.personId) return actor.personId;
  throw new BridgeError("forbidden", "Only a person can do that for themselves.");
}

const one = async (ctx: Ctx, row: typeof savedAnswers.$inferSelect) => (await viewsOf(ctx, [row]))[0];

/** Counts once for each conversation. @throws BridgeError `not_found` for an answer that nobody may find. */
async function noteUse(ctx: Ctx, id: AnswerId, interactionId: InteractionId) {
  const [row] = await ctx.db
    .select()
    .from(savedAnswers)
    .where(and(eq(savedAnswers.id, id), eq(savedAnswers.tenantId, ctx.tenantId), eq(savedAnswers.state, "approved")));
  if (!row) throw new BridgeError("not_found", "There is no such answer.");
  const use = { answerId: id, tenantId: ctx.tenantId, interactionId, personId: personOf(ctx.actor), at: ctx.now() };
  await ctx.db
    .insert(answerUses)
    .values(use)
    .onConflictDoNothing()
    .catch((cause: unknown) => {
      throw new BridgeError("not_found", "There is no such interaction.", { cause });
    });
  return one(ctx, row);
}

/** What experts know stays: found by agents and experts the next time. */
export function addAnswerRoutes(api: Api): void {
  endpoint(
    api,
    {
      method: "get",
      path: "/v1/answers",
      summary: "Find answers that experts have given and approved, best first",
      allowed: anyone,
      query: z.object({ q: z.string().max(2_000).optional(), skill: z.string().max(80).optional(), limit }),
      result: z.object({ items: z.array(answerSchema) }),
    },
    async (ctx, { query }) => ({ items: await findAnswers(ctx, { ...query, text: query.q }) }),
  );
  endpoint(
    api,
    {
      method: "post",
      path: "/v1/answers",
      summary: "An expert writes down an answer for the next time",
      allowed: { kinds: ["expert"] },
      body: z.strictObject({
        question: z.string().min(1).max(questionMax),
        answer: z.string().min(1).max(answerMax),
        skill: z.string().max(80).optional(),
      }),
      result: answerSchema,
      status: 201,
    },
    async (ctx, { body }) => one(ctx, await saveAnswer(ctx, { ...body, authorId: personOf(ctx.actor) })),
  );
  endpoint(
    api,
    {
      method: "get",
      path: "/v1/me/answers",
      summary: "My own answers, those first that wait for my approval",
      allowed: { kinds: ["expert"] },
      query: z.object({ limit }),
      result: z.object({ items: z.array(answerSchema) }),
    },
    async (ctx, { query }) => ({ items: await answersOf(ctx, personOf(ctx.actor), query.limit) }),
  );
  endpoint(
    api,
    {
      method: "put",
      path: "/v1/answers/{id}",
      summary: "Its author approves, rewrites or retires an answer; supervisors may retire it",
      allowed: { kinds: ["expert"], scope: "admin", roles: ["supervisor"] },
      params: byId,
      body: z.strictObject({
        state: z.enum(["approved", "retired"]).optional(),
        question: z.string().min(1).max(questionMax).optional(),
        answer: z.string().min(1).max(answerMax).optional(),
      }),
      result: answerSchema,
    },
    async (ctx, { params, body }) => one(ctx, await changeAnswer(ctx, params.id as AnswerId, body)),
  );
  endpoint(
    api,
    {
      method: "post",
      path: "/v1/answers/{id}/uses",
      summary: "A saved answer helped with this customer; counts once for each conversation",
      allowed: { kinds: ["agent", "expert"] },
      params: byId,
      body: z.strictObject({ interactionId: z.string().max(60) }),
      result: answerSchema,
    },
    (ctx, { params, body }) => noteUse(ctx, params.id as AnswerId, body.interactionId as InteractionId),
  );
  endpoint(
    api,
    {
      method: "get",
      path: "/v1/answers/figures",
      summary: "How many questions saved answers have answered, beside those that experts were asked",
      allowed: { scope: "people:read", roles: ["supervisor"] },
      query: z.object({ from: z.iso.datetime().optional(), to: z.iso.datetime().optional() }),
      result: z.object({
        answeredBySaved: z.number(),
        askedOfExperts: z.number(),
        share: z.number(),
        approvedAnswers: z.number(),
      }),
    },
    async (ctx, { query }) => {
      const to = query.to ? new Date(query.to) : new Date(ctx.now().getTime() + 1);
      const from = query.from ? new Date(query.from) : new Date(to.getTime() - 30 * dayMs);
      await recordAudit(ctx, "answers.figures", "answers");
      return figuresOf(ctx, from, to);
    },
  );
}
