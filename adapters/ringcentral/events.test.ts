import { describe, expect, it } from "vitest";
import type { PresenceReport } from "../../src/platform/contract.ts";
import { receive, verificationToken } from "./events.ts";
import { ada, ben, createScene, hookAddress, type Scene } from "./fake/scene.ts";
import { subscribe } from "./subscribe.ts";

const presencePath = `/restapi/v1.0/account/809646016/extension/${ada}/presence?detailedTelephonyState=true`;
const whole = {
  extensionId: ada,
  sequence: 7,
  presenceStatus: "Busy",
  userStatus: "Available",
  dndStatus: "TakeAllCalls",
  telephonyStatus: "CallConnected",
  meetingStatus: "Disconnected",
};

function envelope(body: unknown, change: object = {}) {
  const timestamp = "2026-03-02T09:00:01.621Z";
  return { uuid: "9068", event: presencePath, timestamp, subscriptionId: "75e7", ownerId: "801000", body, ...change };
}

async function post(scene: Scene, content: unknown, headers: Record<string, string> | undefined = undefined) {
  const text = typeof content === "string" ? content : JSON.stringify(content);
  return receive(scene.c, {
    method: "POST",
    url: hookAddress,
    headers: new Headers(headers ?? { "Verification-Token": await verificationToken(scene.c) }),
    body: new TextEncoder().encode(text),
  });
}

const reportsOf = (scene: Scene): PresenceReport[] =>
  scene.hook.events.flatMap((event) => (event.kind === "presence" ? [event.report] : []));

async function watched() {
  const scene = createScene();
  await subscribe(scene.c, hookAddress);
  return scene;
}

describe("the handshake", () => {
  it("echoes the token in less than 1,024 bytes", async () => {
    const answer = await post(createScene(), "", { "Validation-Token": "abc" });
    const response = "handshake" in answer ? answer.handshake : undefined;
    expect(response?.status).toBe(200);
    expect(response?.headers.get("validation-token")).toBe("abc");
    expect(response?.headers.get("content-type")).toBe("application/json");
    expect(await response?.text()).toBe("");
  });

  it("is told by the empty body: an event with the same header is an event", async () => {
    const scene = createScene();
    const headers = { "Validation-Token": await verificationToken(scene.c) };
    expect(await post(scene, envelope(whole), headers)).toHaveProperty("events.0.kind", "presence");
    expect(await post(scene, envelope(whole), { "Validation-Token": "abc" })).toHaveProperty("rejected");
    expect(await post(scene, "{ not json", headers)).toHaveProperty("rejected");
  });

  it("is not for everything", async () => {
    const scene = createScene();
    expect(await post(scene, "", { "Validation-Token": "x".repeat(600) })).toHaveProperty("rejected");
    expect(await post(scene, "", {})).toHaveProperty("rejected");
    const get = {
      method: "GET",
      url: hookAddress,
      headers: new Headers({ "Validation-Token": "abc" }),
      body: new Uint8Array(),
    };
    expect(await receive(scene.c, get)).toHaveProperty("rejected");
  });
});

describe("the secret", () => {
  it("is taken in either header", async () => {
    const scene = createScene();
    const secret = await verificationToken(scene.c);
    for (const name of ["Verification-Token", "Validation-Token"]) {
      expect(await post(scene, envelope(whole), { [name]: secret })).toHaveProperty("events");
      expect(await post(scene, envelope(whole), { [name]: `${secret}0` })).toHaveProperty("rejected");
    }
  });

  it("differs between connections and does not tell the client secret", async () => {
    const scene = createScene();
    const other = { ...scene.c, id: "con_other" };
    expect(await verificationToken(other)).not.toBe(await verificationToken(scene.c));
    expect(await verificationToken(scene.c)).toMatch(/^[0-9a-f]{64}$/);
  });
});

