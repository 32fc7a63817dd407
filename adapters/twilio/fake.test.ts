/** The fake's own rules, where it must be as strict as Twilio. Sources are named in the fake. */
import { describe, expect, it } from "vitest";
import { ada, hookAddress, openFake, openMuteScene, type Scene } from "./testing.ts";

const account = `/2010-04-01/Accounts/AC${"a".repeat(32)}`;
const workspace = `/v1/Workspaces/WS${"c".repeat(32)}`;
type Asked = { status: number; body: Record<string, unknown>; headers: Headers };

async function ask(
  { fake, connection }: Pick<Scene, "fake" | "connection">,
  method: string,
  path: string,
  form?: Record<string, string>,
  headers: Record<string, string> = {},
): Promise<Asked> {
  const { apiKeySid, apiKeySecret } = connection.settings;
  const response = await fake.app.request(`https://api.twilio.com${path}`, {
    method,
    headers: {
      authorization: `Basic ${btoa(`${apiKeySid}:${apiKeySecret}`)}`,
      ...(form ? { "content-type": "application/x-www-form-urlencoded" } : {}),
      ...headers,
    },
    ...(form ? { body: new URLSearchParams(form).toString() } : {}),
  });
  const text = await response.text();
  return { status: response.status, body: text ? JSON.parse(text) : {}, headers: response.headers };
}

const participantsOf = (scene: Scene) => `${account}/Conferences/${scene.fake.conference(scene.ref).sid}/Participants`;
const toExpert = { From: "+15125550100", To: "+33123456789", Label: "bob" };

describe("conferences", () => {
  it("begin with everybody's end being the end of all, as in Flex", async () => {
    const scene = await openMuteScene();
    scene.fake.agentCrashes(scene.ref);
    expect(scene.fake.call(scene.customer()).status).toBe("completed");
    expect(scene.fake.conference(scene.ref)).toMatchObject({ reason: "participant-with-end-conference-on-exit-left" });
    expect(scene.fake.tasks()[0]?.status).toBe("wrapping");
  });

  it("end for all when such a leg is removed", async () => {
    const scene = await openMuteScene();
    expect((await ask(scene, "DELETE", `${participantsOf(scene)}/${scene.agent()}.json`)).status).toBe(204);
    expect(scene.fake.conference(scene.ref).reason).toBe("participant-with-end-conference-on-exit-kicked");
    expect(scene.fake.call(scene.customer()).endedBy).toBe("request");
  });

  it("know a participant by label, in one conference only once", async () => {
    const scene = await openMuteScene();
    const path = participantsOf(scene);
    expect((await ask(scene, "POST", `${path}.json`, toExpert)).status).toBe(201);
    expect((await ask(scene, "GET", `${path}/bob.json`)).body).toMatchObject({ label: "bob", status: "ringing" });
    expect(await ask(scene, "POST", `${path}.json`, toExpert)).toMatchObject({ status: 400, body: { code: 16026 } });
    scene.answer();
    expect((await ask(scene, "POST", `${path}/bob.json`, { Hold: "true" })).body).toMatchObject({ hold: true });
    expect((await ask(scene, "DELETE", `${path}/bob.json`)).status).toBe(204);
    expect(await ask(scene, "GET", `${path}/bob.json`)).toMatchObject({ status: 404, body: { code: 20404 } });
    expect((await ask(scene, "POST", `${path}.json`, toExpert)).status).toBe(201);
  });

  it.each([
    [{ To: "+33123456789" }, 21213],
    [{ From: "+15125550100" }, 21201],
    [{ ...toExpert, To: "0123" }, 13223],
    [{ ...toExpert, From: "+15125550199" }, 21210],
    [{ ...toExpert, Label: "a/b" }, 16024],
    [{ ...toExpert, Label: `CA${"0".repeat(32)}` }, 16024],
    [{ ...toExpert, Timeout: "4" }, 20001],
    [{ ...toExpert, Muted: "yes" }, 20001],
    [{ ...toExpert, To: "sip:bob" }, 13251],
    [{ ...toExpert, To: "sip:bob@sbc.example.com?Subject=x" }, 13252],
    [{ ...toExpert, To: `sip:bob@sbc.example.com?x-a=${"b".repeat(1_024)}` }, 13252],
  ] as const)("refuse to dial %o: %i", async (form, code) => {
    const scene = await openMuteScene();
    const answer = await ask(scene, "POST", `${participantsOf(scene)}.json`, form);
    expect(answer).toMatchObject({ status: 400, body: { code, status: 400, more_info: expect.any(String) } });
    expect(scene.fake.dials()).toBe(0);
  });

  it("neither hold nor remove who has not answered", async () => {
    const scene = await openMuteScene();
    await ask(scene, "POST", `${participantsOf(scene)}.json`, toExpert);
    for (const method of ["POST", "DELETE"])
      expect((await ask(scene, method, `${participantsOf(scene)}/bob.json`, { Hold: "true" })).status).toBe(400);
  });

  it("let a phone ring on when they end, and whoever answers finds nobody", async () => {
    const scene = await openMuteScene();
    await ask(scene, "POST", `${participantsOf(scene)}.json`, toExpert);
    scene.fake.customerHangsUp(scene.ref);
    expect(scene.fake.call(scene.ringing()).status).toBe("ringing");
    expect((await ask(scene, "GET", `${participantsOf(scene)}.json`)).body).toMatchObject({ participants: [] });
    scene.answer();
    expect(scene.fake.call(scene.ringing()).status).toBe("completed");
  });

  it("ring five seconds longer than they are told", async () => {
    const scene = await openMuteScene();
    await ask(scene, "POST", `${participantsOf(scene)}.json`, { ...toExpert, Timeout: "10" });
    await scene.pass(14_900);
    expect(scene.fake.call(scene.ringing()).status).toBe("ringing");
    await scene.pass(200);
    expect(scene.fake.call(scene.ringing()).status).toBe("no-answer");
  });

  it("mix who is not on hold; a whispering supervisor is heard by one alone", async () => {
    const scene = await openMuteScene();
    const coach = scene.fake.coach(scene.ref);
    const [customer, agent] = [scene.customer(), scene.agent()];
    expect(scene.fake.hears(scene.ref)).toMatchObject({
      [customer]: { hears: [agent] },
      [agent]: { hears: [customer, coach] },
      [coach]: { hears: [customer, agent] },
    });
    scene.fake.holdByHand(scene.ref, "customer", true);
    expect(scene.fake.hears(scene.ref)).toMatchObject({
      [customer]: { hears: [], music: true },
      [agent]: { hears: [coach] },
    });
  });
});

