import { beforeAll, beforeEach, describe, expect, it } from "vitest";
import { fetchFrom } from "../../../src/testing/connection.ts";
import { createTestWorld, jonas, marta, minute, type TestWorld } from "../fake/test-world.ts";
import type { TeamsConnection } from "../settings.ts";
import { makeEncryption } from "../testing/certificate.ts";
import { receive } from "./receive.ts";
import { clientStateOf, subscribe } from "./subscriptions.ts";

const address = "https://patchcord.example/hooks/con_1";
const everybody = [jonas.id, marta.id];
const refreshToken = "refresh-of-the-service-account";
let encryption: Awaited<ReturnType<typeof makeEncryption>>;
let world: TestWorld;
let c: TeamsConnection;
const inbox: Request[] = [];

beforeAll(async () => {
  encryption = await makeEncryption();
});

/** As the service does: what cannot be taken is refused. */
async function take(input: string | URL | Request, init?: RequestInit): Promise<Response> {
  const request = new Request(input, init);
  inbox.push(request.clone());
  const { method, url, headers } = request;
  const answer = await receive(c, { method, url, headers, body: new Uint8Array(await request.arrayBuffer()) });
  return "handshake" in answer ? answer.handshake : new Response(null, { status: "rejected" in answer ? 401 : 200 });
}
const open = (rich = true) => {
  inbox.length = 0;
  world = createTestWorld({ origin: "http://microsoft.example:9000", fetch: take });
  const notifications = { refreshToken, acceptV2Tokens: false, ...(rich ? { encryption } : {}) };
  c = world.connect({ notifications }, fetchFrom(world.fake.app));
};
beforeEach(() => open());

type Delivery = { value: Record<string, unknown>[]; validationTokens?: string[] };
const deliver = async (body: unknown, url = address) =>
  receive(c, { method: "POST", url, headers: new Headers(), body: new TextEncoder().encode(JSON.stringify(body)) });
async function deliveryAbout(user: string): Promise<Delivery> {
  const delivery = await world.fake.subscriptions.deliveryOf(user);
  if (!delivery) throw new Error("nobody is subscribed");
  return structuredClone(delivery.body) as Delivery;
}

describe("subscriptions to presence", () => {
  it("are made for those who matter, each with a secret of its own, and renewed at each call", async () => {
    const made = await subscribe(c, address, undefined, everybody);
    expect(made?.expiresAt?.getTime()).toBe(world.clock.now().getTime() + 59 * minute);
    const [one, second] = world.fake.subscriptions.list();
    expect(second).toBeUndefined();
    expect(one).toMatchObject({
      notificationUrl: address,
      lifecycleNotificationUrl: address,
      encryption: { id: "2026-a" },
    });
    expect(one?.clientState).toMatch(/^[0-9a-f]{64}$/);
    world.clock.pass(30 * minute);
    expect((await subscribe(c, address, made, everybody))?.id).toBe(made?.id);
    expect(world.fake.subscriptions.list()[0]?.expirationDateTime).toBe(
      new Date(world.clock.now().getTime() + 59 * minute).toISOString(),
    );
  });

  it("of 1,400 people are three, and follow who matters", async () => {
    const many = Array.from({ length: 1_400 }, (_, index) => `user-${String(index).padStart(4, "0")}`);
    expect(await subscribe(c, address, undefined, many)).toMatchObject({ data: { count: 3 } });
    const secrets = world.fake.subscriptions.list().map(({ clientState }) => clientState);
    expect(new Set(secrets).size).toBe(3);
    expect(await subscribe(c, address, undefined, many.slice(0, 650))).toMatchObject({ data: { count: 1 } });
    expect(world.fake.subscriptions.list()).toHaveLength(1);
  });

  it("take the place of one that an earlier address or a lost memory left behind", async () => {
    await subscribe(c, "https://old.example/hooks/con_1", undefined, everybody);
    await subscribe(c, address, undefined, everybody);
    expect(world.fake.subscriptions.list()).toMatchObject([{ notificationUrl: address }]);
    const forgetful = world.connect({ notifications: c.settings.notifications }, fetchFrom(world.fake.app));
    world.fake.revokeRefreshTokens();
    await expect(subscribe(forgetful, address, undefined, everybody)).rejects.toMatchObject({
      code: "platform_unauthorized",
      message: expect.stringContaining("new refresh token"),
    });
  });

  it("that Graph has forgotten are made again, and none is made where none is set up", async () => {
    const made = await subscribe(c, address, undefined, everybody);
    world.fake.subscriptions.forget(made?.id ?? "");
    expect((await subscribe(c, address, made, everybody))?.id).not.toBe(made?.id);
    expect(await subscribe(world.connect(), address, undefined, everybody)).toBeUndefined();
    expect(await subscribe(c, address, undefined, [])).toBeUndefined();
    expect(world.fake.subscriptions.list()).toEqual([]);
  });

  it("stand for a day in which every fifth request fails, tried again a minute later", async () => {
    let asked = 0;
    let without = 0;
    for (let at = 0; at < 24 * 60; at++) {
      if (++asked % 5 === 0) world.fake.fail.next({ path: /subscriptions|token/, status: 503 });
      if (at % 97 === 0) for (const { id } of world.fake.subscriptions.list()) world.fake.subscriptions.forget(id);
      await subscribe(c, address, undefined, everybody).catch(() => undefined);
      without = world.fake.subscriptions.list().length === 0 ? without + 1 : 0;
      expect(without, `minute ${at}`).toBeLessThan(5);
      world.clock.pass(minute);
    }
  });

  it("use up one refresh token after the other, and go on after each", async () => {
    for (let hour = 0; hour < 30; hour++) {
      expect(await subscribe(c, address, undefined, everybody)).toBeDefined();
      world.clock.pass(61 * minute);
    }
  });
});

