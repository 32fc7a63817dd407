import { and, eq, sql } from "drizzle-orm";
import type { Ctx } from "../ctx.ts";
import { isBridgeError } from "../errors.ts";
import type { ConnectionId, PersonId } from "../ids.ts";
import { announce, enqueue } from "../jobs/queue.ts";
import type { Handler } from "../jobs/run.ts";
import type { AnyAdapter, DirectoryPerson, Subscription } from "../platform/contract.ts";
import type { Service } from "../platform/service.ts";
import { textsOf } from "../sql-texts.ts";
import { openConnection } from "./connect.ts";
import { setHealth } from "./connections.ts";
import { takeIn } from "./directory-page.ts";
import { readPage, writePage } from "./directory-rows.ts";
import { accounts, connections, people, tenants } from "./schema.ts";

/**
 * One directory at a time within a tenant: two that show the same colleague in the same moment would make two people.
 * Does not hold up anything that only refers to the tenant.
 */
const lockDirectories = (ctx: Ctx) =>
  ctx.db.select({ id: tenants.id }).from(tenants).where(eq(tenants.id, ctx.tenantId)).for("no key update");

const syncEveryMs = 240_000; // a new colleague is visible within five minutes
const pagesMax = 200;

/** Where a listing stands: `all` lists everybody, `changes` what changed since then. */
type Round = { holds: "all" | "changes"; cursor?: string; seen?: Set<string> };

const readRound = (kept: string | null): Round => {
  const [, holds, cursor] = /^(all|changes) (.+)$/s.exec(kept ?? "") ?? [];
  if (!cursor) return { holds: "all", seen: new Set() };
  return { holds: holds === "changes" ? "changes" : "all", cursor };
};

/**
 * Job `directory.sync`: brings people and accounts of one connection up to date, page by page; resumes by cursor. Who is
 * missing from a listing of everybody that was read from its first page on has left.
 */
export const syncDirectory =
  (service: Service): Handler =>
  async (run, payload) => {
    const connectionId = payload.connectionId as ConnectionId;
    const { adapter, connection, row } = await openConnection(service, run.tenantId, connectionId, run.tx);
    if (!adapter.people) return;
    const [kept] = await run.tx((ctx) =>
      ctx.db.select({ cursor: connections.directoryCursor }).from(connections).where(eq(connections.id, connectionId)),
    );
    const isFirst = row.directorySyncedAt === null;
    const comeBack = async (ms: number) => {
      if (isFirst) {
        await run.tx((ctx) =>
          enqueue(ctx, { key: `presence.sweep:${connectionId}`, name: "presence.sweep", payload, lane: "presence" }),
        );
      }
      return new Date(run.now().getTime() + ms);
    };
    let round = readRound(kept?.cursor ?? null);
    for (let pages = 0; pages < pagesMax; pages++) {
      const answer = await adapter.people.list(connection, round.cursor);
      const isRestarted = round.holds === "changes" && !answer.delta;
      const seen = isRestarted ? new Set<string>() : round.seen;
      for (const { account } of answer.people) if (!answer.delta) seen?.add(account);
      const isComplete = (answer.delta === true || !answer.next) && seen !== undefined;
      const next = answer.next && `${answer.delta ? "changes" : "all"} ${answer.next}`;
      await run.tx(async (ctx) => {
        await lockDirectories(ctx);
        await takeInPage(ctx, connectionId, answer.people);
        if (isComplete && seen.size > 0) await retireAbsent(ctx, connectionId, [...seen]);
        await ctx.db
          .update(connections)
          .set({ directoryCursor: next ?? null, directorySyncedAt: ctx.now() })
          .where(eq(connections.id, connectionId));
      });
      const isUpToDate = !answer.next || answer.next === round.cursor || (answer.delta && answer.people.length === 0);
      if (isUpToDate) return comeBack(syncEveryMs);
      round = {
        holds: answer.delta ? "changes" : "all",
        ...(answer.next ? { cursor: answer.next } : {}),
        ...(isComplete || !seen ? {} : { seen }),
      };
    }
    return comeBack(0);
  };

/** A page in a few statements: who is known, what becomes of them, and what has changed is written. */
async function takeInPage(ctx: Ctx, connectionId: ConnectionId, entries: readonly DirectoryPerson[]): Promise<void> {
  if (entries.length === 0) return;
  const page = await readPage(ctx, connectionId, entries);
  for (const entry of entries) takeIn(page, entry);
  await writePage(ctx, page);
}

/** A whole listing says who has left: their accounts, and people without any other, become inactive. */
async function retireAbsent(ctx: Ctx, connectionId: ConnectionId, present: string[]): Promise<void> {
  const gone = await ctx.db
    .update(accounts)
    .set({ active: false })
    .where(
      and(
        eq(accounts.tenantId, ctx.tenantId),
        eq(accounts.connectionId, connectionId),
        eq(accounts.active, true),
        sql`${accounts.externalId} not in ${textsOf(present)}`,
      ),
    )
    .returning({ personId: accounts.personId });
  await retireLeavers(
    ctx,
    gone.flatMap((row) => (row.personId ? [row.personId] : [])),
  );
}

