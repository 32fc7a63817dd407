import { describe, expect, it } from "vitest";
import { twilio } from "./index.ts";
import { consulting, customerHas, expertPhone, openScene, type Scene } from "./testing.ts";

const both = "agent connected, customer connected";
const handedOver = "customer connected, expert connected";
const legOf = (scene: Scene, call: string) =>
  scene.fake.conference(scene.ref).participants.find((one) => one.call.sid === call);

describe("the call outlives the agent", () => {
  it("as soon as a consult has begun: hold × leave × crash", async () => {
    for (const answered of [false, true])
      for (const speakTo of ["customer", "expert", "both"] as const)
        for (const leaves of ["agentCrashes", "agentHangsUp"] as const) {
          if (!answered && speakTo === "both") continue;
          const scene = answered ? await consulting() : await openScene();
          if (!answered) await scene.run("startConsult");
          if (speakTo === "both") await scene.run("mergeConference");
          else await scene.run("switchParty", { speakTo });
          scene.fake[leaves](scene.ref);
          const where = `${answered} ${speakTo} ${leaves}`;
          expect(scene.fake.conference(scene.ref).status, where).toBe("in-progress");
          expect(customerHas(scene), where).not.toBe("gone");
          if (answered) {
            expect(await scene.run("mergeConference"), where).toEqual({ state: "done" });
            expect(await scene.seen(), where).toBe(handedOver);
          }
        }
  });

  it("even if the agent was put on hold by hand, when Twilio ignores the change without a word", async () => {
    const scene = await openScene();
    scene.fake.holdByHand(scene.ref, "worker", true);
    expect(await scene.run("addParty")).toEqual({ state: "done" });
    scene.fake.agentCrashes(scene.ref);
    expect(customerHas(scene)).toBe("ring");
  });

  it("Twilio really does ignore it on a leg that is on hold", async () => {
    const scene = await openScene();
    scene.fake.holdByHand(scene.ref, "worker", true);
    const conference = scene.fake.conference(scene.ref).sid;
    const { accountSid } = scene.connection.settings;
    const response = await scene.connection.fetch(
      `https://api.twilio.com/2010-04-01/Accounts/${accountSid}/Conferences/${conference}/Participants/${scene.agent()}.json`,
      {
        method: "POST",
        headers: {
          authorization: `Basic ${btoa(`${accountSid}:${scene.connection.settings.authToken}`)}`,
          "content-type": "application/x-www-form-urlencoded",
        },
        body: "EndConferenceOnExit=false",
      },
    );
    expect(response.status).toBe(200);
    expect(await response.json()).toMatchObject({ end_conference_on_exit: true, hold: true });
    scene.fake.agentCrashes(scene.ref);
    expect(customerHas(scene)).toBe("gone");
  });

  it("and ends with the agent again once the consult is over", async () => {
    const scene = await consulting();
    expect(legOf(scene, scene.agent())?.endConferenceOnExit).toBe(false);
    await scene.run("cancelConsult");
    expect(legOf(scene, scene.agent())?.endConferenceOnExit).toBe(true);
  });

  it("and ends with the agent again when the expert hung up by themselves and anybody looks", async () => {
    const scene = await consulting();
    await scene.run("mergeConference");
    scene.fake.hangUp(scene.ringing());
    await scene.look();
    expect(legOf(scene, scene.agent())?.endConferenceOnExit).toBe(true);
  });

  it("and ends with the agent again when nobody could be rung at all", async () => {
    const scene = await openScene();
    await scene.run("startConsult", { target: { kind: "phone", e164: "+123" } });
    expect(legOf(scene, scene.agent())?.endConferenceOnExit).toBe(false);
    await scene.look();
    expect(legOf(scene, scene.agent())?.endConferenceOnExit).toBe(true);
  });

  it("but nothing is given back by somebody who looks while a consult begins", async () => {
    const scene = await openScene();
    let hasLooked = false;
    const fetch: Scene["connection"]["fetch"] = async (input, init) => {
      if (!hasLooked && String(init?.body).includes("Hold=true")) {
        hasLooked = true;
        await scene.look();
      }
      return scene.connection.fetch(input, init);
    };
    await twilio.calls?.run({ ...scene.connection, fetch }, scene.command("startConsult"));
    expect(hasLooked).toBe(true);
    expect(legOf(scene, scene.agent())?.endConferenceOnExit).toBe(false);
  });

  it("or no consult begins", async () => {
    const scene = await openScene();
    const unchanged = { call_sid: scene.agent(), end_conference_on_exit: true };
    const path = new RegExp(`Participants/${scene.agent()}`);
    scene.fake.faults.next({ path, method: "POST", status: 200, body: unchanged });
    expect(await scene.run("startConsult")).toMatchObject({ state: "refused", code: "change_ignored" });
    expect(scene.fake.dials()).toBe(0);
    expect(await scene.seen()).toBe(both);
  });

  it("but nothing is given back while the next consult is on its way", async () => {
    const scene = await consulting();
    await scene.run("cancelConsult");
    await scene.run("startConsult");
    await scene.look();
    expect(legOf(scene, scene.agent())?.endConferenceOnExit).toBe(false);
  });

  it("and what was the agency's own choice is left alone", async () => {
    const scene = await openScene();
    const leg = legOf(scene, scene.agent());
    if (leg) leg.endConferenceOnExit = false;
    await scene.run("hold");
    await scene.run("resume");
    await scene.look();
    expect(leg?.endConferenceOnExit).toBe(false);
  });

  it("and brings a customer whose agent crashed back to the queue when the expert could not be had either", async () => {
    const scene = await openScene();
    await scene.run("startConsult");
    scene.fake.agentCrashes(scene.ref);
    await scene.look();
    expect(customerHas(scene)).toBe("music");
    scene.fake.noAnswer(scene.ringing());
    await scene.look();
    expect(scene.fake.tasks().filter((one) => one.status === "pending")).toHaveLength(1);
    expect(scene.fake.call(scene.customer()).status).toBe("in-progress");
  });

  it("but never takes a customer away who waits for the agent that Flex transfers them to", async () => {
    const scene = await openScene();
    await scene.run("startConsult");
    scene.fake.decline(scene.ringing());
    await scene.run("cancelConsult");
    const leg = legOf(scene, scene.agent());
    if (leg) leg.endConferenceOnExit = false; // as Flex does for a transfer of its own
    scene.fake.agentCrashes(scene.ref);
    await scene.look();
    expect(scene.fake.tasks().filter((one) => one.status === "pending")).toEqual([]);
  });

  it("but a conversation with an expert that is over is not begun anew", async () => {
    const scene = await consulting();
    await scene.run("mergeConference");
    scene.fake.agentCrashes(scene.ref);
    scene.fake.hangUp(scene.ringing());
    await scene.look();
    expect(scene.fake.tasks().filter((one) => one.status === "pending")).toEqual([]);
  });
});

