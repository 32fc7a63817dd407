import { describe, expect, it } from "vitest";
import { twilio } from "./index.ts";
import { ada, ben, consulting, expertPhone, openScene, type Scene } from "./testing.ts";

const both = "agent connected, customer connected";

describe("taking somebody out", () => {
  it("never the customer", async () => {
    const scene = await consulting();
    for (const operation of ["removeParty", "cancelConsult"] as const)
      expect(await scene.run(operation, { party: scene.customer() })).toMatchObject({ state: "refused" });
    expect(scene.fake.call(scene.customer()).status).toBe("in-progress");
  });

  it("cancels a phone that rings, which Twilio does not let us remove", async () => {
    for (const removesRinging of [false, true]) {
      const scene = await openScene({ removesRinging });
      await scene.run("startConsult");
      expect(await scene.run("cancelConsult", { party: scene.ringing() })).toEqual({ state: "done" });
      expect(scene.fake.call(scene.ringing()).status).toBe("canceled");
      expect(await scene.seen()).toBe(both);
    }
  });

  it("removes an expert who answers in the moment of being cancelled", async () => {
    const scene = await openScene();
    await scene.run("startConsult");
    const fetch: Scene["connection"]["fetch"] = async (input, init) => {
      if (String(init?.body).includes("Status=canceled")) scene.answer();
      return scene.connection.fetch(input, init);
    };
    expect(await twilio.calls?.run({ ...scene.connection, fetch }, scene.command("cancelConsult"))).toEqual({
      state: "done",
    });
    expect(await scene.seen()).toBe(both);
  });

  it("stops a phone that rings on after the customer has hung up", async () => {
    const scene = await openScene();
    await scene.run("startConsult");
    scene.fake.customerHangsUp(scene.ref);
    expect(scene.fake.call(scene.ringing()).status).toBe("ringing");
    await scene.run("cancelConsult", { party: scene.ringing() });
    expect(scene.fake.call(scene.ringing()).status).toBe("canceled");
  });

  it("leaves the first expert in when the second one's consult is cancelled", async () => {
    const scene = await openScene();
    await scene.run("addParty");
    scene.answer();
    await scene.run("startConsult", { target: { kind: "phone", e164: "+33123456780" } });
    expect(await scene.seen()).toBe("agent connected, customer held, expert held, expert ringing");
    await scene.run("cancelConsult");
    expect(await scene.seen()).toBe("agent connected, customer connected, expert connected");
  });

  it("nor the agent by cancelling a consult", async () => {
    const scene = await consulting();
    expect(await scene.run("cancelConsult", { party: scene.agent() })).toMatchObject({ code: "not_in_consult" });
    expect(await scene.seen()).toContain("agent connected");
  });

  it("without taking everybody along, whatever was set on the leg", async () => {
    const scene = await consulting();
    await scene.run("mergeConference");
    const leg = scene.fake.conference(scene.ref).participants.find((one) => one.call.sid === scene.ringing());
    if (leg) leg.endConferenceOnExit = true;
    expect(await scene.run("removeParty", { party: scene.ringing() })).toEqual({ state: "done" });
    expect(await scene.seen()).toBe(both);
  });

  it("never the last one whom the customer has", async () => {
    const scene = await consulting();
    await scene.run("completeTransfer");
    for (const operation of ["cancelConsult", "removeParty"] as const)
      expect(await scene.run(operation, { party: scene.ringing() })).toMatchObject({ code: "last_with_customer" });
    expect(await scene.seen()).toBe("customer connected, expert connected");
  });

  it("leaves the first expert in when the second one could not be had", async () => {
    const scene = await openScene();
    await scene.run("addParty");
    scene.answer();
    await scene.run("startConsult", { target: { kind: "phone", e164: "+33123456780" } });
    scene.fake.decline(scene.ringing());
    await scene.run("cancelConsult");
    expect(await scene.seen()).toBe("agent connected, customer connected, expert connected");
  });

  it("knows nothing of parties that were never there", async () => {
    const scene = await openScene();
    expect(await scene.run("removeParty", { party: `CA${"0".repeat(32)}` })).toMatchObject({ code: "no_such_party" });
    expect(await scene.run("removeParty")).toMatchObject({ code: "missing_party" });
    expect(await scene.run("hold", { party: `CA${"0".repeat(32)}` })).toMatchObject({ code: "not_connected" });
    expect(await scene.run("hold", { party: scene.agent() })).toMatchObject({ code: "not_holdable" });
  });
});

