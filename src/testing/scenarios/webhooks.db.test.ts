import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { findForgery } from "../../platform/signature.ts";
import { delaysMs } from "../../webhooks/schedule.ts";
import { ana, createTestService, jonas, type TestService } from "../service.ts";
import { addSecondTenant } from "./second-tenant.ts";

type Message = { id: string; type: string; timestamp: string; data: Record<string, unknown>; at: Date; body: string };
const host = "https://hooks.example.com";
const minuteMs = 60_000;
const dayMs = 24 * 60 * minuteMs;

let service: TestService;
let heard: Message[];
let reply: (message: Message) => Response | "lost";
let secrets: string[];
/** What the check of the signature said about each delivery. */
let forgeries: (string | undefined)[];

beforeAll(async () => {
  service = await createTestService();
  const fetch = async (request: Request) => {
    const body = new Uint8Array(await request.arrayBuffer());
    const { headers } = request;
    const now = service.clock.now();
    forgeries.push(await findForgery(secrets, { headers, body, now }));
    const text = new TextDecoder().decode(body);
    const message = { ...JSON.parse(text), id: String(headers.get("webhook-id")), at: now, body: text } as Message;
    heard.push(message);
    const answer = reply(message);
    return answer === "lost" ? Response.error() : answer;
  };
  service.origins.set(host, { fetch });
  service.origins.set("https://moved.example.com", {
    fetch: () => new Response(null, { status: 302, headers: { location: host } }),
  });
});
afterAll(() => service?.close());
beforeEach(async () => {
  [heard, secrets, forgeries] = [[], [], []];
  reply = () => new Response(null, { status: 204 });
  await service.sql`delete from webhook_endpoints`;
});

const add = async (body: Record<string, unknown> = {}) => {
  const made = await service.ask("POST", "/v1/webhook-endpoints", { body: { url: `${host}/in`, ...body } });
  expect(made.status, JSON.stringify(made.body)).toBe(201);
  secrets.push(String(made.body.secret));
  return `/v1/webhook-endpoints/${made.body.id}`;
};
const stateOf = async (path: string) => (await service.ask("GET", path)).body;
const deliveries = async (path: string, state = "") =>
  (await service.ask("GET", `${path}/deliveries?limit=200${state && `&state=${state}`}`)).body.items ?? [];
const test = async (path: string) => {
  const { status, body } = await service.ask("POST", `${path}/test`);
  expect(status).toBe(202);
  await service.settle();
  return String(body.messageId);
};
/** Goes from one attempt to the next until nothing waits any more. */
const toTheEnd = async () => {
  for (let attempt = 0; attempt < 20; attempt++) {
    const [row] = await service.sql`select run_at from jobs where name = 'webhook.send' order by run_at limit 1`;
    if (!row) return;
    await service.clock.advance(row.run_at.getTime() - service.clock.now().getTime());
    await service.settle();
  }
};
const consultOnce = async () => {
  const call = service.center.startCall({ customer: { name: "Erik Kund" }, agent: ana.account, attributes: {} });
  await service.settle();
  const token = await service.deskToken();
  const desk = await service.ask("GET", "/v1/desk", { token });
  const [interaction] = (desk.body.interactions as { id: string }[]).slice(-1);
  const body = { interactionId: interaction?.id, kind: "question", skill: "invoicing", question: "Who is Erik?" };
  const asked = await service.ask("POST", "/v1/consults", { token, body });
  await service.settle();
  const cancel = { token, body: { move: "cancel" } };
  await service.ask("POST", `/v1/consults/${asked.body.id}/moves`, cancel);
  await service.settle();
  service.center.customerHangsUp(call);
  await service.settle();
  return String(asked.body.id);
};

