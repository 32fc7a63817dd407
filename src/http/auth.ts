import { and, eq, gt, inArray, isNull, or, sql } from "drizzle-orm";
import type { MiddlewareHandler } from "hono";
import { getCookie } from "hono/cookie";
import { decodeJwt } from "jose";
import type { ApiEnv } from "../api.ts";
import type { Actor, Ctx, Scope } from "../ctx.ts";
import { tokenIssuer, verifyOwnToken } from "../desk/tokens.ts";
import { BridgeError } from "../errors.ts";
import { accounts, apiKeys, people, signIns } from "../identity/schema.ts";
import { hashKey } from "../identity/tenants.ts";
import type { Service } from "../platform/service.ts";
import { type KeySets, verifyDirectoryToken } from "./directory-token.ts";

export const sessionCookie = "patchcord_session";
/** An expert's own page in a browser; apart, so that an admin who is an expert too can be both. */
export const expertCookie = "patchcord_expert";
/** `expert`: the page asks as the expert who has signed in, whoever else has in this browser. */
const sessionHeader = "x-patchcord-session";
/** The tenant whose page asks; a sign-in of another is not good there. */
export const tenantHeader = "x-patchcord-tenant";
type SignedIn = { actor: Actor; tenantId?: string };

async function byOperatorKey({ operatorKey }: Service, key: string): Promise<SignedIn> {
  // Their digests are compared, so that the time it takes tells nothing about the key.
  if (!operatorKey || (await hashKey(key)) !== (await hashKey(operatorKey)))
    throw new BridgeError("unauthenticated", "This is not the operator's key.");
  return { actor: { kind: "operator", name: "operator" } };
}

type KeyRow = Pick<typeof apiKeys.$inferSelect, "id" | "tenantId" | "name" | "scopes">;

async function byApiKey(service: Service, key: string): Promise<SignedIn> {
  const hash = await hashKey(key);
  const [row] = await service.database.asSystemOnce<KeyRow>(
    sql`select id, tenant_id as "tenantId", name, scopes from api_keys
      where hash = ${hash} and revoked_at is null
        and (expires_at is null or expires_at > ${service.now().toISOString()}::timestamptz)`,
  );
  if (!row) {
    throw new BridgeError("unauthenticated", "This API key is not known, has expired or was revoked.");
  }
  return {
    actor: { kind: "machine", keyId: row.id, name: row.name, scopes: row.scopes as Scope[] },
    tenantId: row.tenantId,
  };
}

/** An expert's sign-in token: a person of a directory that a tenant has enrolled, told by directory and object id. */
async function byDirectoryToken(service: Service, keySets: KeySets, token: string): Promise<SignedIn> {
  const { tid, aud } = decodeJwt(token);
  const rows = await service.database.asSystem((db) =>
    db
      .select()
      .from(signIns)
      .where(and(eq(signIns.kind, "experts"), eq(signIns.directoryId, String(tid ?? "")))),
  );
  // Several tenants may share a directory; each has registered its own audience there.
  const row = rows.find(({ audience }) => audience === aud) ?? rows[0];
  if (!row) throw new BridgeError("unauthenticated", "Your organization is not enrolled here. Ask your administrator.");
  const { objectId } = await verifyDirectoryToken(keySets, row, token, service.now());
  const person = await service.database.inTenant(row.tenantId, async (db) => {
    const where = [eq(accounts.externalId, objectId), eq(accounts.active, true), eq(people.active, true)];
    if (row.connectionId) where.push(eq(accounts.connectionId, row.connectionId));
    const [found] = await db
      .select({ id: people.id, name: people.name })
      .from(accounts)
      .innerJoin(people, eq(people.id, accounts.personId))
      .where(and(...where));
    return found;
  });
  if (!person)
    throw new BridgeError("unauthenticated", "You are not known here yet. New colleagues appear within five minutes.");
  return { actor: { kind: "expert", personId: person.id, name: person.name }, tenantId: row.tenantId };
}

