import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { FakeUser } from "../../adapters/teams/fake.ts";
import { ana, createTestService, jonas, marta, type TestService } from "../testing/service.ts";

const colleague = (index: number) => `colleague${index}@example.com`;
const objectId = (index: number) => `0d4c1f6e-8a1b-4c2d-9e3f-${String(index).padStart(12, "0")}`;
const user = (index: number, more: Partial<FakeUser> = {}): FakeUser => ({
  id: objectId(index),
  displayName: `Colleague ${index}`,
  userPrincipalName: colleague(index).toUpperCase(),
  mail: colleague(index),
  ...more,
});
const agent = (index: number, ...emails: string[]) => ({ id: `c${index}`, name: `Agent ${index}`, emails });

const crowd = Array.from({ length: 24 }, (_, index) => index + 1);
/** Known to the contact center as two people, to the directory as one who has both addresses. */
const both = user(500, { userPrincipalName: "one@example.com", mail: "two@example.com", displayName: "One or Two" });

let service: TestService;
beforeAll(async () => {
  service = await createTestService({
    pageSize: 7,
    users: [...crowd.map((index) => user(index)), user(200, { userType: "Guest" })],
    agents: [
      ...crowd.map((index) => agent(index, colleague(index))),
      agent(300, "shared@example.com"),
      agent(301, "shared@example.com"),
      agent(501, "one@example.com"),
      agent(502, "two@example.com"),
    ],
  });
  await service.pass(5_000);
  service.microsoft.addUser(both);
  await service.pass(300_000, 60_000);
});
afterAll(() => service?.close());

type Row = { id: string; person_id: string | null; matched_by: string; active: boolean };
const accountOf = async (externalId: string): Promise<Row | undefined> =>
  (await service.sql<Row[]>`select * from accounts where external_id = ${externalId}`)[0];
const person = async (name: string) =>
  (await service.sql`select * from people where name = ${name} order by active desc limit 1`)[0];
const fiveMinutes = () => service.pass(300_000, 60_000);
const found = async (q: string) => {
  const { body } = await service.ask("GET", `/v1/experts?q=${encodeURIComponent(q)}`);
  return body.items?.map((one) => one.name);
};

describe("matching", () => {
  it("somebody with the same address on two platforms is one person, also when both are read at the same moment", async () => {
    for (const index of crowd) {
      const [center, directory] = [await accountOf(`c${index}`), await accountOf(objectId(index))];
      expect(center?.person_id, colleague(index)).toBeTruthy();
      expect(directory?.person_id).toBe(center?.person_id);
    }
    const [row] = await service.sql`select count(*)::int from people where emails[1] like 'colleague%'`;
    expect(row?.count).toBe(crowd.length);
  });

  it("nobody is guessed when an address leads to two people, or a platform shows one address twice", async () => {
    expect(await accountOf(both.id)).toMatchObject({ person_id: null, matched_by: "ambiguous" });
    const shared = [await accountOf("c300"), await accountOf("c301")];
    expect(shared.map((one) => one?.person_id).filter(Boolean)).toHaveLength(1);
    expect(shared.map((one) => one?.matched_by).sort()).toEqual(["alone", "ambiguous"]);
  });

  it("who waits for a decision is listed for the admin", async () => {
    const { body } = await service.ask("GET", "/v1/accounts?undecided=true");
    expect(body.items?.map((one) => one.externalId).sort()).toEqual([both.id, expect.stringMatching(/^c30[01]$/)]);
    expect(body.items?.find((one) => one.externalId === both.id)).toMatchObject({
      name: "One or Two",
      emails: ["one@example.com", "two@example.com"],
      personId: null,
    });
  });

  it("a guest of another company is nobody", async () => {
    expect(await accountOf(objectId(200))).toBeUndefined();
  });
});

