import { and, arrayOverlaps, eq, inArray, ne, notInArray } from "drizzle-orm";
import type { Ctx } from "../ctx.ts";
import type { ConnectionId, PersonId } from "../ids.ts";
import { newId } from "../ids.ts";
import { announce, enqueue } from "../jobs/queue.ts";
import type { Handler } from "../jobs/run.ts";
import type { DirectoryPerson } from "../platform/contract.ts";
import type { Service } from "../platform/service.ts";
import { openConnection } from "./connect.ts";
import { setHealth } from "./connections.ts";
import { accounts, connections, people, tenants } from "./schema.ts";

/** What is searched, in one lower-case line without accents, so that "lucia" finds "Lucía". */
export const searchLine = (parts: (string | null | undefined)[]): string => fold(parts.filter(Boolean).join(" "));
export const fold = (text: string): string => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();

const lower = (emails: readonly string[]) => [
  ...new Set(emails.map((email) => email.trim().toLowerCase()).filter(Boolean)),
];

type Match = { personId: PersonId; matchedBy: "email" | "alone" } | { personId: null; matchedBy: "ambiguous" };

/**
 * One directory at a time within a tenant: two that show the same colleague in the same moment would make two people.
 * Does not hold up anything that only refers to the tenant.
 */
const lockDirectories = (ctx: Ctx) =>
  ctx.db.select({ id: tenants.id }).from(tenants).where(eq(tenants.id, ctx.tenantId)).for("no key update");

/** One person by verified address; none makes a new one; several, or one who already has an account here, is for an admin. */
async function matchPerson(
  ctx: Ctx,
  connectionId: ConnectionId,
  entry: DirectoryPerson,
  emails: string[],
): Promise<Match> {
  const found =
    emails.length === 0
      ? []
      : await ctx.db
          .select({ id: people.id })
          .from(people)
          .where(and(eq(people.tenantId, ctx.tenantId), arrayOverlaps(people.emails, emails)));
  const [only, second] = found;
  if (second) return { personId: null, matchedBy: "ambiguous" };
  if (only) {
    const [taken] = await ctx.db
      .select({ id: accounts.id })
      .from(accounts)
      .where(
        and(
          eq(accounts.personId, only.id),
          eq(accounts.connectionId, connectionId),
          ne(accounts.externalId, entry.account),
          eq(accounts.active, true),
        ),
      );
    return taken ? { personId: null, matchedBy: "ambiguous" } : { personId: only.id, matchedBy: "email" };
  }
  const id = newId("per", ctx.now());
  await ctx.db.insert(people).values({
    id,
    tenantId: ctx.tenantId,
    name: entry.name,
    emails,
    department: entry.department ?? null,
    title: entry.title ?? null,
    site: entry.site ?? null,
    active: entry.active,
    search: searchLine([entry.name, entry.department, entry.title, entry.site]),
    createdAt: ctx.now(),
    updatedAt: ctx.now(),
  });
  return { personId: id, matchedBy: "alone" };
}

/** Takes in one entry. An admin's own matching is never undone. Safe to repeat. */
async function takeIn(ctx: Ctx, connectionId: ConnectionId, entry: DirectoryPerson): Promise<void> {
  const emails = lower(entry.emails);
  const [known] = await ctx.db
    .select()
    .from(accounts)
    .where(and(eq(accounts.connectionId, connectionId), eq(accounts.externalId, entry.account)));
  // Somebody who was removed may come with nothing but their id.
  const facts = {
    name: entry.name || (known?.name ?? ""),
    emails: entry.active ? emails : (known?.emails ?? emails),
    phone: entry.phone ?? null,
    active: entry.active,
  };
  if (known?.personId) {
    const same =
      known.name === facts.name &&
      known.phone === facts.phone &&
      known.active === facts.active &&
      known.emails.join() === emails.join();
    if (!same) await ctx.db.update(accounts).set(facts).where(eq(accounts.id, known.id));
    await refreshPerson(ctx, known.personId, entry, emails, known.matchedBy === "alone" ? facts.name : undefined);
    return;
  }
  if (!entry.active && !known) return;
  const match = await matchPerson(ctx, connectionId, entry, emails);
  if (known)
    await ctx.db
      .update(accounts)
      .set({ ...facts, ...match })
      .where(eq(accounts.id, known.id));
  else {
    const id = newId("acc", ctx.now());
    await ctx.db.insert(accounts).values({
      id,
      tenantId: ctx.tenantId,
      connectionId,
      externalId: entry.account,
      createdAt: ctx.now(),
      ...facts,
      ...match,
    });
  }
  if (match.personId) {
    if (match.matchedBy === "email") await refreshPerson(ctx, match.personId, entry, emails);
    await announce(ctx, "presence", match.personId);
  }
}

