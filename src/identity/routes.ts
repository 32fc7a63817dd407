import { and, asc, desc, eq, gt, ilike, inArray, isNull, lt } from "drizzle-orm";
import { type Api, cursorLike, endpoint, page, pageQuery, z } from "../api.ts";
import { audit, recordAudit } from "../audit.ts";
import { scopes } from "../ctx.ts";
import { BridgeError } from "../errors.ts";
import type { AccountId, ConnectionId, Id, PersonId } from "../ids.ts";
import { enqueue } from "../jobs/queue.ts";
import { locale, timeZone } from "../locale.ts";
import type { Service } from "../platform/service.ts";
import { ensureConnection } from "./connections.ts";
import { matchAccount } from "./match.ts";
import { accounts, type apiKeys, connections, people } from "./schema.ts";
import { apiKeysOf, createApiKey, revokeApiKey } from "./tenants.ts";

const anyone = { kinds: ["agent", "expert"], scope: "people:read", roles: ["supervisor"] } as const;
const adminOnly = { scope: "admin" } as const;
const byId = z.object({ id: z.string().max(60) });

const connectionSchema = z
  .object({
    id: z.string(),
    name: z.string(),
    adapter: z.string(),
    platform: z.string().describe("The adapter as people know it"),
    side: z.enum(["contact-center", "uc"]).optional(),
    showsPresence: z.boolean(),
    enabled: z.boolean(),
    health: z.looseObject({ state: z.string() }),
    hookUrl: z.string().describe("Where the platform sends its events"),
    directorySyncedAt: z.string().nullable(),
    sweptAt: z.string().nullable(),
  })
  .openapi("Connection");
const accountSchema = z.object({
  id: z.string(),
  connectionId: z.string(),
  externalId: z.string(),
  matchedBy: z.string(),
  active: z.boolean(),
});
const apiKeySchema = z
  .object({
    id: z.string(),
    name: z.string(),
    scopes: z.array(z.string()),
    expiresAt: z.string().nullable(),
    revokedAt: z.string().nullable(),
  })
  .openapi("ApiKey");
/** By what an admin tells whose an account is. */
const whoSchema = { name: z.string(), emails: z.array(z.string()), personId: z.string().nullable() };
const personSchema = z
  .object({
    id: z.string(),
    name: z.string(),
    department: z.string().nullable(),
    title: z.string().nullable(),
    site: z.string().nullable(),
    active: z.boolean(),
    accounts: z.array(accountSchema),
  })
  .openapi("Person");

