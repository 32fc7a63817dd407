import { describe, expect, it } from "vitest";
import type { PresenceReport } from "../../src/platform/contract.ts";
import { twilio } from "./index.ts";
import type { Twilio } from "./settings.ts";
import { ada, ben, openFake, openScene, stranger } from "./testing.ts";

const onBreak = { availability: "away", activity: "break" } as const;

async function shown(connection: Twilio, account: string) {
  const [report] = (await twilio.presence?.read(connection, [account])) ?? [];
  return report?.presence;
}

describe("reading agents", () => {
  it("tells who is on a call from reservations, as their activity stays available", async () => {
    const scene = await openScene();
    scene.fake.chooseActivity(ada, "Available");
    expect(await shown(scene.connection, ada)).toEqual({
      availability: "busy",
      activity: "on-call",
      native: "Available",
      routable: true,
    });
    expect(await shown(scene.connection, ben)).toMatchObject({ availability: "available", routable: true });
  });

  it("tells ringing and wrapping up, and that a chat is no call", async () => {
    const { fake, connection } = openFake();
    fake.startChat(ada);
    fake.offerCall(ben);
    expect(await shown(connection, ada)).toMatchObject({ activity: "none" });
    expect(await shown(connection, ben)).toMatchObject({ activity: "ringing" });
    const ref = fake.startCall({ agent: ada });
    expect(await shown(connection, ada)).toMatchObject({ activity: "on-call" });
    fake.agentHangsUp(ref);
    expect(await shown(connection, ada)).toMatchObject({ activity: "wrap-up" });
    fake.completeTask(ref);
    expect(await shown(connection, ada)).toMatchObject({ activity: "none" });
  });

  it("asks for a task's reservations once in half a minute, and for few at a time", async () => {
    const { fake, connection, clock } = openFake();
    for (let calls = 0; calls < 30; calls++) fake.startCall({ agent: ada });
    const reservations = () => fake.faults.requests.filter(({ path }) => /Tasks\/.*\/Reservations/.test(path)).length;
    await twilio.presence?.readAll?.(connection);
    expect(reservations()).toBe(20);
    await twilio.presence?.readAll?.(connection);
    expect(reservations()).toBe(30);
    await twilio.presence?.readAll?.(connection);
    expect(reservations()).toBe(30);
    await clock.advance(31_000);
    await twilio.presence?.readAll?.(connection);
    expect(reservations()).toBe(50);
  });

  it("reads everybody over several pages, in one listing however many are asked for", async () => {
    const workers = Array.from({ length: 25 }, (_, index) => ({ name: `Agent ${index}` }));
    const { fake, connection } = openFake({ workers, pageSizeMax: 10 });
    const all = (await twilio.presence?.readAll?.(connection)) ?? [];
    expect(all).toHaveLength(25);
    const some = all.slice(3, 13).map(({ account }: PresenceReport) => account);
    fake.faults.requests.splice(0);
    const read = (await twilio.presence?.read(connection, [...some, stranger, "../x"])) ?? [];
    expect(read.map(({ account }) => account).sort()).toEqual([...some].sort());
    expect(fake.faults.requests.filter(({ path }) => path.endsWith("/Workers"))).toHaveLength(3);
  });

  it("is as old as its beginning", async () => {
    const { connection, clock } = openFake();
    const before = clock.now();
    const fetch: Twilio["fetch"] = async (input, init) => {
      await clock.advance(1_000);
      return connection.fetch(input, init);
    };
    const reading = twilio.presence?.read({ ...connection, fetch }, [ada]);
    expect((await reading)?.[0]?.observedAt).toEqual(before);
  });
});

