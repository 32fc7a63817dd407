import { createRoute } from "@hono/zod-openapi";
import { asc, eq, gt } from "drizzle-orm";
import { type Api, type ApiContext, endpoint, page, pageQuery, problemSchema, z } from "../api.ts";
import { recordAudit } from "../audit.ts";
import { BridgeError } from "../errors.ts";
import { tenants } from "../identity/schema.ts";
import { tenantSettings } from "../identity/tenants.ts";
import { applyPlan, previewPlan } from "./apply.ts";
import { planSchema, settingsSchema } from "./plan.ts";

const tenantSchema = z
  .object({ id: z.string(), slug: z.string(), name: z.string(), settings: settingsSchema })
  .openapi("Tenant");
const changeSchema = z.object({ what: z.string(), name: z.string(), change: z.enum(["make", "update", "wait"]) });

/** One's own organization, for its admins; all of them and their set-up, for whoever runs this deployment. */
export function addAdminRoutes(api: Api): void {
  endpoint(
    api,
    {
      method: "get",
      path: "/v1/tenant",
      summary: "One's own organization and its settings",
      allowed: { scope: "admin", roles: ["supervisor"] },
      result: tenantSchema,
    },
    async (ctx) => {
      const [row] = await ctx.db.select().from(tenants).where(eq(tenants.id, ctx.tenantId));
      return tenantSchema.parse(row);
    },
  );

  endpoint(
    api,
    {
      method: "patch",
      path: "/v1/tenant",
      summary: "Change settings of one's own organization; what is not named stays as it is",
      allowed: { scope: "admin" },
      body: z.strictObject({ name: z.string().min(1).max(120).optional(), settings: settingsSchema.optional() }),
      result: tenantSchema,
    },
    async (ctx, { body }) => {
      const settings = settingsSchema.parse({ ...(await tenantSettings(ctx)), ...body.settings });
      const [row] = await ctx.db
        .update(tenants)
        .set({ settings: settings as typeof tenants.$inferSelect.settings, ...(body.name ? { name: body.name } : {}) })
        .where(eq(tenants.id, ctx.tenantId))
        .returning();
      await recordAudit(ctx, "tenant.update", ctx.tenantId, { settings: Object.keys(body.settings ?? {}) });
      return tenantSchema.parse(row);
    },
  );

  addOperatorRoutes(api);
}

const answers = <R extends z.ZodType>(result: R) => ({
  tags: ["tenants"],
  security: [{ bearer: [] }],
  responses: {
    200: { description: "As asked", content: { "application/json": { schema: result } } },
    default: {
      description: "A problem, and what to do",
      content: { "application/problem+json": { schema: problemSchema } },
    },
  },
});

/** Before anything of the request is read. @throws BridgeError `unauthenticated`, `forbidden`. */
function requireOperator(c: ApiContext): void {
  const actor = c.get("actor");
  if (!actor) throw new BridgeError("unauthenticated", "Send the operator's key (PATCHCORD_OPERATOR_KEY) as bearer.");
  if (actor.kind !== "operator") throw new BridgeError("forbidden", "Only whoever runs this deployment may do that.");
}

function addOperatorRoutes(api: Api): void {
  for (const path of ["/v1/tenants", "/v1/tenants/*"])
    api.use(path, async (c, next) => {
      requireOperator(c);
      await next();
    });

  const listed = z.object({ items: z.array(tenantSchema), next: z.string().optional() });
  const list = createRoute({
    method: "get",
    path: "/v1/tenants",
    summary: "The organizations of this deployment (operator's key)",
    request: { query: z.object(pageQuery) },
    ...answers(listed),
  });
  api.openapi(list, async (c) => {
    const { cursor, limit } = c.req.valid("query");
    const after = cursor ? gt(tenants.id, cursor) : undefined;
    const rows = await c.get("service").database.asSystem((db) =>
      db
        .select()
        .from(tenants)
        .where(after)
        .orderBy(asc(tenants.id))
        .limit(limit + 1),
    );
    return c.json(listed.parse(page(rows, limit)), 200);
  });

  const applied = z.object({ tenantId: z.string().optional(), changes: z.array(changeSchema) });
  const apply = createRoute({
    method: "put",
    path: "/v1/tenants/{slug}",
    summary: "Make an organization as this plan says, as patchcord.yaml does; safe to repeat (operator's key)",
    request: {
      params: z.object({ slug: z.string().max(60) }),
      query: z.object({ preview: z.enum(["true", "false"]).default("false") }),
      body: { required: true, content: { "application/json": { schema: planSchema } } },
    },
    ...answers(applied),
  });
  api.openapi(apply, async (c) => {
    const plan = c.req.valid("json");
    const service = c.get("service");
    if (plan.tenant.slug !== c.req.valid("param").slug)
      throw new BridgeError("invalid", "tenant.slug: wants to be the one in the address");
    if (c.req.valid("query").preview === "true")
      return c.json(applied.parse({ changes: await previewPlan(service, plan) }), 200);
    return c.json(applied.parse(await applyPlan(service, plan)), 200);
  });
}
