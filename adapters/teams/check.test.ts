import { describe, expect, it } from "vitest";
import { countRequests, useMicrosoft } from "./fake/test-world.ts";
import { teams } from "./index.ts";

const microsoft = useMicrosoft();
const { check } = teams;

describe("checking the connection", () => {
  it("is content when everything is granted, and has read a presence to prove it", async () => {
    const { fake, connect } = microsoft.world;
    await expect(check(connect())).resolves.toBeUndefined();
    expect(countRequests(fake, /getPresencesByUserId/)).toBe(1);
  });

  it("names each missing permission and what it is for", async () => {
    const { fake, connect } = microsoft.world;
    fake.setRoles(["User.Read.All", "Presence.Read.All"]);
    await expect(check(connect())).rejects.toMatchObject({
      code: "platform_unauthorized",
      message: expect.stringMatching(
        /Presence\.ReadWrite\.All.*call.*OnlineMeetings\.ReadWrite\.All.*meeting.*Self.*installing/,
      ),
      details: {
        missing_permissions: [
          "Presence.ReadWrite.All",
          "OnlineMeetings.ReadWrite.All",
          "TeamsAppInstallation.ReadWriteSelfForUser.All",
        ],
      },
    });
  });

  it("asks for no more than what is used", async () => {
    const { fake, connect } = microsoft.world;
    fake.setRoles(["User.Read.All", "Presence.Read.All"]);
    await expect(check(connect({ features: [], catalogAppId: undefined }))).resolves.toBeUndefined();
  });

  it("sees a consent that was given a moment ago", async () => {
    const { fake, connect } = microsoft.world;
    const c = connect();
    fake.setRoles(["User.Read.All"]);
    await expect(check(c)).rejects.toMatchObject({ code: "platform_unauthorized" });
    fake.setRoles([
      "User.Read.All",
      "Presence.ReadWrite.All",
      "OnlineMeetings.ReadWrite.All",
      "TeamsAppInstallation.ReadWriteSelfForUser.All",
    ]);
    await expect(check(c)).resolves.toBeUndefined();
  });

  it("tells a wrong bot secret from a wrong app secret", async () => {
    const { connect } = microsoft.world;
    await expect(check(connect({ botAppSecret: "wrong" }))).rejects.toMatchObject({
      message: expect.stringMatching(/^Sign-in of the bot/),
    });
    await expect(check(connect({ clientSecret: "wrong" }))).rejects.toMatchObject({
      message: expect.stringMatching(/^Sign-in of the app/),
    });
  });

  it("works for a tenant without people", async () => {
    const { fake, connect } = microsoft.world;
    for (const { id } of fake.users()) fake.removeUser(id);
    await expect(check(connect())).resolves.toBeUndefined();
  });
});