describe("an admin's decision", () => {
  const decide = (accountId: string, personId: string) =>
    service.ask("PUT", `/v1/accounts/${accountId}/person`, { body: { personId } });

  it("settles what was ambiguous, and no sync undoes it", async () => {
    const account = await accountOf(both.id);
    const one = (await accountOf("c501"))?.person_id ?? "";
    const answer = await decide(account?.id ?? "", one);
    expect(answer.body).toEqual({
      id: account?.id,
      connectionId: expect.stringMatching(/^con_/),
      externalId: both.id,
      matchedBy: "admin",
      active: true,
    });
    service.microsoft.updateUser(both.id, { mail: "three@example.com", department: "Water" });
    await fiveMinutes();
    expect(await accountOf(both.id)).toMatchObject({ person_id: one, matched_by: "admin" });
    expect((await person("Agent 501"))?.department).toBe("Water");
  });

  it("against what the address says stands, and who has no account any more is nobody", async () => {
    const account = await accountOf(objectId(7));
    const centers = await accountOf("c7");
    const target = (await accountOf("c8"))?.person_id ?? "";
    await decide(account?.id ?? "", target);
    await decide(centers?.id ?? "", target);
    const left = (await service.sql`select * from people where id = ${account?.person_id ?? ""}`)[0];
    expect(left).toMatchObject({ active: false, emails: [] });
    service.microsoft.updateUser(objectId(7), { jobTitle: "Plumber" });
    await fiveMinutes();
    expect((await accountOf(objectId(7)))?.person_id).toBe(target);
    expect((await service.sql`select active from people where id = ${account?.person_id ?? ""}`)[0]?.active).toBe(
      false,
    );
  });

  it("about somebody or something that is not there is no decision", async () => {
    const account = await accountOf(objectId(9));
    const before = await service.rows();
    expect((await decide(account?.id ?? "", "per_nobody")).status).toBe(404);
    expect((await decide("acc_nothing", account?.person_id ?? "")).status).toBe(404);
    expect(await service.rows()).toEqual(before);
  });
});

describe("who comes, changes and goes", () => {
  it("a new colleague is there within five minutes, without reading everybody again", async () => {
    const before = service.microsoft.requests.length;
    service.microsoft.addUser(user(600, { displayName: "Nora Nyström" }));
    await fiveMinutes();
    expect(await person("Nora Nyström")).toMatchObject({ active: true, emails: [colleague(600)] });
    const reads = service.microsoft.requests.slice(before).filter(({ path }) => path.includes("/users/delta"));
    expect(reads.length).toBeGreaterThan(0);
    expect(reads.length).toBeLessThanOrEqual(3);
  });

  it("a colleague who is called otherwise now is found by the new name", async () => {
    const { body } = await service.ask("GET", "/v1/people?limit=200");
    const id = body.items?.find((one) => one.name === "Nora Nyström")?.id;
    await service.ask("PUT", `/v1/experts/${id}`, { body: { skills: { plumbing: 3 } } });
    service.microsoft.updateUser(objectId(600), { displayName: "Nora Öberg" });
    await fiveMinutes();
    expect(await found("oberg")).toEqual(["Nora Öberg"]);
    expect(await found("nystrom")).toEqual([]);
  });

  it("who has left is found no more, and comes back as the same person", async () => {
    const id = (await person("Nora Öberg"))?.id;
    service.microsoft.updateUser(objectId(600), { accountEnabled: false });
    await fiveMinutes();
    expect(await found("oberg")).toEqual([]);
    expect((await person("Nora Öberg"))?.active).toBe(false);
    service.microsoft.updateUser(objectId(600), { accountEnabled: true });
    await fiveMinutes();
    expect(await found("oberg")).toEqual(["Nora Öberg"]);
    expect((await person("Nora Öberg"))?.id).toBe(id);
  });

  it("who was removed from one platform stays while another still has them", async () => {
    service.microsoft.removeUser(marta.id);
    service.microsoft.removeUser(objectId(20));
    await fiveMinutes();
    expect(await person(marta.name)).toMatchObject({ active: false });
    expect(await accountOf(objectId(20))).toMatchObject({ active: false });
    const kept = (await accountOf("c20"))?.person_id ?? "";
    expect((await service.sql`select active from people where id = ${kept}`)[0]?.active).toBe(true);
  });

  it("who has left while the platform forgot what it had told us is noticed all the same", async () => {
    service.microsoft.removeUser(jonas.id);
    service.microsoft.forgetDeltas();
    await fiveMinutes();
    expect(await accountOf(jonas.id)).toMatchObject({ active: false });
    expect(await person(jonas.name)).toMatchObject({ active: false });
    expect(await person(ana.name)).toMatchObject({ active: true });
  });

  it("nobody has left because a page could not be read", async () => {
    const active = async () => (await service.sql`select count(*)::int from accounts where active`)[0]?.count;
    const before = await active();
    service.microsoft.forgetDeltas();
    service.microsoft.fail.next({ path: /skiptoken|users\/delta/, status: 500, times: 3 });
    await service.pass(250_000, 50_000);
    expect(await active()).toBe(before);
    service.microsoft.fail.clear();
    await fiveMinutes();
    expect(await active()).toBe(before);
  });
});
