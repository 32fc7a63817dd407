import { and, eq, sql } from "drizzle-orm";
import { recordAudit } from "../audit.ts";
import type { Ctx, Scope } from "../ctx.ts";
import { builtOnce, type Db, value } from "../db.ts";
import { BridgeError } from "../errors.ts";
import { type Id, newId, type TenantId } from "../ids.ts";
import { toBase64 } from "../seal.ts";
import { apiKeys, type TenantSettings, tenants } from "./schema.ts";

export async function hashKey(key: string): Promise<string> {
  return toBase64(new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(key))));
}

/** Makes the tenant if its slug is new, else brings name and settings up to date. Safe to repeat. As the system role. */
export async function ensureTenant(
  db: Db,
  now: Date,
  input: { slug: string; name: string; settings: TenantSettings },
): Promise<TenantId> {
  const [row] = await db
    .insert(tenants)
    .values({ id: newId("ten", now), ...input, createdAt: now })
    .onConflictDoUpdate({ target: tenants.slug, set: { name: input.name, settings: input.settings } })
    .returning({ id: tenants.id });
  if (!row) throw new BridgeError("internal", "the tenant was not written");
  return row.id as TenantId;
}

export async function tenantSettings(ctx: Ctx): Promise<TenantSettings> {
  const [row] = await readSettings(ctx.db, { id: ctx.tenantId });
  return row?.settings ?? {};
}

const readSettings = builtOnce((db) =>
  db
    .select({ settings: tenants.settings })
    .from(tenants)
    .where(eq(tenants.id, value("id"))),
);

/** The key is shown this once; only its hash is kept. */
export async function createApiKey(
  ctx: Ctx,
  input: { name: string; scopes: readonly Scope[]; expiresAt?: Date },
): Promise<{ id: string; key: string }> {
  const key = `pck_${toBase64(crypto.getRandomValues(new Uint8Array(32)))
    .replaceAll("+", "-")
    .replaceAll("/", "_")
    .replace(/=+$/, "")}`;
  const id = newId("key", ctx.now());
  await ctx.db.insert(apiKeys).values({
    id,
    tenantId: ctx.tenantId,
    name: input.name,
    hash: await hashKey(key),
    scopes: [...input.scopes],
    createdAt: ctx.now(),
    expiresAt: input.expiresAt ?? null,
  });
  await recordAudit(ctx, "api-key.create", id, { scopes: input.scopes });
  return { id, key };
}

export const apiKeysOf = (ctx: Ctx) =>
  ctx.db.select().from(apiKeys).where(eq(apiKeys.tenantId, ctx.tenantId)).orderBy(apiKeys.id);

/** The key is refused from now on. Revoking twice keeps the first time. @throws BridgeError `not_found`. */
export async function revokeApiKey(ctx: Ctx, id: Id<"key">): Promise<typeof apiKeys.$inferSelect> {
  const [row] = await ctx.db
    .update(apiKeys)
    .set({ revokedAt: sql`coalesce(${apiKeys.revokedAt}, ${ctx.now().toISOString()}::timestamptz)` })
    .where(and(eq(apiKeys.id, id), eq(apiKeys.tenantId, ctx.tenantId)))
    .returning();
  if (!row) throw new BridgeError("not_found", "There is no such API key.");
  await recordAudit(ctx, "api-key.revoke", id);
  return row;
}

/**
 * Installs a key that was made elsewhere (the declarative file, the sandbox). Safe to repeat; a revoked key stays so.
 * @throws BridgeError `invalid` for a key of another tenant.
 */
export async function ensureApiKey(
  ctx: Ctx,
  input: { name: string; key: string; scopes: readonly Scope[] },
): Promise<"make" | "update" | undefined> {
  const hash = await hashKey(input.key);
  const facts = { name: input.name, scopes: [...input.scopes] };
  const mine = and(eq(apiKeys.hash, hash), eq(apiKeys.tenantId, ctx.tenantId));
  const [row] = await ctx.db.select().from(apiKeys).where(mine);
  if (row && row.name === facts.name && row.scopes.join() === facts.scopes.join()) return undefined;
  const id = row?.id ?? newId("key", ctx.now());
  if (row) await ctx.db.update(apiKeys).set(facts).where(mine);
  else {
    const values = { id, tenantId: ctx.tenantId, hash, createdAt: ctx.now(), ...facts };
    const made = await ctx.db.insert(apiKeys).values(values).onConflictDoNothing().returning({ id: apiKeys.id });
    if (made.length === 0)
      throw new BridgeError("invalid", `API key "${input.name}" is in use already. Make a new one.`);
  }
  await recordAudit(ctx, row ? "api-key.update" : "api-key.create", id, { scopes: input.scopes });
  return row ? "update" : "make";
}
