/** What factsOf reads: only the columns that count, in statements whose texts never change, so that they stay prepared. */
import { and, eq, sql } from "drizzle-orm";
import type { Ctx } from "../ctx.ts";
import { builtOnce, executePrepared, value } from "../db.ts";
import { accountChecks } from "../identity/account-checks.ts";
import { accounts, connections, people } from "../identity/schema.ts";
import type { PersonId } from "../ids.ts";
import { meetingEnds } from "../presence/meeting-ends.ts";
import { holds, presences } from "../presence/schema.ts";
import { isAmong, isOneOf } from "../sql-texts.ts";
import { expertSkills, experts } from "./schema.ts";

export type PersonRow = Pick<
  typeof people.$inferSelect,
  "id" | "name" | "department" | "title" | "site" | "locale" | "active"
>;
export type ExpertRow = Pick<
  typeof experts.$inferSelect,
  "accepting" | "pausedUntil" | "languages" | "roster" | "quota" | "lastAskedAt"
>;
export type AccountRow = Awaited<ReturnType<typeof readAccounts>>[number];

const thatOf = ({ tenantId }: Ctx, ids: PersonId[]) => ({ tenantId, ids: JSON.stringify(ids) });

export const readPersons = (ctx: Ctx, ids: PersonId[]) => persons(ctx.db, thatOf(ctx, ids));
const persons = builtOnce((db) =>
  db
    .select({
      person: {
        id: people.id,
        name: people.name,
        department: people.department,
        title: people.title,
        site: people.site,
        locale: people.locale,
        active: people.active,
      },
      expert: {
        accepting: experts.accepting,
        pausedUntil: experts.pausedUntil,
        languages: experts.languages,
        roster: experts.roster,
        quota: experts.quota,
        lastAskedAt: experts.lastAskedAt,
      },
    })
    .from(people)
    .leftJoin(experts, and(eq(experts.personId, people.id), eq(experts.tenantId, value("tenantId"))))
    .where(and(eq(people.tenantId, value("tenantId")), isAmong(people.id, "ids"))),
);

export const readSkills = (ctx: Ctx, ids: PersonId[]) => skills(ctx.db, thatOf(ctx, ids));
const skills = builtOnce((db) =>
  db
    .select({ personId: expertSkills.personId, skill: expertSkills.skill, level: expertSkills.level })
    .from(expertSkills)
    .where(and(eq(expertSkills.tenantId, value("tenantId")), isAmong(expertSkills.personId, "ids"))),
);

export const readAccounts = (ctx: Ctx, ids: PersonId[]) => accountsOf(ctx.db, thatOf(ctx, ids));
const accountsOf = builtOnce((db) =>
  db
    .select({
      account: {
        id: accounts.id,
        personId: accounts.personId,
        connectionId: accounts.connectionId,
        externalId: accounts.externalId,
        phone: accounts.phone,
        sip: accounts.sip,
        mobile: accounts.mobile,
      },
      adapter: connections.adapter,
      calls: connections.callFacts,
      tellsMeetings: sql<boolean>`coalesce((${connections.options}->>'tellsMeetings')::boolean, false)`,
      // What is never null comes first: by it the query layer tells a row that is not there.
      check: {
        changedAt: accountChecks.changedAt,
        checkedAt: accountChecks.checkedAt,
        app: accountChecks.app,
        seen: accountChecks.seen,
      },
      presence: {
        availability: presences.availability,
        activity: presences.activity,
        native: presences.native,
        observedAt: presences.observedAt,
        changedAt: presences.changedAt,
      },
      meeting: {
        askedAt: meetingEnds.askedAt,
        lookedAt: meetingEnds.lookedAt,
        untilAt: meetingEnds.untilAt,
        isOnline: meetingEnds.isOnline,
      },
      hold: {
        state: holds.state,
        asked: holds.asked,
        held: holds.held,
        shown: holds.shown,
        cause: holds.cause,
        reason: holds.reason,
        writtenAt: holds.writtenAt,
        createdAt: holds.createdAt,
      },
    })
    .from(accounts)
    .innerJoin(
      connections,
      and(
        eq(connections.id, accounts.connectionId),
        eq(connections.tenantId, value("tenantId")),
        eq(connections.enabled, true),
      ),
    )
    .leftJoin(
      accountChecks,
      and(eq(accountChecks.accountId, accounts.id), eq(accountChecks.tenantId, value("tenantId"))),
    )
    .leftJoin(presences, and(eq(presences.accountId, accounts.id), eq(presences.tenantId, value("tenantId"))))
    .leftJoin(meetingEnds, and(eq(meetingEnds.accountId, accounts.id), eq(meetingEnds.tenantId, value("tenantId"))))
    .leftJoin(holds, and(eq(holds.accountId, accounts.id), eq(holds.tenantId, value("tenantId"))))
    .where(and(eq(accounts.tenantId, value("tenantId")), isAmong(accounts.personId, "ids"), eq(accounts.active, true))),
);

/** Counted once a consult, whatever the retries: an accepted offer is one interaction of the quota. */
export async function helpedSince(ctx: Ctx, ids: PersonId[], since: Date): Promise<Map<PersonId, number>> {
  const rows = await executePrepared<{ person_id: PersonId; helped: number }>(
    ctx.db,
    sql`
    select person_id, count(distinct consult_id)::int as helped from offers
    where tenant_id = ${ctx.tenantId} and ${isOneOf(sql`person_id`, ids)} and state = 'accepted' and answered_at >= ${since.toISOString()}::timestamptz
    group by person_id`,
  );
  return new Map(rows.map((row) => [row.person_id, row.helped]));
}

/**
 * Conversations about the same intent in which their help was of use: a consult that they did not call unsolved
 * themselves, or an answer of theirs that was kept and used again.
 */
export async function helpedWith(ctx: Ctx, ids: PersonId[], intent: string): Promise<Map<PersonId, number>> {
  const rows = await executePrepared<{ person_id: PersonId; helped: number }>(
    ctx.db,
    sql`
    select person_id, count(*)::int as helped from (
      select c.expert_person_id as person_id, c.interaction_id from consults c
      where c.tenant_id = ${ctx.tenantId} and ${isOneOf(sql`c.expert_person_id`, ids)} and c.intent = ${intent}
        and c.result in ('transferred', 'returned', 'answered') and not exists (
          select from offers o
          where o.consult_id = c.id and o.person_id = c.expert_person_id and o.outcome = 'not-solved')
      union
      select a.author_id, u.interaction_id from saved_answers a
      join consults c on c.id = a.consult_id and c.intent = ${intent}
      join answer_uses u on u.answer_id = a.id
      where a.tenant_id = ${ctx.tenantId} and ${isOneOf(sql`a.author_id`, ids)} and a.state = 'approved'
    ) conversations group by person_id`,
  );
  return new Map(rows.map((row) => [row.person_id, row.helped]));
}
