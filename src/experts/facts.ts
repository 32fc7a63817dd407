import { and, eq, sql } from "drizzle-orm";
import type { Ctx } from "../ctx.ts";
import { accountChecks } from "../identity/account-checks.ts";
import { accounts, connections, people } from "../identity/schema.ts";
import { tenantSettings } from "../identity/tenants.ts";
import type { AccountId, PersonId } from "../ids.ts";
import type { AnyAdapter, CallFacts } from "../platform/contract.ts";
import type { Service } from "../platform/service.ts";
import { readPolicies } from "../presence/policy.ts";
import type { Dialler, ReachAccount, Seat } from "../presence/reachability.ts";
import { effectOf, type Policy } from "../presence/rules.ts";
import { holds, presences } from "../presence/schema.ts";
import { isOneOf } from "../sql-texts.ts";
import { expertSkills, experts } from "./schema.ts";

/** What of our own work somebody is busy with, from the room to the right. People without any are left out. */
export type EngagementsOf = (
  ctx: Ctx,
  ids: PersonId[],
) => Promise<Map<PersonId, { inConsults: number; beingAsked: number }>>;

/** What the customer needs, as far as it tells who is a good choice. `site`: the branch that they turn to. */
export type Wanted = {
  skill?: string | undefined;
  language?: string | undefined;
  intent?: string | undefined;
  site?: string | undefined;
  /** The contact center of the call in hand, which would ring them. */
  dialler?: Dialler | undefined;
};

export type AccountFacts = {
  id: AccountId;
  adapter: string;
  platform: string;
  side: "contact-center" | "uc";
  connectionId: string;
  externalId: string;
  phone: string | null;
  sip: string | null;
  mobile: string | null;
  canCards: boolean;
  /** As last seen by whoever looks how accounts are set up (src/teams/readiness); absent: nothing is known. */
  setUp: Pick<ReachAccount, "phoneLicence" | "forwardsAll" | "noCards">;
  /** In a contact center: how its calls can ring it. */
  seat?: Seat;
  /** A rule of the presence policy asks to offer them no work while this shows. */
  isNotRouted: boolean;
  presence?: typeof presences.$inferSelect;
  hold?: typeof holds.$inferSelect;
};

export type PersonFacts = {
  person: typeof people.$inferSelect;
  expert?: typeof experts.$inferSelect;
  skills: { skill: string; level: number }[];
  accounts: AccountFacts[];
  inConsults: number;
  beingAsked: number;
  /** Consults of this month that counted against the quota. */
  helpedThisMonth: number;
  /** Consults about the same intent in which their help was of use. */
  helpedBefore: number;
  /** Days off where they are. */
  holidays: string[];
};

export const monthStart = (now: Date) => new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth(), 1));

/** Everything that reachability and ranking want to know of these people, in a handful of queries. */
export async function factsOf(
  ctx: Ctx,
  service: Service,
  ids: PersonId[],
  engagementsOf: EngagementsOf,
  intent?: string,
): Promise<PersonFacts[]> {
  if (ids.length === 0) return [];
  // Asked for all at once: they travel together, so that all of it costs hardly more than one answer.
  const [persons, enrolments, skills, owned, policyOf, engaged, helped, before, { holidays = [] }] = await Promise.all([
    ctx.db
      .select()
      .from(people)
      .where(and(eq(people.tenantId, ctx.tenantId), isOneOf(people.id, ids))),
    ctx.db.select().from(experts).where(isOneOf(experts.personId, ids)),
    ctx.db.select().from(expertSkills).where(isOneOf(expertSkills.personId, ids)),
    ctx.db
      .select({
        account: accounts,
        adapter: connections.adapter,
        calls: connections.callFacts,
        check: accountChecks,
        presence: presences,
        hold: holds,
      })
      .from(accounts)
      .innerJoin(connections, and(eq(connections.id, accounts.connectionId), eq(connections.enabled, true)))
      .leftJoin(accountChecks, eq(accountChecks.accountId, accounts.id))
      .leftJoin(presences, eq(presences.accountId, accounts.id))
      .leftJoin(holds, eq(holds.accountId, accounts.id))
      .where(and(isOneOf(accounts.personId, ids), eq(accounts.active, true))),
    readPolicies(ctx),
    engagementsOf(ctx, ids),
    helpedSince(ctx, ids, monthStart(ctx.now())),
    intent ? helpedWith(ctx, ids, intent) : new Map<PersonId, number>(),
    tenantSettings(ctx),
  ]);
  const byPerson = Map.groupBy(owned, (row) => row.account.personId);
  const enrolled = new Map(enrolments.map((row) => [row.personId, row]));
  const skilled = Map.groupBy(skills, (row) => row.personId);
  return persons.map((person) => {
    const expert = enrolled.get(person.id);
    return {
      person,
      ...(expert ? { expert } : {}),
      skills: (skilled.get(person.id) ?? [])
        .map(({ skill, level }) => ({ skill, level }))
        .sort((a, b) => b.level - a.level || a.skill.localeCompare(b.skill)),
      accounts: (byPerson.get(person.id) ?? []).flatMap((row) =>
        accountFacts(service, policyOf(person), row, ctx.now()),
      ),
      inConsults: engaged.get(person.id)?.inConsults ?? 0,
      beingAsked: engaged.get(person.id)?.beingAsked ?? 0,
      helpedThisMonth: helped.get(person.id) ?? 0,
      helpedBefore: before.get(person.id) ?? 0,
      holidays: holidays.filter(({ sites }) => !sites || sites.includes(person.site ?? "")).map(({ date }) => date),
    };
  });
}

