import { describe, expect, it } from "vitest";
import { calls } from "./calls.ts";
import { asterisk } from "./index.ts";
import { command, openFake, startTalk } from "./testing.ts";

const open = async () => {
  const scene = openFake();
  scene.listen();
  await Promise.resolve();
  const show = async (account = "alice") => (await asterisk.presence?.read(scene.connection, [account]))?.[0]?.presence;
  return { ...scene, show };
};

describe("what agents' phones show", () => {
  it.each([
    ["online", "available"],
    ["offline", "offline"],
    ["unknown", "unknown"],
    ["busy-ish", "unknown"],
    ["", "unknown"],
  ])("%j is %s", async (state, availability) => {
    const { fake, show } = await open();
    fake.setEndpoint("PJSIP/alice", state);
    expect(await show()).toMatchObject({ availability, activity: "none", native: state });
  });

  it("is busy on the phone, also while the customer listens to music", async () => {
    const { show, connection, fake } = await open();
    const interaction = await startTalk({ connection, fake } as never);
    expect(await show()).toMatchObject({ availability: "busy", activity: "on-call" });
    await calls.run(connection, command("hold", interaction));
    expect(await show()).toMatchObject({ availability: "busy", activity: "on-call" });
    fake.hangUp(fake.channels().find(({ name }) => name.startsWith("PJSIP/alice"))?.id ?? "");
    expect(await show()).toMatchObject({ availability: "available", activity: "none" });
  });

  it("is ringing until somebody answers", async () => {
    const scene = await open();
    const interaction = await startTalk(scene);
    const target = { kind: "agent", account: "ben" } as const;
    await calls.run(scene.connection, command("startConsult", interaction, { target }));
    expect(await scene.show("ben")).toMatchObject({ availability: "busy", activity: "ringing" });
  });

  it("says nothing of a phone that Asterisk does not have", async () => {
    const { connection } = await open();
    expect(await asterisk.presence?.read(connection, ["gone"])).toEqual([]);
    const all = await asterisk.presence?.readAll?.(connection);
    expect(all?.map(({ account }) => account)).toEqual(["alice", "ben"]);
  });

  it("takes one request for everybody, and one more while somebody is on the phone", async () => {
    const scene = await open();
    const count = async () => {
      const before = scene.fake.faults.requests.length;
      await asterisk.presence?.readAll?.(scene.connection);
      return scene.fake.faults.requests.length - before;
    };
    expect(await count()).toBe(1);
    await startTalk(scene);
    expect(await count()).toBe(2);
  });
});

describe("who works here", () => {
  it("is who stands in the settings, active while Asterisk has the phone", async () => {
    const { connection } = await open();
    expect(await asterisk.people?.list(connection)).toEqual({
      people: [
        { account: "alice", name: "Alice Agent", emails: ["alice@example.com"], active: true },
        { account: "ben", name: "Ben Agent", emails: [], active: true },
        { account: "gone", name: "Gone Agent", emails: [], active: false },
      ],
    });
  });
});