describe("who may act, and on what", () => {
  it("only the agent who has the task", async () => {
    const scene = await openScene();
    for (const operation of ["startConsult", "hold", "cancelConsult"] as const)
      expect(await scene.run(operation, { agent: ben })).toMatchObject({ state: "refused", code: "wrong_agent" });
  });

  it("nothing but what brings people together once the conference has ended or the task is deleted", async () => {
    const ended = await openScene();
    ended.fake.customerHangsUp(ended.ref);
    expect(await ended.run("startConsult")).toMatchObject({ state: "refused", code: "interaction_ended" });
    const deleted = await consulting();
    await deleted.run("completeTransfer");
    deleted.fake.deleteTask(deleted.ref);
    expect(await deleted.run("startConsult")).toMatchObject({ state: "refused", code: "wrong_agent" });
    expect(await deleted.run("mergeConference")).toEqual({ state: "done" });
  });

  it("a private consult while another one goes on is refused", async () => {
    const scene = await consulting();
    expect(await scene.run("startConsult")).toMatchObject({ code: "consult_in_progress" });
    expect(await scene.run("addParty")).toMatchObject({ code: "consult_in_progress" });
  });

  it("a supervisor who whispers is neither put on hold nor counted", async () => {
    const scene = await openScene();
    scene.fake.coach(scene.ref);
    expect(await scene.run("startConsult")).toEqual({ state: "done" });
    expect(await scene.seen()).toBe("agent connected, customer held, expert ringing, system connected");
  });

  it("plays the company's own music", async () => {
    const scene = await openScene({}, { holdMusicUrl: "https://cdn.example.com/music.mp3" });
    await scene.run("hold");
    const form = scene.fake.timeline.at(-1)?.form;
    expect(form).toEqual({ Hold: "true", HoldUrl: "https://cdn.example.com/music.mp3", HoldMethod: "GET" });
  });
});

describe("switching", () => {
  it("goes back if the other one cannot be brought back", async () => {
    const scene = await consulting();
    const path = new RegExp(`Participants/${scene.customer()}`);
    scene.fake.faults.next({ path, method: "POST", status: 400, body: { code: 20001 } });
    expect(await scene.run("switchParty", { speakTo: "customer" })).toMatchObject({ state: "refused" });
    expect(await scene.seen()).toBe("agent connected, customer held, expert connected");
    expect(await scene.run("switchParty", { speakTo: "customer" })).toEqual({ state: "done" });
    expect(await scene.run("switchParty", { speakTo: "expert" })).toEqual({ state: "done" });
    expect(await scene.seen()).toBe("agent connected, customer held, expert connected");
  });

  it("back to the customer while the expert's phone rings, and again once they have answered", async () => {
    const scene = await openScene();
    await scene.run("startConsult");
    await scene.run("switchParty", { speakTo: "customer" });
    expect(await scene.seen()).toBe("agent connected, customer connected, expert ringing");
    scene.answer();
    await scene.run("switchParty", { speakTo: "customer" });
    expect(await scene.seen()).toBe("agent connected, customer connected, expert held");
  });

  it("needs somebody to switch to", async () => {
    const scene = await openScene();
    expect(await scene.run("switchParty", { speakTo: "expert" })).toMatchObject({ code: "no_consult" });
    expect(await (await consulting()).run("switchParty")).toMatchObject({ code: "missing_speak_to" });
  });
});

describe("looking", () => {
  it("tells what the contact center knows, without Twilio's own ids", async () => {
    const scene = await openScene();
    expect(await scene.look()).toMatchObject({
      ref: scene.ref,
      rootRef: scene.ref,
      channel: "voice",
      attributes: { intent: "invoice", queue: "Everyone", direction: "inbound" },
      parties: expect.arrayContaining([
        expect.objectContaining({ role: "customer", name: "Cleo" }),
        expect.objectContaining({ role: "agent", account: ada }),
      ]),
    });
    expect(JSON.stringify((await scene.look())?.attributes)).not.toContain("CA");
  });

  it("finds the conference by its name when the task does not say, or is deleted", async () => {
    const scene = await consulting();
    await scene.run("completeTransfer");
    scene.fake.deleteTask(scene.ref);
    const snapshot = await scene.look();
    expect(snapshot).toMatchObject({ state: "live", ref: scene.ref });
    expect(snapshot?.parties.filter(({ role }) => role === "expert")).toHaveLength(1);
  });

  it("asks about a leg that is over only once", async () => {
    const scene = await consulting();
    scene.fake.hangUp(scene.ringing());
    const asked = () => scene.fake.faults.requests.filter(({ path }) => path.includes("/Calls/")).length;
    await scene.look();
    expect(asked()).toBe(1);
    const parties = (await scene.look())?.parties;
    expect(asked()).toBe(1);
    expect(parties).toContainEqual(expect.objectContaining({ role: "expert", state: "left", reason: "hung-up" }));
  });

  it("knows a customer who waits in the queue", async () => {
    const scene = await openScene();
    const ref = scene.fake.offerCall(ben);
    expect(await twilio.calls?.lookup(scene.connection, ref)).toMatchObject({ state: "live", parties: [] });
  });

  it("tells a mailbox from a person where that is paid for", async () => {
    for (const [by, human] of [
      ["voicemail", false],
      ["answer", true],
    ] as const) {
      const scene = await openScene({}, { machineDetection: true });
      await scene.run("startConsult");
      scene.fake[by](scene.ringing());
      await scene.fake.idle();
      expect((await scene.look())?.parties).toContainEqual(expect.objectContaining({ role: "expert", human }));
    }
    const unpaid = await consulting();
    expect((await unpaid.look())?.parties.find(({ role }) => role === "expert")).not.toHaveProperty("human");
  });

  it("never repeats names, numbers or secrets in what it refuses", async () => {
    const scene = await openScene({ numbers: [] });
    const said = JSON.stringify(await scene.run("startConsult"));
    for (const secret of [expertPhone, "Cleo", scene.connection.settings.apiKeySecret])
      expect(said).not.toContain(secret);
  });
});
