import { and, eq, gt, inArray, type SQL, sql } from "drizzle-orm";
import { recordAudit } from "../../audit.ts";
import type { Ctx } from "../../ctx.ts";
import { BridgeError } from "../../errors.ts";
import { experts } from "../../experts/schema.ts";
import { accounts, connections, people } from "../../identity/schema.ts";
import type { ConnectionId, PersonId } from "../../ids.ts";
import type { Service } from "../../platform/service.ts";
import { askForCheck } from "./note.ts";
import { type AppState, accountChecks, appStates } from "./schema.ts";

async function installable(ctx: Ctx, service: Service, id: ConnectionId): Promise<void> {
  const [row] = await ctx.db
    .select({ adapter: connections.adapter })
    .from(connections)
    .where(and(eq(connections.id, id), eq(connections.tenantId, ctx.tenantId)));
  if (!row) throw new BridgeError("not_found", "There is no such connection.");
  if (!service.adapters.get(row.adapter)?.invitations?.install)
    throw new BridgeError("unsupported", "On this platform nothing has to be installed for the experts.");
}

/** Enrolled experts' accounts on one connection. */
const ofExperts = (ctx: Ctx, id: ConnectionId, ...more: SQL[]) =>
  ctx.db
    .select({ accountId: accounts.id, personId: people.id, name: people.name, check: accountChecks })
    .from(accounts)
    .innerJoin(people, eq(people.id, accounts.personId))
    .innerJoin(experts, eq(experts.personId, people.id))
    .leftJoin(accountChecks, eq(accountChecks.accountId, accounts.id))
    .where(and(eq(accounts.tenantId, ctx.tenantId), eq(accounts.connectionId, id), eq(accounts.active, true), ...more))
    .orderBy(accounts.id);

/**
 * Has the app installed for enrolled experts, all of them or those named: one job each, throttled as the platform wants.
 * Who has it already is left alone. Safe to repeat.
 */
export async function requestInstalls(
  ctx: Ctx,
  service: Service,
  id: ConnectionId,
  personIds: readonly PersonId[] | undefined,
): Promise<number> {
  await installable(ctx, service, id);
  const named = personIds ? [inArray(people.id, [...personIds])] : [];
  const rows = (await ofExperts(ctx, id, ...named)).filter(({ check }) => check?.app !== "installed");
  const ids = rows.map(({ accountId }) => accountId);
  if (ids.length > 0) {
    const facts = { app: "wanted" as const, code: null, changedAt: ctx.now() };
    await ctx.db
      .insert(accountChecks)
      .values(ids.map((accountId) => ({ accountId, tenantId: ctx.tenantId, ...facts })))
      .onConflictDoUpdate({ target: accountChecks.accountId, set: facts });
    await askForCheck(ctx, ids);
  }
  await recordAudit(ctx, "app.install", id, { count: ids.length });
  return ids.length;
}

export type InstallResult = { personId: PersonId; name: string; app: AppState | "unknown"; code?: string; at?: string };

/** How far it is, and what came of it for each expert. */
export async function installsOf(
  ctx: Ctx,
  service: Service,
  id: ConnectionId,
  { cursor, limit }: { cursor?: string | undefined; limit: number },
) {
  await installable(ctx, service, id);
  const counted = await ctx.db
    .select({ app: accountChecks.app, count: sql<number>`count(*)::int` })
    .from(accounts)
    .innerJoin(experts, eq(experts.personId, accounts.personId))
    .leftJoin(accountChecks, eq(accountChecks.accountId, accounts.id))
    .where(and(eq(accounts.tenantId, ctx.tenantId), eq(accounts.connectionId, id), eq(accounts.active, true)))
    .groupBy(accountChecks.app);
  const of = (app: AppState | null) => counted.find((row) => row.app === app)?.count ?? 0;
  const after = cursor ? [gt(accounts.id, cursor as never)] : [];
  const rows = await ofExperts(ctx, id, ...after).limit(limit + 1);
  const shown = rows.slice(0, limit);
  const last = shown.at(-1);
  return {
    progress: { ...Object.fromEntries(appStates.map((app) => [app, of(app)])), unknown: of(null) },
    items: shown.map(
      ({ personId, name, check }): InstallResult => ({
        personId,
        name,
        app: check?.app ?? "unknown",
        ...(check?.code ? { code: check.code } : {}),
        ...(check ? { at: check.changedAt.toISOString() } : {}),
      }),
    ),
    ...(rows.length > limit && last ? { next: last.accountId } : {}),
  };
}