export function addIdentityRoutes(api: Api): void {
  endpoint(
    api,
    {
      method: "get",
      path: "/v1/me",
      summary: "Who I am here",
      allowed: anyone,
      result: z.looseObject({ kind: z.string() }),
    },
    async (ctx) => ({ ...ctx.actor, tenantId: ctx.tenantId }),
  );

  endpoint(
    api,
    {
      method: "get",
      path: "/v1/people",
      summary: "People and the accounts they have",
      allowed: { scope: "people:read", roles: ["supervisor"] },
      query: z.object({ ...pageQuery, name: z.string().max(100).optional().describe("Part of it") }),
      result: z.object({ items: z.array(personSchema), next: z.string().optional() }),
    },
    async (ctx, { query }) => {
      const after = query.cursor ? [gt(people.id, query.cursor as PersonId)] : [];
      if (query.name) after.push(ilike(people.name, `%${query.name.replace(/[\\%_]/g, "\\$&")}%`));
      const rows = await ctx.db
        .select()
        .from(people)
        .where(and(eq(people.tenantId, ctx.tenantId), ...after))
        .orderBy(asc(people.id))
        .limit(query.limit + 1);
      const { items, next } = page(rows, query.limit);
      const theirs =
        items.length === 0
          ? []
          : await ctx.db
              .select()
              .from(accounts)
              .where(
                inArray(
                  accounts.personId,
                  items.map((row) => row.id),
                ),
              );
      await recordAudit(ctx, "people.list", "people", { count: items.length });
      return {
        items: items
          .map((person) => ({ ...person, accounts: theirs.filter((account) => account.personId === person.id) }))
          .map((person) => personSchema.parse(person)),
        ...(next ? { next } : {}),
      };
    },
  );

  endpoint(
    api,
    {
      method: "patch",
      path: "/v1/people/{id}",
      summary: "Language and time zone of a person, which no directory tells; null takes the organization's",
      allowed: { scope: "people:write" },
      params: byId,
      body: z.strictObject({ locale: locale.nullable().optional(), timeZone: timeZone.nullable().optional() }),
      result: z.object({ id: z.string(), locale: z.string().nullable(), timeZone: z.string().nullable() }),
    },
    async (ctx, { params, body }) => {
      const [row] = await ctx.db
        .update(people)
        .set({ ...body, updatedAt: ctx.now() } as Partial<typeof people.$inferInsert>)
        .where(and(eq(people.id, params.id as PersonId), eq(people.tenantId, ctx.tenantId)))
        .returning({ id: people.id, locale: people.locale, timeZone: people.timeZone });
      if (!row) throw new BridgeError("not_found", "There is no such person.");
      await recordAudit(ctx, "person.update", row.id);
      return row;
    },
  );

  endpoint(
    api,
    {
      method: "get",
      path: "/v1/accounts",
      summary: "Accounts on the platforms; `undecided`: those that wait for an admin to say whose they are",
      allowed: adminOnly,
      query: z.object({ ...pageQuery, undecided: z.enum(["true", "false"]).optional() }),
      result: z.object({ items: z.array(accountSchema.extend(whoSchema)), next: z.string().optional() }),
    },
    async (ctx, { query }) => {
      const where = [eq(accounts.tenantId, ctx.tenantId)];
      if (query.cursor) where.push(gt(accounts.id, query.cursor as AccountId));
      if (query.undecided === "true") where.push(isNull(accounts.personId), eq(accounts.active, true));
      const rows = await ctx.db
        .select()
        .from(accounts)
        .where(and(...where))
        .orderBy(asc(accounts.id))
        .limit(query.limit + 1);
      const { items, next } = page(rows, query.limit);
      await recordAudit(ctx, "accounts.list", "accounts", { count: items.length });
      return { items: items.map((row) => accountSchema.extend(whoSchema).parse(row)), ...(next ? { next } : {}) };
    },
  );

  endpoint(
    api,
    {
      method: "put",
      path: "/v1/accounts/{id}/person",
      summary: "Say whose account this is; the directory sync will not change it again",
      allowed: adminOnly,
      params: byId,
      body: z.strictObject({ personId: z.string().max(60) }),
      result: accountSchema,
    },
    async (ctx, { params, body }) =>
      accountSchema.parse(await matchAccount(ctx, params.id as AccountId, body.personId as PersonId)),
  );

  endpoint(
    api,
    {
      method: "get",
      path: "/v1/connections",
      summary: "Connected platforms and how they fare",
      allowed: { scope: "admin", roles: ["supervisor"] },
      result: z.object({ items: z.array(connectionSchema) }),
    },
    async (ctx, _input, service) => {
      const rows = await ctx.db
        .select()
        .from(connections)
        .where(eq(connections.tenantId, ctx.tenantId))
        .orderBy(asc(connections.name));
      return { items: rows.map((row) => shown(row, service)) };
    },
  );

  endpoint(
    api,
    {
      method: "put",
      path: "/v1/connections/{name}",
      summary: "Connect a platform, or change its settings",
      allowed: adminOnly,
      params: z.object({ name: z.string().min(1).max(120) }),
      body: z.strictObject({
        adapter: z.string().max(60),
        settings: z.record(z.string(), z.unknown()),
        enabled: z.boolean().optional(),
      }),
      result: connectionSchema,
    },
    async (ctx, { params, body }, service) => {
      const { id } = await ensureConnection(ctx, service, {
        name: params.name,
        adapter: body.adapter,
        settings: body.settings,
        ...(body.enabled === undefined ? {} : { enabled: body.enabled }),
      });
      const [row] = await ctx.db.select().from(connections).where(eq(connections.id, id));
      if (!row) throw new BridgeError("internal", "the connection was not written");
      return shown(row, service);
    },
  );

  endpoint(
    api,
    {
      method: "post",
      path: "/v1/connections/{id}/check",
      summary: "Ask a platform now whether the settings and the consent hold; its health says so in a moment",
      allowed: { scope: "admin", roles: ["supervisor"] },
      params: byId,
      result: connectionSchema,
      status: 202,
    },
    async (ctx, { params }, service) => {
      const id = params.id as ConnectionId;
      const [row] = await ctx.db
        .select()
        .from(connections)
        .where(and(eq(connections.id, id), eq(connections.tenantId, ctx.tenantId)));
      if (!row) throw new BridgeError("not_found", "There is no such connection.");
      if (!row.enabled) throw new BridgeError("conflict", "This connection is switched off.");
      await enqueue(ctx, {
        key: `connection.check:${id}`,
        name: "connection.check",
        payload: { connectionId: id },
        runAt: ctx.now(),
      });
      return shown(row, service);
    },
  );

  endpoint(
    api,
    {
      method: "post",
      path: "/v1/api-keys",
      summary: "Make an API key; it is shown this once",
      allowed: adminOnly,
      body: z.strictObject({
        name: z.string().min(1).max(120),
        scopes: z.array(z.enum(scopes)).min(1),
        expiresAt: z.iso.datetime().optional(),
      }),
      result: z.object({ id: z.string(), key: z.string() }),
      status: 201,
    },
    async (ctx, { body }) =>
      createApiKey(ctx, {
        name: body.name,
        scopes: body.scopes,
        ...(body.expiresAt ? { expiresAt: new Date(body.expiresAt) } : {}),
      }),
  );

  endpoint(
    api,
    {
      method: "get",
      path: "/v1/api-keys",
      summary: "The API keys there are, without the keys themselves",
      allowed: adminOnly,
      result: z.object({ items: z.array(apiKeySchema) }),
    },
    async (ctx) => ({ items: (await apiKeysOf(ctx)).map((row) => apiKeySchema.parse(shownKey(row))) }),
  );

  endpoint(
    api,
    {
      method: "delete",
      path: "/v1/api-keys/{id}",
      summary: "Revoke an API key; it is refused from the next request on",
      allowed: adminOnly,
      params: byId,
      result: apiKeySchema,
    },
    async (ctx, { params }) => apiKeySchema.parse(shownKey(await revokeApiKey(ctx, params.id as Id<"key">))),
  );

  endpoint(
    api,
    {
      method: "get",
      path: "/v1/audit",
      summary: "Who did what, newest first",
      allowed: adminOnly,
      query: z.object({ ...pageQuery, cursor: cursorLike(/^\d{1,15}$/) }),
      result: z.object({
        items: z.array(z.looseObject({ id: z.string(), action: z.string() })),
        next: z.string().optional(),
      }),
    },
    async (ctx, { query }) => {
      const before = query.cursor ? [lt(audit.id, Number(query.cursor))] : [];
      const rows = await ctx.db
        .select()
        .from(audit)
        .where(and(eq(audit.tenantId, ctx.tenantId), ...before))
        .orderBy(desc(audit.id))
        .limit(query.limit + 1);
      return page(
        rows.map(({ tenantId: _, ...row }) => ({ ...row, id: String(row.id), at: row.at.toISOString() })),
        query.limit,
      );
    },
  );
}

const shownKey = (row: typeof apiKeys.$inferSelect) => ({
  ...row,
  expiresAt: row.expiresAt?.toISOString() ?? null,
  revokedAt: row.revokedAt?.toISOString() ?? null,
});

function shown(row: typeof connections.$inferSelect, { publicUrl, adapters }: Service) {
  const adapter = adapters.get(row.adapter);
  return {
    id: row.id,
    name: row.name,
    adapter: row.adapter,
    platform: adapter?.name ?? row.adapter,
    ...(adapter ? { side: adapter.side } : {}),
    showsPresence: adapter?.presence !== undefined,
    enabled: row.enabled,
    health: row.health,
    hookUrl: `${publicUrl}/hooks/${row.id}`,
    directorySyncedAt: row.directorySyncedAt?.toISOString() ?? null,
    sweptAt: row.sweptAt?.toISOString() ?? null,
  };
}
