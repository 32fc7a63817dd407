import { describe, expect, it } from "vitest";
import { ada, ben, company, createScene, department, hookAddress, queueMember, stranger } from "./fake/scene.ts";
import { createFakeRingCentral, type FakeRingCentral } from "./fake.ts";

const minuteMs = 60_000;
const base = "https://platform.ringcentral.com";
const presenceOf = (ids: string) => `/restapi/v1.0/account/~/extension/${ids}/presence`;

type Call = { method?: string; body?: unknown; headers?: Record<string, string> };
type Answer = { status: number; headers: Headers; body: Record<string, unknown> };

async function send(
  fake: FakeRingCentral,
  path: string,
  { method = "GET", body, headers = {} }: Call = {},
): Promise<Answer> {
  const init = {
    method,
    headers: { "content-type": "application/json", ...headers },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  };
  const response = await fake.app.fetch(new Request(base + path, init));
  const text = await response.text();
  return {
    status: response.status,
    headers: response.headers,
    body: text.startsWith("{") || text.startsWith("[") ? JSON.parse(text) : {},
  };
}

async function grant(
  fake: FakeRingCentral,
  form: Record<string, string>,
  authorization = `Basic ${btoa("made-up-client:made-up-secret")}`,
) {
  const headers = { "content-type": "application/x-www-form-urlencoded", authorization };
  const init = { method: "POST", headers, body: new URLSearchParams(form) };
  const response = await fake.app.fetch(new Request(`${base}/restapi/oauth/token`, init));
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
}

const jwt = { grant_type: "urn:ietf:params:oauth:grant-type:jwt-bearer", assertion: "made-up-jwt" };
const bearer = (token: unknown) => ({ authorization: `Bearer ${token}` });

async function signedIn(options: Parameters<typeof createScene>[0] = {}) {
  const scene = createScene(options);
  const { body } = await grant(scene.fake, jwt);
  const headers = bearer(body.access_token);
  return {
    ...scene,
    call: (path: string, more: Call = {}) =>
      send(scene.fake, path, { ...more, headers: { ...headers, ...more.headers } }),
  };
}

describe("signing in", () => {
  it("refuses wrong credentials, grants and kinds of body", async () => {
    const { fake } = createScene();
    expect((await grant(fake, jwt, "Basic wrong")).body).toMatchObject({ error: "invalid_client" });
    expect((await grant(fake, { ...jwt, assertion: "x" })).body).toMatchObject({ error: "invalid_grant" });
    expect((await grant(fake, { grant_type: "password" })).body).toMatchObject({ error: "unsupported_grant_type" });
    expect((await send(fake, "/restapi/oauth/token", { method: "POST", body: jwt })).status).toBe(415);
  });

  it("gives refresh tokens only to apps that ask for them in the console", async () => {
    expect((await grant(createScene().fake, jwt)).body).not.toHaveProperty("refresh_token");
    const { fake } = createScene({ client: { issuesRefreshTokens: true } });
    expect((await grant(fake, jwt)).body).toHaveProperty("refresh_token");
  });

  it("makes ten minutes of a lifetime of -1", async () => {
    const { fake } = createScene();
    expect((await grant(fake, { ...jwt, access_token_ttl: "-1" })).body.expires_in).toBe(600);
    expect((await grant(fake, { ...jwt, access_token_ttl: "9999" })).body.expires_in).toBe(3_600);
  });

  it("lets a refresh token be used once, but forgives a lost answer", async () => {
    const { fake, pass } = createScene({ client: { issuesRefreshTokens: true }, limits: { Auth: 99 } });
    const first = (await grant(fake, jwt)).body;
    const refresh = { grant_type: "refresh_token", refresh_token: String(first.refresh_token) };
    const second = (await grant(fake, refresh)).body;
    expect((await send(fake, presenceOf(ada), { headers: bearer(first.access_token) })).status).toBe(401);
    pass(59 * minuteMs);
    expect((await grant(fake, refresh)).body.access_token).toBe(second.access_token);
    expect((await send(fake, presenceOf(ada), { headers: bearer(second.access_token) })).status).toBe(200);
    pass(11_000);
    expect((await grant(fake, refresh)).body).toMatchObject({ error: "invalid_grant" });
  });

  it("ends the oldest session with the sixth, without a word", async () => {
    const { fake } = createScene({ limits: { Auth: 99 } });
    const tokens = [];
    for (let count = 0; count < 6; count++) tokens.push((await grant(fake, jwt)).body.access_token);
    const statuses = await Promise.all(
      tokens.map(async (token) => (await send(fake, presenceOf(ada), { headers: bearer(token) })).status),
    );
    expect(statuses).toEqual([401, 200, 200, 200, 200, 200]);
  });

  it("knows expired from unknown tokens", async () => {
    const { call, fake, pass } = await signedIn();
    pass(61 * minuteMs);
    expect((await call(presenceOf(ada))).body).toMatchObject({ errorCode: "OAU-128" });
    expect((await send(fake, presenceOf(ada))).body).toMatchObject({ errorCode: "OAU-129" });
  });

  it("ends a session when told", async () => {
    const { call, fake } = await signedIn();
    const [session] = fake.sessions.list();
    const init = { method: "POST", body: new URLSearchParams({ token: session?.access ?? "" }) };
    await fake.app.fetch(new Request(`${base}/restapi/oauth/revoke`, init));
    expect((await call(presenceOf(ada))).status).toBe(401);
  });
});

