import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { applyPlan } from "../admin/apply.ts";
import { planSchema } from "../admin/plan.ts";
import { type CookieBrowser, chooseAt, locationOf, openCookieBrowser } from "../testing/cookie-browser.ts";
import { expectProblem } from "../testing/scenarios/problems.ts";
import { createTestService, jonas, publicUrl, type TestService } from "../testing/service.ts";

const person = (name: string, last: string, appRoles: string[]) => ({
  id: `0d4c1f6e-8a1b-4c2d-9e3f-0a1b2c3d4f0${last}`,
  displayName: name,
  userPrincipalName: `${name.toLowerCase()}@example.com`,
  appRoles,
});
const ada = person("Ada", "1", ["Patchcord.Admin"]);
const sven = person("Sven", "2", ["Patchcord.Supervisor"]);
const nils = person("Nils", "3", ["Another.Admin", "admin", "patchcord.admin"]);

let service: TestService;
beforeAll(async () => {
  // The sign-in library reads the machine's own clock.
  service = await createTestService({ start: new Date(), users: [ada, sven, nils] });
  const { urls, tenantId, clientId } = service.microsoft;
  const { clientSecret } = service.microsoft.settings();
  const admins = { issuer: `${urls.login}/${tenantId}/v2.0`, audience: clientId, clientSecret };
  await applyPlan(
    service.wired.service,
    planSchema.parse({ tenant: { slug: "test", name: "Test" }, signIns: { admins } }),
  );
  await service.pass(3_000);
});
afterAll(() => service?.close());

const openBrowser = () => openCookieBrowser(service);
type Browser = CookieBrowser;

async function begin(browser: Browser, back?: string, as?: string): Promise<URL> {
  const query = new URLSearchParams({
    tenant: "test",
    ...(back === undefined ? {} : { back }),
    ...(as ? { for: as } : {}),
  });
  const response = await browser.get(`/auth/login?${query}`);
  expect(response.status).toBe(302);
  return locationOf(response);
}

const inTransit = async (browser: Browser, user: { id: string }) => {
  const callback = await chooseAt(service, await begin(browser), user);
  return { callback, path: callback.pathname + callback.search };
};
const signIn = async (user: { id: string }, back?: string, as?: string) => {
  const browser = openBrowser();
  const callback = await chooseAt(service, await begin(browser, back, as), user);
  const response = await browser.get(callback.pathname + callback.search);
  return { browser, response };
};

async function isRefused(browser: Browser, path: string, status: number): Promise<void> {
  const before = await service.rows();
  const response = await browser.get(path);
  const body = (await response.json()) as Record<string, unknown>;
  expectProblem({ status: response.status, headers: response.headers, body }, status, path);
  expect(browser.cookies.has("patchcord_session")).toBe(false);
  expect(await service.rows()).toEqual(before);
}

describe("signing in", () => {
  it("asks with everything that keeps a code from being used by others", async () => {
    const page = await begin(openBrowser());
    expect(page.origin).toBe("https://login.microsoftonline.com");
    expect(Object.fromEntries(page.searchParams)).toMatchObject({
      response_type: "code",
      redirect_uri: `${publicUrl}/auth/callback`,
      code_challenge_method: "S256",
      code_challenge: expect.stringMatching(/^[\w-]{43}$/),
      state: expect.stringMatching(/^[\w-]{30,}$/),
      nonce: expect.stringMatching(/^[\w-]{30,}$/),
    });
  });

  it("lets an admin in, with a cookie that scripts cannot read", async () => {
    const { browser, response } = await signIn(ada, "/admin?tab=health");
    expect(response.status).toBe(302);
    expect(response.headers.get("location")).toBe("/admin?tab=health");
    const session = response.headers.getSetCookie().find((line) => line.startsWith("patchcord_session="));
    expect(session).toMatch(/; HttpOnly/);
    expect(session).toMatch(/; Secure/);
    expect(session).toMatch(/; SameSite=Lax/);
    expect(browser.cookies.has("patchcord_flow")).toBe(false);
    const me = (await (await browser.get("/v1/me")).json()) as object;
    expect(me).toMatchObject({ kind: "admin", name: "Ada", roles: ["admin"] });
    expect((await browser.get("/v1/audit")).status).toBe(200);
  });

  it("lets a supervisor see, not change", async () => {
    const { browser } = await signIn(sven);
    expect((await browser.get("/v1/people")).status).toBe(200);
    expect((await browser.get("/v1/audit")).status).toBe(403);
    const body = JSON.stringify({ name: "x", scopes: ["admin"] });
    const headers = { "content-type": "application/json", origin: publicUrl };
    expect((await browser.get("/v1/api-keys", { method: "POST", body, headers })).status).toBe(403);
  });

  it("ends by signing out, and by itself", async () => {
    const { browser } = await signIn(ada);
    const session = browser.cookies.get("patchcord_session") ?? "";
    expect((await browser.get("/auth/logout", { method: "POST" })).status).toBe(204);
    expect((await browser.get("/v1/me")).status).toBe(401);
    browser.cookies.set("patchcord_session", session);
    expect((await browser.get("/v1/me")).status).toBe(200);
    service.clock.advance(8 * 3_600_000);
    expect((await browser.get("/v1/me")).status).toBe(401);
    service.clock.advance(-8 * 3_600_000);
  });
});

