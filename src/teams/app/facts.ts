/** What an admin sees of the Teams app: what its package is made with, the consent, the last upload. */
import { eq } from "drizzle-orm";
import { manifestVersions } from "../../../manifest/manifest.ts";
import { z } from "../../api.ts";
import type { Ctx } from "../../ctx.ts";
import { BridgeError } from "../../errors.ts";
import { openConnection } from "../../identity/connect.ts";
import { type ConnectionHealth, connections, type LastUpload } from "../../identity/schema.ts";
import type { ConnectionId } from "../../ids.ts";
import type { PermissionFacts } from "../../platform/contract.ts";
import type { Service } from "../../platform/service.ts";

const settingsSchema = z.object({
  tenantId: z.string(),
  clientId: z.string(),
  botAppId: z.string().optional(),
  catalogAppId: z.string().optional(),
});

const uploadSchema = z
  .object({
    state: z.enum(["new", "updated", "submitted", "refused"]).describe("submitted: waits for a review"),
    code: z.string().optional().describe("Why it was refused"),
    version: z.string().describe("Of the package"),
    there: z.string().optional().describe("The newest version that the catalogue is known to have"),
    says: z.array(z.string()).optional().describe("The platform's own reasons"),
    at: z.string(),
  })
  .openapi("TeamsAppUpload", { description: "What came of the last upload to the organization's catalogue" });

export const appSchema = z
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
    appVersion: z.string().describe("The next one that the catalogue takes, as far as we know"),
    upload: uploadSchema.optional(),
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
export async function openApp(ctx: Ctx, service: Service, id: ConnectionId) {
  const [row] = await ctx.db
    .select({
      tenantId: connections.tenantId,
      health: connections.health,
      name: connections.name,
      upload: connections.upload,
    })
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

export async function appOf(ctx: Ctx, service: Service, id: ConnectionId) {
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
    appVersion: versionAfter(row.upload),
    ...(row.upload ? { upload: row.upload } : {}),
    permissions: permissions.map((one) => ({ ...one, state: stateOf(one, row.health) })),
  };
}

/** Teams takes a new version only if it is higher. */
const versionAfter = (upload: LastUpload | null): string =>
  upload?.there?.replace(/\d+$/, (last) => String(Number(last) + 1)) ?? "1.0.0";