/** `name`: as the directory that showed this person first has it now. */
async function refreshPerson(
  ctx: Ctx,
  id: PersonId,
  entry: DirectoryPerson,
  emails: string[],
  name?: string,
): Promise<void> {
  const [person] = await ctx.db.select().from(people).where(eq(people.id, id));
  if (!person) return;
  const stillHere = entry.active
    ? [entry]
    : await ctx.db
        .select({ id: accounts.id })
        .from(accounts)
        .where(and(eq(accounts.personId, id), eq(accounts.active, true)))
        .limit(1);
  const next = {
    name: name ?? person.name,
    emails: lower([...person.emails, ...emails]),
    department: entry.department ?? person.department,
    title: entry.title ?? person.title,
    site: entry.site ?? person.site,
    active: stillHere.length > 0,
  };
  const same =
    next.name === person.name &&
    next.emails.length === person.emails.length &&
    next.department === person.department &&
    next.title === person.title &&
    next.site === person.site &&
    next.active === person.active;
  if (same) return;
  const search = searchLine([next.name, next.department, next.title, next.site]);
  await ctx.db
    .update(people)
    .set({ ...next, search, updatedAt: ctx.now() })
    .where(eq(people.id, id));
  await announce(ctx, "presence", id);
}

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
    const connectionId = payload["connectionId"] as ConnectionId;
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
        for (const entry of answer.people) await takeIn(ctx, connectionId, entry);
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
        notInArray(accounts.externalId, present),
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
    .where(and(inArray(accounts.personId, ids), eq(accounts.active, true)));
  const staying = new Set(still.map((row) => row.personId));
  const leaving = ids.filter((id) => !staying.has(id));
  if (leaving.length === 0) return [];
  await ctx.db
    .update(people)
    .set({ active: false, updatedAt: ctx.now() })
    .where(and(eq(people.tenantId, ctx.tenantId), inArray(people.id, leaving)));
  for (const id of leaving) await announce(ctx, "presence", id);
  return leaving;
}

/** Job `connection.check`: asks the platform whether the settings work and keeps the answer as the connection's health. */
export const checkConnection =
  (service: Service): Handler =>
  async (run, payload) => {
    const connectionId = payload["connectionId"] as ConnectionId;
    const { adapter, connection } = await openConnection(service, run.tenantId, connectionId, run.tx);
    try {
      await adapter.check(connection);
      await run.tx((ctx) => setHealth(ctx, connectionId, { state: "well" }));
      return new Date(run.now().getTime() + 600_000);
    } catch (error) {
      const { code, sentence } = faultOf(error);
      const state = code === "platform_unauthorized" ? "needs-attention" : "degraded";
      await run.tx((ctx) => setHealth(ctx, connectionId, { state, code, sentence, fix: sentence }));
      return new Date(run.now().getTime() + 60_000);
    }
  };

const faultOf = (error: unknown) =>
  error instanceof Error && "code" in error && "status" in error
    ? { code: String(error.code), sentence: error.message }
    : {
        code: "platform_unavailable",
        sentence: "The platform could not be asked. Check its address and that it is reachable.",
      };

/** Job `events.subscribe`: makes sure that pushes arrive; renews at half-life and never gives up. */
export const subscribeEvents =
  (service: Service): Handler =>
  async (run, payload) => {
    const connectionId = payload["connectionId"] as ConnectionId;
    const { adapter, connection } = await openConnection(service, run.tenantId, connectionId, run.tx);
    if (!adapter.events?.subscribe) return;
    const [kept] = await run.tx((ctx) =>
      ctx.db
        .select({ subscription: connections.subscription })
        .from(connections)
        .where(eq(connections.id, connectionId)),
    );
    const subscription = await adapter.events.subscribe(
      connection,
      `${service.publicUrl}/hooks/${connectionId}`,
      kept?.subscription ?? undefined,
    );
    await run.tx((ctx) => ctx.db.update(connections).set({ subscription }).where(eq(connections.id, connectionId)));
    const now = run.now().getTime();
    const halfLifeMs = subscription.expiresAt
      ? Math.max(30_000, (subscription.expiresAt.getTime() - now) / 2)
      : 600_000;
    return new Date(now + Math.min(halfLifeMs, 600_000));
  };