describe("a presence event", () => {
  it("is a report with the platform's time and number", async () => {
    expect(await post(createScene(), envelope(whole))).toEqual({
      events: [
        {
          kind: "presence",
          eventId: "9068",
          report: {
            account: ada,
            presence: { availability: "busy", activity: "on-call", native: "Busy/on-call" },
            observedAt: new Date("2026-03-02T09:00:01.621Z"),
            sequence: 7,
            source: "push",
            restore: { userStatus: "Available", dndStatus: "TakeAllCalls" },
          },
        },
      ],
    });
  });

  it("may number the extension, lack a sequence and be of one extension's filter", async () => {
    const { sequence, ...old } = { ...whole, extensionId: Number(ada) };
    const answer = await post(createScene(), envelope(old, { event: presencePath.split("?")[0] }));
    expect(answer).toHaveProperty("events.0.report.account", ada);
    expect(answer).not.toHaveProperty("events.0.report.sequence");
  });

  it("that leaves out what matters asks to look again", async () => {
    const scene = createScene();
    for (const missing of ["presenceStatus", "dndStatus", "telephonyStatus", "extensionId"]) {
      const body = Object.fromEntries(Object.entries(whole).filter(([name]) => name !== missing));
      expect(await post(scene, envelope(body)), missing).toEqual({
        events: [{ kind: "attention", eventId: "9068", what: "gap" }],
      });
    }
    expect(await post(scene, envelope(null))).toHaveProperty("events.0.what", "gap");
  });

  it("without a readable time is of now", async () => {
    const answer = await post(createScene(), envelope(whole, { timestamp: "yesterday" }));
    expect(answer).toHaveProperty("events.0.report.observedAt", new Date("2026-03-02T09:00:00Z"));
  });

  it("is taken late: RingCentral would give up an endpoint that refuses", async () => {
    const answer = await post(createScene(), envelope(whole, { timestamp: "2026-03-01T09:00:00Z" }));
    expect(answer).toHaveProperty("events.0.kind", "presence");
  });
});

describe("other events", () => {
  it("reminders ask for a renewal", async () => {
    const event = "/restapi/v1.0/subscription/75e7?threshold=86400&interval=3600";
    expect(await post(createScene(), envelope({}, { event }))).toEqual({
      events: [{ kind: "attention", eventId: "9068", what: "renew" }],
    });
  });

  it("of kinds that we did not ask for are taken and passed over", async () => {
    const event = `/restapi/v1.0/account/809646016/extension/${ada}/telephony/sessions`;
    expect(await post(createScene(), envelope({}, { event }))).toEqual({ events: [] });
  });
});

describe("events of a living account", () => {
  it("tell a call from its ringing to its end", async () => {
    const scene = await watched();
    const call = scene.fake.startCall(ada, { telephonyStatus: "Ringing" });
    scene.fake.changeCall(ada, call, "CallConnected");
    scene.fake.changeCall(ada, call, "OnHold");
    scene.fake.endCall(ada, call);
    await scene.fake.deliveries.idle();
    const bySequence = reportsOf(scene).toSorted((a, b) => (a.sequence ?? 0) - (b.sequence ?? 0));
    expect(bySequence.map((report) => report.presence.native)).toEqual([
      "Available/ringing",
      "Busy/on-call",
      "Busy/on-call",
      "Available",
    ]);
    expect(bySequence.map((report) => report.sequence)).toEqual([1, 2, 3, 4]);
  });

  it("say enough where the phone has not changed, by the list of calls", async () => {
    const scene = await watched();
    scene.fake.setUserStatus(ada, "Busy");
    scene.fake.setDnd(ada, true);
    scene.fake.setMeeting(ben, true);
    await scene.fake.deliveries.idle();
    expect(scene.hook.events.every((event) => event.kind === "presence")).toBe(true);
    expect(
      reportsOf(scene)
        .map((report) => report.presence.availability)
        .toSorted(),
    ).toEqual(["busy", "busy", "do-not-disturb"]);
  });

  it("with more calls than an event lists ask to look again", async () => {
    const scene = await watched();
    for (let count = 0; count < 9; count++) scene.fake.startCall(ada, { telephonyStatus: "Ringing" });
    scene.fake.setUserStatus(ada, "Busy");
    await scene.fake.deliveries.idle();
    expect(scene.hook.events.at(-1)).toMatchObject({ kind: "attention", what: "gap" });
  });

  it("carry the same id when they come twice, and the order when they come late", async () => {
    const scene = await watched();
    scene.fake.deliveries.misbehave("duplicate");
    scene.fake.startCall(ada);
    await scene.fake.deliveries.idle();
    expect(new Set(scene.hook.events.map((event) => event.eventId)).size).toBe(1);
    expect(scene.hook.events).toHaveLength(2);
    scene.fake.deliveries.misbehave("delay");
    scene.fake.endCall(ada);
    scene.fake.setDnd(ada, true);
    await scene.fake.deliveries.idle();
    scene.fake.deliveries.flush();
    await scene.fake.deliveries.idle();
    expect(reportsOf(scene).map((report) => report.sequence)).toEqual([1, 1, 3, 2]);
  });

  it("are understood in the present guide's and in the older style", async () => {
    const scene = await watched();
    scene.fake.style.secretHeader = "Validation-Token";
    scene.fake.startCall(ada);
    scene.fake.style.isOld = true;
    scene.fake.endCall(ada);
    await scene.fake.deliveries.idle();
    expect(scene.hook.rejected).toEqual([]);
    expect(reportsOf(scene).map((report) => report.account)).toEqual([ada, ada]);
  });
});
