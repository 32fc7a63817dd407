import { describe, expect, it } from "vitest";
import type { PlatformEvent } from "../../src/platform/contract.ts";
import { twilio } from "./index.ts";
import { prove } from "./signature.ts";
import { ada, expert, hookAddress, type Opened, openFake, openScene } from "./testing.ts";

const task = `WT${"5".repeat(32)}`;
const call = `CA${"6".repeat(32)}`;

async function receive(opened: Opened, form: Record<string, string>, url = hookAddress) {
  const body = new TextEncoder().encode(new URLSearchParams(form).toString());
  const proof = await prove(opened.connection.settings.authToken, url, body, true);
  const request = { method: "POST", url: proof.url, headers: new Headers(proof.headers), body };
  return twilio.events?.receive(opened.connection, request);
}
async function receiveStream(opened: Opened, json: unknown) {
  const body = new TextEncoder().encode(JSON.stringify(json));
  const proof = await prove(opened.connection.settings.authToken, hookAddress, body, false);
  return twilio.events?.receive(opened.connection, {
    method: "POST",
    url: proof.url,
    headers: new Headers(proof.headers),
    body,
  });
}

const workspaceEvent = {
  Sid: `EV${"1".repeat(32)}`,
  EventType: "worker.activity.update",
  WorkspaceSid: `WS${"c".repeat(32)}`,
  TimestampMs: "1772442000123",
  WorkerSid: ada,
  WorkerActivityName: "Break",
  WorkerActivitySid: `WA${"2".repeat(32)}`,
};
const voice = { TaskSid: task, TaskChannelUniqueName: "voice" };

describe("TaskRouter's callbacks", () => {
  it("tell of an agent's activity, with Twilio's own time", async () => {
    expect(await receive(openFake(), workspaceEvent)).toEqual({
      events: [
        {
          kind: "presence",
          eventId: `${workspaceEvent.Sid}:presence`,
          report: {
            account: ada,
            presence: { availability: "away", activity: "break", native: "Break" },
            observedAt: new Date(1_772_442_000_123),
            source: "push",
          },
        },
      ],
    });
  });

  it.each([
    ["reservation.created", "ringing"],
    ["reservation.accepted", "on-call"],
    ["reservation.wrapup", "wrap-up"],
  ])("%s of a voice task: the agent is %s", async (EventType, activity) => {
    const answer = await receive(openFake(), {
      ...workspaceEvent,
      ...voice,
      EventType,
      WorkerActivityName: "Available",
    });
    expect(answer).toMatchObject({
      events: expect.arrayContaining([
        expect.objectContaining({
          report: expect.objectContaining({ presence: expect.objectContaining({ availability: "busy", activity }) }),
        }),
      ]),
    });
  });

  it("say nothing of calls when a chat is taken", async () => {
    const chat = { TaskSid: task, TaskChannelUniqueName: "chat", EventType: "reservation.accepted" };
    expect(await receive(openFake(), { ...workspaceEvent, ...chat })).toEqual({ events: [] });
  });

  it.each([
    "reservation.accepted",
    "reservation.completed",
    "task.canceled",
    "task.wrapup",
  ])("%s of a voice task: look at the interaction again", async (EventType) => {
    const answer = await receive(openFake(), { ...workspaceEvent, ...voice, EventType });
    const events = answer && "events" in answer ? answer.events : [];
    expect(events).toContainEqual({
      kind: "interaction-changed",
      eventId: `${workspaceEvent.Sid}:interaction`,
      interaction: task,
    });
  });

  it("of kinds that we do not know change nothing", async () => {
    expect(await receive(openFake(), { ...workspaceEvent, EventType: "worker.attributes.update" })).toEqual({
      events: [],
    });
    expect(await receive(openFake(), { ...workspaceEvent, ...voice, EventType: "constructor" })).toEqual({
      events: [],
    });
  });

  it("know from the last reading that an agent who chooses a break is still on a call", async () => {
    const scene = await openScene();
    await twilio.presence?.readAll?.(scene.connection);
    const answer = await receive(scene, workspaceEvent);
    expect(answer).toMatchObject({ events: [{ report: { presence: { activity: "on-call", native: "Break" } } }] });
    const over = { ...workspaceEvent, EventType: "reservation.completed", TaskChannelUniqueName: "voice" };
    expect(await receive(scene, { ...over, TaskSid: scene.ref })).toMatchObject({
      events: [{ report: { presence: { activity: "break" } } }, {}],
    });
  });

  it("know from the last reading which activities are open for work", async () => {
    const opened = openFake();
    await twilio.presence?.readAll?.(opened.connection);
    const offline = opened.fake.activities().find(({ name }) => name === "Offline")?.sid ?? "";
    const answer = await receive(opened, {
      ...workspaceEvent,
      WorkerActivityName: "Offline",
      WorkerActivitySid: offline,
    });
    expect(answer).toMatchObject({ events: [{ report: { presence: { availability: "offline", routable: false } } }] });
  });
});

