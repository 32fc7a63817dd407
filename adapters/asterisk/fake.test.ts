import { describe, expect, it } from "vitest";
import { ask } from "./request.ts";
import type { Asterisk } from "./settings.ts";
import { alice, openFake } from "./testing.ts";

/** What Asterisk 22.10.1 was seen to do, and the fake therefore does. */
async function open() {
  const scene = openFake();
  const socket = scene.listen();
  await Promise.resolve();
  const heard: { type: string; [member: string]: unknown }[] = [];
  socket.addEventListener("message", (event) => heard.push(JSON.parse((event as MessageEvent).data)));
  const request =
    (method: "GET" | "POST" | "DELETE") =>
    async (path: string, query: Record<string, string> = {}, variables?: Record<string, string>) => {
      const answer = await ask(scene.connection as Asterisk, {
        method,
        path,
        query,
        lane: "call",
        ...(variables ? { variables } : {}),
      });
      return { status: answer.status, body: answer.body as Record<string, never> };
    };
  const [get, post, remove] = [request("GET"), request("POST"), request("DELETE")];
  const types = () => heard.map(({ type }) => type);
  const startCall = () => {
    const customer = scene.fake.startCall({ agent: alice });
    const agent = scene.fake.channels()[1]?.id ?? "";
    return { customer, agent };
  };
  const create = (channelId: string, change: Record<string, string> = {}) =>
    post("/channels/create", { endpoint: "PJSIP/+33123@trunk", app: "patchcord", channelId, ...change });
  return { ...scene, socket, heard, types, get, post, remove, startCall, create };
}

describe("making channels", () => {
  it("takes our own ids, each once", async () => {
    const { create } = await open();
    expect(await create("leg")).toMatchObject({ status: 200, body: { id: "leg", state: "Down" } });
    expect(await create("leg")).toEqual({
      status: 409,
      body: { message: "Channel with given unique ID already exists" },
    });
  });

  it("has another shape of error for an endpoint or technology that is not there", async () => {
    const { create, post } = await open();
    for (const endpoint of ["PJSIP/nobody", "NOTECH/1", "PJSIP/1@nowhere"])
      expect(await create("x", { endpoint })).toEqual({ status: 500, body: { error: "Allocation failed" } });
    expect(await post("/channels/create", { app: "patchcord" })).toMatchObject({ status: 400 });
    expect(await post("/channels", { endpoint: "PJSIP/alice" })).toMatchObject({ status: 400 });
  });

  it("answers 200 for an application that nobody listens to, and the channel is gone", async () => {
    const { create, get } = await open();
    expect((await create("leg", { app: "nobody" })).status).toBe(200);
    expect((await get("/channels/leg")).status).toBe(404);
  });

  it("starts at once when made in two steps, and rings in a room that it is already in", async () => {
    const { create, post, get, types, fake } = await open();
    await create("leg");
    expect(types()).toEqual(["StasisStart"]);
    await post("/bridges/room", { type: "mixing" });
    expect((await post("/bridges/room/addChannel", { channel: "leg" })).status).toBe(204);
    expect((await post("/channels/leg/dial", { timeout: "10" })).status).toBe(204);
    expect((await get("/channels/leg")).body).toMatchObject({ state: "Ringing" });
    expect((await post("/channels/leg/dial")).status).toBe(409);
    fake.answer("leg");
    expect((await get("/channels/leg")).body).toMatchObject({ state: "Up" });
  });

  it("is taken by a second dial for something else, and the call ends", async () => {
    const { create, post, get, fake } = await open();
    fake.setPhone("+33123", "silent");
    await create("leg");
    await post("/channels/leg/dial");
    expect((await post("/channels/leg/dial")).status).toBe(204);
    expect((await get("/channels/leg")).status).toBe(404);
  });

  it("starts after the answer when made in one step", async () => {
    const { post, types, fake, clock } = await open();
    await post("/channels", { endpoint: "PJSIP/ben", app: "patchcord", channelId: "leg" });
    await clock.advance(500);
    expect(types()).not.toContain("StasisStart");
    fake.answer("leg");
    await clock.advance(500);
    expect(types()).toContain("StasisStart");
  });

  it.each([
    [486, 17],
    [480, 19],
    [404, 1],
    [403, 21],
    [603, 21],
    [503, 34],
    [302, 23],
  ])("tells a phone that answers %i by cause %i", async (sip, cause) => {
    const { create, post, heard, fake } = await open();
    fake.setPhone("+33123", sip);
    await create("leg");
    await post("/channels/leg/dial", { timeout: "10" });
    expect(heard.at(-1)).toMatchObject({
      type: "ChannelDestroyed",
      cause,
      tech_cause: sip,
      channel: { state: "Down" },
    });
  });

  it("cannot tell a timer of ours from a phone that says 480", async () => {
    const { create, post, heard, clock } = await open();
    await create("leg");
    await post("/channels/leg/dial", { timeout: "3" });
    await clock.advance(3_000);
    expect(heard.at(-1)).toMatchObject({ type: "ChannelDestroyed", cause: 19, tech_cause: 480 });
  });
});

