import { and, desc, eq } from "drizzle-orm";
import { saveAnswer } from "../answers/save.ts";
import type { AnswerState } from "../answers/schema.ts";
import { type Api, endpoint, z } from "../api.ts";
import { readContext, sensitiveOf } from "../context/package.ts";
import { late } from "../context/slow.ts";
import type { Ctx } from "../ctx.ts";
import { BridgeError, isBridgeError } from "../errors.ts";
import type { ConsultId, PersonId } from "../ids.ts";
import { enqueue } from "../jobs/queue.ts";
import type { Handler } from "../jobs/run.ts";
import type { Service } from "../platform/service.ts";
import { readSnapshot } from "./interactions.ts";
import { consultFor } from "./request.ts";
import { consults, interactions, replies } from "./schema.ts";

/**
 * Keeps what an expert answered to a question for the next time, without what belongs to the customer. By its author it is
 * approved with that; by anybody else it is proposed to the author. The same again changes nothing.
 * @throws BridgeError `not_found` when there is no answer or its question has been deleted; `unavailable` when it cannot be
 * read just now.
 */
export async function keepAnswer(ctx: Ctx, service: Service, id: ConsultId, author?: PersonId) {
  const by = author ? [eq(replies.personId, author)] : [];
  const [found] = await ctx.db
    .select({ reply: replies, consult: consults, snapshot: interactions.snapshot })
    .from(replies)
    .innerJoin(consults, eq(consults.id, replies.consultId))
    .innerJoin(interactions, eq(interactions.id, consults.interactionId))
    .where(and(eq(replies.consultId, id), eq(replies.tenantId, ctx.tenantId), eq(consults.kind, "question"), ...by))
    .orderBy(desc(replies.createdAt))
    .limit(1);
  if (!found?.consult.contextId) throw new BridgeError("not_found", "There is no answer to keep.");
  const { reply, consult } = found;
  const content = await readContext(ctx, service.keyring, found.consult.contextId);
  if (content === late)
    throw new BridgeError("unavailable", "What was asked cannot be read just now. Try again in a moment.", {
      retryAfterMs: 2_000,
    });
  const snapshot = readSnapshot(found.snapshot);
  const names = snapshot.parties.flatMap(({ role, name }) => (role === "customer" && name ? [name] : []));
  return saveAnswer(ctx, {
    authorId: reply.personId,
    question: content.question || content.fields.intent || "",
    answer: await service.keyring.open<string>(ctx.tenantId, "reply", reply.sealed),
    skill: consult.skill ?? undefined,
    consultId: id,
    secrets: [...names, ...sensitiveOf(content)],
  });
}

/** The same where it must not stand in the way of anything else: later, where it cannot be now. */
export async function tryKeepAnswer(ctx: Ctx, service: Service, id: ConsultId, author: PersonId): Promise<void> {
  await keepAnswer(ctx, service, id, author).catch((error: unknown) => {
    if (isBridgeError(error) && error.code === "unavailable")
      return enqueue(ctx, { key: `answer.keep:${id}`, name: "answer.keep", payload: { consultId: id, author } });
    if (!isBridgeError(error) || error.status >= 500) throw error;
  });
}

/** Job `answer.keep`: tried again for as long as the question cannot be read. */
export const keepAnswerLater =
  (service: Service): Handler =>
  (run, payload) =>
    run.tx(async (ctx) => {
      const author = payload.author as PersonId;
      const asAuthor: Ctx = { ...ctx, actor: { kind: "expert", personId: author, name: "" } };
      await keepAnswer(asAuthor, service, payload.consultId as ConsultId, author).catch((error: unknown) => {
        if (!isBridgeError(error) || error.status >= 500) throw error;
      });
      return undefined;
    });

export function addKeepAnswerRoutes(api: Api): void {
  endpoint(
    api,
    {
      method: "post",
      path: "/v1/consults/{id}/saved-answer",
      summary: "Propose to its author that the answer to this question be kept for the next time",
      allowed: { kinds: ["agent"], scope: "consults:write" },
      params: z.object({ id: z.string().max(60) }),
      result: z.object({ id: z.string(), state: z.string() }),
      status: 201,
    },
    async (ctx, { params }, service): Promise<{ id: string; state: AnswerState }> => {
      const consult = await consultFor(ctx, params.id as ConsultId);
      const { id, state } = await keepAnswer(ctx, service, consult.id);
      return { id, state };
    },
  );
}
