import { describe, expect, it } from "vitest";
import type { Connection, DirectoryPerson } from "../../src/platform/contract.ts";
import { countRequests, guest, jonas, marta, useMicrosoft } from "./fake/test-world.ts";
import type { FakeUser } from "./fake.ts";
import { people } from "./people.ts";
import { settings, type TeamsSettings } from "./settings.ts";

const crowd: FakeUser[] = Array.from({ length: 5 }, (_, i) => ({
  id: `44444444-4444-4444-8444-44444444444${i}`,
  displayName: `Person ${i}`,
  userPrincipalName: `person${i}@contoso.example`,
}));
const microsoft = useMicrosoft({ users: [jonas, marta, guest, ...crowd], pageSize: 3 });

/** Reads until an empty page of changes says that all is known. */
async function readAll(c: Connection<TeamsSettings>, cursor?: string) {
  const found: DirectoryPerson[] = [];
  let next = cursor;
  for (let pages = 1; ; pages++) {
    const page = await people.list(c, next);
    found.push(...page.people);
    next = page.next;
    if (!next) throw new Error("there is always a next");
    if (page.delta && page.people.length === 0) return { found, next, pages };
  }
}
const personOf = async (c: Connection<TeamsSettings>, id: string) =>
  (await readAll(c)).found.find(({ account }) => account === id);

describe("listing people", () => {
  it("reads everybody once over several pages, then only changes", async () => {
    const { fake, connect } = microsoft.world;
    const c = connect();
    const first = await readAll(c);
    expect(first.found.map(({ account }) => account).sort()).toEqual(
      fake
        .users()
        .map(({ id }) => id)
        .sort(),
    );
    expect(first.pages).toBe(4);

    fake.updateUser(marta.id, { department: "Complaints" });
    fake.removeUser(crowd[0]?.id ?? "");
    const later = await readAll(c, first.next);
    expect(later.found).toEqual([
      {
        account: marta.id,
        name: "Marta Ruiz",
        emails: [marta.userPrincipalName],
        department: "Complaints",
        active: true,
      },
      { account: crowd[0]?.id, name: "", emails: [], active: false },
    ]);
  });

  it("marks pages of changes, and only those", async () => {
    const c = microsoft.world.connect();
    const first = await people.list(c);
    expect(first.delta).toBeUndefined();
    const { next } = await readAll(c);
    expect(await people.list(c, next)).toMatchObject({ delta: true, people: [] });
  });

  it("does not miss a change made while the first round was being read", async () => {
    const { fake, connect } = microsoft.world;
    const c = connect();
    const page = await people.list(c);
    fake.updateUser(jonas.id, { jobTitle: "Lead" });
    const { found } = await readAll(c, page.next);
    expect(found.find(({ account }) => account === jonas.id)).toMatchObject({ title: "Lead" });
  });

  it("starts again when Microsoft has forgotten the cursor", async () => {
    const { fake, connect } = microsoft.world;
    const c = connect();
    const { next } = await readAll(c);
    fake.forgetDeltas();
    const page = await people.list(c, next);
    expect(page.delta).toBeUndefined();
    expect((await readAll(c, page.next)).found.length + page.people.length).toBe(fake.users().length);
  });

  it("asks for the fields that it uses, once", async () => {
    const { fake, connect } = microsoft.world;
    await readAll(connect());
    expect(countRequests(fake, /users\/delta/)).toBe(4);
  });

  it("takes only its own cursors", async () => {
    const c = microsoft.world.connect();
    for (const cursor of ["", "all:", "all:../me", "https://evil.example/users/delta?$skiptoken=1"]) {
      await expect(people.list(c, cursor)).rejects.toMatchObject({ code: "invalid" });
    }
  });

  it("does not follow a link to another host", async () => {
    const { fake, connect } = microsoft.world;
    const body = { value: [], "@odata.nextLink": "https://evil.example/v1.0/users/delta?$skiptoken=1" };
    fake.fail.next({ path: /users\/delta/, status: 200, body });
    await expect(people.list(connect())).rejects.toMatchObject({ code: "platform_refused" });
  });

  it("says which permission is missing", async () => {
    const { fake, connect } = microsoft.world;
    fake.setRoles(["Presence.Read.All"]);
    await expect(people.list(connect())).rejects.toMatchObject({
      code: "platform_unauthorized",
      message: expect.stringContaining("User.Read.All"),
    });
  });
});