describe("what happens is told", () => {
  it("signed, in order, with ids and codes only", async () => {
    const path = await add();
    const consult = await consultOnce();
    const types = heard.filter(({ data }) => (data.consultId ?? data.id) === consult).map(({ type }) => type);
    expect(types.slice(0, 3)).toEqual(["consult.requested", "offer.asked", "consult.offering"]);
    expect(types.at(-1)).toBe("consult.ended");
    expect(heard.map(({ type }) => type)).toEqual(expect.arrayContaining(["interaction.started", "interaction.ended"]));
    const versions = heard.filter(({ data }) => data.id === consult).map(({ data }) => Number(data.version));
    expect(versions).toEqual([...versions].sort((a, b) => a - b));
    expect(
      forgeries.every((fault) => fault === undefined),
      JSON.stringify(forgeries),
    ).toBe(true);
    expect(JSON.stringify(heard)).not.toMatch(/Erik|Ana|Jonas|\+46/);
    expect(new Set(heard.map(({ id }) => id)).size).toBe(heard.length);
    expect((await deliveries(path)).every(({ state }) => state === "delivered")).toBe(true);
  });

  it("by type: all of a kind, and presence only to who names it", async () => {
    await add({ events: ["consult.*"] });
    await consultOnce();
    expect(new Set(heard.map(({ type }) => type.split(".")[0]))).toEqual(new Set(["consult"]));
    await service.sql`delete from webhook_endpoints`;
    await add({ events: ["presence.changed"] });
    heard = [];
    service.microsoft.setUserStatus(jonas.id, "Busy");
    await service.pass(10_000);
    expect(heard.map(({ type, data }) => [type, data.availability])).toContainEqual(["presence.changed", "busy"]);
    service.microsoft.setUserStatus(jonas.id, "Available");
    await service.pass(10_000);
  });

  it("of presence, the last value once an endpoint is back", async () => {
    await add({ events: ["presence.changed"] });
    reply = () => new Response(null, { status: 503, headers: { "retry-after": "60" } });
    for (const status of ["Busy", "Away", "Available"] as const) {
      service.microsoft.setUserStatus(jonas.id, status);
      await service.pass(4_000, 2_000);
    }
    heard = [];
    reply = () => new Response(null, { status: 204 });
    await service.pass(70_000, 10_000);
    const person = heard.map(({ data }) => data.availability);
    expect(person).toEqual(["available"]);
  });

  it("never to a neighbour", async () => {
    const neighbour = await addSecondTenant(service);
    await add();
    const theirs = await service.ask("POST", "/v1/webhook-endpoints", {
      token: neighbour.apiKey,
      body: { url: `${host}/neighbour` },
    });
    heard = [];
    const path = `/v1/webhook-endpoints/${theirs.body.id}`;
    for (const [method, suffix, body] of [
      ["GET", "", undefined],
      ["PATCH", "", { enabled: false }],
      ["DELETE", "", undefined],
      ["POST", "/test", undefined],
      ["POST", "/rotate-secret", {}],
      ["POST", "/replay", { since: "2020-01-01T00:00:00Z" }],
      ["GET", "/deliveries", undefined],
    ] as const)
      expect((await service.ask(method, path + suffix, { body })).status, suffix).toBe(404);
    await test(path).catch(() => undefined);
    await service.ask("POST", `${path}/test`, { token: neighbour.apiKey });
    await service.settle();
    expect(heard.map(({ type }) => type)).toEqual(["webhook.test"]);
  });
});

describe("failure", () => {
  // Days pass here, and nothing but messages is of interest in them.
  beforeAll(() => service.sql`delete from jobs where name not like 'webhook.%'`);

  it("is tried again by the specification's schedule and ends as a dead letter, which can be replayed by its id", async () => {
    const path = await add({ events: ["webhook.test"] });
    reply = () => new Response(null, { status: 500 });
    const id = await test(path);
    expect(heard).toHaveLength(1);
    await toTheEnd();
    expect(heard).toHaveLength(delaysMs.length + 1);
    expect(new Set(heard.map((one) => `${one.id} ${one.body}`)).size).toBe(1);
    expect(
      forgeries.every((fault) => fault === undefined),
      "each attempt is signed anew",
    ).toBe(true);
    const gaps = heard.slice(1).map(({ at }, index) => at.getTime() - Number(heard[index]?.at.getTime()));
    gaps.forEach((gap, index) => {
      expect(gap).toBeGreaterThanOrEqual(delaysMs[index] ?? 0);
      expect(gap).toBeLessThanOrEqual((delaysMs[index] ?? 0) * 1.1);
    });
    expect(await deliveries(path, "dead")).toMatchObject([{ id, attempts: 10, status: 500 }]);
    expect((await stateOf(path)).state).toBe("failing");
    reply = () => new Response(null, { status: 200 });
    expect((await service.ask("POST", `${path}/replay`, { body: { ids: [id] } })).body).toEqual({ replayed: 1 });
    await service.settle();
    expect(heard.at(-1)).toMatchObject({ id, type: "webhook.test" });
    expect([(await stateOf(path)).state, await deliveries(path, "dead")]).toEqual(["on", []]);
  });

  it("holds up nothing else, and Retry-After counts", async () => {
    const path = await add({ events: ["webhook.test"] });
    const other = await add({ events: ["webhook.test"], url: `${host}/other` });
    reply = () => new Response(null, { status: 429, headers: { "retry-after": "60" } });
    const slow = await test(path);
    reply = () => new Response(null, { status: 204 });
    const next = [await test(path), await test(other)];
    expect(heard.map(({ id }) => id)).toEqual([slow, ...next]);
    await service.pass(59_000, 59_000);
    expect(heard).toHaveLength(3);
    await service.pass(1_000);
    expect(heard.map(({ id }) => id)).toEqual([slow, ...next, slow]);
  });

  it("410 switches the endpoint off; switched on again, what it missed is replayed by time", async () => {
    const path = await add();
    reply = () => new Response(null, { status: 410 });
    const since = service.clock.now().toISOString();
    const gone = await test(path);
    expect(await stateOf(path)).toMatchObject({ state: "off", why: "gone" });
    expect(await deliveries(path, "dead")).toMatchObject([{ id: gone, status: 410 }]);
    heard = [];
    const consult = await consultOnce();
    expect(heard).toEqual([]);
    expect((await service.ask("POST", `${path}/replay`, { body: { since } })).status).toBe(409);
    reply = () => new Response(null, { status: 204 });
    expect((await service.ask("PATCH", path, { body: { enabled: true } })).body.state).toBe("on");
    const again = await service.ask("POST", `${path}/replay`, { body: { since, onlyFailed: true } });
    expect(again.status).toBe(202);
    await service.settle();
    expect(heard).toHaveLength(Number(again.body.replayed));
    const types = heard.filter(({ data }) => data.id === consult).map(({ type }) => type);
    expect([types[0], types.at(-1)]).toEqual(["consult.requested", "consult.ended"]);
  });

  it("for five days on end switches it off", async () => {
    const path = await add({ events: ["webhook.test"] });
    reply = () => "lost";
    await test(path);
    await toTheEnd();
    expect((await stateOf(path)).state).toBe("failing");
    await service.clock.advance(2 * dayMs);
    await test(path);
    expect(await stateOf(path)).toMatchObject({ state: "off", why: "failing" });
    expect((await service.ask("POST", `${path}/test`)).status).toBe(409);
  });

  it("redirects are not followed, and no answer is one", async () => {
    const path = await add({ url: "https://moved.example.com/in" });
    await test(path);
    expect(heard).toEqual([]);
    expect(await deliveries(path)).toMatchObject([{ state: "waiting", attempts: 1, status: 302 }]);
    const dead = await add();
    reply = () => "lost";
    await test(dead);
    expect(await deliveries(dead)).toMatchObject([{ state: "waiting", attempts: 1, error: "network" }]);
  });

  it("a process that dies between sending and noting sends the same again under the same id", async () => {
    const path = await add({ events: ["webhook.test"] });
    let killed = 0;
    service.watch((request) => (request.url.startsWith(host) && killed++ === 0 ? "kill-after" : undefined));
    const id = await test(path);
    await service.pass(10_000, 5_000);
    service.watch(() => undefined);
    expect(heard.map((one) => one.id)).toEqual([id, id]);
    expect(heard[0]?.body).toBe(heard[1]?.body);
    expect(await deliveries(path)).toMatchObject([{ state: "delivered" }]);
  });
});