describe("limits", () => {
  it("are told in headers and end in a penalty that each request begins anew", async () => {
    const { call, fake, pass } = await signedIn();
    for (let count = 1; count <= 50; count++) {
      const { status, headers } = await call(presenceOf(ada));
      expect([status, headers.get("x-rate-limit-remaining")]).toEqual([200, String(50 - count)]);
    }
    const refused = await call(presenceOf(ada));
    expect(refused).toMatchObject({ status: 429, body: { errorCode: "CMN-301" } });
    expect(refused.headers.get("retry-after")).toBe("60");
    pass(50_000);
    expect((await call(presenceOf(ada))).status).toBe(429);
    pass(50_000);
    expect(fake.limits.penaltyUntil("Light")).toBeDefined();
    pass(10_001);
    expect((await call(presenceOf(ada))).status).toBe(200);
  });

  it("are separate for each group", async () => {
    const { call } = await signedIn();
    for (let count = 0; count < 10; count++) expect((await call("/restapi/v1.0/account/~/presence")).status).toBe(200);
    expect((await call("/restapi/v1.0/account/~/presence")).status).toBe(429);
    expect((await call(presenceOf(ada))).status).toBe(200);
    for (let count = 0; count < 40; count++)
      expect((await call("/restapi/v1.0/account/~/directory/entries")).status).toBe(200);
    expect((await call("/restapi/v1.0/account/~/directory/entries")).status).toBe(429);
  });

  it("hold for signing in as well", async () => {
    const { fake } = createScene();
    for (let count = 0; count < 5; count++) expect((await grant(fake, jwt)).status).toBe(200);
    expect((await grant(fake, jwt)).status).toBe(429);
  });
});

