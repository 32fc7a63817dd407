import { type SQL, sql } from "drizzle-orm";
import type { Ctx } from "../ctx.ts";
import { executeAsPlanned, executePrepared } from "../db.ts";
import type { AccountId, ConnectionId, PersonId } from "../ids.ts";
import { announcing, enqueue } from "../jobs/queue.ts";
import type { PresenceReport } from "../platform/contract.ts";
import { emit, type WebhookEvent } from "../webhooks/emit.ts";
import { keepHistory } from "./history.ts";
import { countAnewMs, dateOf, newestPerAccount } from "./order.ts";
import { staleMs } from "./own.ts";

type Account = { account_id: AccountId; person_id: PersonId | null; availability: string; activity: string };

type Written = {
  changed: AccountId[];
  /** Who is to be settled. Nothing can follow for somebody who has this one account. */
  followed: PersonId[];
  /** What endpoints want to be told; null where none does. */
  told: Account[] | null;
  /** The tenant keeps what was. */
  is_kept: boolean;
};

/** `isFollowed`: there are jobs to do now. */
export type Recorded = { changed: AccountId[]; isFollowed: boolean };

/**
 * Takes in what platforms told about accounts, in one statement for all of them; accounts that we do not know are left
 * out. An older report never replaces a newer one, so reports may come late, twice and in any order. Where something
 * has changed or is known again, feeds are told and the person is settled. `readAt`: when these were asked for, by our
 * clock; for what we read ourselves it counts instead of the platform's time.
 */
export async function recordReports(
  ctx: Ctx,
  connectionId: ConnectionId,
  reports: readonly PresenceReport[],
  readAt?: Date,
): Promise<Recorded> {
  const now = ctx.now();
  const dated = reports.map((report) => {
    const observedAt = dateOf(report, readAt, now);
    return observedAt === report.observedAt ? report : { ...report, observedAt };
  });
  const newest = newestPerAccount(dated);
  if (newest.length === 0) return { changed: [], isFollowed: false };
  const { changed, followed, told, is_kept } = await write(ctx, connectionId, newest);
  await enqueue(ctx, followed.map(settleJob));
  await emit(ctx, (told ?? []).map(changeEvent));
  if (is_kept) await keepHistory(ctx, changed);
  return { changed, isFollowed: followed.length > 0 || told !== null };
}

const changeEvent = ({ account_id, person_id, availability, activity }: Account): WebhookEvent => ({
  type: "presence.changed",
  subject: account_id,
  data: { accountId: account_id, ...(person_id ? { personId: person_id } : {}), availability, activity },
});

export const settleJob = (personId: PersonId) => ({
  key: `presence.settle:${personId}`,
  name: "presence.settle",
  payload: { personId },
  lane: "presence" as const,
});

/** The same few words are said about many, often of one moment: each is sent, and understood, once. */
function shorten(reports: readonly PresenceReport[]) {
  const numbers = new Map<string, number>();
  const said: object[] = [];
  const commonAt = reports[0]?.observedAt ?? new Date(0);
  const rows = reports.map(({ account, presence, observedAt, sequence, source, restore }) => {
    const { availability, activity, native, routable } = presence;
    const key = `${availability}/${activity}/${routable}/${source}/${native}`;
    const number =
      numbers.get(key) ?? said.push({ n: said.length, availability, activity, native, routable, source }) - 1;
    numbers.set(key, number);
    const at = observedAt.getTime() === commonAt.getTime() ? undefined : observedAt;
    return { account, n: number, at, sequence, restore };
  });
  return { said: JSON.stringify(said), rows: JSON.stringify(rows), commonAt: commonAt.toISOString() };
}

