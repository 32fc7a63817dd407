/** The ways to a desk token beside a back end that mints one: the platform's own sign-in, and OpenID Connect. */
import { and, eq } from "drizzle-orm";
import type { Ctx } from "../ctx.ts";
import { BridgeError } from "../errors.ts";
import { openConnection } from "../identity/connect.ts";
import { accounts, connections, people, tenants } from "../identity/schema.ts";
import type { ConnectionId, PersonId } from "../ids.ts";
import type { Service } from "../platform/service.ts";
import { issueToken } from "./tokens.ts";

export type Agent = { id: PersonId; name: string };
export type DeskToken = { token: string; expiresAt: string; personId: PersonId };

export async function deskTokenFor(service: Service, tenantId: string, agent: Agent): Promise<DeskToken> {
  const { token, expiresAt } = await issueToken(service.keyring, service.now(), "desk", tenantId, {
    personId: agent.id,
    name: agent.name,
  });
  return { token, expiresAt: expiresAt.toISOString(), personId: agent.id };
}

/** Somebody with an account on a contact center, found by any account of theirs. `connectionId`: on this one only. */
export async function findAgent(
  ctx: Ctx,
  service: Service,
  externalId: string,
  connectionId?: ConnectionId,
): Promise<Agent | undefined> {
  const where = [eq(accounts.tenantId, ctx.tenantId), eq(accounts.externalId, externalId), eq(accounts.active, true)];
  if (connectionId) where.push(eq(accounts.connectionId, connectionId));
  const [person] = await ctx.db
    .select({ id: people.id, name: people.name })
    .from(accounts)
    .innerJoin(people, and(eq(people.id, accounts.personId), eq(people.active, true)))
    .where(and(...where));
  if (!person) return undefined;
  const theirs = await ctx.db
    .select({ adapter: connections.adapter })
    .from(accounts)
    .innerJoin(connections, eq(connections.id, accounts.connectionId))
    .where(and(eq(accounts.personId, person.id), eq(accounts.active, true)));
  const isAgent = theirs.some(({ adapter }) => service.adapters.get(adapter)?.side === "contact-center");
  return isAgent ? person : undefined;
}

export type PlatformSignIn = { tenant: string; connection: string; token: string };

/**
 * The platform's own sign-in: the platform says whose its token is, and we say whether that is an agent of ours. Nothing
 * of the token is kept. Safe to repeat.
 * @throws BridgeError `unauthenticated`; `unsupported` where the platform's tokens cannot be verified.
 */
export async function signInByPlatform(
  service: Service,
  { tenant, connection: name, token }: PlatformSignIn,
  log: Ctx["log"],
): Promise<DeskToken> {
  const [found] = await service.database.asSystem((db) =>
    db
      .select({ tenantId: tenants.id, connectionId: connections.id, adapter: connections.adapter })
      .from(connections)
      .innerJoin(tenants, eq(tenants.id, connections.tenantId))
      .where(and(eq(tenants.slug, tenant), eq(connections.name, name), eq(connections.enabled, true))),
  );
  if (!found) throw stranger();
  const { tenantId, connectionId } = found;
  const verify = service.adapters.get(found.adapter)?.signIn?.verify;
  if (!verify)
    throw new BridgeError(
      "unsupported",
      "This platform's sign-in cannot be verified. Have its back end make a desk token, or sign in by OpenID Connect.",
    );
  const tx = <T>(work: (ctx: Ctx) => Promise<T>) =>
    service.database.inTenant(tenantId, (db) =>
      work({ db, tenantId, actor: { kind: "system", name: "sign-in" }, now: service.now, log }),
    );
  const { connection } = await openConnection(service, tenantId, connectionId, tx);
  const verified = await verify(connection, token);
  const agent = verified && (await tx((ctx) => findAgent(ctx, service, verified.account, connectionId)));
  if (!agent) throw stranger();
  return deskTokenFor(service, tenantId, agent);
}

/** The same for whatever is wrong, so that nobody learns who is known here. */
const stranger = () =>
  new BridgeError("unauthenticated", "This sign-in is not good for a desk here. Sign in to your contact center again.");
