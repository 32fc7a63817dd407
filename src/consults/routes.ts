import { and, desc, eq, lt, ne } from "drizzle-orm";
import { type Api, askingEndpoint, endpoint, page, pageQuery, z } from "../api.ts";
import type { Ctx } from "../ctx.ts";
import { BridgeError } from "../errors.ts";
import type { ConsultId, OfferId, PersonId } from "../ids.ts";
import { joinWays } from "../platform/contract.ts";
import { addExpert } from "./add.ts";
import { refuseWhenBehind } from "./admit.ts";
import { answerOffer } from "./answer.ts";
import { issueCaller } from "./callers.ts";
import { eraseCustomer } from "./forget.ts";
import { answers, kinds, moves, states } from "./model.ts";
import { moveConsult } from "./move.ts";
import { consultFor, refuseBeyond, requestConsult } from "./request.ts";
import { consults } from "./schema.ts";
import { consultViewOf, consultViews } from "./view.ts";

const reader = { kinds: ["agent"], scope: "consults:read", roles: ["supervisor"] } as const;
const driver = { kinds: ["agent"], scope: "consults:write" } as const;
const byId = z.object({ id: z.string().max(60) });

const consultSchema = z
  .looseObject({
    id: z.string(),
    interactionId: z.string(),
    kind: z.enum(kinds),
    state: z.enum(states),
    version: z.number(),
  })
  .openapi("Consult", {
    description: "A consult with its offers, the call as last seen, what may be done next and its timeline",
  });

/** What a card may open; anything else would run as a script, or lead nowhere. */
const webAddress = z.url({ protocol: /^https?$/, error: "wants an address that begins with https://" }).max(2000);

export const requestSchema = z
  .strictObject({
    interactionId: z.string().max(60),
    kind: z.enum(kinds),
    personIds: z.array(z.string().max(60)).max(5).optional().describe("Named experts; several are asked side by side"),
    skill: z.string().max(80).optional().describe("Or: whoever is best at this and can be asked now"),
    question: z.string().max(2000).optional().describe("What you want to know. Kind `question` needs words here"),
    mode: z.enum(["ask", "ring"]).optional().describe("Ask by card first (default), or ring at once"),
    abreast: z.number().int().min(1).max(5).optional().describe("How many are asked side by side"),
    continues: z
      .string()
      .max(60)
      .optional()
      .describe("For a meeting: the consult that it goes on from, with the same colleague and context"),
    wait: z
      .boolean()
      .optional()
      .describe("Where nobody can be asked now: wait up to half an hour until somebody can (default), or be refused"),
    context: z
      .strictObject({
        fields: z.record(z.string().max(80), z.string().max(2000)).optional(),
        links: z
          .array(z.strictObject({ title: z.string().max(80), url: webAddress }))
          .max(10)
          .optional(),
      })
      .optional(),
  })
  .openapi("ConsultRequest");

/** Writing verbs of a consult are for its own agent (or a machine); tells a stranger nothing that was not theirs. */
async function own(ctx: Ctx, id: string): Promise<ConsultId> {
  return (await consultFor(ctx, id as ConsultId)).id;
}

