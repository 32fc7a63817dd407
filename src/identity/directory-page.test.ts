import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { AccountId, ConnectionId, PersonId } from "../ids.ts";
import type { DirectoryPerson } from "../platform/contract.ts";
import { type AccountRow, type Page, type PersonRow, takeIn } from "./directory-page.ts";

const here: ConnectionId = "con_here";
const elsewhere: ConnectionId = "con_elsewhere";
const now = new Date("2026-03-02T09:00:00Z");

const person = (id: PersonId, ...emails: string[]): PersonRow => ({
  id,
  name: "Ana",
  emails,
  department: null,
  title: null,
  site: null,
  active: true,
});
const account = (externalId: string, personId: PersonId | null, more: Partial<AccountRow> = {}): AccountRow => ({
  id: `acc_${externalId}`,
  externalId,
  personId,
  name: "Ana",
  emails: ["ana@example.com"],
  phone: null,
  sip: null,
  mobile: null,
  matchedBy: "alone",
  active: true,
  ...more,
});
const entry = (id: string, more: Partial<DirectoryPerson> = {}): DirectoryPerson => ({
  account: id,
  name: "Ana",
  emails: ["ana@example.com"],
  active: true,
  ...more,
});

function open(persons: PersonRow[] = [], accounts: AccountRow[] = [], others: [AccountId, PersonId][] = []): Page {
  const seats: Page["seats"] = new Map();
  const sit = (who: PersonId, id: AccountId, where: ConnectionId) =>
    seats.set(who, (seats.get(who) ?? new Map()).set(id, where));
  for (const one of accounts) if (one.personId && one.active) sit(one.personId, one.id, here);
  for (const [id, who] of others) sit(who, id, elsewhere);
  const emails = new Set(persons.flatMap((one) => one.emails));
  return {
    connectionId: here,
    now,
    accounts: new Map(accounts.map((one) => [one.externalId, one])),
    people: new Map(persons.map((one) => [one.id, one])),
    peopleByEmail: new Map(
      [...emails].map((email) => [
        email,
        new Set(persons.filter((one) => one.emails.includes(email)).map((one) => one.id)),
      ]),
    ),
    seats,
    changedAccounts: new Set(),
    changedPeople: new Set(),
    shown: new Set(),
  };
}
const take = (page: Page, ...entries: DirectoryPerson[]) => {
  for (const one of entries) takeIn(page, one);
  return page;
};
const accountOf = (page: Page, id: string) => page.accounts.get(id);

describe("an entry of a directory", () => {
  it("makes a person of whom nobody knew", () => {
    const page = take(open(), entry("a", { emails: [" Ana@Example.com ", "ana@example.com"], title: "Lawyer" }));
    const [made] = page.changedPeople;
    expect(made).toMatchObject({ name: "Ana", emails: ["ana@example.com"], title: "Lawyer", active: true });
    expect(accountOf(page, "a")).toMatchObject({ personId: made?.id, matchedBy: "alone" });
    expect([...page.shown]).toEqual([made?.id]);
  });

  it("finds the person by an address, who learns what is new", () => {
    const page = take(
      open([person("per_1", "ana@example.com")], [], [["acc_x", "per_1"]]),
      entry("a", { emails: ["a.berg@example.com", "ana@example.com"], department: "Legal" }),
    );
    expect(accountOf(page, "a")).toMatchObject({ personId: "per_1", matchedBy: "email" });
    expect(page.people.get("per_1")).toMatchObject({
      emails: ["ana@example.com", "a.berg@example.com"],
      department: "Legal",
    });
  });

  it("that fits two people, or one who has an account here, is for an admin", () => {
    const two = take(open([person("per_1", "ana@example.com"), person("per_2", "ana@example.com")]), entry("a"));
    expect(accountOf(two, "a")).toMatchObject({ personId: null, matchedBy: "ambiguous" });
    const taken = take(open([person("per_1", "ana@example.com")], [account("a", "per_1")]), entry("b"));
    expect(accountOf(taken, "b")).toMatchObject({ personId: null, matchedBy: "ambiguous" });
    expect([two.shown.size, taken.shown.size]).toEqual([0, 0]);
  });

  it("sees what came before it on the same page", () => {
    const page = take(open(), entry("a"), entry("b"));
    expect(accountOf(page, "b")).toMatchObject({ personId: null, matchedBy: "ambiguous" });
    expect(page.changedPeople.size).toBe(1);
  });

  it("leaves an admin's matching as it is", () => {
    const known = account("a", "per_2", { matchedBy: "admin" });
    const page = take(
      open([person("per_1", "ana@example.com"), person("per_2")], [known]),
      entry("a", { name: "New" }),
    );
    expect(accountOf(page, "a")).toMatchObject({ personId: "per_2", matchedBy: "admin", name: "New" });
    expect(page.people.get("per_2")?.name).toBe("Ana");
  });

  it("of somebody who was removed keeps what was known of them, and they are gone with their last account", () => {
    const gone = entry("a", { name: "", emails: [], active: false });
    const known = [person("per_1", "ana@example.com")];
    const alone = take(open(known, [account("a", "per_1")]), gone);
    expect(accountOf(alone, "a")).toMatchObject({ name: "Ana", emails: ["ana@example.com"], active: false });
    expect(alone.people.get("per_1")?.active).toBe(false);
    const staying = take(open(known, [account("a", "per_1")], [["acc_x", "per_1"]]), gone);
    expect(staying.people.get("per_1")?.active).toBe(true);
  });

  it("of somebody whom nobody knew and who is gone is nothing", () => {
    const page = take(open(), entry("a", { active: false }));
    expect([page.changedAccounts.size, page.changedPeople.size]).toEqual([0, 0]);
  });

  it("changes nothing the second time", () => {
    const entries = fc.array(
      fc.record({
        account: fc.constantFrom("a", "b", "c"),
        name: fc.constantFrom("Ana", "Bo"),
        emails: fc.subarray(["a@x", "b@x", "c@x"]),
        active: fc.boolean(),
      }),
      { maxLength: 6 },
    );
    fc.assert(
      fc.property(entries, (all) => {
        // One entry an account: otherwise the page itself says two things.
        const page = take(open(), ...new Map(all.map((one) => [one.account, one])).values());
        const settled = take(page, ...new Map(all.map((one) => [one.account, one])).values());
        for (const some of [settled.changedAccounts, settled.changedPeople, settled.shown]) some.clear();
        take(settled, ...new Map(all.map((one) => [one.account, one])).values());
        expect([settled.changedAccounts.size, settled.changedPeople.size]).toEqual([0, 0]);
      }),
    );
  });
});