type Row = {
  account: typeof accounts.$inferSelect;
  adapter: string;
  calls: CallFacts | null;
  check: typeof accountChecks.$inferSelect | null;
  presence: typeof presences.$inferSelect | null;
  hold: typeof holds.$inferSelect | null;
};

function accountFacts(service: Service, policy: Policy, row: Row, now: Date): AccountFacts[] {
  const adapter = service.adapters.get(row.adapter);
  if (!adapter) return [];
  const { id, connectionId, externalId, phone, sip, mobile } = row.account;
  const calls = row.calls ?? adapter.facts.calls;
  return [
    {
      id,
      adapter: adapter.id,
      platform: adapter.name,
      side: adapter.side,
      connectionId,
      externalId,
      phone,
      sip,
      mobile,
      canCards: adapter.invitations !== undefined,
      setUp: setUpOf(row.check, now),
      ...(calls?.targets.includes("agent") ? { seat: { connection: connectionId, account: externalId } } : {}),
      isNotRouted: row.presence !== null && isNotRouted(policy, adapter, row.presence),
      ...(row.presence ? { presence: row.presence } : {}),
      ...(row.hold ? { hold: row.hold } : {}),
    },
  ];
}

/** Nobody tells us when an obstacle to cards has gone, so after this long the next card tries anew. */
const noCardsMs = 3_600_000;

/** Looked at once a day (src/teams/readiness); who is not looked at any more is not held to it. */
const forwardsMs = 26 * 3_600_000;
const isSeenSince = (at: Date | null | undefined, now: Date, ms: number) => !!at && now.getTime() - at.getTime() < ms;

/** `missing` alone is no obstacle: the app is installed with the first card, where that is permitted. */
function setUpOf(check: Row["check"], now: Date): AccountFacts["setUp"] {
  const { phoneLicence, forwardsAll } = check?.seen ?? {};
  const isForwarded = forwardsAll === true && isSeenSince(check?.checkedAt, now, forwardsMs);
  const isFresh = check !== null && now.getTime() - check.changedAt.getTime() < noCardsMs;
  return {
    ...(phoneLicence === undefined ? {} : { phoneLicence }),
    ...(isForwarded ? { forwardsAll } : {}),
    ...(isFresh && check.app === "blocked" ? { noCards: "app-blocked" } : {}),
    ...(isFresh && check.app === "failed" ? { noCards: "app-missing" } : {}),
  };
}

const isNotRouted = (policy: Policy, { id, side }: AnyAdapter, shown: typeof presences.$inferSelect) =>
  effectOf(policy, { platform: id, side }, { availability: shown.availability, activity: shown.activity })?.do ===
  "do-not-route";

/** Counted once a consult, whatever the retries: an accepted offer is one interaction of the quota. */
export async function helpedSince(ctx: Ctx, ids: PersonId[], since: Date): Promise<Map<PersonId, number>> {
  const rows = await ctx.db.execute<{ person_id: PersonId; helped: number }>(sql`
    select person_id, count(distinct consult_id)::int as helped from offers
    where tenant_id = ${ctx.tenantId} and ${isOneOf(sql`person_id`, ids)} and state = 'accepted' and answered_at >= ${since.toISOString()}::timestamptz
    group by person_id`);
  return new Map([...rows].map((row) => [row.person_id, row.helped]));
}

/**
 * Conversations about the same intent in which their help was of use: a consult that they did not call unsolved
 * themselves, or an answer of theirs that was kept and used again.
 */
async function helpedWith(ctx: Ctx, ids: PersonId[], intent: string): Promise<Map<PersonId, number>> {
  const rows = await ctx.db.execute<{ person_id: PersonId; helped: number }>(sql`
    select person_id, count(*)::int as helped from (
      select c.expert_person_id as person_id, c.interaction_id from consults c
      where c.tenant_id = ${ctx.tenantId} and c.expert_person_id in ${ids} and c.intent = ${intent}
        and c.result in ('transferred', 'returned', 'answered') and not exists (
          select from offers o
          where o.consult_id = c.id and o.person_id = c.expert_person_id and o.outcome = 'not-solved')
      union
      select a.author_id, u.interaction_id from saved_answers a
      join consults c on c.id = a.consult_id and c.intent = ${intent}
      join answer_uses u on u.answer_id = a.id
      where a.tenant_id = ${ctx.tenantId} and a.author_id in ${ids} and a.state = 'approved'
    ) conversations group by person_id`);
  return new Map([...rows].map((row) => [row.person_id, row.helped]));
}