describe("bridges", () => {
  it("are made once, and never end by themselves", async () => {
    const { post, get, remove, fake, startCall } = await open();
    const { customer, agent } = startCall();
    expect((await post("/bridges/room", { type: "mixing" })).status).toBe(200);
    expect((await post("/bridges/room", { type: "mixing" })).status).toBe(409);
    await post("/bridges/room/addChannel", { channel: `${customer},${agent}` });
    await remove(`/channels/${customer}`);
    // Nobody hangs up in sympathy.
    expect((await get(`/channels/${agent}`)).status).toBe(200);
    await remove(`/channels/${agent}`);
    expect(fake.bridges()).toMatchObject([{ id: "room", channels: [] }]);
    expect([(await remove("/bridges/room")).status, (await remove("/bridges/room")).status]).toEqual([204, 404]);
  });

  it("tell what is wrong with whom they are given", async () => {
    const { post, startCall, fake } = await open();
    const { customer } = startCall();
    const add = (room: string, query: Record<string, string>) => post(`/bridges/${room}/addChannel`, query);
    await post("/bridges/room", { type: "mixing" });
    expect((await add("nowhere", { channel: customer })).status).toBe(404);
    expect((await add("room", { channel: "nobody" })).status).toBe(400);
    expect((await add("room", {})).status).toBe(400);
    expect((await add("room", { channel: customer })).status).toBe(204);
    expect((await add("room", { channel: customer })).status).toBe(204);
    await post(`/channels/${customer}/continue`);
    expect((await add("room", { channel: customer })).status).toBe(422);
    expect(fake.bridges()[0]?.channels).toEqual([]);
  });

  it("take whom they are given out of the room before", async () => {
    const { post, startCall, types, fake } = await open();
    const { customer } = startCall();
    for (const [id, type] of [
      ["one", "mixing"],
      ["two", "holding"],
    ] as const) {
      await post(`/bridges/${id}`, { type });
      await post(`/bridges/${id}/addChannel`, { channel: customer });
    }
    expect(types().slice(-3)).toEqual(["ChannelEnteredBridge", "ChannelLeftBridge", "ChannelEnteredBridge"]);
    expect(fake.bridges().map(({ channels }) => channels.length)).toEqual([0, 1]);
  });

  it("name the old technology when the third comes, and the new one a moment later", async () => {
    const { post, startCall, create, heard, get } = await open();
    const { customer, agent } = startCall();
    await create("leg");
    await post("/bridges/room", { type: "mixing" });
    await post("/bridges/room/addChannel", { channel: `${customer},${agent},leg` });
    expect(heard.at(-1)).toMatchObject({ type: "ChannelEnteredBridge", bridge: { technology: "simple_bridge" } });
    expect((await get("/bridges/room")).body).toMatchObject({ technology: "softmix" });
  });
});

