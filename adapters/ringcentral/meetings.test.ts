import { describe, expect, it } from "vitest";
import { ada, createScene, service } from "./fake/scene.ts";
import { create } from "./meetings.ts";

describe("a meeting", () => {
  it("can be joined by its link alone", async () => {
    const { c, fake } = createScene();
    const { joinUrl, ref } = await create(c, ada, "Help with an order", "cst_1");
    const room = fake.rooms.get(ref);
    expect(joinUrl).toBe(`https://v.ringcentral.com/join/${room?.pin}?pw=${room?.password}`);
    expect(room?.asked).toMatchObject({
      type: "Instant",
      security: { noGuests: false, sameAccount: false },
      preferences: { joinBeforeHost: true, join: { waitingRoomRequired: "Nobody" } },
    });
  });

  it("is made once for a key, by however many processes", async () => {
    const { c, fake } = createScene();
    const rooms = await Promise.all([1, 2, 3].map(() => create(c, ada, "Help", "cst_1")));
    expect(new Set(rooms.map((room) => room.ref)).size).toBe(1);
    await create(c, ada, "Help", "cst_2");
    expect(fake.rooms.size).toBe(2);
  });

  it("is tried again after a failure", async () => {
    const { c, fake } = createScene();
    fake.fail.next({ path: "/rcvideo", status: 500 });
    await expect(create(c, ada, "Help", "cst_1")).rejects.toMatchObject({ code: "platform_unavailable" });
    expect(await create(c, ada, "Help", "cst_1")).toHaveProperty("joinUrl");
  });

  it("needs a super admin for somebody else, and the scope", async () => {
    const { c } = createScene({ user: { isSuperAdmin: false } });
    await expect(create(c, ada, "Help", "cst_1")).rejects.toMatchObject({ code: "platform_unauthorized" });
    expect(await create(c, service, "Help", "cst_2")).toHaveProperty("joinUrl");
    const poor = createScene({ client: { scopes: ["ReadAccounts"] } });
    await expect(create(poor.c, service, "Help", "cst_1")).rejects.toThrow("(Video)");
  });

  it("is not asked of what is no extension", async () => {
    const { c, fake } = createScene();
    await expect(create(c, "801001/../801002", "Help", "cst_1")).rejects.toMatchObject({ code: "not_found" });
    expect(fake.rooms.size).toBe(0);
  });
});
