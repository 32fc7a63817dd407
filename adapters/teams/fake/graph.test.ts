import { describe, expect, it } from "vitest";
import { fetchFrom } from "../../../src/testing/connection.ts";
import { accessToken } from "../tokens.ts";
import { createTestWorld, jonas, minute } from "./test-world.ts";

/** Talks to the fake as any program could, not only as our adapter does. */
async function start(options: Parameters<typeof createTestWorld>[0] = {}) {
  const world = createTestWorld(options);
  const send = fetchFrom(world.fake.app);
  const token = await accessToken(world.connect({}, send), "graph");
  const ask = (path: string, body?: unknown, headers: Record<string, string> = {}) =>
    send(`https://graph.microsoft.com/v1.0${path}`, {
      method: body === undefined ? "GET" : "POST",
      headers: { authorization: `Bearer ${token}`, "content-type": "application/json", ...headers },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
  const act = (action: string, body: unknown) => ask(`/users/${jonas.id}/presence/${action}`, body);
  return { ...world, ask, act, send };
}
const session = (sessionId: string, more: Record<string, unknown> = {}) => ({
  sessionId,
  availability: "Busy",
  activity: "InACall",
  expirationDuration: "PT5M",
  ...more,
});

describe("presence in Graph", () => {
  it.each([
    ["Available", "Available", 200],
    ["Busy", "InACall", 200],
    ["Busy", "InAConferenceCall", 200],
    ["Away", "Away", 200],
    ["DoNotDisturb", "Presenting", 200],
    ["Busy", "Busy", 400],
    ["Busy", "InAMeeting", 400],
    ["DoNotDisturb", "DoNotDisturb", 400],
    ["Offline", "OffWork", 400],
  ])("takes %s/%s from an application with %i", async (availability, activity, status) => {
    const { act, fake } = await start();
    expect((await act("setPresence", session(fake.clientId, { availability, activity }))).status).toBe(status);
  });

  it.each([
    ["PT4M59S", 400],
    ["PT5M", 200],
    ["PT4H", 200],
    ["PT4H1S", 400],
    ["soon", 400],
    [undefined, 200],
  ])("takes a lease of %s with %i", async (expirationDuration, status) => {
    const { act, fake } = await start();
    expect((await act("setPresence", session(fake.clientId, { expirationDuration }))).status).toBe(status);
  });

  it("knows one session for each application: its own", async () => {
    const { act, fake } = await start();
    expect((await act("setPresence", session(jonas.id))).status).toBe(400);
    expect((await act("clearPresence", { sessionId: fake.clientId })).status).toBe(404);
    await act("setPresence", session(fake.clientId));
    expect((await act("clearPresence", { sessionId: fake.clientId })).status).toBe(200);
  });

  it("lets a preferred presence stand for a day, or a week, and takes other pairs than a session's", async () => {
    const { act, fake, clock } = await start();
    expect((await act("setUserPreferredPresence", { availability: "Busy", activity: "InACall" })).status).toBe(400);
    await act("setUserPreferredPresence", { availability: "BeRightBack", activity: "BeRightBack" });
    clock.pass(6 * 24 * 60 * minute);
    expect(fake.userSees(jonas.id).availability).toBe("BeRightBack");
    clock.pass(24 * 60 * minute);
    expect(fake.userSees(jonas.id).availability).toBe("Available");
  });

  it("takes preferred presences away again", async () => {
    const { act, fake } = await start();
    await act("setUserPreferredPresence", { availability: "Busy", activity: "Busy" });
    expect(fake.userSees(jonas.id).availability).toBe("Busy");
    await act("clearUserPreferredPresence", {});
    expect(fake.userSees(jonas.id).availability).toBe("Available");
  });

  it("answers 1,500 requests in 30 s, then says when to come back", async () => {
    const { ask, clock } = await start();
    const read = () => ask(`/users/${jonas.id}/presence`);
    for (let i = 0; i < 1_500; i++) expect((await read()).status).toBe(200);
    clock.pass(10_500);
    const refused = await read();
    expect(refused.status).toBe(429);
    expect(refused.headers.get("retry-after")).toBe("20");
    clock.pass(19_500);
    expect((await read()).status).toBe(200);
  });
});

describe("what Graph refuses", () => {
  it("tells with code, message and ids", async () => {
    const { send } = await start();
    const refused = await send("https://graph.microsoft.com/v1.0/users", { headers: { "client-request-id": "ours" } });
    expect(refused.status).toBe(401);
    const { error } = (await refused.json()) as { error: Record<string, unknown> };
    expect(error).toMatchObject({
      code: "InvalidAuthenticationToken",
      message: expect.any(String),
      innerError: {
        "request-id": refused.headers.get("request-id"),
        "client-request-id": "ours",
        date: expect.any(String),
      },
    });
  });

  it("are tokens for somebody else, of a person, expired, revoked or made up", async () => {
    const { fake, connect, send, clock } = await start();
    const status = async (token: string) =>
      (await send("https://graph.microsoft.com/v1.0/users", { headers: { authorization: `Bearer ${token}` } })).status;
    const c = connect({}, send);
    expect(await status(await accessToken(c, "bot"))).toBe(401);
    expect(await status(await fake.issueTabToken(jonas.id))).toBe(401);
    expect(await status("eyJhbGciOiJub25lIn0.e30.")).toBe(401);
    const good = await accessToken(c, "graph");
    expect(await status(good)).toBe(200);
    clock.pass(61 * minute);
    expect(await status(good)).toBe(401);
  });

  it("are requests beyond the granted permissions, and paths that it does not have", async () => {
    const { ask } = await start({ roles: ["Presence.Read.All"] });
    expect((await ask("/users")).status).toBe(403);
    expect((await ask(`/users/${jonas.id}/presence`)).status).toBe(200);
    expect((await ask("/groups")).status).toBe(400);
  });

  it("are fields that a user does not have", async () => {
    const { ask } = await start();
    expect((await ask("/users?$select=id,shoeSize")).status).toBe(400);
  });
});

describe("users in Graph", () => {
  it("are found by id and by name, with the fields that were asked for", async () => {
    const { ask } = await start();
    const byName = await ask(`/users/${jonas.userPrincipalName.toUpperCase()}?$select=id,jobTitle`);
    expect(await byName.json()).toMatchObject({ id: jonas.id, jobTitle: "Specialist" });
    expect((await ask("/users/nobody@contoso.example")).status).toBe(404);
  });

  it("come in pages", async () => {
    const { ask } = await start();
    const first = (await (await ask("/users?$top=2&$select=id")).json()) as {
      value: unknown[];
      "@odata.nextLink": string;
    };
    expect(first.value).toHaveLength(2);
    const next = await ask(first["@odata.nextLink"].replace("https://graph.microsoft.com/v1.0", ""));
    expect(await next.json()).toMatchObject({ value: [{ id: expect.any(String) }] });
  });
});

describe("the app catalogue", () => {
  it("is found by the manifest's id, installed once and leads to the chat", async () => {
    const { ask, fake } = await start();
    fake.uninstallApp(jonas.id);
    const { value } = (await (await ask(`/appCatalogs/teamsApps?$filter=externalId eq '${fake.clientId}'`)).json()) as {
      value: { id: string }[];
    };
    const body = { "teamsApp@odata.bind": `https://graph.microsoft.com/v1.0/appCatalogs/teamsApps/${value[0]?.id}` };
    const installed = `/users/${jonas.id}/teamwork/installedApps`;
    expect((await ask(installed, body)).status).toBe(201);
    expect((await ask(installed, body)).status).toBe(409);
    const { value: found } = (await (await ask(`${installed}?$expand=teamsApp`)).json()) as { value: { id: string }[] };
    const chat = await ask(`${installed}/${encodeURIComponent(found[0]?.id ?? "")}/chat`);
    expect(await chat.json()).toMatchObject({ id: expect.stringMatching(/^a:1/), chatType: "oneOnOne" });
  });
});
