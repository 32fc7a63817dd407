/** What a page of a directory makes of the people and accounts that we know. Pure; directory.ts reads and writes. */
import { type AccountId, type ConnectionId, newId, type PersonId } from "../ids.ts";
import type { DirectoryPerson } from "../platform/contract.ts";
import type { accounts, people } from "./schema.ts";

export type AccountRow = Pick<
  typeof accounts.$inferSelect,
  "id" | "externalId" | "personId" | "name" | "emails" | "phone" | "sip" | "mobile" | "matchedBy" | "active"
>;
export type PersonRow = Pick<
  typeof people.$inferSelect,
  "id" | "name" | "emails" | "department" | "title" | "site" | "active"
>;

export type Page = {
  connectionId: ConnectionId;
  now: Date;
  /** Accounts of this connection, by the platform's id. */
  accounts: Map<string, AccountRow>;
  people: Map<PersonId, PersonRow>;
  peopleByEmail: Map<string, Set<PersonId>>;
  /** The active accounts of these people, on any connection. */
  seats: Map<PersonId, Map<AccountId, ConnectionId>>;
  changedAccounts: Set<AccountRow>;
  changedPeople: Set<PersonRow>;
  /** Whose views look different now. */
  shown: Set<PersonId>;
};

type Match = Pick<AccountRow, "personId" | "matchedBy">;

const lower = (emails: readonly string[]) => [
  ...new Set(emails.map((email) => email.trim().toLowerCase()).filter(Boolean)),
];
const isSameList = (some: readonly string[], others: readonly string[]) => some.join() === others.join();

/** Every address that may tell whose account is meant. */
export const emailsOf = (entries: readonly DirectoryPerson[]): string[] =>
  lower(entries.flatMap(({ emails }) => emails));

/** Takes in one entry. An admin's own matching is never undone. Safe to repeat. */
export function takeIn(page: Page, entry: DirectoryPerson): void {
  const known = page.accounts.get(entry.account);
  if (!entry.active && !known) return;
  const emails = lower(entry.emails);
  // Somebody who was removed may come with nothing but their id.
  const facts = {
    name: entry.name || (known?.name ?? ""),
    emails: entry.active ? emails : (known?.emails ?? emails),
    phone: entry.phone ?? null,
    sip: entry.sip ?? null,
    mobile: entry.mobile ?? null,
    active: entry.active,
  };
  if (known?.personId) {
    writeAccount(page, { ...known, ...facts });
    refreshPerson(page, known.personId, entry, emails, known.matchedBy === "alone" ? facts.name : undefined);
    return;
  }
  const match = matchPerson(page, entry, emails);
  const id = known?.id ?? newId("acc", page.now);
  writeAccount(page, { id, externalId: entry.account, ...facts, ...match });
  if (!match.personId) return;
  if (match.matchedBy === "email") refreshPerson(page, match.personId, entry, emails);
  page.shown.add(match.personId);
}

/** One person by verified address; none makes a new one; several, or one who already has an account here, is for an admin. */
function matchPerson(page: Page, entry: DirectoryPerson, emails: string[]): Match {
  const [only, second] = new Set(emails.flatMap((email) => [...(page.peopleByEmail.get(email) ?? [])]));
  if (second) return { personId: null, matchedBy: "ambiguous" };
  if (!only) return { personId: addPerson(page, entry, emails), matchedBy: "alone" };
  const mine = page.accounts.get(entry.account)?.id;
  const isTaken = [...(page.seats.get(only) ?? [])].some(
    ([account, connectionId]) => connectionId === page.connectionId && account !== mine,
  );
  return isTaken ? { personId: null, matchedBy: "ambiguous" } : { personId: only, matchedBy: "email" };
}

function addPerson(page: Page, entry: DirectoryPerson, emails: string[]): PersonId {
  const { name, department = null, title = null, site = null, active } = entry;
  const id = newId("per", page.now);
  writePerson(page, { id, name, emails, department, title, site, active });
  return id;
}

/** `name`: as the directory that showed this person first has it now. */
function refreshPerson(page: Page, id: PersonId, entry: DirectoryPerson, emails: string[], name?: string): void {
  const person = page.people.get(id);
  if (!person) return;
  const next = {
    id,
    name: name ?? person.name,
    emails: lower([...person.emails, ...emails]),
    department: entry.department ?? person.department,
    title: entry.title ?? person.title,
    site: entry.site ?? person.site,
    active: entry.active || (page.seats.get(id)?.size ?? 0) > 0,
  };
  const isSame =
    next.name === person.name &&
    next.emails.length === person.emails.length &&
    next.department === person.department &&
    next.title === person.title &&
    next.site === person.site &&
    next.active === person.active;
  if (isSame) return;
  writePerson(page, next);
  page.shown.add(id);
}

function writeAccount(page: Page, next: AccountRow): void {
  const known = page.accounts.get(next.externalId);
  const isSame =
    known !== undefined &&
    known.personId === next.personId &&
    known.matchedBy === next.matchedBy &&
    known.name === next.name &&
    known.phone === next.phone &&
    known.sip === next.sip &&
    known.mobile === next.mobile &&
    known.active === next.active &&
    isSameList(known.emails, next.emails);
  if (isSame) return;
  page.accounts.set(next.externalId, next);
  if (known) page.changedAccounts.delete(known);
  page.changedAccounts.add(next);
  if (next.personId) takeSeat(page, next.personId, next);
}

function takeSeat(page: Page, person: PersonId, { id, active }: AccountRow): void {
  const seats = page.seats.get(person) ?? new Map<AccountId, ConnectionId>();
  page.seats.set(person, seats);
  if (active) seats.set(id, page.connectionId);
  else seats.delete(id);
}

function writePerson(page: Page, next: PersonRow): void {
  const known = page.people.get(next.id);
  page.people.set(next.id, next);
  if (known) page.changedPeople.delete(known);
  page.changedPeople.add(next);
  for (const email of next.emails) {
    const some = page.peopleByEmail.get(email) ?? new Set();
    page.peopleByEmail.set(email, some.add(next.id));
  }
}
