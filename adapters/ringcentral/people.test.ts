import { describe, expect, it } from "vitest";
import { ada, blocked, createScene, department } from "./fake/scene.ts";
import { list } from "./people.ts";

describe("the directory", () => {
  it("lists people with what is known of them", async () => {
    const { c } = createScene();
    const { people, next } = await list(c);
    expect(next).toBeUndefined();
    expect(people.find((one) => one.account === ada)).toEqual({
      account: ada,
      name: "Ada Lovelace",
      emails: ["ada@example.com"],
      phone: "+16505550101",
      department: "Returns",
      title: "Specialist",
      site: "Main",
      active: true,
    });
    expect(people.map((one) => one.account)).not.toContain(department);
  });

  it("shows who cannot be asked yet, and people without a number of their own", async () => {
    const { c } = createScene();
    const person = (await list(c)).people.find((one) => one.account === blocked);
    expect(person).toEqual({ account: blocked, name: "Cy Twombly", emails: [], active: false });
  });

  it("goes on where it was told to", async () => {
    const { c, fake } = createScene({ directoryPageMax: 2 });
    expect((await list(c, "3")).next).toBeUndefined();
    expect((await list(c, "2")).next).toBe("3");
    fake.fail.next({ path: "/restapi/v1.0/account", status: 503 });
    await expect(list(c, "2")).rejects.toMatchObject({ code: "platform_unavailable", retry: true });
    expect((await list(c, "2")).people).toHaveLength(2);
  });

  it("names the missing scope", async () => {
    const { c } = createScene({ client: { scopes: ["EditPresence"] } });
    await expect(list(c)).rejects.toThrow("ReadAccounts");
  });

  it("takes a number only from those that ring this person", async () => {
    const { c, fake } = createScene();
    const numbers = [
      { usageType: "MainCompanyNumber", phoneNumber: "+16505550000", primary: true },
      { usageType: "DirectNumber", phoneNumber: "101" },
      { usageType: "DirectNumber", e164: "+16505550177", primary: true },
      { usageType: "MobileNumber", phoneNumber: "+16505550188" },
    ];
    const records = [
      { id: 7, name: "Seven", phoneNumbers: numbers },
      { id: "8", phoneNumbers: numbers.slice(0, 2) },
    ];
    fake.fail.next({ path: "/restapi/v1.0/account", status: 200, body: { records, paging: { perPage: 1000 } } });
    expect((await list(c)).people).toEqual([
      { account: "7", name: "Seven", emails: [], phone: "+16505550177", active: false },
      { account: "8", name: "", emails: [], active: false },
    ]);
    const { c: willing, fake: other } = createScene({ settings: { mobiles: "last" } });
    const hidden = { usageType: "MobileNumber", phoneNumber: "+16505550199", hidden: true };
    const more = [...records, { id: "9", phoneNumbers: [hidden] }];
    other.fail.next({ path: "/restapi/v1.0/account", status: 200, body: { records: more, paging: { perPage: 1000 } } });
    expect((await list(willing)).people.map(({ mobile }) => mobile)).toEqual(["+16505550188", undefined, undefined]);
  });
});