describe("calls", () => {
  it("are cancelled only while nobody has answered", async () => {
    const scene = await openMuteScene();
    await ask(scene, "POST", `${participantsOf(scene)}.json`, toExpert);
    const cancel = (sid: string) => ask(scene, "POST", `${account}/Calls/${sid}.json`, { Status: "canceled" });
    expect((await cancel(scene.customer())).body).toMatchObject({ status: "in-progress" });
    expect((await cancel(scene.ringing())).body).toMatchObject({ status: "canceled" });
    expect(await cancel(scene.ringing())).toMatchObject({ status: 400, body: { code: 21220 } });
  });

  it("are found by address, newest first", async () => {
    const scene = await openMuteScene();
    await ask(scene, "POST", `${participantsOf(scene)}.json`, toExpert);
    const found = await ask(scene, "GET", `${account}/Calls.json?To=%2B33123456789`);
    expect(found.body.calls).toEqual([expect.objectContaining({ sid: scene.ringing(), status: "ringing" })]);
  });
});

describe("TaskRouter", () => {
  it("changes a worker only in the version that was meant", async () => {
    const opened = openFake();
    const path = `${workspace}/Workers/${ada}`;
    const { headers } = await ask(opened, "GET", path);
    const sid = opened.fake.activities().find(({ name }) => name === "Break")?.sid ?? "";
    const match = { "if-match": headers.get("etag") ?? "" };
    expect((await ask(opened, "POST", path, { ActivitySid: sid }, match)).status).toBe(200);
    expect((await ask(opened, "POST", path, { ActivitySid: sid }, match)).status).toBe(412);
    expect(await ask(opened, "POST", path, { ActivitySid: "WA1" })).toMatchObject({ status: 400 });
    const available = opened.fake.activities().find((one) => one.available)?.sid ?? "";
    const rejecting = { ActivitySid: available, RejectPendingReservations: "true" };
    expect(await ask(opened, "POST", path, rejecting)).toMatchObject({ status: 400 });
  });

  it("pages by token only, and hides attributes in lists", async () => {
    const workers = Array.from({ length: 5 }, (_, index) => ({ name: `Agent ${index}`, attributes: { index } }));
    const opened = openFake({ workers });
    const first = await ask(opened, "GET", `${workspace}/Workers?PageSize=2`);
    const { meta, workers: listed } = first.body as {
      meta: { next_page_url: string };
      workers: { attributes: unknown }[];
    };
    expect(meta.next_page_url).toMatch(/^https:\/\/taskrouter\.twilio\.com\/v1\/.*PageToken=PA/);
    expect(listed.map(({ attributes }) => attributes)).toEqual([null, null]);
    const bad = [
      `${workspace}/Workers?Page=1`,
      `${workspace}/Workers?PageToken=PA1`,
      `${workspace}/Workers?PageSize=0`,
    ];
    const codes = await Promise.all(bad.map(async (path) => (await ask(opened, "GET", path)).body.code));
    expect(codes).toEqual([40153, 21481, 20001]);
  });

  it("moves tasks only along their way, and wants a reason for the end", async () => {
    const scene = await openMuteScene();
    const path = `${workspace}/Tasks/${scene.ref}`;
    const move = async (form: Record<string, string>) => (await ask(scene, "POST", path, form)).status;
    expect(await move({ AssignmentStatus: "canceled", Reason: "x" })).toBe(400);
    expect(await move({ AssignmentStatus: "wrapping" })).toBe(200);
    expect(await move({ AssignmentStatus: "wrapping" })).toBe(400);
    expect(await move({ AssignmentStatus: "completed" })).toBe(400);
    expect(await move({ AssignmentStatus: "completed", Reason: "done" })).toBe(200);
  });

  it("calls the workspace's address with the events that its filter lets through", async () => {
    const opened = openFake();
    await ask(opened, "POST", workspace, { EventCallbackUrl: hookAddress, EventsFilter: "worker.activity.update" });
    opened.fake.chooseActivity(ada, "Break");
    opened.fake.startChat(ada);
    await opened.fake.idle();
    expect(opened.inbox).toEqual([expect.objectContaining({ kind: "presence" })]);
  });
});

