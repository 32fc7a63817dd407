/** The Teams app as an admin sets it up: its package, the consent, and what each permission is for. */
import { createRoute } from "@hono/zod-openapi";
import { eq } from "drizzle-orm";
import { buildTeamsPackage } from "../../../manifest/build.ts";
import { checkTeamsPackage } from "../../../manifest/check.ts";
import { icons } from "../../../manifest/icons/bytes.ts";
import { manifestVersions } from "../../../manifest/manifest.ts";
import { sentenceOf, type Violation } from "../../../manifest/violation.ts";
import { type Api, type ApiContext, endpoint, problemSchema, requireActor, z } from "../../api.ts";
import { recordAudit } from "../../audit.ts";
import type { Ctx } from "../../ctx.ts";
import { BridgeError } from "../../errors.ts";
import { openConnection } from "../../identity/connect.ts";
import { type ConnectionHealth, connections } from "../../identity/schema.ts";
import type { ConnectionId } from "../../ids.ts";
import type { PermissionFacts } from "../../platform/contract.ts";
import type { Service } from "../../platform/service.ts";

const adminOnly = { scope: "admin" } as const;
const byId = z.object({ id: z.string().max(60) });
const settingsSchema = z.object({
  tenantId: z.string(),
  clientId: z.string(),
  botAppId: z.string().optional(),
  catalogAppId: z.string().optional(),
});

const appSchema = z
  .object({
    name: z.string().describe("The connection's"),
    platform: z.string(),
    baseUrl: z.string(),
    appId: z.string(),
    botId: z.string().optional().describe("Where the bot has a registration of its own"),
    directoryId: z.string(),
    catalogAppId: z.string().optional().describe("Absent: the app cannot be installed from here"),
    consentUrl: z.string().optional(),
    manifestVersions: z.array(z.string()),
    permissions: z.array(
      z.object({
        name: z.string(),
        feature: z.string(),
        isUsed: z.boolean(),
        writes: z.boolean(),
        state: z.enum(["granted", "missing", "unknown"]),
      }),
    ),
  })
  .openapi("TeamsApp", { description: "What the package is made with, and what each permission unlocks" });

/** @throws BridgeError `not_found`; `unsupported` where no app belongs to the platform. */
async function openApp(ctx: Ctx, service: Service, id: ConnectionId) {
  const [row] = await ctx.db
    .select({ tenantId: connections.tenantId, health: connections.health, name: connections.name })
    .from(connections)
    .where(eq(connections.id, id));
  if (row?.tenantId !== ctx.tenantId) throw new BridgeError("not_found", "There is no such connection.");
  const { adapter, connection } = await openConnection(service, ctx.tenantId, id, (work) => work(ctx));
  const settings = settingsSchema.safeParse(connection.settings);
  if (!adapter.invitations?.install || !settings.success)
    throw new BridgeError("unsupported", "On this platform nothing has to be installed for the experts.");
  return { row, adapter, connection, settings: settings.data };
}

/** By the last check: it names what is missing of what is used, or it went well. */
function stateOf({ name, isUsed }: PermissionFacts, { state, missing }: ConnectionHealth) {
  if (!isUsed) return "unknown";
  if (missing?.includes(name)) return "missing";
  return state === "well" || (missing?.length ?? 0) > 0 ? "granted" : "unknown";
}

async function appOf(ctx: Ctx, service: Service, id: ConnectionId) {
  const { row, adapter, connection, settings } = await openApp(ctx, service, id);
  const { clientId, tenantId, botAppId, catalogAppId } = settings;
  const permissions: PermissionFacts[] = adapter.permissions?.(connection.settings) ?? [];
  return {
    name: row.name,
    platform: adapter.name,
    baseUrl: service.publicUrl,
    appId: clientId,
    ...(botAppId && botAppId !== clientId ? { botId: botAppId } : {}),
    directoryId: tenantId,
    ...(catalogAppId ? { catalogAppId } : {}),
    ...(adapter.consentUrl ? { consentUrl: adapter.consentUrl(connection.settings) } : {}),
    manifestVersions: [...manifestVersions],
    permissions: permissions.map((one) => ({ ...one, state: stateOf(one, row.health) })),
  };
}

const text = z.string().max(400).optional();
const optionsSchema = z.object({
  baseUrl: text.describe("Absent: this deployment's address"),
  appId: text.describe("Absent: the connection's client ID"),
  botId: text,
  manifestVersion: text,
  appVersion: text,
  developerName: text,
  websiteUrl: text,
  privacyUrl: text,
  termsUrl: text,
});

/** @throws BridgeError `invalid` with every violation of our rules; Microsoft's own schemas are looked at by the command. */
async function makePackage(
  defaults: { baseUrl: string; appId: string; botId?: string },
  given: z.output<typeof optionsSchema>,
) {
  const wanted = Object.fromEntries(Object.entries(given).filter(([, value]) => value));
  const made = buildTeamsPackage({ ...defaults, ...wanted, icons });
  const violations = await checkTeamsPackage(made.files);
  if (violations.length > 0) throw refused(violations);
  return made.zip;
}

const refused = (violations: Violation[]) =>
  new BridgeError("invalid", violations.map(sentenceOf).join(" "), { details: { violations } });

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
    const zip = await makePackage(defaults, c.req.valid("query"));
    return c.body(zip, 200, {
      "content-type": "application/zip",
      "content-disposition": 'attachment; filename="patchcord-teams.zip"',
      "cache-control": "no-store",
    }) as never;
  });
}
