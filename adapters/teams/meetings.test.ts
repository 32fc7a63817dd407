import { describe, expect, it } from "vitest";
import { jonas, marta, sentTo, stranger, useMicrosoft } from "./fake/test-world.ts";
import { meetings } from "./meetings.ts";

const microsoft = useMicrosoft();

describe("opening a meeting", () => {
  it("gives a link that can be joined at once", async () => {
    const { fake, connect } = microsoft.world;
    const meeting = await meetings.create(connect(), jonas.id, "Duplicate invoice", "cst_1");
    expect(meeting).toEqual({
      joinUrl: expect.stringMatching(/^https:\/\/teams\.microsoft\.com\/l\/meetup-join\//),
      ref: expect.any(String),
    });
    expect(sentTo(fake, /createOrGet/)).toEqual([
      {
        externalId: "cst_1",
        subject: "Duplicate invoice",
        startDateTime: "2026-11-20T09:00:00.000Z",
        endDateTime: "2026-11-20T10:00:00.000Z",
      },
    ]);
  });

  it("gives the same one for the same key, also after the answer was lost and later in the day", async () => {
    const { fake, connect, clock } = microsoft.world;
    const c = connect();
    fake.fail.next({ path: /createOrGet/, applyThenDrop: true });
    await expect(meetings.create(c, jonas.id, "x", "cst_1")).rejects.toMatchObject({ code: "platform_unavailable" });
    const first = await meetings.create(c, jonas.id, "x", "cst_1");
    clock.pass(1_000_000);
    expect(await meetings.create(c, jonas.id, "x", "cst_1")).toEqual(first);
    expect((await meetings.create(c, marta.id, "x", "cst_1")).ref).not.toBe(first.ref);
    expect((await meetings.create(c, jonas.id, "x", "cst_2")).ref).not.toBe(first.ref);
  });

  it.each([
    ["the permission is missing", () => microsoft.world.fake.setRoles(["Presence.Read.All"])],
    ["no policy covers the organizer", () => microsoft.world.fake.updateUser(jonas.id, { hasMeetingPolicy: false })],
  ])("names both cures when %s", async (_name, spoil) => {
    spoil();
    await expect(meetings.create(microsoft.world.connect(), jonas.id, "x", "cst_1")).rejects.toMatchObject({
      code: "platform_unauthorized",
      message: expect.stringMatching(/OnlineMeetings\.ReadWrite\.All.*New-CsApplicationAccessPolicy/),
    });
  });

  it("tells when nobody would be the organizer", async () => {
    await expect(meetings.create(microsoft.world.connect(), stranger, "x", "cst_1")).rejects.toMatchObject({
      code: "not_found",
    });
  });
});
