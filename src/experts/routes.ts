import { and, eq } from "drizzle-orm";
import { type Api, endpoint, z } from "../api.ts";
import { BridgeError } from "../errors.ts";
import { people } from "../identity/schema.ts";
import type { PersonId } from "../ids.ts";
import { type Enrolment, enrolExpert, setAccepting } from "./enrol.ts";
import { enrolmentSchema } from "./enrolment-schema.ts";
import { explainReach } from "./explain.ts";
import type { EngagementsOf } from "./facts.ts";
import { experts } from "./schema.ts";
import { aboutInteraction, findExperts, skillsOfTenant } from "./search.ts";
import { expertViews } from "./view.ts";

const anyone = { kinds: ["agent", "expert"], scope: "people:read", roles: ["supervisor"] } as const;
const byId = z.object({ id: z.string().max(60) });
const expertSchema = z
  .looseObject({
    personId: z.string(),
    name: z.string(),
    why: z
      .array(z.object({ code: z.string(), points: z.number() }))
      .optional()
      .describe("In a search: why they stand where they stand; the points add up to their score"),
  })
  .openapi("Expert", { description: "A colleague who may be asked: skills, languages, reachability with reasons" });

const ladderSchema = z
  .object({
    state: z.enum(["call", "chat", "later", "no"]),
    reasons: z.array(z.looseObject({ code: z.string() })),
    rungs: z.array(
      z.object({
        kind: z.enum(["phone", "agent", "chat"]),
        platform: z.string(),
        used: z.boolean(),
        reason: z.string().optional().describe("Why it is passed over"),
        sentence: z.string(),
      }),
    ),
    note: z.string().optional(),
  })
  .openapi("Ladder");

export function addExpertRoutes(api: Api, engagementsOf: EngagementsOf): void {
  endpoint(
    api,
    {
      method: "get",
      path: "/v1/experts",
      summary: "Find who can help: by name, skill, department or language, best first, with live reachability",
      allowed: anyone,
      query: z.object({
        q: z.string().max(200).optional(),
        skill: z.string().max(80).optional(),
        language: z.string().max(20).optional(),
        reachable: z.enum(["true", "false"]).optional().describe("true: only those who can be rung now"),
        interaction: z
          .string()
          .max(60)
          .optional()
          .describe("Whose customer needs help: language, branch and intent count in the order"),
        limit: z.coerce.number().int().min(1).max(100).default(20),
      }),
      result: z.object({ items: z.array(expertSchema) }),
    },
    async (ctx, { query }, service) => {
      const found = await findExperts(
        ctx,
        service,
        {
          ...(query.q ? { text: query.q } : {}),
          ...(query.skill ? { skill: query.skill } : {}),
          ...(query.language ? { language: query.language } : {}),
          ...(query.interaction ? { about: aboutInteraction(ctx, service, query.interaction) } : {}),
          onlyReachable: query.reachable === "true",
          limit: query.limit,
          ...(ctx.actor.kind === "agent" ? { except: ctx.actor.personId } : {}),
        },
        engagementsOf,
      );
      return { items: found.map(({ target: _, ...hit }) => hit) };
    },
  );
  endpoint(
    api,
    {
      method: "get",
      path: "/v1/skills",
      summary: "The skills that experts are enrolled with",
      allowed: anyone,
      result: z.object({ items: z.array(z.string()) }),
    },
    async (ctx) => ({ items: await skillsOfTenant(ctx) }),
  );
  endpoint(
    api,
    {
      method: "get",
      path: "/v1/experts/{id}",
      summary: "One expert",
      allowed: anyone,
      params: byId,
      result: expertSchema,
    },
    async (ctx, { params }, service) => {
      const [view] = await expertViews(ctx, service, [params.id as PersonId], engagementsOf);
      if (!view) throw new BridgeError("not_found", "There is no such person.");
      return view;
    },
  );
  endpoint(
    api,
    {
      method: "get",
      path: "/v1/experts/{id}/ladder",
      summary:
        "How one expert would be reached now, rung by rung, with the reason for each that is passed over, in words",
      allowed: anyone,
      params: byId,
      query: z.object({
        interaction: z.string().max(60).optional().describe("Whose contact center would ring them"),
        locale: z.string().max(35).optional().describe("en, es, sv or fr; theirs, or the tenant's, unless told"),
      }),
      result: ladderSchema,
    },
    async (ctx, { params, query }, service) => explainReach(ctx, service, params.id as PersonId, query, engagementsOf),
  );
  endpoint(
    api,
    {
      method: "put",
      path: "/v1/experts/{id}",
      summary: "Enrol a person as an expert, or change the enrolment",
      allowed: { scope: "people:write", roles: ["supervisor"] },
      params: byId,
      body: enrolmentSchema,
      result: expertSchema,
    },
    async (ctx, { params, body }, service) => {
      await enrolExpert(ctx, params.id as PersonId, body as Enrolment);
      const [view] = await expertViews(ctx, service, [params.id as PersonId], engagementsOf);
      return view;
    },
  );
  endpoint(
    api,
    {
      method: "delete",
      path: "/v1/experts/{id}",
      summary: "End an enrolment",
      allowed: { scope: "people:write", roles: ["supervisor"] },
      params: byId,
      result: z.object({ ended: z.boolean() }),
    },
    async (ctx, { params }) => {
      const gone = await ctx.db
        .delete(experts)
        .where(and(eq(experts.personId, params.id as PersonId), eq(experts.tenantId, ctx.tenantId)))
        .returning({ id: experts.personId });
      if (gone.length === 0) throw new BridgeError("not_found", "This person is not enrolled as an expert.");
      await ctx.db
        .update(people)
        .set({ searchSkills: "" })
        .where(eq(people.id, params.id as PersonId));
      return { ended: true };
    },
  );
  endpoint(
    api,
    {
      method: "post",
      path: "/v1/me/accepting",
      summary: "Say whether colleagues may ask me",
      allowed: { kinds: ["expert", "agent"] },
      body: z.strictObject({ accepting: z.boolean(), pausedUntil: z.iso.datetime().optional() }),
      result: expertSchema,
    },
    async (ctx, { body }, service) => {
      if (!("personId" in ctx.actor) || !ctx.actor.personId)
        throw new BridgeError("forbidden", "Only a person can say that for themselves.");
      await setAccepting(
        ctx,
        ctx.actor.personId,
        body.accepting,
        body.pausedUntil ? new Date(body.pausedUntil) : undefined,
      );
      const [view] = await expertViews(ctx, service, [ctx.actor.personId], engagementsOf);
      return view;
    },
  );
}
