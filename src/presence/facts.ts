import { and, eq, inArray, sql } from "drizzle-orm";
import type { Ctx } from "../ctx.ts";
import { accounts, connections } from "../identity/schema.ts";
import type { AccountId, ConnectionId, PersonId } from "../ids.ts";
import { enqueue } from "../jobs/queue.ts";
import { reviveDates } from "../json-dates.ts";
import type { AnyAdapter, Held, Presence } from "../platform/contract.ts";
import type { Hold, Shown } from "./hold.ts";
import type { AccountFacts, Seen } from "./own.ts";
import { holds, presences } from "./schema.ts";

export type Adapters = ReadonlyMap<string, AnyAdapter>;
type PresenceRow = typeof presences.$inferSelect;
type HoldRow = typeof holds.$inferSelect;

/** Documented for the platform that lags most: presence is told within a minute. Adapters may know better. */
const settleMs = 60_000;
/** What can be shown through a contact center's own statuses. */
const byState: readonly Presence[] = [
  { availability: "busy", activity: "none" },
  { availability: "do-not-disturb", activity: "none" },
  { availability: "away", activity: "none" },
];

const accountRows = (ctx: Ctx) =>
  ctx.db
    .select({ account: accounts, connection: connections, presence: presences, hold: holds })
    .from(accounts)
    .innerJoin(connections, eq(connections.id, accounts.connectionId))
    .leftJoin(presences, eq(presences.accountId, accounts.id))
    .leftJoin(holds, eq(holds.accountId, accounts.id));

/** All accounts of one person, the ones that are no longer used only while something of ours is there. */
export async function factsOfPerson(ctx: Ctx, adapters: Adapters, id: PersonId): Promise<AccountFacts[]> {
  const rows = await accountRows(ctx).where(and(eq(accounts.tenantId, ctx.tenantId), eq(accounts.personId, id)));
  return rows.flatMap((row) => toFacts(adapters, row));
}

/** The same for many people at once. */
export async function factsOfPeople(
  ctx: Ctx,
  adapters: Adapters,
  ids: readonly PersonId[],
): Promise<Map<PersonId, AccountFacts[]>> {
  const among = sql`${accounts.personId} in (select json_array_elements_text(${JSON.stringify(ids)}::json))`;
  const rows = await accountRows(ctx).where(and(eq(accounts.tenantId, ctx.tenantId), among));
  const facts = new Map<PersonId, AccountFacts[]>(ids.map((id) => [id, []]));
  for (const row of rows) if (row.account.personId) facts.get(row.account.personId)?.push(...toFacts(adapters, row));
  return facts;
}

/** An account that belongs to nobody any more, so that what we show there can be taken back. */
export async function factsOfAccount(ctx: Ctx, adapters: Adapters, id: AccountId): Promise<AccountFacts[]> {
  const rows = await accountRows(ctx).where(and(eq(accounts.tenantId, ctx.tenantId), eq(accounts.id, id)));
  return rows.flatMap((row) => toFacts(adapters, row));
}

type Row = {
  account: typeof accounts.$inferSelect;
  connection: typeof connections.$inferSelect;
  presence: PresenceRow | null;
  hold: HoldRow | null;
};

function toFacts(adapters: Adapters, { account, connection, presence, hold }: Row): AccountFacts[] {
  const adapter = adapters.get(connection.adapter);
  const isUsed = account.active && account.personId !== null && connection.enabled;
  if (!adapter?.presence || (!isUsed && !hold)) return [];
  const { facts } = adapter;
  return [
    {
      account: account.id,
      platform: adapter.id,
      side: adapter.side,
      canShow: isUsed ? canShow(adapter) : [],
      hasSessions: facts.presence?.leaseMsMax !== undefined,
      settleMs: facts.presence?.settleMsMax ?? settleMs,
      ...(presence && isUsed ? { seen: toSeen(presence) } : {}),
      ...(hold ? { hold: toHold(hold) } : {}),
    },
  ];
}

export function canShow({ presence, facts }: AnyAdapter): readonly Presence[] {
  if (presence?.hold && presence.release) return facts.presence?.holds ?? [];
  return presence?.setState ? byState : [];
}

const toPresence = ({ availability, activity, native, routable }: PresenceRow): Presence => ({
  availability,
  activity,
  ...(native === null ? {} : { native }),
  ...(routable === null ? {} : { routable }),
});

const toSeen = (row: PresenceRow): Seen => ({
  presence: toPresence(row),
  observedAt: row.observedAt,
  changedAt: row.changedAt,
  ...(row.readAt ? { readAt: row.readAt } : {}),
  ...(row.restore ? { restore: row.restore } : {}),
});

function toHold({ state, asked, cause, held, shown, before, reason, renewAt, writtenAt }: HoldRow): Hold {
  return {
    state,
    asked,
    shown: reviveDates<Shown[]>(shown),
    ...(cause ? { cause } : {}),
    ...(held ? { held: { ...held, ...expiry(held) } } : {}),
    ...(before ? { before } : {}),
    ...(reason === null ? {} : { reason }),
    ...(renewAt ? { renewAt } : {}),
    ...(writtenAt ? { writtenAt } : {}),
  };
}
/** `before` is the adapter's own and stays as it is. */
const expiry = ({ expiresAt }: Held) => (expiresAt ? { expiresAt: new Date(expiresAt) } : {});

/** Stores the hold as it is now; none: forgets it. */
export async function storeHold(ctx: Ctx, accountId: AccountId, hold: Hold | undefined): Promise<void> {
  if (!hold) {
    await ctx.db.delete(holds).where(and(eq(holds.accountId, accountId), eq(holds.tenantId, ctx.tenantId)));
    return;
  }
  const values = {
    state: hold.state,
    asked: hold.asked,
    shown: hold.shown,
    cause: hold.cause ?? null,
    held: hold.held ?? null,
    before: hold.before ?? null,
    reason: hold.reason ?? null,
    renewAt: hold.renewAt ?? null,
    writtenAt: hold.writtenAt ?? null,
  };
  await ctx.db
    .insert(holds)
    .values({ accountId, tenantId: ctx.tenantId, createdAt: ctx.now(), ...values })
    .onConflictDoUpdate({ target: holds.accountId, set: values });
}

/** Has these accounts read at once, and the person settled when that has been done. Safe to repeat. */
export async function lookAt(ctx: Ctx, ids: readonly AccountId[]): Promise<void> {
  if (ids.length === 0) return;
  const among = inArray(accounts.id, [...ids]);
  await ctx.db
    .update(presences)
    .set({ lookAt: ctx.now() })
    .where(and(inArray(presences.accountId, [...ids]), eq(presences.tenantId, ctx.tenantId)));
  const rows = await ctx.db.selectDistinct({ id: accounts.connectionId }).from(accounts).where(among);
  await enqueue(
    ctx,
    rows.map((row) => sweepJob(row.id)),
  );
}

export const sweepJob = (connectionId: ConnectionId) => ({
  key: `presence.sweep:${connectionId}`,
  name: "presence.sweep",
  payload: { connectionId },
  lane: "engaged" as const,
});