describe("in general", () => {
  it("nobody comes in without credentials, and errors look like Twilio's", async () => {
    const { fake } = openFake();
    const response = await fake.app.request(`https://api.twilio.com${account}/Conferences.json`);
    expect(response.status).toBe(401);
    expect(await response.json()).toEqual({
      code: 20003,
      message: "Authenticate",
      more_info: "https://www.twilio.com/docs/errors/20003",
      status: 401,
    });
  });

  it("a webhook that fails is tried again: Event Streams for long, a status callback once more", async () => {
    let isDown = true;
    const seen: string[] = [];
    const opened = openFake({
      fetch: async (input) => {
        seen.push(String(input).split("?")[0] ?? "");
        return new Response(null, { status: isDown ? 503 : 204 });
      },
    });
    await ask(opened, "POST", "/v1/Sinks", {
      Description: "x",
      SinkType: "webhook",
      SinkConfiguration: JSON.stringify({ destination: "https://stream.example/" }),
    });
    const SinkSid = opened.fake.sinks()[0]?.sid ?? "";
    const Types = JSON.stringify({ type: "com.twilio.taskrouter.worker.activity.update" });
    await ask(opened, "POST", "/v1/Subscriptions", { Description: "x", SinkSid, Types });
    await ask(opened, "POST", workspace, { EventCallbackUrl: "https://callback.example/" });
    opened.fake.chooseActivity(ada, "Break");
    await opened.fake.idle();
    for (const ms of [1_000, 5_000]) {
      await opened.clock.advance(ms);
      await opened.fake.idle();
    }
    isDown = false;
    await opened.clock.advance(30_000);
    await opened.fake.idle();
    await opened.clock.advance(600_000);
    const countOf = (address: string) => seen.filter((one) => one === address).length;
    expect([countOf("https://stream.example/"), countOf("https://callback.example/")]).toEqual([4, 2]);
  });
});