describe("who hears whom", () => {
  it("plays music to whoever is held by /hold, whom the others still hear", async () => {
    const { post, remove, startCall, fake } = await open();
    const { customer, agent } = startCall();
    await post("/bridges/room", { type: "mixing" });
    await post("/bridges/room/addChannel", { channel: `${customer},${agent}` });
    await post(`/channels/${customer}/hold`);
    expect(fake.hears()).toMatchObject({ [customer]: { hears: [], music: true }, [agent]: { hears: [customer] } });
    await post(`/channels/${customer}/mute`, { direction: "in" });
    expect(fake.hears()[agent]?.hears).toEqual([]);
    await remove(`/channels/${customer}/hold`);
    expect(fake.hears()[customer]?.hears).toEqual([agent]);
  });

  it("lets nobody hear anybody in a room to wait in", async () => {
    const { post, startCall, fake } = await open();
    const { customer, agent } = startCall();
    await post("/bridges/room", { type: "holding" });
    await post("/bridges/room/addChannel", { channel: `${customer},${agent}` });
    const music = { hears: [], music: true, ringing: false };
    expect(fake.hears()).toEqual({ [customer]: music, [agent]: music });
  });

  it("lets the others in the room hear a phone ring", async () => {
    const { post, startCall, create, fake } = await open();
    const { agent } = startCall();
    await create("leg");
    await post("/bridges/room", { type: "mixing" });
    await post("/bridges/room/addChannel", { channel: `${agent},leg` });
    await post("/channels/leg/dial");
    expect(fake.hears()).toMatchObject({ [agent]: { hears: [], ringing: true }, leg: { hears: [], ringing: false } });
  });
});

describe("leaving and moving", () => {
  it("answers 204 to a move nowhere, and the channel stays, bridge included", async () => {
    const { post, startCall, heard, fake } = await open();
    const { customer } = startCall();
    await post("/bridges/room", { type: "mixing" });
    await post("/bridges/room/addChannel", { channel: customer });
    expect((await post(`/channels/${customer}/move`, { app: "nowhere", appArgs: "a,b" })).status).toBe(204);
    expect(heard.at(-1)).toMatchObject({ type: "ApplicationMoveFailed", destination: "nowhere", args: ["a", "b"] });
    expect(fake.bridges()[0]?.channels).toEqual([customer]);
  });

  it("ends a channel for one application when it goes to another, which is not the end of the call", async () => {
    const { post, get, startCall, types, fake, connection } = await open();
    const { customer } = startCall();
    const { username, password } = connection.settings;
    fake.connect(`wss://pbx.example/ari/events?app=other&api_key=${username}:${password}`);
    await Promise.resolve();
    await post(`/channels/${customer}/move`, { app: "other" });
    expect(types().at(-1)).toBe("StasisEnd");
    expect((await get(`/channels/${customer}`)).status).toBe(200);
  });

  it("tells nothing of what became of a redirect", async () => {
    const { post, startCall, heard } = await open();
    const { customer } = startCall();
    const before = heard.length;
    expect((await post(`/channels/${customer}/redirect`, { endpoint: "PJSIP/ben" })).status).toBe(204);
    expect(heard).toHaveLength(before);
  });

  it("tells the end of its own channels, and of the dialplan's only that they have left", async () => {
    const { create, remove, startCall, types } = await open();
    const { customer } = startCall();
    await remove(`/channels/${customer}`);
    expect(types().at(-1)).toBe("StasisEnd");
    await create("leg");
    await remove("/channels/leg");
    expect(types().slice(-2)).toEqual(["StasisEnd", "ChannelDestroyed"]);
  });

  it("is exact about hanging up", async () => {
    const { create, remove } = await open();
    await create("leg");
    expect((await remove("/channels/leg", { reason: "normal", reason_code: "16" })).status).toBe(400);
    expect((await remove("/channels/leg", { reason: "bored" })).status).toBe(400);
    expect((await remove("/channels/leg", { reason: "busy" })).status).toBe(204);
    expect((await remove("/channels/leg")).status).toBe(404);
  });

  it("keeps variables with the channel, and its hands off channels of the dialplan's", async () => {
    const { post, get, startCall } = await open();
    const { customer } = startCall();
    const path = `/channels/${customer}/variable`;
    expect((await get(path, { variable: "X" })).status).toBe(404);
    await post(path, { variable: "X", value: "a b+c" });
    expect((await get(path, { variable: "X" })).body).toEqual({ value: "a b+c" });
    expect((await get(path)).status).toBe(400);
    await post(`/channels/${customer}/continue`);
    expect((await post(path, { variable: "X", value: "d" })).status).toBe(409);
    expect((await get("/channels/nobody/variable", { variable: "X" })).status).toBe(404);
  });
});