describe("moving an agent", () => {
  it("takes the activity that means it, or the plain one of the same availability", async () => {
    const { fake, connection } = openFake();
    expect(await twilio.presence?.setState?.(connection, ada, { availability: "busy", activity: "training" })).toBe(
      "set",
    );
    expect(fake.workers()[0]?.activity.name).toBe("Training");
    expect(await twilio.presence?.setState?.(connection, ada, { availability: "busy", activity: "in-meeting" })).toBe(
      "set",
    );
    expect(fake.workers()[0]?.activity.name).toBe("Unavailable");
  });

  it("never puts anybody on queue", async () => {
    const { fake, connection } = openFake({
      activities: [
        { name: "Available", available: true },
        { name: "Offline", available: false },
      ],
    });
    const wanted = { availability: "available", activity: "none" } as const;
    await expect(twilio.presence?.setState?.(connection, ada, wanted)).rejects.toMatchObject({ code: "unsupported" });
    expect(fake.workers()[0]?.activity.name).toBe("Offline");
  });

  it("leaves alone who is on a call, but not who is in a chat", async () => {
    const { fake, connection } = openFake();
    fake.startChat(ada);
    expect(await twilio.presence?.setState?.(connection, ada, onBreak)).toBe("set");
    fake.chooseActivity(ada, "Online");
    fake.startCall({ agent: ada });
    expect(await twilio.presence?.setState?.(connection, ada, onBreak)).toBe("kept");
  });

  it("gives way to what the person chooses in this very moment", async () => {
    const { fake, connection } = openFake();
    const fetch: Twilio["fetch"] = async (input, init) => {
      if (init?.method === "POST") fake.chooseActivity(ada, "Training");
      return connection.fetch(input, init);
    };
    expect(await twilio.presence?.setState?.({ ...connection, fetch }, ada, onBreak)).toBe("kept");
    expect(fake.workers()[0]?.activity.name).toBe("Training");
  });

  it("changes nothing that is so already, and knows no strangers", async () => {
    const { fake, connection } = openFake();
    fake.chooseActivity(ada, "Break");
    expect(await twilio.presence?.setState?.(connection, ada, onBreak)).toBe("set");
    expect(fake.timeline).toEqual([]);
    for (const nobody of [stranger, "../Tasks"])
      await expect(twilio.presence?.setState?.(connection, nobody, onBreak)).rejects.toMatchObject({
        code: "not_found",
      });
  });
});

describe("people", () => {
  it("have the address and the department that single sign-on writes into their attributes", async () => {
    const attributes = {
      full_name: "Ada Agent",
      email: "ada@example.com",
      department_name: "Billing",
      location: "Malmö",
      contact_uri: "+46701740605",
    };
    for (const listsAttributes of [true, false]) {
      const { connection } = openFake({ workers: [{ sid: ada, name: "ada", attributes }], listsAttributes });
      expect((await twilio.people?.list(connection))?.people).toEqual([
        {
          account: ada,
          name: "Ada Agent",
          emails: ["ada@example.com"],
          phone: "+46701740605",
          department: "Billing",
          site: "Malmö",
          active: true,
        },
      ]);
    }
  });

  it("are listed even if their attributes are of no use", async () => {
    const attributes = { email: 7, contact_uri: "client:ben", full_name: "" };
    const { connection } = openFake({ workers: [{ sid: ben, name: "ben", attributes }] });
    expect((await twilio.people?.list(connection))?.people).toEqual([
      { account: ben, name: "ben", emails: [], active: true },
    ]);
  });

  it("are not looked for anywhere else, whatever the cursor", async () => {
    const { connection } = openFake();
    await expect(twilio.people?.list(connection, "/v1/Workspaces/WSx/Workers?Page=1")).rejects.toMatchObject({
      code: "bad_request",
    });
  });
});

describe("check", () => {
  it.each([
    [/^\/v1\/Workspaces\/\w+$/, "TaskRouter"],
    [/Conferences/, "voice conferences"],
    [/Sinks/, "Event Streams"],
  ])("says what is missing when %s is refused", async (path, words) => {
    const { fake, connection } = openFake();
    fake.faults.next({ path, status: 403, body: { code: 20403 } });
    await expect(twilio.check(connection)).rejects.toMatchObject({
      code: "platform_unauthorized",
      message: expect.stringContaining(words),
    });
  });

  it("notices a wrong auth token, which only callbacks need", async () => {
    const { fake, connection } = openFake();
    fake.revoke(connection.settings.accountSid);
    await expect(twilio.check(connection)).rejects.toMatchObject({ message: expect.stringContaining("auth token") });
    const said = await twilio.check(connection).catch((error) => JSON.stringify([error, error.message, error.stack]));
    expect(said).not.toContain(connection.settings.authToken);
  });

  it("does not blame the settings for Twilio's trouble", async () => {
    const { fake, connection } = openFake();
    fake.faults.next({ status: 503 });
    await expect(twilio.check(connection)).rejects.toMatchObject({ code: "platform_unavailable" });
  });
});