describe("what we take from the directory", () => {
  it("is everything that helps to find and ring somebody", async () => {
    expect(await personOf(microsoft.world.connect(), jonas.id)).toEqual({
      account: jonas.id,
      name: "Jonas Sund",
      emails: ["jonas.sund@contoso.example"],
      phone: "+46812345601",
      department: "Invoicing",
      title: "Specialist",
      site: "Stockholm",
      active: true,
    });
  });

  it.each([
    [["+46 8 123 456 01"], "+46812345601"],
    [["tel:+1-425-555-0100"], "+14255550100"],
    [["(08) 123 456"], undefined],
    [["+46812345601;ext=12"], undefined],
    [["0046812345601"], undefined],
    [["+46 8 CALL ME"], undefined],
    [[], undefined],
  ])("rings business phone %j as %s", async (businessPhones, phone) => {
    const { fake, connect } = microsoft.world;
    fake.updateUser(jonas.id, { businessPhones });
    expect((await personOf(connect(), jonas.id))?.phone).toBe(phone);
  });

  it("is the number that the settings choose, or none", async () => {
    const { connect } = microsoft.world;
    expect((await personOf(connect({ phoneFrom: "mobilePhone" }), jonas.id))?.phone).toBe("+46701234501");
    expect((await personOf(connect({ phoneFrom: "none" }), jonas.id))?.phone).toBeUndefined();
  });

  it("has a SIP address of the organization's own exchange, and a mobile, only where the settings say so", async () => {
    const { fake, connect } = microsoft.world;
    fake.updateUser(jonas.id, { businessPhones: ["+46 8 123 456 01"] });
    const waysOf = async (more: Partial<TeamsSettings>) => {
      const { sip, mobile } = (await personOf(connect(more), jonas.id)) ?? {};
      return [sip, mobile];
    };
    const [user] = jonas.userPrincipalName.split("@");
    expect(await waysOf({})).toEqual([undefined, undefined]);
    expect(await waysOf({ sipAddress: "sip:{number}@sbc.example.com", mobiles: "last" })).toEqual([
      "sip:+46812345601@sbc.example.com",
      "+46701234501",
    ]);
    expect(await waysOf({ sipAddress: "sip:{user}@sbc.example.com" })).toEqual([
      `sip:${user}@sbc.example.com`,
      undefined,
    ]);
    expect(await waysOf({ sipAddress: "sips:{upn}" })).toEqual([`sips:${jonas.userPrincipalName}`, undefined]);
    expect(await waysOf({ phoneFrom: "mobilePhone", mobiles: "last" })).toEqual([undefined, undefined]);
    fake.updateUser(jonas.id, { businessPhones: [], userPrincipalName: "j o@contoso.example" });
    expect(await waysOf({ sipAddress: "sip:{number}@sbc.example.com" })).toEqual([undefined, undefined]);
    expect(await waysOf({ sipAddress: "sip:{user}@sbc.example.com" })).toEqual([undefined, undefined]);
  });

  it.each([
    ["sip:{number}@sbc.example.com", true],
    ["sip:{upn}", true],
    ["sip:{user}@sbc.example.com", true],
    ["sip:{name}@sbc.example.com", false],
    ["sip:jonas@sbc.example.com", false],
    ["tel:{number}", false],
  ])("takes %s for a pattern of addresses: %s", (sipAddress, isTaken) => {
    expect(settings.shape.sipAddress.safeParse(sipAddress).success).toBe(isTaken);
  });

  it.each([
    [
      "the sign-in name's own domain",
      "J.Sund@Contoso.example",
      [],
      ["jonas.sund@contoso.example", "j.sund@contoso.example"],
    ],
    [
      "a domain that the admin listed",
      "j.sund@contoso.se",
      ["contoso.se"],
      ["jonas.sund@contoso.example", "j.sund@contoso.se"],
    ],
    ["nobody's domain", "ceo@fabrikam.example", [], ["jonas.sund@contoso.example"]],
    ["a look-alike of it", "x@notcontoso.example", [], ["jonas.sund@contoso.example"]],
  ])("matches by mail addresses in %s", async (_name, mail, emailDomains, emails) => {
    const { fake, connect } = microsoft.world;
    fake.updateUser(jonas.id, { mail });
    expect((await personOf(connect({ emailDomains }), jonas.id))?.emails).toEqual(emails);
  });

  it("counts guests and blocked accounts as not here, and never matches a guest by address", async () => {
    const { fake, connect } = microsoft.world;
    fake.updateUser(marta.id, { accountEnabled: false });
    const c = connect({ emailDomains: ["partner.example"] });
    expect(await personOf(c, marta.id)).toMatchObject({ active: false });
    expect(await personOf(c, guest.id)).toMatchObject({ active: false, emails: [] });
  });
});