/** Experts sign in for hours: whoever has left meanwhile is nobody, as with their directory's own tokens. */
async function byOwnToken(service: Service, token: string): Promise<SignedIn> {
  const signedIn = await verifyOwnToken(service.keyring, service.now(), token);
  const { actor, tenantId } = signedIn;
  if (actor.kind !== "expert") return signedIn;
  const isHere = await service.database.inTenant(tenantId, async (db) => {
    const [row] = await db
      .select({ id: people.id })
      .from(people)
      .innerJoin(accounts, and(eq(accounts.personId, people.id), eq(accounts.active, true)))
      .where(and(eq(people.id, actor.personId), eq(people.active, true)))
      .limit(1);
    return row !== undefined;
  });
  if (!isHere) throw new BridgeError("unauthenticated", "You are not known here any more. Ask your administrator.");
  return signedIn;
}

/** A cookie is only ever what it was set as. */
async function byCookie(service: Service, kind: "admin" | "expert", cookie: string): Promise<SignedIn | undefined> {
  const signedIn = await byOwnToken(service, cookie).catch(() => undefined);
  return signedIn?.actor.kind === kind ? signedIn : undefined;
}

function issuerOf(token: string): string | undefined {
  try {
    return String(decodeJwt(token).iss ?? "");
  } catch {
    return undefined;
  }
}

async function signIn(service: Service, keySets: KeySets, token: string): Promise<SignedIn> {
  if (token.startsWith("pck_")) return byApiKey(service, token);
  if (token.startsWith("pco_")) return byOperatorKey(service, token);
  const issuer = issuerOf(token);
  if (issuer === undefined) throw new BridgeError("unauthenticated", "This is neither an API key nor a token.");
  if (issuer === tokenIssuer) return byOwnToken(service, token);
  return byDirectoryToken(service, keySets, token);
}

/** Those whose sign-in still holds: people who are here, keys that are good. For what stays open for long. */
export async function stillSignedIn(ctx: Ctx, actors: Actor[]): Promise<Actor[]> {
  const idsOf = <T>(id: (actor: Actor) => T | undefined) =>
    [...new Set(actors.map(id))].filter((one) => one !== undefined);
  const personIds = idsOf((actor) => ("personId" in actor ? actor.personId : undefined));
  const keyIds = idsOf((actor) => (actor.kind === "machine" ? actor.keyId : undefined));
  const present = await ctx.db
    .select({ id: people.id })
    .from(people)
    .where(and(inArray(people.id, personIds), eq(people.active, true)));
  const good = await ctx.db
    .select({ id: apiKeys.id })
    .from(apiKeys)
    .where(
      and(
        inArray(apiKeys.id, keyIds),
        isNull(apiKeys.revokedAt),
        or(isNull(apiKeys.expiresAt), gt(apiKeys.expiresAt, ctx.now())),
      ),
    );
  const holding = new Set<string>([...present, ...good].map((row) => row.id));
  return actors.filter((actor) => {
    const id = actor.kind === "machine" ? actor.keyId : "personId" in actor ? actor.personId : undefined;
    return id === undefined || holding.has(id);
  });
}

/**
 * Finds out who is asking. No credential: nobody (routes then answer 401). A wrong one: 401 at once. A cookie counts
 * for writes only from our own pages, so that another site cannot act for a signed-in admin.
 */
export function authenticate(service: Service, keySets: KeySets): MiddlewareHandler<ApiEnv> {
  const own = new URL(service.publicUrl).origin;
  return async (c, next) => {
    const [scheme, token] = (c.req.header("authorization") ?? "").split(" ");
    const kind = c.req.header(sessionHeader) === "expert" ? "expert" : "admin";
    const cookie = getCookie(c, kind === "expert" ? expertCookie : sessionCookie);
    let signedIn: SignedIn | undefined;
    if (scheme?.toLowerCase() === "bearer" && token) signedIn = await signIn(service, keySets, token);
    else if (cookie) {
      const origin = c.req.header("origin");
      if (c.req.method !== "GET" && origin !== own && origin !== new URL(c.req.url).origin) {
        throw new BridgeError("forbidden", "This was not asked from one of our own pages.");
      }
      signedIn = await byCookie(service, kind, cookie);
    }
    const page = c.req.header(tenantHeader);
    if (signedIn && page !== undefined && signedIn.tenantId !== page)
      throw new BridgeError("unauthenticated", "This sign-in is not one of the organization whose page this is.");
    if (signedIn) {
      c.set("actor", signedIn.actor);
      if (signedIn.tenantId) {
        c.set("tenantId", signedIn.tenantId);
        c.set("log", c.get("log").with({ tenant_id: signedIn.tenantId }));
      }
    }
    await next();
  };
}