describe("Event Streams", () => {
  const payload = {
    sid: `EV${"3".repeat(32)}`,
    timestamp: "2026-03-02T09:00:00.500Z",
    worker_sid: ada,
    worker_activity_name: "Offline",
    task_sid: task,
    task_channel_unique_name: "voice",
  };
  const event = { id: "1", specversion: "1.0", type: "com.twilio.taskrouter.reservation.completed", data: { payload } };

  it("come in batches, each event once", async () => {
    const other = { ...event, id: "2", data: { payload: { ...payload, sid: `EV${"4".repeat(32)}` } } };
    const answer = await receiveStream(openFake(), [event, other, event]);
    const events = answer && "events" in answer ? answer.events : [];
    expect(events.map(({ eventId }) => eventId).sort()).toEqual(
      [payload.sid, `EV${"4".repeat(32)}`].flatMap((sid) => [`${sid}:interaction`, `${sid}:presence`]),
    );
    expect(events[0]).toMatchObject({ report: { observedAt: new Date("2026-03-02T09:00:00.500Z") } });
  });

  it("name an event as the workspace's callback does, so that it counts once if both are on", async () => {
    const pushed = await receiveStream(openFake(), [event]);
    const called = await receive(openFake(), {
      ...workspaceEvent,
      ...voice,
      Sid: payload.sid,
      EventType: "reservation.completed",
    });
    const ids = (answer: typeof pushed) =>
      answer && "events" in answer ? answer.events.map((one) => one.eventId) : [];
    expect(ids(pushed).sort()).toEqual(ids(called).sort());
  });

  it("are taken even if some are of other kinds, or broken", async () => {
    const test = { id: "3", type: "com.twilio.eventstreams.test-event", data: { test_id: "1" } };
    const answer = await receiveStream(openFake(), [test, null, 7, { id: "4" }, { ...event, data: null }]);
    expect(answer).toEqual({ events: [] });
  });
});

describe("callbacks about calls", () => {
  it("of a leg of ours name the interaction in the address that we gave", async () => {
    const url = `${hookAddress}?interaction=${task}`;
    const form = { CallSid: call, CallStatus: "ringing", SequenceNumber: "1" };
    expect(await receive(openFake(), form, url)).toEqual({
      events: [{ kind: "interaction-changed", eventId: `${call}:1:ringing`, interaction: task }],
    });
    expect(await receive(openFake(), form)).toEqual({ events: [] });
    expect(await receive(openFake(), form, `${hookAddress}?interaction=../x`)).toEqual({ events: [] });
  });

  it("of a conference name the task, as Flex calls its conferences so", async () => {
    const form = { ConferenceSid: `CF${"8".repeat(32)}`, FriendlyName: task, SequenceNumber: "4", CallSid: call };
    const events = [
      { kind: "interaction-changed", eventId: `${form.ConferenceSid}:4:participant-hold`, interaction: task },
    ];
    expect(await receive(openFake(), { ...form, StatusCallbackEvent: "participant-hold" })).toEqual({ events });
    expect(await receive(openFake(), { ...form, StatusCallbackEvent: "participant-speech-start" })).toEqual({
      events: [],
    });
    expect(
      await receive(openFake(), { ...form, FriendlyName: "Lobby", StatusCallbackEvent: "conference-end" }),
    ).toEqual({
      events: [],
    });
  });

  it("arrive for every stage of a leg, and for the conference where its flow says so", async () => {
    const scene = await openScene({
      conferenceCallback: { url: hookAddress, events: ["start", "end", "join", "leave", "hold"] },
    });
    await scene.fake.idle();
    scene.inbox.splice(0);
    await scene.run("startConsult");
    scene.answer();
    await scene.run("cancelConsult");
    await scene.fake.idle();
    const about = (events: PlatformEvent[]) => events.map(({ eventId }) => eventId.replace(/^.*:/, ""));
    expect(about(scene.inbox)).toEqual(
      expect.arrayContaining(["queued", "ringing", "in-progress", "completed", "participant-hold", "participant-join"]),
    );
    expect(scene.inbox.every((event) => "interaction" in event && event.interaction === scene.ref)).toBe(true);
    expect(scene.fake.deliveries.every(({ status }) => status === 204)).toBe(true);
  });

  it("are refused unless they come by POST and in a reasonable size", async () => {
    const { connection } = openFake();
    const big = { method: "POST", url: hookAddress, headers: new Headers(), body: new Uint8Array(1_000_001) };
    expect(await twilio.events?.receive(connection, big)).toHaveProperty("rejected");
    expect(await twilio.events?.receive(connection, { ...big, method: "GET", body: new Uint8Array() })).toHaveProperty(
      "rejected",
    );
  });
});