/** Those of them who have no account any more become inactive. Answers who. */
export async function retireLeavers(ctx: Ctx, ids: PersonId[]): Promise<PersonId[]> {
  if (ids.length === 0) return [];
  const still = await ctx.db
    .select({ personId: accounts.personId })
    .from(accounts)
    .where(and(sql`${accounts.personId} in ${textsOf(ids)}`, eq(accounts.active, true)));
  const staying = new Set(still.map((row) => row.personId));
  const leaving = ids.filter((id) => !staying.has(id));
  if (leaving.length === 0) return [];
  await ctx.db
    .update(people)
    .set({ active: false, updatedAt: ctx.now() })
    .where(and(eq(people.tenantId, ctx.tenantId), sql`${people.id} in ${textsOf(leaving)}`));
  await announce(ctx, "presence", leaving);
  return leaving;
}

/** Job `connection.check`: asks the platform whether the settings work and keeps the answer as the connection's health. */
export const checkConnection =
  (service: Service): Handler =>
  async (run, payload) => {
    const connectionId = payload.connectionId as ConnectionId;
    const { adapter, connection, row } = await openConnection(service, run.tenantId, connectionId, run.tx);
    try {
      await adapter.check(connection);
      const callFacts = await adapter.calls?.capabilities?.(connection);
      await run.tx(async (ctx) => {
        if (callFacts) await ctx.db.update(connections).set({ callFacts }).where(eq(connections.id, connectionId));
        // Missing pushes say nothing about the settings; they are over when a push has come.
        if (!row.health.code?.startsWith("push-")) await setHealth(ctx, connectionId, { state: "well" });
      });
      return new Date(run.now().getTime() + 600_000);
    } catch (error) {
      const { code, sentence, missing } = faultOf(error);
      const state = code === "platform_unauthorized" ? "needs-attention" : "degraded";
      await run.tx((ctx) => setHealth(ctx, connectionId, { state, code, sentence, fix: sentence, missing }));
      return new Date(run.now().getTime() + 60_000);
    }
  };

type Fault = { code: string; sentence: string; missing: string[] };
const missingIn = (details: Record<string, unknown> | undefined) =>
  Array.isArray(details?.missing_permissions) ? details.missing_permissions.map(String) : [];

const faultOf = (error: unknown): Fault =>
  isBridgeError(error)
    ? { code: error.code, sentence: error.message, missing: missingIn(error.details) }
    : {
        code: "platform_unavailable",
        sentence: "The platform could not be asked. Check its address and that it is reachable.",
        missing: [],
      };

export type SubscribeOptions = {
  /** The accounts whose presence matters most. */
  watched(ctx: Ctx, service: Service, id: ConnectionId, adapter: AnyAdapter): Promise<string[]>;
};
const pushRefused = "push-refused";
const pushBlocked = {
  state: "degraded",
  code: "push-blocked",
  sentence: "The platform had stopped pushing because our answers failed or came late. We have subscribed anew.",
  fix: "Look why deliveries failed: the database, the network, or a proxy in front of this service.",
} as const;

/** Job `events.subscribe`: makes sure that pushes arrive; renews at half-life and never gives up. */
export const subscribeEvents =
  (service: Service, { watched }: SubscribeOptions): Handler =>
  async (run, payload) => {
    const connectionId = payload.connectionId as ConnectionId;
    const { adapter, connection } = await openConnection(service, run.tenantId, connectionId, run.tx);
    if (!adapter.events?.subscribe) return;
    const { kept, accounts } = await run.tx(async (ctx) => ({
      kept: await ctx.db
        .select({ subscription: connections.subscription, health: connections.health })
        .from(connections)
        .where(eq(connections.id, connectionId)),
      accounts: adapter.presence ? await watched(ctx, service, connectionId, adapter) : [],
    }));
    const address = `${service.publicUrl}/hooks/${connectionId}`;
    const made = await adapter.events
      .subscribe(connection, address, kept[0]?.subscription ?? undefined, accounts)
      .catch(async (error: unknown) => {
        const { code, sentence } = faultOf(error);
        const health = { state: "degraded", code: pushRefused, sentence, fix: sentence } as const;
        if (code === "platform_unauthorized") await run.tx((ctx) => setHealth(ctx, connectionId, health));
        throw error;
      });
    const { wasBlocked = false, ...subscription } = made ?? {};
    await run.tx(async (ctx) => {
      await ctx.db
        .update(connections)
        .set({ subscription: made ? (subscription as Subscription) : null })
        .where(eq(connections.id, connectionId));
      const code = kept[0]?.health.code;
      if (wasBlocked) await setHealth(ctx, connectionId, pushBlocked);
      // That it was blocked is said until this has been looked at again.
      else if (code === pushRefused || code === pushBlocked.code) await setHealth(ctx, connectionId, { state: "well" });
    });
    const now = run.now().getTime();
    const halfLifeMs = made?.expiresAt ? Math.max(30_000, (made.expiresAt.getTime() - now) / 2) : 600_000;
    return new Date(now + Math.min(halfLifeMs, 600_000));
  };