export function addConsultRoutes(api: Api): void {
  endpoint(
    api,
    {
      method: "post",
      path: "/v1/consults",
      summary: "Ask for help with an interaction",
      allowed: driver,
      admit: refuseWhenBehind,
      body: requestSchema,
      result: consultSchema,
      status: 201,
    },
    async (ctx, { body }, service) => consultViewOf(ctx, service, await requestConsult(ctx, service, body)),
  );
  endpoint(
    api,
    {
      method: "get",
      path: "/v1/consults",
      summary: "Consults, newest first",
      allowed: reader,
      query: z.object({ ...pageQuery, live: z.enum(["true", "false"]).optional() }),
      result: z.object({ items: z.array(consultSchema), next: z.string().optional() }),
    },
    async (ctx, { query }, service) => {
      const where = [eq(consults.tenantId, ctx.tenantId)];
      if (query.cursor) where.push(lt(consults.id, query.cursor as ConsultId));
      if (query.live === "true") where.push(ne(consults.state, "ended"));
      if (ctx.actor.kind === "agent") where.push(eq(consults.agentPersonId, ctx.actor.personId));
      const rows = await ctx.db
        .select()
        .from(consults)
        .where(and(...where))
        .orderBy(desc(consults.id))
        .limit(query.limit + 1);
      const { items, next } = page(rows, query.limit);
      return { items: await consultViews(ctx, service, items), ...(next ? { next } : {}) };
    },
  );
  endpoint(
    api,
    {
      method: "get",
      path: "/v1/consults/{id}",
      summary: "One consult",
      allowed: reader,
      params: byId,
      result: consultSchema,
    },
    async (ctx, { params }, service) => consultViewOf(ctx, service, await own(ctx, params.id)),
  );
  askingEndpoint(
    api,
    {
      method: "post",
      path: "/v1/consults/{id}/callers",
      summary: "A short-lived token with which the agent's own desk joins the help of this consult",
      allowed: { kinds: ["agent"] },
      params: byId,
      body: z.strictObject({
        way: z.enum(joinWays).describe("The meeting, or the colleague's own client, which then rings"),
      }),
      result: z
        .object({
          token: z.string().describe("Of the platform that is joined. A secret"),
          expiresAt: z.string(),
          name: z.string().describe("What the others in the call see"),
          place: z.union([
            z.object({ way: z.literal("meeting"), url: z.string() }),
            z.object({ way: z.literal("person"), account: z.string() }),
          ]),
        })
        .openapi("Caller"),
      status: 201,
    },
    (tx, { params, body }, service, tenantId) => issueCaller(tx, service, tenantId, params.id as ConsultId, body.way),
  );
  endpoint(
    api,
    {
      method: "post",
      path: "/v1/consults/{id}/moves",
      summary: "Drive the call: switch, join, hand over, add, drop, cancel",
      allowed: driver,
      params: byId,
      body: z.strictObject({
        move: z.enum(moves),
        personId: z
          .string()
          .max(60)
          .optional()
          .describe("add-expert: whom to ask; drop-expert: which of several, without it all of them go"),
        skill: z.string().max(80).optional().describe("add-expert: or whoever is best at this and says yes"),
        heard: z.boolean().optional().describe("The agent has heard the expert, where the platform cannot tell"),
      }),
      result: consultSchema,
      status: 202,
    },
    async (ctx, { params, body }, service) => {
      const id = params.id as ConsultId;
      await Promise.all([own(ctx, id), refuseBeyond(ctx, service, id, body.move)]); // a stranger hears of the first
      const { move, heard, personId } = body;
      if (move === "add-expert") await addExpert(ctx, service, id, body);
      else
        await moveConsult(ctx, id, {
          type: "move",
          move,
          ...(heard ? { heard } : {}),
          ...(personId ? { person: personId as PersonId } : {}),
        });
      return consultViewOf(ctx, service, id);
    },
  );
  endpoint(
    api,
    {
      method: "post",
      path: "/v1/contexts/erase",
      summary: "Erase all that is kept about one customer, on their request",
      allowed: { scope: "admin" },
      body: z.strictObject({
        identity: z.string().min(1).max(200).describe("A phone number, an e-mail address or a customer number"),
      }),
      result: z.object({
        receipt: z.string().describe("By which the audit log knows it"),
        erasedAt: z.string(),
        erased: z.object({
          interactions: z.number(),
          contexts: z.number(),
          replies: z.number(),
          cards: z.number().describe("Cards before experts, which are emptied within seconds"),
          savedAnswers: z
            .number()
            .describe("Answers kept for the next time that came from these, or name the customer"),
        }),
      }),
    },
    async (ctx, { body }, service) => eraseCustomer(ctx, service, body.identity),
  );
  endpoint(
    api,
    {
      method: "post",
      path: "/v1/offers/{id}/answers",
      summary: "An expert answers",
      allowed: { kinds: ["expert"] },
      params: byId,
      body: z.strictObject({ answer: z.enum(answers), reason: z.string().max(40).optional() }),
      result: z.object({ consultId: z.string(), state: z.enum(["yours", "noted", "late"]) }),
    },
    async (ctx, { params, body }) => {
      if (ctx.actor.kind !== "expert") throw new BridgeError("forbidden", "Only the expert who was asked can answer.");
      return answerOffer(ctx, params.id as OfferId, body.answer, body.reason);
    },
  );
}