describe("an expert in a browser", () => {
  const asExpert = { headers: { "x-patchcord-session": "expert" } };

  it("is let in to their own page without any role, as an expert and nothing else", async () => {
    const { browser, response } = await signIn(jonas, "/tab", "expert");
    expect(response.headers.get("location")).toBe("/tab");
    expect([...browser.cookies.keys()]).toEqual(["patchcord_expert"]);
    const me = (await (await browser.get("/v1/me", asExpert)).json()) as object;
    expect(me).toMatchObject({ kind: "expert", name: jonas.name });
    expect((await browser.get("/v1/me/expert", asExpert)).status).toBe(200);
    expect((await browser.get("/v1/audit", asExpert)).status).toBe(403);
    expect((await browser.get("/v1/me")).status).toBe(401);
  });

  it("who is an admin too is each where they ask as it", async () => {
    const { browser } = await signIn(ada);
    const callback = await chooseAt(service, await begin(browser, "/tab", "expert"), ada);
    expect((await browser.get(callback.pathname + callback.search)).status).toBe(302);
    expect(await (await browser.get("/v1/me")).json()).toMatchObject({ kind: "admin" });
    expect(await (await browser.get("/v1/me", asExpert)).json()).toMatchObject({ kind: "expert" });
    browser.cookies.set("patchcord_session", browser.cookies.get("patchcord_expert") ?? "");
    expect((await browser.get("/v1/me")).status).toBe(401);
  });

  it("writes from our own pages alone, and is nobody once they have left", async () => {
    const { browser } = await signIn(jonas, "/tab", "expert");
    const write = (origin: string) =>
      browser.get("/v1/me/expert", {
        method: "PUT",
        body: JSON.stringify({ accepting: true }),
        headers: { ...asExpert.headers, "content-type": "application/json", origin },
      });
    expect((await write("https://evil.test")).status).toBe(403);
    expect((await write(publicUrl)).status).toBe(200);
    await service.sql`update accounts set active = false where external_id = ${jonas.id}`;
    expect((await browser.get("/v1/me/expert", asExpert)).status).toBe(401);
    await service.sql`update accounts set active = true where external_id = ${jonas.id}`;
  });

  it("of another directory, or not known, is refused", async () => {
    await service.sql`update sign_ins set directory_id = 'another' where kind = 'experts'`;
    const browser = openBrowser();
    const callback = await chooseAt(service, await begin(browser, "/tab", "expert"), jonas);
    expect((await browser.get(callback.pathname + callback.search)).status).toBe(403);
    expect(browser.cookies.has("patchcord_expert")).toBe(false);
    await service.sql`update sign_ins set directory_id = ${service.microsoft.tenantId} where kind = 'experts'`;
    await service.sql`update people set active = false where name = ${jonas.name}`;
    const again = await chooseAt(service, await begin(browser, "/tab", "expert"), jonas);
    expect((await browser.get(again.pathname + again.search)).status).toBe(403);
    await service.sql`update people set active = true where name = ${jonas.name}`;
  });
});