describe("the address", () => {
  it("repeats what Graph asks, as plain text, within bounds", async () => {
    const token = "Validation: <script>alert(1)</script> & 100%";
    const url = `${address}?validationToken=${encodeURIComponent(token)}`;
    const answer = await receive(c, { method: "POST", url, headers: new Headers(), body: new Uint8Array() });
    const handshake = "handshake" in answer ? answer.handshake : undefined;
    expect(handshake?.headers.get("content-type")).toMatch(/^text\/plain/);
    expect(handshake?.headers.get("x-content-type-options")).toBe("nosniff");
    expect(await handshake?.text()).toBe(token);
    expect(await deliver({}, `${address}?validationToken=${"x".repeat(2_001)}`)).toHaveProperty("rejected");
    expect(await deliver({}, `${address}?validationToken=`)).toHaveProperty("rejected");
  });
});

describe("a rich notification", () => {
  beforeEach(async () => {
    await subscribe(c, address, undefined, everybody);
    world.fake.startCall(jonas.id);
    await world.fake.subscriptions.idle();
  });

  it("tells what somebody shows, at once", async () => {
    expect(await deliver(await deliveryAbout(jonas.id))).toMatchObject({
      events: [
        {
          kind: "presence",
          report: { account: jonas.id, presence: { availability: "busy", activity: "on-call" }, source: "push" },
        },
      ],
    });
  });

  it("is refused without the secret of its subscription, whichever byte is wrong", async () => {
    const genuine = await deliveryAbout(jonas.id);
    const [item = {}] = genuine.value;
    const secret = String(item.clientState);
    for (let index = 0; index < secret.length; index += 7) {
      const wrong = secret.slice(0, index) + (secret[index] === "0" ? "1" : "0") + secret.slice(index + 1);
      expect(await deliver({ ...genuine, value: [{ ...item, clientState: wrong }] })).toHaveProperty("rejected");
    }
    for (const change of [
      { clientState: "" },
      { clientState: null },
      { subscriptionId: "other" },
      { tenantId: "other" },
    ])
      expect(await deliver({ ...genuine, value: [{ ...item, ...change }] })).toHaveProperty("rejected");
    const other = await world.connect({ notifications: c.settings.notifications });
    expect(await clientStateOf(other, String(item.subscriptionId))).toBeUndefined();
  });

  it("is refused without Microsoft's own proof", async () => {
    const genuine = await deliveryAbout(jonas.id);
    const [token = ""] = genuine.validationTokens ?? [];
    const [head, body, signature] = token.split(".");
    const claims = JSON.parse(atob((body ?? "").replaceAll("-", "+").replaceAll("_", "/")));
    const encode = (value: object) =>
      btoa(JSON.stringify(value)).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
    const forged = [
      [],
      ["x.y.z"],
      [`${encode({ alg: "none" })}.${body}.`],
      [`${head}.${encode({ ...claims, aud: "another" })}.${signature}`],
      [token, "x.y.z"],
      [`${encode({ alg: "RS256", kid: "nobody" })}.${body}.${signature}`],
    ];
    for (const validationTokens of forged)
      expect(await deliver({ ...genuine, validationTokens }), JSON.stringify(validationTokens)).toHaveProperty(
        "rejected",
      );
    const tab = await world.fake.issueTabToken(jonas.id);
    expect(await deliver({ ...genuine, validationTokens: [tab] })).toHaveProperty("rejected");
    world.clock.pass(61 * minute);
    expect(await deliver(genuine)).toHaveProperty("rejected");
    const reads = world.fake.requests.filter(({ path }) => path.endsWith("/discovery/v2.0/keys")).length;
    expect(reads).toBeLessThanOrEqual(2);
  });

  it("in a storm costs no question to the token store, and what was taken back there counts no more in seconds", async () => {
    const asked: string[] = [];
    const { tokens } = c;
    c = {
      ...c,
      tokens: {
        ...tokens,
        get: (key, issue) => {
          asked.push(key);
          return tokens.get(key, issue);
        },
      },
    };
    const genuine = await deliveryAbout(jonas.id);
    world.clock.pass(6_000);
    for (let times = 0; times < 20; times++) expect(await deliver(genuine)).toHaveProperty("events");
    expect(asked).toHaveLength(2); // the secret of the subscription, and Microsoft's keys
    await tokens.drop(`notification-secret:${genuine.value[0]?.subscriptionId}`);
    world.clock.pass(6_000);
    expect(await deliver(genuine)).toHaveProperty("rejected");
  });

  it("that cannot be read makes us look, and is never believed", async () => {
    const genuine = await deliveryAbout(jonas.id);
    const [item = {}] = genuine.value;
    const content = item.encryptedContent as Record<string, string>;
    const spoil = (text: string) => (text.startsWith("A") ? `B${text.slice(1)}` : `A${text.slice(1)}`);
    for (const [name, value] of Object.entries(content)) {
      const changed = { ...item, encryptedContent: { ...content, [name]: spoil(value) } };
      expect(await deliver({ ...genuine, value: [changed] }), name).toMatchObject({
        events: [{ kind: "presence-changed", account: jonas.id }],
      });
    }
  });
});

