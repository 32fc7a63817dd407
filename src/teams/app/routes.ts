/** The Teams app as an admin sets it up: its package, the upload, the consent, and what each permission is for. */
import { createRoute } from "@hono/zod-openapi";
import { type Api, type ApiContext, endpoint, problemSchema, requireActor, z } from "../../api.ts";
import { recordAudit } from "../../audit.ts";
import type { Ctx } from "../../ctx.ts";
import type { ConnectionId } from "../../ids.ts";
import { appOf, appSchema } from "./facts.ts";
import { makePackage, optionsSchema } from "./package.ts";
import { beginUpload, uploadOptionsSchema } from "./upload.ts";

const adminOnly = { scope: "admin" } as const;
const byId = z.object({ id: z.string().max(60) });

const packageRoute = createRoute({
  method: "get",
  path: "/v1/connections/{id}/app-package",
  summary: "The app package for Teams: the same zip, byte for byte, as the command makes from the same options",
  tags: ["connections"],
  security: [{ bearer: [] }],
  middleware: async (c: ApiContext, next) => {
    requireActor(c, adminOnly);
    await next();
  },
  request: { params: byId, query: optionsSchema },
  responses: {
    200: {
      description: "The zip",
      content: { "application/zip": { schema: z.string().openapi({ format: "binary" }) } },
    },
    default: {
      description: "A problem; `violations` lists each with its fix",
      content: { "application/problem+json": { schema: problemSchema } },
    },
  },
});

const uploadRoute = createRoute({
  method: "post",
  path: "/v1/connections/{id}/app-uploads",
  summary:
    "Begins an upload of the app to the organization's catalogue: where whoever may do so signs in, in this browser",
  tags: ["connections"],
  security: [{ bearer: [] }],
  middleware: async (c: ApiContext, next) => {
    requireActor(c, adminOnly);
    await next();
  },
  request: {
    params: byId,
    body: { required: true, content: { "application/json": { schema: uploadOptionsSchema } } },
  },
  responses: {
    200: {
      description:
        "The sign-in. It comes back to `back` within ten minutes; what came of it is then the app's `upload`",
      content: { "application/json": { schema: z.object({ signInUrl: z.string() }) } },
    },
    default: {
      description: "A problem; `violations` lists each with its fix",
      content: { "application/problem+json": { schema: problemSchema } },
    },
  },
});

export function addAppRoutes(api: Api): void {
  endpoint(
    api,
    {
      method: "get",
      path: "/v1/connections/{id}/app",
      summary: "What the Teams app is made with, the consent, and the feature that each permission unlocks",
      allowed: adminOnly,
      params: byId,
      result: appSchema,
    },
    (ctx, { params }, service) => appOf(ctx, service, params.id as ConnectionId),
  );
  api.openapi(packageRoute, async (c) => {
    const { actor, tenantId } = requireActor(c, adminOnly);
    const service = c.get("service");
    const id = c.req.valid("param").id as ConnectionId;
    const defaults = await service.database.inTenant(tenantId, async (db) => {
      const ctx: Ctx = { db, tenantId, actor, now: service.now, log: c.get("log") };
      const { baseUrl, appId, botId } = await appOf(ctx, service, id);
      await recordAudit(ctx, "app.package", id);
      return { baseUrl, appId, ...(botId ? { botId } : {}) };
    });
    const { zip } = await makePackage(defaults, c.req.valid("query"));
    return c.body(zip, 200, {
      "content-type": "application/zip",
      "content-disposition": 'attachment; filename="patchcord-teams.zip"',
      "cache-control": "no-store",
    }) as never;
  });
  api.openapi(uploadRoute, async (c) => {
    const { actor, tenantId } = requireActor(c, adminOnly);
    const id = c.req.valid("param").id as ConnectionId;
    const begun = await beginUpload(c, { actor, tenantId, id }, c.req.valid("json"));
    return c.json(begun, 200, { "cache-control": "no-store" }) as never;
  });
}
