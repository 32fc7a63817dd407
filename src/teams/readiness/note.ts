import { and, eq, ne } from "drizzle-orm";
import type { Ctx } from "../../ctx.ts";
import { accounts } from "../../identity/schema.ts";
import type { AccountId, ConnectionId } from "../../ids.ts";
import { enqueue, type JobRequest } from "../../jobs/queue.ts";
import { type AppState, accountChecks } from "./schema.ts";

/** Writes down what is known of the app of one account. Safe to repeat. */
export async function noteApp(ctx: Ctx, accountId: AccountId, app: AppState, code: string | null = null) {
  const facts = { app, code, changedAt: ctx.now() };
  await ctx.db
    .insert(accountChecks)
    .values({ accountId, tenantId: ctx.tenantId, ...facts })
    .onConflictDoUpdate({ target: accountChecks.accountId, set: facts });
}

/** A card has arrived, so whatever kept the app away is over. */
export async function noteReached(ctx: Ctx, accountId: AccountId): Promise<void> {
  await ctx.db
    .update(accountChecks)
    .set({ app: "installed", code: null, changedAt: ctx.now() })
    .where(and(eq(accountChecks.accountId, accountId), ne(accountChecks.app, "installed")));
}

/** The platform told that somebody got the app, or took it away. An account that we do not know is nobody's. */
export async function noteInstallation(ctx: Ctx, connectionId: ConnectionId, externalId: string, isThere: boolean) {
  const [account] = await ctx.db
    .select({ id: accounts.id })
    .from(accounts)
    .where(
      and(
        eq(accounts.tenantId, ctx.tenantId),
        eq(accounts.connectionId, connectionId),
        eq(accounts.externalId, externalId),
      ),
    );
  if (account) await noteApp(ctx, account.id, isThere ? "installed" : "missing");
}

export const checkJob = (accountId: AccountId): JobRequest => ({
  key: `account.check:${accountId}`,
  name: "account.check",
  payload: { accountId },
  lane: "bulk",
});

export const askForCheck = (ctx: Ctx, accountIds: readonly AccountId[]) => enqueue(ctx, accountIds.map(checkJob));