describe("other notifications", () => {
  it("a basic one makes us look, and the same again is known again", async () => {
    open(false);
    await subscribe(c, address, undefined, everybody);
    const body = await deliveryAbout(jonas.id);
    expect(body.validationTokens).toBeUndefined();
    const first = await deliver(body);
    expect(first).toMatchObject({ events: [{ kind: "presence-changed", account: jonas.id }] });
    expect(await deliver(body)).toEqual(first);
    world.clock.pass(minute);
    expect(await deliver(body)).not.toEqual(first);
  });

  it.each([
    ["reauthorizationRequired", "renew"],
    ["subscriptionRemoved", "renew"],
    ["missed", "gap"],
  ] as const)("%s asks for attention", async (event, what) => {
    await subscribe(c, address, undefined, everybody);
    inbox.length = 0;
    world.fake.subscriptions.sendLifecycle(event);
    await world.fake.subscriptions.idle();
    const body = new Uint8Array((await inbox[0]?.arrayBuffer()) ?? new ArrayBuffer());
    expect(await receive(c, { method: "POST", url: address, headers: new Headers(), body })).toMatchObject({
      events: [{ kind: "attention", what }],
    });
  });

  it("nothing is taken where notifications are not set up", async () => {
    c = world.connect();
    expect(await deliver({ value: [] })).toHaveProperty("rejected");
    expect(await deliver({}, `${address}?validationToken=x`)).toHaveProperty("rejected");
  });
});