describe("an endpoint", () => {
  it("changes its secret without a gap: both sign for a day, or at once when it has leaked", async () => {
    const path = await add({ events: ["webhook.test"] });
    const [old] = secrets;
    const { body } = await service.ask("POST", `${path}/rotate-secret`, { body: {} });
    secrets = [String(old)];
    await test(path);
    secrets = [String(body.secret)];
    await test(path);
    expect(forgeries).toEqual([undefined, undefined]);
    await service.clock.advance(dayMs + minuteMs);
    secrets = [String(old)];
    await test(path);
    expect(forgeries.at(-1)).toContain("no signature fits");
    await service.ask("POST", `${path}/rotate-secret`, { body: { leaked: true } });
    secrets = [String(body.secret)];
    await test(path);
    expect(forgeries.at(-1)).toContain("no signature fits");
  });

  it("never shows its secret again, and is not to be seen without the right to it", async () => {
    const path = await add();
    const listed = await service.ask("GET", "/v1/webhook-endpoints");
    const stored = await service.sql`select secrets_sealed from webhook_endpoints`;
    expect(JSON.stringify([listed.body, await stateOf(path), stored])).not.toContain(String(secrets[0]).slice(6));
    expect((await service.ask("GET", path, { token: await service.deskToken() })).status).toBe(403);
  });

  it.each([
    [{ url: "http://hooks.example.com/in" }, "https"],
    [{ url: "https://169.254.169.254/latest/meta-data" }, "open internet"],
    [{ url: "https://localhost/in" }, "open internet"],
    [{ url: `${host}/in`, events: ["nothing.such"] }, "events"],
    [{ url: `${host}/in`, events: [] }, "events"],
  ])("is refused: %j", async (body, reason) => {
    const refused = await service.ask("POST", "/v1/webhook-endpoints", { body });
    expect([refused.status, refused.body.code]).toEqual([422, "invalid"]);
    expect(refused.body.detail).toContain(reason);
  });

  it("is refused a replay that names neither ids nor a time, or nothing that is there", async () => {
    const path = await add();
    expect((await service.ask("POST", `${path}/replay`, { body: {} })).status).toBe(422);
    const none = { ids: ["msg_00000000000000000000000000"] };
    expect((await service.ask("POST", `${path}/replay`, { body: none })).status).toBe(404);
  });
});
