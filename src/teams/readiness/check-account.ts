import { and, eq } from "drizzle-orm";
import type { Ctx } from "../../ctx.ts";
import { type BridgeError, isBridgeError } from "../../errors.ts";
import { experts } from "../../experts/schema.ts";
import { openConnection } from "../../identity/connect.ts";
import { accounts } from "../../identity/schema.ts";
import type { AccountId } from "../../ids.ts";
import type { Handler, Run } from "../../jobs/run.ts";
import type { Inspection } from "../../platform/contract.ts";
import type { Service } from "../../platform/service.ts";
import { type AppState, accountChecks } from "./schema.ts";

const dayMs = 24 * 3_600_000;

async function readAccount(ctx: Ctx, id: AccountId) {
  const [row] = await ctx.db
    .select({ account: accounts, check: accountChecks, expert: experts.personId })
    .from(accounts)
    .leftJoin(accountChecks, eq(accountChecks.accountId, accounts.id))
    .leftJoin(experts, eq(experts.personId, accounts.personId))
    .where(and(eq(accounts.id, id), eq(accounts.tenantId, ctx.tenantId), eq(accounts.active, true)));
  return row;
}

type Found = { app: AppState | null; code: string | null; seen?: Inspection };

/**
 * Job `account.check`: installs the app where that is wanted, then looks how the account is set up and keeps what it saw.
 * Trouble that may pass is tried again; a refusal is kept with its code, and looked at again a day later, as everything
 * is while the person is an expert.
 */
export const checkAccount =
  (service: Service): Handler =>
  async (run, payload) => {
    const id = payload.accountId as AccountId;
    const row = await run.tx((ctx) => readAccount(ctx, id));
    if (!row) return;
    const found = await look(service, run, row);
    await run.tx((ctx) => keep(ctx, id, found));
    return row.expert ? new Date(run.now().getTime() + dayMs) : undefined;
  };

type Row = NonNullable<Awaited<ReturnType<typeof readAccount>>>;

async function look(service: Service, run: Run, { account, check }: Row): Promise<Found> {
  const { adapter, connection } = await openConnection(service, run.tenantId, account.connectionId, run.tx);
  const known = check?.app ?? null;
  try {
    if (known === "wanted" || known === "failed") await adapter.invitations?.install?.(connection, account.externalId);
    const seen = (await adapter.people?.inspect?.(connection, account.externalId)) ?? {};
    const isDone = known === "wanted" || known === "failed" ? "installed" : known;
    return { app: seen.app ?? isDone, code: null, seen };
  } catch (error) {
    if (!isBridgeError(error) || error.retry) throw error;
    return { app: known === null ? null : "failed", code: (error satisfies BridgeError).code };
  }
}

/** What somebody else wrote meanwhile (the app was taken away, a card could not be shown) is older than what was seen. */
async function keep(ctx: Ctx, accountId: AccountId, { app, code, seen }: Found): Promise<void> {
  const now = ctx.now();
  const facts = { app, code, changedAt: now, checkedAt: now, ...(seen ? { seen } : {}) };
  await ctx.db
    .insert(accountChecks)
    .values({ accountId, tenantId: ctx.tenantId, ...facts })
    .onConflictDoUpdate({ target: accountChecks.accountId, set: facts });
}