describe("handing over", () => {
  it("takes everybody off hold before the agent leaves, and wraps the task up", async () => {
    const scene = await consulting();
    expect(await scene.run("completeTransfer")).toEqual({ state: "done" });
    expect(await scene.seen()).toBe(handedOver);
    expect(scene.fake.tasks()[0]?.status).toBe("wrapping");
    const changes = scene.fake.timeline.slice(-5).map(({ method, form }) => [method, JSON.stringify(form)].join(" "));
    expect(changes.slice(-4)).toEqual([
      'POST {"Hold":"false"}',
      "DELETE {}",
      'POST {"AssignmentStatus":"wrapping","Reason":"transferred"}',
      'POST {"EndConferenceOnExit":"true"}',
    ]);
  });

  it("ends the call when the expert hangs up later: the customer is not left in silence", async () => {
    const scene = await consulting();
    await scene.run("completeTransfer");
    expect(customerHas(scene)).toBe("company");
    scene.fake.hangUp(scene.ringing());
    expect(customerHas(scene)).toBe("gone");
    expect((await scene.look())?.state).toBe("ended");
  });

  it("keeps the agent if Twilio leaves the customer on hold", async () => {
    const scene = await consulting();
    const conference = scene.fake.conference(scene.ref).sid;
    const unchanged = { call_sid: scene.customer(), hold: true, status: "connected" };
    scene.fake.faults.next({
      path: new RegExp(`${conference}/Participants/${scene.customer()}`),
      method: "POST",
      status: 200,
      body: unchanged,
    });
    expect(await scene.run("completeTransfer")).toMatchObject({ state: "refused", code: "hold_ignored" });
    expect(await scene.seen()).toContain("agent connected");
  });

  it("keeps the agent if somebody makes the call depend on them again", async () => {
    const scene = await consulting();
    const leg = legOf(scene, scene.agent());
    if (leg) leg.endConferenceOnExit = true;
    const path = new RegExp(`Participants/${scene.agent()}`);
    scene.fake.faults.next({
      path,
      method: "POST",
      status: 200,
      body: { call_sid: scene.agent(), end_conference_on_exit: false },
    });
    expect(await scene.run("completeTransfer")).toMatchObject({ state: "refused", code: "change_ignored" });
    expect(await scene.seen()).toBe("agent connected, customer connected, expert connected");
  });

  it("keeps the agent if the expert hangs up in this very moment", async () => {
    const scene = await consulting();
    let reads = 0;
    const fetch: Scene["connection"]["fetch"] = async (input, init) => {
      const isRead = String(input).includes("Participants.json") && (init?.method ?? "GET") === "GET";
      if (isRead && ++reads === 2) scene.fake.hangUp(scene.ringing());
      return scene.connection.fetch(input, init);
    };
    const outcome = await twilio.calls?.run({ ...scene.connection, fetch }, scene.command("completeTransfer"));
    expect(outcome).toMatchObject({ state: "refused", code: "expert_left" });
    expect(await scene.seen()).toBe(both);
  });

  it("leaves a task alone that has moved on meanwhile", async () => {
    const scene = await consulting();
    let wrapped = false;
    const fetch: Scene["connection"]["fetch"] = async (input, init) => {
      if (init?.method === "DELETE" && !wrapped) {
        wrapped = true;
        scene.fake.completeTask(scene.ref);
      }
      return scene.connection.fetch(input, init);
    };
    const outcome = await twilio.calls?.run({ ...scene.connection, fetch }, scene.command("completeTransfer"));
    expect(outcome).toEqual({ state: "done" });
    expect(scene.fake.tasks()[0]?.status).toBe("completed");
  });

  it("also when it is the agent who is removed", async () => {
    const scene = await consulting();
    expect(await scene.run("removeParty", { party: scene.agent() })).toEqual({ state: "done" });
    expect(await scene.seen()).toBe(handedOver);
  });
});