describe("subscribing", () => {
  it("makes one sink and one subscription, however often it is asked for", async () => {
    const { fake, connection } = openFake();
    const first = await twilio.events?.subscribe?.(connection, hookAddress);
    await twilio.events?.subscribe?.(connection, hookAddress, first);
    await twilio.events?.subscribe?.(connection, hookAddress);
    expect(fake.sinks()).toHaveLength(1);
    expect(fake.subscriptions()).toHaveLength(1);
    expect(fake.sinks()[0]?.configuration).toEqual({ destination: hookAddress, method: "POST", batch_events: true });
    expect([...(fake.subscriptions()[0]?.types.keys() ?? [])]).toContain("com.twilio.taskrouter.reservation.accepted");
  });

  it("adds types that are missing, and leaves what others made", async () => {
    const { fake, connection } = openFake();
    await twilio.events?.subscribe?.(connection, hookAddress);
    const [subscription] = fake.subscriptions();
    subscription?.types.delete("com.twilio.taskrouter.reservation.accepted");
    subscription?.types.set("com.twilio.taskrouter.task.created", 4);
    const before = new Set(subscription?.types.keys());
    await twilio.events?.subscribe?.(connection, hookAddress);
    expect(new Set(subscription?.types.keys())).toEqual(before.add("com.twilio.taskrouter.reservation.accepted"));
  });

  it("does not take over a sink that goes elsewhere or has failed", async () => {
    const { fake, connection } = openFake();
    const first = await twilio.events?.subscribe?.(connection, "https://old.example/hooks");
    const moved = await twilio.events?.subscribe?.(connection, hookAddress, first);
    expect(moved?.id).not.toBe(first?.id);
    for (const sink of fake.sinks()) sink.status = "failed";
    expect((await twilio.events?.subscribe?.(connection, hookAddress, moved))?.id).not.toBe(moved?.id);
  });

  it("tells agents' doings from then on, though deliveries are lost, doubled and late", async () => {
    const { fake, connection, inbox, clock } = openFake();
    await twilio.events?.subscribe?.(connection, hookAddress);
    fake.misbehave("duplicate");
    fake.chooseActivity(ada, "Available");
    fake.misbehave({ delayMs: 5_000 });
    fake.chooseActivity(ada, "Break");
    await clock.advance(6_000);
    await fake.idle();
    const shown = inbox.map((event) => (event.kind === "presence" ? event.report.presence.native : ""));
    expect(shown).toEqual(["Available", "Available", "Break"]);
    expect(new Set(inbox.map(({ eventId }) => eventId)).size).toBe(2);
  });

  it("is needed for legs to report: before, a consult works and is only looked at", async () => {
    const opened = openFake();
    const ref = opened.fake.startCall({ agent: ada });
    const command = {
      commandId: "cmd_1",
      operation: "startConsult",
      interaction: ref,
      agent: ada,
      target: expert,
    } as const;
    expect(await twilio.calls?.run(opened.connection, command)).toEqual({ state: "done" });
    expect(opened.fake.timeline.at(-1)?.form).not.toHaveProperty("StatusCallback");
  });
});