describe("nobody is signed in", () => {
  it("who has no role of ours", async () => {
    const browser = openBrowser();
    await isRefused(browser, (await inTransit(browser, nils)).path, 403);
  });

  it("with another state", async () => {
    const browser = openBrowser();
    const { callback } = await inTransit(browser, ada);
    callback.searchParams.set("state", "x".repeat(43));
    await isRefused(browser, callback.pathname + callback.search, 401);
  });

  it("without a state", async () => {
    const browser = openBrowser();
    const { callback } = await inTransit(browser, ada);
    callback.searchParams.delete("state");
    await isRefused(browser, callback.pathname + callback.search, 401);
  });

  it("with a code that was used", async () => {
    const browser = openBrowser();
    const { path } = await inTransit(browser, ada);
    const flow = browser.cookies.get("patchcord_flow") ?? "";
    expect((await browser.get(path)).status).toBe(302);
    browser.cookies.clear();
    browser.cookies.set("patchcord_flow", flow);
    await isRefused(browser, path, 401);
  });

  it("with a code from another browser, as when a link is slipped to a victim", async () => {
    const attacker = openBrowser();
    const victim = openBrowser();
    const { path } = await inTransit(attacker, ada);
    await isRefused(victim, path, 401);
    await inTransit(victim, sven);
    await isRefused(victim, path, 401);
  });

  it("with somebody else's code under one's own state", async () => {
    const attacker = openBrowser();
    const victim = openBrowser();
    const stolen = (await inTransit(victim, ada)).callback.searchParams.get("code") ?? "";
    const { callback } = await inTransit(attacker, nils);
    callback.searchParams.set("code", stolen);
    await isRefused(attacker, callback.pathname + callback.search, 401);
  });

  it.each(["x", "k1.AAAA.AAAA", "k9.AAAA.AAAA", "k1..", "%00"])("with a flow of their own making: %s", async (flow) => {
    const browser = openBrowser();
    const { path } = await inTransit(browser, ada);
    browser.cookies.set("patchcord_flow", flow);
    await isRefused(browser, path, 401);
  });

  it("when the organization says no", async () => {
    const browser = openBrowser();
    const state = (await begin(browser)).searchParams.get("state");
    await isRefused(browser, `/auth/callback?error=access_denied&state=${state}`, 401);
  });

  it("of an organization that is not there", async () => {
    for (const query of ["?tenant=nobody", "?tenant=", ""]) await isRefused(openBrowser(), `/auth/login${query}`, 404);
  });

  it("while the organization's sign-in does not answer", async () => {
    service.microsoft.fail.next({ path: /openid-configuration$/, status: 503 });
    await isRefused(openBrowser(), "/auth/login?tenant=test", 503);
    const browser = openBrowser();
    const { path } = await inTransit(browser, ada);
    service.microsoft.fail.next({ path: /openid-configuration$/, drop: true });
    await isRefused(browser, path, 503);
  });
});

describe("the way back", () => {
  it.each([
    "https://evil.test/",
    "//evil.test/",
    "/\\evil.test",
    "\\\\evil.test",
    "/\t/evil.test",
    "/\n/evil.test",
    "/\r\nlocation: https://evil.test",
    "javascript:alert(1)",
    "evil.test",
    "",
    " /admin",
    "/admin\u0000",
  ])("never leads to another site: %j", async (back) => {
    const { response } = await signIn(ada, back);
    expect(response.status).toBe(302);
    expect(response.headers.get("location")).toBe("/");
  });

  it.each(["/", "/admin", "/admin?a=b&c=%2F", "/desk#x", "/.//evil.test"])("leads to our own %s", async (back) => {
    const { response } = await signIn(ada, back);
    expect(locationOf(response).origin).toBe(publicUrl);
  });
});

describe("another site", () => {
  const write = (browser: Browser, origin?: string) =>
    browser.get("/v1/api-keys", {
      method: "POST",
      body: JSON.stringify({ name: "x", scopes: ["people:read"] }),
      headers: { "content-type": "application/json", ...(origin === undefined ? {} : { origin }) },
    });

  it.each([
    "https://evil.test",
    "null",
    "https://patchcord.test.evil.test",
    "http://patchcord.test",
    undefined,
  ])("cannot write with an admin's cookie (origin %s)", async (origin) => {
    const { browser } = await signIn(ada);
    const before = await service.rows();
    const response = await write(browser, origin);
    const body = (await response.json()) as Record<string, unknown>;
    expectProblem({ status: response.status, headers: response.headers, body }, 403);
    expect(await service.rows()).toEqual(before);
  });

  it("our own pages can", async () => {
    const { browser } = await signIn(ada);
    expect((await write(browser, publicUrl)).status).toBe(201);
  });
});
