/** Reads what a page of a directory is about, and writes what became of it: a few statements, however long the page. */
import { and, eq, sql } from "drizzle-orm";
import type { Ctx } from "../ctx.ts";
import type { AccountId, ConnectionId, PersonId } from "../ids.ts";
import { announce } from "../jobs/queue.ts";
import type { DirectoryPerson } from "../platform/contract.ts";
import { isOneOf } from "../sql-texts.ts";
import { emailsOf, type Page } from "./directory-page.ts";
import { fold } from "./letters.ts";
import { accounts, people } from "./schema.ts";

/** What is searched, in one line as `fold` has it, so that "lucia" finds "Lucía" and "soren" finds "Søren". */
export const searchLine = (parts: (string | null | undefined)[]): string => fold(parts.filter(Boolean).join(" "));

/** Whoever else would change these rows waits until we have written. */
export async function readPage(
  ctx: Ctx,
  connectionId: ConnectionId,
  entries: readonly DirectoryPerson[],
): Promise<Page> {
  const known = await ctx.db
    .select()
    .from(accounts)
    .where(
      and(
        eq(accounts.connectionId, connectionId),
        isOneOf(
          sql`${accounts.externalId}`,
          entries.map(({ account }) => account),
        ),
      ),
    )
    .orderBy(accounts.id)
    .for("no key update");
  const byAddress = await ctx.db.execute<{ person_id: PersonId }>(sql`
    select distinct person_id from people_addresses
    where tenant_id = ${ctx.tenantId} and ${isOneOf(sql`email`, emailsOf(entries))}`);
  const ids = new Set([
    ...[...byAddress].map((row) => row.person_id),
    ...known.flatMap(({ personId }) => (personId ? [personId] : [])),
  ]);
  const persons = await ctx.db
    .select()
    .from(people)
    .where(and(eq(people.tenantId, ctx.tenantId), isOneOf(people.id, [...ids])))
    .orderBy(people.id)
    .for("no key update");
  const seats = await ctx.db
    .select({ id: accounts.id, personId: accounts.personId, connectionId: accounts.connectionId })
    .from(accounts)
    .where(and(isOneOf(accounts.personId, [...ids]), eq(accounts.active, true)));
  return {
    connectionId,
    now: ctx.now(),
    accounts: new Map(known.map((row) => [row.externalId, row])),
    people: new Map(persons.map((row) => [row.id, row])),
    peopleByEmail: groupSets(persons.flatMap((row) => row.emails.map((email) => [email, row.id] as const))),
    seats: seatsBy(seats),
    changedAccounts: new Set(),
    changedPeople: new Set(),
    shown: new Set(),
  };
}

function groupSets(pairs: readonly (readonly [string, PersonId])[]): Page["peopleByEmail"] {
  const groups: Page["peopleByEmail"] = new Map();
  for (const [email, id] of pairs) groups.set(email, (groups.get(email) ?? new Set()).add(id));
  return groups;
}

type Seat = { id: AccountId; personId: PersonId | null; connectionId: ConnectionId };

function seatsBy(rows: readonly Seat[]): Page["seats"] {
  const seats: Page["seats"] = new Map();
  for (const { id, personId, connectionId } of rows) {
    if (personId) seats.set(personId, (seats.get(personId) ?? new Map()).set(id, connectionId));
  }
  return seats;
}

/** New rows and changed ones alike, in the order of their ids. People come first: accounts refer to them. */
export async function writePage(ctx: Ctx, page: Page): Promise<void> {
  const now = sql`${ctx.now().toISOString()}::timestamptz`;
  if (page.changedPeople.size > 0) {
    const rows = [...page.changedPeople].map((row) => ({
      ...row,
      search: searchLine([row.name, row.department, row.title, row.site]),
    }));
    await ctx.db.execute(sql`
      insert into people (id, tenant_id, name, emails, department, title, site, active, search, created_at, updated_at)
      select id, ${ctx.tenantId}, name, emails, department, title, site, active, search, ${now}, ${now}
      from json_to_recordset(${JSON.stringify(rows)}::json) as r(id text, name text, emails text[], department text,
        title text, site text, active boolean, search text) order by id
      on conflict (id) do update set name = excluded.name, emails = excluded.emails, department = excluded.department,
        title = excluded.title, site = excluded.site, active = excluded.active, search = excluded.search,
        updated_at = excluded.updated_at`);
  }
  if (page.changedAccounts.size > 0) {
    await ctx.db.execute(sql`
      insert into accounts (id, tenant_id, connection_id, external_id, person_id, name, emails, phone, sip, mobile,
        matched_by, active, created_at)
      select id, ${ctx.tenantId}, ${page.connectionId}, "externalId", "personId", name, emails, phone, sip, mobile,
        "matchedBy", active, ${now}
      from json_to_recordset(${JSON.stringify([...page.changedAccounts])}::json) as r(id text, "externalId" text,
        "personId" text, name text, emails text[], phone text, sip text, mobile text, "matchedBy" text,
        active boolean) order by id
      on conflict (id) do update set person_id = excluded.person_id, name = excluded.name, emails = excluded.emails,
        phone = excluded.phone, sip = excluded.sip, mobile = excluded.mobile, matched_by = excluded.matched_by,
        active = excluded.active`);
  }
  await announce(ctx, "presence", [...page.shown]);
}