async function write(ctx: Ctx, connectionId: ConnectionId, reports: readonly PresenceReport[]): Promise<Written> {
  const { said, rows, commonAt } = shorten(reports);
  const isPushed = reports.some(({ source }) => source === "push");
  const now = sql`${ctx.now().toISOString()}::timestamptz`;
  const statement = sql`
    with reported as (
      select account, availability, activity, native, routable, source, sequence, restore,
        coalesce(at, ${commonAt}::timestamptz) as observed_at
      from json_to_recordset(${rows}::json) as r(account text, n int, at timestamptz, sequence bigint, restore jsonb)
        join json_to_recordset(${said}::json) as s(n int, availability text, activity text, native text,
          routable boolean, source text) using (n)
    ), mine as materialized (
      select a.id, a.person_id, r.* from reported r join accounts a
        on a.connection_id = ${connectionId} and a.external_id = r.account and a.tenant_id = ${ctx.tenantId}
      where coalesce((select enabled from presence_settings where tenant_id = ${ctx.tenantId}), true)
    ), written as (
      insert into presences as known (account_id, tenant_id, availability, activity, native, routable, observed_at,
        sequence, source, restore, changed_at, read_at, known_at)
      select id, ${ctx.tenantId}, availability, activity, native, routable, observed_at,
        sequence, source, restore, ${now}, case when source = 'read' then observed_at end, ${now}
      from mine order by id
      on conflict (account_id) do update set
        availability = excluded.availability, activity = excluded.activity, native = excluded.native,
        routable = excluded.routable, observed_at = excluded.observed_at, sequence = excluded.sequence,
        source = excluded.source, restore = coalesce(excluded.restore, known.restore),
        changed_at = case when ${isSame} then known.changed_at else ${now} end,
        read_at = case when excluded.source = 'read' then excluded.observed_at when ${isSame} then known.read_at end,
        known_at = case when ${isSame} and (excluded.source = 'push' or (${isGapless} and not ${isAwaited}))
          then known.known_at else ${now} end,
        look_at = case when ${isAwaited} then null else known.look_at end
      where ${isNewer}
      returning known.account_id, known.changed_at, known.known_at
    ), touched as (
      select m.*, w.changed_at = ${now} as is_changed
      from written w join mine m on m.id = w.account_id where w.known_at = ${now}
    ), ${isPushed ? sql`noted as (${noting(ctx, connectionId)}), ` : sql``}told as (
      ${announcing(ctx, "presence", sql`select distinct person_id from touched where person_id is not null`)}
    )
    select coalesce(json_agg(id) filter (where is_changed), '[]') as changed,
      coalesce(json_agg(person_id) filter (where exists (
        select from accounts o where o.person_id = t.person_id and o.id <> t.id and o.active)), '[]') as followed,
      case when exists (select from webhook_endpoints e where e.tenant_id = ${ctx.tenantId}
        and e.events && array['presence.*', 'presence.changed'])
        then json_agg(json_build_object('account_id', id, 'person_id', person_id, 'availability', availability,
          'activity', activity)) filter (where is_changed) end as told,
      exists (select from presence_settings s where s.history_days > 0) as is_kept
    from touched t`;
  const [written] = await executeAsPlanned<Written>(ctx.db, statement);
  if (!written) throw new Error("an aggregate answers one row");
  return written;
}

const isSame = sql`(known.availability, known.activity, known.native, known.routable)
  is not distinct from (excluded.availability, excluded.activity, excluded.native, excluded.routable)`;
const isGapless = sql`coalesce(known.read_at >= excluded.observed_at - ${`${staleMs} ms`}::interval, false)`;
const isAwaited = sql`(excluded.source = 'read' and known.look_at is not null and excluded.observed_at >= known.look_at)`;
const textOf = (row: string) =>
  sql.raw(
    `concat(${row}.availability, '/', ${row}.activity, '/', ${row}.native, '/', ${row}.routable::text) collate "C"`,
  );

const countsAnew = sql`excluded.observed_at >= known.observed_at + ${`${countAnewMs} ms`}::interval`;
/** The same as `isNewer` in order.ts. */
const isNewer = sql`case when excluded.sequence <> known.sequence and not ${countsAnew}
  then excluded.sequence > known.sequence else (excluded.observed_at, excluded.source = 'read', ${textOf("excluded")})
     > (known.observed_at, known.source = 'read', ${textOf("known")}) end`;

const pushNotedMs = 60_000;

/** So that a push which has fallen silent is noticed, see sweep.ts. Once a minute is enough. */
const noting = ({ tenantId, now }: Ctx, connectionId: ConnectionId): SQL => {
  const pushedAt = now();
  const before = new Date(pushedAt.getTime() - pushNotedMs);
  return sql`
    insert into sweeps (connection_id, tenant_id, pushed_at)
    select id, tenant_id, ${pushedAt.toISOString()}::timestamptz from connections
    where id = ${connectionId} and tenant_id = ${tenantId} and not exists (
      select from sweeps where connection_id = ${connectionId} and pushed_at > ${before.toISOString()}::timestamptz)
    on conflict (connection_id) do update set pushed_at = excluded.pushed_at`;
};

export const notePush = async (ctx: Ctx, connectionId: ConnectionId): Promise<void> =>
  void (await executePrepared(ctx.db, noting(ctx, connectionId)));
