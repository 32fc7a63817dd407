/**
 * Until when somebody is in a meeting, which presence does not tell and their calendar does. Nobody waits for it: who shows a
 * meeting on somebody's screen is looked up by a job, where the organization lets us. Only the end is read and kept.
 */
import { and, asc, eq, gt, inArray, isNull, lt, or } from "drizzle-orm";
import { boolean, pgTable, primaryKey, text, timestamp } from "drizzle-orm/pg-core";
import type { Ctx } from "../ctx.ts";
import { isBridgeError } from "../errors.ts";
import { openConnection } from "../identity/connect.ts";
import { accounts, connections } from "../identity/schema.ts";
import type { AccountId, ConnectionId, PersonId } from "../ids.ts";
import { announce, enqueue, type JobRequest } from "../jobs/queue.ts";
import type { Handler, Run } from "../jobs/run.ts";
import type { Activity, MeetingEnd } from "../platform/contract.ts";
import type { Service } from "../platform/service.ts";

const instant = (name: string) => timestamp(name, { withTimezone: true });

/** See migration 0014. */
export const meetingEnds = pgTable(
  "meeting_ends",
  {
    tenantId: text("tenant_id").notNull(),
    accountId: text("account_id").$type<AccountId>().notNull(),
    untilAt: instant("until_at"),
    isOnline: boolean("is_online").notNull().default(false),
    askedAt: instant("asked_at").notNull(),
    lookedAt: instant("looked_at"),
  },
  (table) => [primaryKey({ columns: [table.tenantId, table.accountId] })],
);
export type KnownEnd = Pick<typeof meetingEnds.$inferSelect, "askedAt" | "lookedAt" | "untilAt" | "isOnline">;

/** Meetings are moved and prolonged: what was seen is looked at anew after this, and not told any more after that. */
const freshMs = 5 * 60_000;
const toldMs = 15 * 60_000;
/** A look that did not happen is asked for again after this. */
const patienceMs = 60_000;
const keptMs = 3_600_000;
const atOnce = 20;

const mayBeMeetings: readonly Activity[] = ["in-meeting", "presenting", "on-call"];

type Shown = { activity: Activity; changedAt: Date };

/** Should their calendar be looked at? Only while they show what may be a meeting. */
export function isEndWanted(shown: Shown | null, known: KnownEnd | null, now: Date): boolean {
  if (!shown || !mayBeMeetings.includes(shown.activity)) return false;
  if (!known) return true;
  if (!known.lookedAt || known.askedAt > known.lookedAt) return now.getTime() - known.askedAt.getTime() > patienceMs;
  return shown.changedAt > known.lookedAt || now.getTime() - known.lookedAt.getTime() > freshMs;
}

/** What may be told of it: seen lately, and not over. */
export function endOf(known: KnownEnd | null, now: Date): MeetingEnd | undefined {
  if (!known?.untilAt || !known.lookedAt || known.untilAt <= now) return undefined;
  const isOld = now.getTime() - known.lookedAt.getTime() > toldMs;
  return isOld ? undefined : { until: known.untilAt, online: known.isOnline };
}

const meetingsJob: JobRequest = { key: "meetings.read", name: "meetings.read", lane: "bulk" };

/** Has the calendars of these accounts looked at soon. Safe to repeat. */
export async function wantEnds(ctx: Ctx, ids: readonly AccountId[]): Promise<void> {
  if (ids.length === 0) return;
  const rows = ids.toSorted().map((accountId) => ({ tenantId: ctx.tenantId, accountId, askedAt: ctx.now() }));
  await ctx.db
    .insert(meetingEnds)
    .values(rows)
    .onConflictDoUpdate({
      target: [meetingEnds.tenantId, meetingEnds.accountId],
      set: { askedAt: ctx.now() },
    });
  await enqueue(ctx, meetingsJob);
}

type Wanted = { accountId: AccountId; personId: PersonId | null; connectionId: ConnectionId; externalId: string };

/** Job `meetings.read`: looks into the calendars that screens have asked about, one after the other; and tidies. */
export const readMeetings =
  (service: Service): Handler =>
  async (run) => {
    const wanted = await run.tx(nextWanted);
    for (const one of wanted) {
      const end = await look(service, run, one);
      await run.tx((ctx) => keep(ctx, one, end));
    }
    const left = await run.tx(tidy);
    if (wanted.length === atOnce) return run.now();
    return left > 0 ? new Date(run.now().getTime() + keptMs) : undefined;
  };

const isAwaited = or(isNull(meetingEnds.lookedAt), gt(meetingEnds.askedAt, meetingEnds.lookedAt));

const nextWanted = (ctx: Ctx): Promise<Wanted[]> =>
  ctx.db
    .select({
      accountId: accounts.id,
      personId: accounts.personId,
      connectionId: accounts.connectionId,
      externalId: accounts.externalId,
    })
    .from(meetingEnds)
    .innerJoin(accounts, and(eq(accounts.id, meetingEnds.accountId), eq(accounts.active, true)))
    .innerJoin(connections, and(eq(connections.id, accounts.connectionId), eq(connections.enabled, true)))
    .where(and(eq(meetingEnds.tenantId, ctx.tenantId), isAwaited))
    .orderBy(asc(meetingEnds.askedAt), asc(meetingEnds.accountId))
    .limit(atOnce);

/** @throws BridgeError while the platform wants us to wait. */
async function look(service: Service, run: Run, { connectionId, externalId }: Wanted): Promise<MeetingEnd | undefined> {
  try {
    const { adapter, connection } = await openConnection(service, run.tenantId, connectionId, run.tx);
    return await adapter.presence?.meetingEnd?.(connection, externalId);
  } catch (error) {
    // Not allowed, or no calendar there: the presence alone is told. Asked to wait, or away: the job comes back.
    if (!isBridgeError(error) || error.retry) throw error;
    return undefined;
  }
}

async function keep(ctx: Ctx, { accountId, personId }: Wanted, end: MeetingEnd | undefined): Promise<void> {
  await ctx.db
    .update(meetingEnds)
    .set({ untilAt: end?.until ?? null, isOnline: end?.online ?? false, lookedAt: ctx.now() })
    .where(and(eq(meetingEnds.tenantId, ctx.tenantId), eq(meetingEnds.accountId, accountId)));
  if (end && personId) await announce(ctx, "presence", personId);
}

async function tidy(ctx: Ctx): Promise<number> {
  const mine = eq(meetingEnds.tenantId, ctx.tenantId);
  const gone = ctx.db
    .select({ id: accounts.id })
    .from(accounts)
    .where(and(eq(accounts.tenantId, ctx.tenantId), eq(accounts.active, false)));
  await ctx.db.delete(meetingEnds).where(and(mine, lt(meetingEnds.askedAt, new Date(ctx.now().getTime() - keptMs))));
  await ctx.db.delete(meetingEnds).where(and(mine, inArray(meetingEnds.accountId, gone)));
  return ctx.db.$count(meetingEnds, mine);
}