describe("applications", () => {
  it("belong to the latest socket; the one before is told, stays open and hears nothing more", async () => {
    const { listen, heard, types, startCall } = await open();
    const second: string[] = [];
    listen().addEventListener("message", (event) => second.push(JSON.parse((event as MessageEvent).data).type));
    await Promise.resolve();
    expect(types()).toEqual(["ApplicationReplaced"]);
    startCall();
    expect(heard).toHaveLength(1);
    expect(second).toEqual(["StasisStart", "StasisStart"]);
  });

  it("live on without a socket while they hold calls; what happens meanwhile is never told", async () => {
    const { socket, listen, get, startCall, fake } = await open();
    const { customer, agent } = startCall();
    socket.close();
    expect((await get("/applications/patchcord")).status).toBe(200);
    fake.hangUp(agent);
    const told: string[] = [];
    listen().addEventListener("message", (event) => told.push(JSON.parse((event as MessageEvent).data).type));
    await Promise.resolve();
    expect(told).toEqual([]);
    fake.hangUp(customer);
    expect(told).toEqual(["StasisEnd"]);
  });

  it("take no new call without a socket, and the dialplan lets customer and agent talk all the same", async () => {
    const { socket, startCall, fake } = await open();
    socket.close();
    const { customer, agent } = startCall();
    expect(fake.variable(customer, "STASISSTATUS")).toBe("FAILED");
    expect(fake.hears()).toMatchObject({ [customer]: { hears: [agent] }, [agent]: { hears: [customer] } });
  });

  it("can be sent an event of our own, and hear of endpoints", async () => {
    const { post, get, heard, fake } = await open();
    const path = "/applications/patchcord/subscription";
    expect((await post(path, { eventSource: "endpoint:PJSIP/nobody" })).status).toBe(422);
    expect((await post(path, { eventSource: "weather:Rome" })).status).toBe(400);
    await post(path, { eventSource: "endpoint:PJSIP/ben" });
    fake.setEndpoint("PJSIP/ben", "offline");
    await post("/events/user/hello", { application: "patchcord" });
    expect(heard).toMatchObject([{ type: "EndpointStateChange" }, { type: "ChannelUserevent", eventname: "hello" }]);
    expect((await get("/applications/nobody")).status).toBe(404);
    expect((await post("/events/user/hello", { application: "nobody" })).status).toBe(404);
  });

  it("are refused to strangers", async () => {
    const { fake, connection } = await open();
    fake.setPassword("another");
    await expect(ask(connection as Asterisk, { path: "/channels", lane: "call" })).rejects.toMatchObject({
      code: "platform_unauthorized",
    });
    const ends: string[] = [];
    const socket = fake.connect("wss://pbx.example/ari/events?app=patchcord&api_key=patchcord:wrong");
    for (const type of ["open", "error", "close"]) socket.addEventListener(type, () => ends.push(type));
    await Promise.resolve();
    expect(ends).toEqual(["error", "close"]);
  });
});