describe("a blind transfer", () => {
  it("frees the agent at once; the customer hears the ring, then the expert", async () => {
    const scene = await openScene();
    expect(await scene.run("blindTransfer")).toEqual({ state: "done" });
    expect(customerHas(scene)).toBe("ring");
    scene.answer();
    expect(customerHas(scene)).toBe("company");
    expect(await scene.seen()).toBe(handedOver);
    expect(legOf(scene, scene.ringing())?.endConferenceOnExit).toBe(true);
  });

  it.each([
    "busy",
    "unreachable",
    "decline",
  ] as const)("that meets a phone that is %s keeps the agent or the queue", async (habit) => {
    const scene = await openScene();
    scene.fake.setPhone(expertPhone, habit);
    await scene.run("blindTransfer");
    await scene.pass(0);
    await scene.fake.idle();
    await scene.look();
    const queued = scene.fake.tasks().find((one) => one.status === "pending");
    const kept = (await scene.seen()).includes("agent connected");
    expect(kept || queued !== undefined).toBe(true);
    expect(scene.fake.call(scene.customer()).status).toBe("in-progress");
  });

  it("keeps the agent if the phone is known to be busy at once, however often it is asked for", async () => {
    const scene = await openScene();
    scene.fake.setPhone(expertPhone, "busy");
    const command = scene.command("blindTransfer");
    for (const _time of [1, 2]) {
      expect(await scene.send(command)).toMatchObject({ state: "refused", code: "expert_left" });
      expect(await scene.seen()).toBe(both);
    }
    expect(scene.fake.dials()).toBe(1);
  });

  it("keeps the agent if somebody makes the call depend on them again", async () => {
    const scene = await openScene();
    const path = new RegExp(`Participants/${scene.agent()}`);
    const claimed = { call_sid: scene.agent(), end_conference_on_exit: false };
    scene.fake.faults.next({ path, method: "POST", status: 200, body: claimed });
    expect(await scene.run("blindTransfer")).toMatchObject({ state: "refused", code: "change_ignored" });
    expect(await scene.seen()).toBe(both);
  });

  it("that nobody takes brings the customer back to the queue, with what was known of them", async () => {
    const scene = await openScene();
    await scene.run("blindTransfer");
    await scene.pass(19_000);
    expect(customerHas(scene)).toBe("silence");
    await scene.look();
    const [queued, ...more] = scene.fake.tasks().filter((one) => one.status === "pending");
    expect(more).toEqual([]);
    expect(JSON.parse(queued?.attributes ?? "{}")).toMatchObject({
      intent: "invoice",
      name: "Cleo",
      call_sid: scene.customer(),
    });
    expect(scene.fake.call(scene.customer()).status).toBe("in-progress");
    await scene.look();
    expect(scene.fake.tasks().filter((one) => one.status === "pending")).toHaveLength(1);
  });

  it("stops ringing when the customer hangs up and anybody looks", async () => {
    const scene = await openScene();
    await scene.run("blindTransfer");
    scene.fake.customerHangsUp(scene.ref);
    expect(scene.fake.call(scene.ringing()).status).toBe("ringing");
    await scene.look();
    expect(scene.fake.call(scene.ringing()).status).toBe("canceled");
  });

  it("of a customer on hold ends the music", async () => {
    const scene = await openScene();
    await scene.run("hold");
    await scene.run("blindTransfer");
    expect(customerHas(scene)).toBe("ring");
  });
});