describe("presence", () => {
  const put = (body: unknown) => ({ method: "PUT", body });

  it("adds a connected call up to Busy and leaves what the user chose", async () => {
    const { call, fake } = await signedIn();
    fake.startCall(ada);
    const detailed = `${presenceOf(ada)}?detailedTelephonyState=true`;
    expect((await call(detailed)).body).toMatchObject({
      presenceStatus: "Busy",
      userStatus: "Available",
      telephonyStatus: "CallConnected",
      activeCalls: [{ telephonyStatus: "CallConnected" }],
    });
    expect((await call(presenceOf(ada))).body).not.toHaveProperty("activeCalls");
  });

  it.each([
    ["an unknown word", ada, { userStatus: "Away" }, 400, "CMN-101"],
    ["a read-only value in its place", ada, { dndStatus: "Unknown" }, 400, "CMN-101"],
    ["a queue's word for somebody in no queue", ada, { dndStatus: "DoNotAcceptDepartmentCalls" }, 400, "CMN-101"],
    ["the new field on the old call handling", ada, { dndStatusPersonal: "TakeAllCalls" }, 400, "CMN-101"],
    ["a long message", ada, { message: "x".repeat(76) }, 400, "CMN-101"],
    ["no object", ada, [], 400, "CMN-103"],
    ["a department", department, { userStatus: "Busy" }, 403, "CMN-403"],
    ["a stranger", stranger, { userStatus: "Busy" }, 404, "CMN-102"],
  ])("refuses %s", async (_name, id, body, status, errorCode) => {
    const { call } = await signedIn();
    expect(await call(presenceOf(id), put(body))).toMatchObject({
      status,
      body: { errorCode, errors: [{ errorCode }] },
    });
  });

  it("takes a queue's word from a member, and part of an object", async () => {
    const { call, fake } = await signedIn();
    expect((await call(presenceOf(queueMember), put({ dndStatus: "DoNotAcceptDepartmentCalls" }))).status).toBe(200);
    expect((await call(presenceOf(queueMember), put({ userStatus: "Busy" }))).body).toMatchObject({
      userStatus: "Busy",
      dndStatus: "DoNotAcceptDepartmentCalls",
    });
    fake.setDnd(queueMember, true);
    fake.setDnd(queueMember, false);
    expect(fake.presenceOf(queueMember).dndStatus).toBe("DoNotAcceptDepartmentCalls");
  });

  it("ignores the read-only fields and says nothing when nothing has changed", async () => {
    const { call, fake } = await signedIn();
    await call(presenceOf(ada), put({ presenceStatus: "Busy", userStatus: "Available" }));
    expect(fake.presenceOf(ada)).toMatchObject({ userStatus: "Available", sequence: 0 });
  });

  it("lets nobody write for others without the role, nor read", async () => {
    const { call, fake } = await signedIn({ user: { permissions: [] } });
    expect((await call(presenceOf(ada), put({ userStatus: "Busy" }))).body).toMatchObject({
      errorCode: "CMN-408",
      permissionName: "EditPresenceStatus",
    });
    expect((await call(presenceOf(ada))).body).toMatchObject({ errorCode: "CMN-408" });
    expect((await call(presenceOf("~"))).status).toBe(200);
    expect((await call(presenceOf("~"), put({ userStatus: "Busy" }))).status).toBe(200);
    expect(fake.presenceOf(fake.serviceUser).userStatus).toBe("Busy");
  });

  it("shows who hides as offline to others, and themselves what they do", async () => {
    const { call, fake } = await signedIn();
    for (const id of [ada, fake.serviceUser]) fake.setHidden(id, true);
    expect((await call(presenceOf(ada))).body).toMatchObject({ presenceStatus: "Offline", allowSeeMyPresence: false });
    expect((await call(presenceOf("~"))).body).toMatchObject({ presenceStatus: "Available" });
  });

  it("answers several in two ways, thirty at most, each with its own status", async () => {
    const { call } = await signedIn();
    const headers = { accept: "application/vnd.ringcentral.multipart+json" };
    const { status, body } = await call(presenceOf(`${ada},${stranger}`), { headers });
    expect([status, body]).toMatchObject([
      207,
      [
        { resourceId: ada, status: 200 },
        { resourceId: stranger, status: 404 },
      ],
    ]);
    const mixed = await call(presenceOf(`${ada},${ben}`));
    expect([mixed.status, mixed.headers.get("content-type")]).toEqual([
      207,
      expect.stringContaining("multipart/mixed"),
    ]);
    const many = await call(presenceOf(Array(31).fill(ada).join(",")), { headers });
    expect(many).toMatchObject({ status: 400, body: { errorCode: "InvalidMultipartRequest" } });
  });
});

