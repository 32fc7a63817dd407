import { describe, expect, it } from "vitest";
import { countRequests, type createTestWorld, jonas, minute, useMicrosoft } from "./fake/test-world.ts";
import { presence } from "./presence.ts";
import { accessToken } from "./tokens.ts";

const microsoft = useMicrosoft();
const signIns = /oauth2\/v2\.0\/token/;

const lastForm = (world: ReturnType<typeof createTestWorld>) =>
  Object.fromEntries(new URLSearchParams(world.fake.requests.findLast(({ path }) => signIns.test(path))?.body));

describe("signing in", () => {
  it("uses the customer's tenant, client credentials and the whole consent", async () => {
    const { fake, connect } = microsoft.world;
    await accessToken(connect(), "graph");
    expect(fake.requests.at(-1)?.path).toBe(`/login/${fake.tenantId}/oauth2/v2.0/token`);
    expect(lastForm(microsoft.world)).toEqual({
      grant_type: "client_credentials",
      client_id: fake.clientId,
      client_secret: "made-up-client-secret",
      scope: "https://graph.microsoft.com/.default",
    });
  });

  it("happens once for as long as the token lasts, then again", async () => {
    const { fake, connect, clock } = microsoft.world;
    const c = connect();
    await presence.read(c, [jonas.id]);
    await presence.read(c, [jonas.id]);
    expect(countRequests(fake, signIns)).toBe(1);
    clock.pass(61 * minute);
    await expect(presence.read(c, [jonas.id])).resolves.toHaveLength(1);
    expect(countRequests(fake, signIns)).toBe(2);
    expect(fake.requests.every(({ status }) => status === 200)).toBe(true);
  });

  it("happens anew when the token is no longer accepted, and the request is made again", async () => {
    const { fake, connect } = microsoft.world;
    const c = connect();
    await presence.read(c, [jonas.id]);
    fake.revokeTokens();
    await expect(presence.read(c, [jonas.id])).resolves.toHaveLength(1);
    expect(countRequests(fake, signIns)).toBe(2);
  });

  it("is given up after one more try", async () => {
    const { fake, connect } = microsoft.world;
    fake.fail.next({ path: /getPresences/, status: 401, times: Number.POSITIVE_INFINITY });
    await expect(presence.read(connect(), [jonas.id])).rejects.toMatchObject({ code: "platform_unauthorized" });
    expect(countRequests(fake, /getPresences/)).toBe(2);
  });

  it("gives the bot its own token, from its own app and tenant where it has them", async () => {
    const botAppId = "55555555-5555-4555-8555-555555555555";
    const { fake, connect } = microsoft.world;
    const c = connect({ botAppId, botAppSecret: "bot-secret", botTenantId: "botframework.com" });
    await expect(accessToken(c, "bot")).rejects.toMatchObject({ code: "platform_unauthorized" });
    expect(fake.requests.at(-1)?.path).toBe("/login/botframework.com/oauth2/v2.0/token");
    expect(lastForm(microsoft.world)).toMatchObject({
      client_id: botAppId,
      client_secret: "bot-secret",
      scope: "https://api.botframework.com/.default",
    });
  });
});

describe("a refused sign-in tells the admin what to do", () => {
  it.each([
    ["a wrong secret", { clientSecret: "not it" }, /secret's value, not its ID/],
    ["an unknown app", { clientId: "66666666-6666-4666-8666-666666666666" }, /check client ID and tenant ID/],
    ["an unknown tenant", { tenantId: "77777777-7777-4777-8777-777777777777" }, /check the tenant ID/],
  ])("%s", async (_name, settings, fix) => {
    const { connect } = microsoft.world;
    const error: unknown = await accessToken(connect(settings), "graph").catch((failure: unknown) => failure);
    expect(error).toMatchObject({ code: "platform_unauthorized", message: expect.stringMatching(fix) });
    expect(JSON.stringify(error)).not.toContain("not it");
  });

  it("an expired secret", async () => {
    const { fake, connect } = microsoft.world;
    const body = { error: "invalid_client", error_codes: [7000222], error_description: "AADSTS7000222: expired" };
    fake.fail.next({ path: signIns, status: 401, body });
    await expect(accessToken(connect(), "graph")).rejects.toMatchObject({
      message: expect.stringMatching(/has expired/),
    });
  });

  it("anything else by Entra's own word", async () => {
    const { fake, connect } = microsoft.world;
    fake.fail.next({ path: signIns, status: 400, body: { error: "invalid_scope" } });
    await expect(accessToken(connect(), "graph")).rejects.toMatchObject({
      message: expect.stringContaining("invalid_scope"),
    });
  });
});

describe("a sign-in that may work later", () => {
  it.each([
    [{ status: 503 }, "platform_unavailable"],
    [{ status: 429, headers: { "Retry-After": "3" } }, "platform_throttled"],
    [{ drop: true }, "platform_unavailable"],
    [{ status: 200, body: "<html>" }, "platform_unavailable"],
  ])("%j is %s", async (fault, code) => {
    const { fake, connect } = microsoft.world;
    const c = connect();
    fake.fail.next({ path: signIns, ...fault });
    await expect(presence.read(c, [jonas.id])).rejects.toMatchObject({ code });
    await expect(presence.read(c, [jonas.id])).resolves.toHaveLength(1);
  });
});
