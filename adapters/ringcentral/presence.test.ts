import { describe, expect, it } from "vitest";
import { ada, ben, company, createScene, department, queueMember, stranger } from "./fake/scene.ts";
import { read, readAll } from "./presence.ts";

const path = "/restapi/v1.0/account";
const many = Array.from({ length: 40 }, (_, index) => ({
  id: String(900_000 + index),
  extensionNumber: String(200 + index),
  name: `Person ${index}`,
}));

describe("reading presences", () => {
  it("reads thirty people in one light request", async () => {
    const scene = createScene({ extensions: many });
    const reports = await read(
      scene.c,
      many.slice(0, 30).map((one) => one.id),
    );
    expect(reports).toHaveLength(30);
    expect(scene.asked.filter((one) => one.path.includes("/presence"))).toEqual([
      expect.objectContaining({ cost: "ringcentral:light" }),
    ]);
  });

  it("does not ask for more than thirty, which RingCentral would refuse", async () => {
    const scene = createScene({ extensions: many });
    await expect(
      read(
        scene.c,
        many.slice(0, 31).map((one) => one.id),
      ),
    ).rejects.toMatchObject({ code: "invalid" });
    expect(scene.fake.requests).toEqual([]);
  });

  it("leaves out strangers, lines that are nobody's, and what is no extension", async () => {
    const { c } = createScene();
    const reports = await read(c, [stranger, department, "801001,801002/../x", ada, ada, ben]);
    expect(reports.map((report) => report.account)).toEqual([ada, ben]);
    expect(await read(c, [stranger])).toEqual([]);
    expect(await read(c, [department])).toEqual([]);
  });

  it("says what could be restored", async () => {
    const { fake, c } = createScene();
    fake.startCall(ada);
    const [report] = await read(c, [ada]);
    expect(report).toMatchObject({
      presence: { availability: "busy", activity: "on-call", native: "Busy/on-call" },
      restore: { userStatus: "Available", dndStatus: "TakeAllCalls" },
      observedAt: new Date("2026-03-02T09:00:00Z"),
      source: "read",
    });
  });

  it.each(["classic", "new"] as const)("sees Do Not Disturb in %s call handling", async (callHandling) => {
    const { fake, c } = createScene({ callHandling });
    fake.setDnd(ada, true);
    expect((await read(c, [ada, ben])).map((report) => report.presence.availability)).toEqual([
      "do-not-disturb",
      "available",
    ]);
  });

  it("knows nothing of who hides", async () => {
    const { fake, c } = createScene();
    fake.setHidden(ada, true);
    fake.startCall(ada);
    expect((await read(c, [ada]))[0]?.presence).toEqual({
      availability: "unknown",
      activity: "none",
      native: "Hidden",
    });
  });

  it("names the missing role when nobody may be read", async () => {
    const { fake, c } = createScene({ user: { permissions: [] } });
    await expect(read(c, [ada, ben])).rejects.toThrow("ReadPresenceStatus");
    await expect(read(c, [ada])).rejects.toThrow("ReadPresenceStatus");
    // The service user itself may always be read: part of an answer is an answer.
    expect(await read(c, [ada, fake.world.user.extensionId])).toHaveLength(1);
  });

  it("fails when a bulk answer cannot be read", async () => {
    const { fake, c } = createScene();
    fake.fail.next({ path, status: 207, body: "--Boundary_1" });
    await expect(read(c, [ada, ben])).rejects.toMatchObject({ code: "platform_refused" });
  });

  it("passes over a part that is broken", async () => {
    const { fake, c } = createScene();
    const good = {
      resourceId: ben,
      status: 200,
      body: { extension: { id: Number(ben) }, presenceStatus: "Busy", userStatus: "Busy" },
    };
    fake.fail.next({ path, status: 207, body: [{ resourceId: ada, status: 200, body: {} }, good] });
    expect((await read(c, [ada, ben])).map((report) => report.account)).toEqual([ben]);
  });
});

describe("reading everybody", () => {
  it("takes one heavy request a thousand and leaves out lines that are nobody's", async () => {
    const scene = createScene();
    const accounts = (await readAll(scene.c)).map((report) => report.account);
    expect(accounts.toSorted()).toEqual(company.filter((one) => one.id !== department).map((one) => one.id));
    expect(scene.asked.filter((one) => one.path.endsWith("/presence"))).toEqual([
      expect.objectContaining({ cost: "ringcentral:heavy" }),
    ]);
  });

  it("reads page after page", async () => {
    const large = Array.from({ length: 2_001 }, (_, index) => ({
      id: String(900_000 + index),
      extensionNumber: String(index),
      name: `P ${index}`,
    }));
    const scene = createScene({ extensions: large });
    const reports = await readAll(scene.c);
    expect(new Set(reports.map((report) => report.account)).size).toBe(2_001);
    expect(scene.asked.filter((one) => one.path.endsWith("/presence"))).toHaveLength(3);
  });

  it("surfaces the penalty and asks nothing more", async () => {
    const { fake, c, pass } = createScene({ limits: { Heavy: 1 } });
    await readAll(c);
    await expect(readAll(c)).rejects.toMatchObject({ code: "platform_throttled", retryAfterMs: 60_000 });
    const asked = fake.requests.length;
    pass(61_000);
    expect(await readAll(c)).not.toEqual([]);
    expect(fake.requests.length).toBe(asked + 1);
    expect((await read(c, [queueMember])).length).toBe(1);
  });
});