describe("the rest of the API", () => {
  it("knows what it does not have", async () => {
    const { call } = await signedIn();
    expect(await call("/restapi/v1.0/nothing")).toMatchObject({ status: 404, body: { errorCode: "CMN-120" } });
    expect((await call(`/restapi/v1.0/account/1/extension/${ada}/presence`)).status).toBe(404);
  });

  it("names the scope that an app lacks", async () => {
    const { call } = await signedIn({ client: { scopes: [] } });
    expect((await call(presenceOf(ada))).body).toMatchObject({ errorCode: "CMN-401", permissionName: "ReadPresence" });
  });

  it("keeps people who are not listed out of the directory, and cuts pages", async () => {
    const hidden = { id: "801800", extensionNumber: "180", name: "Un Assigned", status: "Unassigned" as const };
    const { call } = await signedIn({ extensions: [...company, hidden], directoryPageMax: 2 });
    const { body } = await call("/restapi/v1.0/account/~/directory/entries?perPage=5000&page=2");
    expect(body).toMatchObject({ paging: { page: 2, perPage: 2, totalElements: company.length, totalPages: 3 } });
    expect((await call("/restapi/v1.0/account/~/directory/entries/801800")).status).toBe(200);
  });

  it("has one chat for the same people, and refuses what it cannot show", async () => {
    const { call } = await signedIn();
    const open = (members: unknown) => call("/team-messaging/v1/conversations", { method: "POST", body: { members } });
    const first = await open([{ id: ada }]);
    const again = await open([{ email: "ada@example.com" }]);
    expect([first.status, again.status, again.body.id]).toEqual([201, 200, first.body.id]);
    expect((await open([])).status).toBe(400);
    expect((await open(Array(16).fill({ id: ada }))).status).toBe(400);
    const path = `/team-messaging/v1/chats/${first.body.id}/adaptive-cards`;
    const actions = [{ type: "Action.Execute", verb: "accept" }];
    expect((await call(path, { method: "POST", body: { body: [], actions } })).status).toBe(400);
    const { body } = await call(path, { method: "POST", body: { body: [], version: "1.6" } });
    const card = `/team-messaging/v1/adaptive-cards/${body.id}`;
    expect((await call(card)).body).toMatchObject({ version: "1.3", chatIds: [first.body.id] });
    expect((await call(card, { method: "DELETE" })).status).toBe(204);
    expect((await call(card)).status).toBe(404);
  });

  it("refuses subscriptions that RingCentral would", async () => {
    const { call, hook } = await signedIn();
    const filter = "/restapi/v1.0/account/~/presence";
    const create = (change: object) => {
      const body = {
        eventFilters: [filter],
        deliveryMode: { transportType: "WebHook", address: hookAddress },
        ...change,
      };
      return call("/restapi/v1.0/subscription", { method: "POST", body });
    };
    const reminder = (threshold: number, interval: number) =>
      `/restapi/v1.0/subscription/~?threshold=${threshold}&interval=${interval}`;
    expect((await create({ eventFilters: [] })).body.errorCode).toBe("SUB-508");
    expect((await create({ eventFilters: ["/restapi/v1.0/nonsense"] })).body.errorCode).toBe("SUB-508");
    expect((await create({ eventFilters: [filter, reminder(400, 100)], expiresIn: 600 })).body.errorCode).toBe(
      "SUB-508",
    );
    expect((await create({ eventFilters: [filter, reminder(300, 200)], expiresIn: 600 })).body.errorCode).toBe(
      "SUB-508",
    );
    expect((await create({ deliveryMode: { transportType: "PubNub" } })).body.errorCode).toBe("CMN-101");
    expect((await create({ expiresIn: 315_360_001 })).body.errorCode).toBe("CMN-101");
    hook.status = 204;
    expect((await create({})).body.errorCode).toBe("SUB-525");
    hook.status = undefined;
    expect(await create({ expiresIn: 600 })).toMatchObject({ status: 200, body: { status: "Active", expiresIn: 600 } });
  });

  it("gives up a failing endpoint for good", async () => {
    const { call, fake, hook } = await signedIn();
    const body = {
      eventFilters: ["/restapi/v1.0/account/~/presence"],
      deliveryMode: { transportType: "WebHook", address: hookAddress },
    };
    const { body: made } = await call("/restapi/v1.0/subscription", { method: "POST", body });
    const ring = async () => {
      fake.startCall(ada);
      await fake.deliveries.idle();
    };
    hook.status = 503;
    for (let count = 0; count < 3; count++) await ring();
    hook.status = undefined;
    await ring();
    expect(fake.deliveries.log).toHaveLength(3);
    expect((await call(`/restapi/v1.0/subscription/${made.id}`)).body).toMatchObject({
      status: "Blacklisted",
      blacklistedData: expect.anything(),
    });
  });

  it("tells listeners of changes", () => {
    const fake = createFakeRingCentral({ clock: { now: () => new Date() }, extensions: company });
    const seen: string[] = [];
    const stop = fake.onChange((change) => seen.push(`${change.kind} ${change.extension}`));
    const call = fake.startCall(ada, { telephonyStatus: "Ringing" });
    expect(fake.userSees(ada)).toEqual({ availability: "Available", activity: "Ringing" });
    fake.changeCall(ada, call, "CallConnected");
    expect(fake.userSees(ada)).toEqual({ availability: "Busy", activity: "CallConnected" });
    fake.setDnd(ada, true);
    expect(fake.userSees(ada).availability).toBe("DoNotDisturb");
    stop();
    fake.endCall(ada);
    expect(seen).toEqual(Array(3).fill(`presence ${ada}`));
    expect(() => fake.setDnd(stranger, true)).toThrow("no extension");
  });
});
