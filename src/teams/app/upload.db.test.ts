import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { expectProblem } from "../../testing/scenarios/problems.ts";
import { addSecondTenant } from "../../testing/scenarios/second-tenant.ts";
import { apiKey, createTestService, jonas, marta, publicUrl, type TestService } from "../../testing/service.ts";

const host = "https://patchcord.example.com";
type Shown = { appVersion: string; catalogAppId?: string; upload?: Record<string, unknown> };

let service: TestService;
let teams: string;
let center: string;
beforeAll(async () => {
  service = await createTestService();
  await service.pass(3_000);
  const { body } = await service.ask("GET", "/v1/connections");
  const idOf = (adapter: string) => String(body.items?.find((one) => one.adapter === adapter)?.id);
  [teams, center] = [idOf("teams"), idOf("webhook")];
  service.microsoft.setTeamsAdmin(jonas.id, true);
});
afterAll(() => service?.close());

const begin = (options: Record<string, unknown> = {}, id = teams, token = apiKey) =>
  service.ask("POST", `/v1/connections/${id}/app-uploads`, { token, body: { baseUrl: host, ...options } });
const app = async () => (await service.ask("GET", `/v1/connections/${teams}/app`)).body as unknown as Shown;

type Begun = { cookie: string; page: URL };
async function begun(options: Record<string, unknown> = {}): Promise<Begun> {
  const { status, body, headers } = await begin(options);
  expect(status).toBe(200);
  const [line = ""] = headers.getSetCookie().filter((one) => one.startsWith("patchcord_upload="));
  expect(line).toMatch(/; HttpOnly/);
  expect(line).toMatch(/; Secure/);
  expect(line).toMatch(/; Path=\/auth/);
  return { cookie: line.split(";")[0] ?? "", page: new URL(String(body.signInUrl)) };
}

/** Where the organization's sign-in sends the browser of who is chosen there. */
async function chosen({ page }: Begun, query: Record<string, string>): Promise<string> {
  const at = new URL(page);
  for (const [name, value] of Object.entries(query)) at.searchParams.set(name, value);
  const answer = await service.microsoft.app.fetch(new Request(at));
  expect(answer.status).toBe(302);
  return answer.headers.get("location") ?? "";
}

const comeBack = (address: string, cookie?: string) =>
  service.wired.app.request(address, cookie ? { headers: { cookie } } : {});

async function upload(options: Record<string, unknown> = {}, query: Record<string, string> = { chosen: jonas.id }) {
  const one = await begun(options);
  const answer = await comeBack(await chosen(one, query), one.cookie);
  expect(answer.status).toBe(302);
  return answer;
}
const uploadsSent = () =>
  service.microsoft.requests.filter(({ method, path }) => method === "POST" && path.includes("/appCatalogs/")).length;

describe("an upload from the admin's screen", () => {
  it("tells what is there already and which version comes next, then updates, and is found by the experts", async () => {
    await upload();
    expect(await app()).toMatchObject({
      appVersion: "1.0.1",
      upload: { state: "refused", code: "version", version: "1.0.0", there: "1.0.0" },
    });
    const answer = await upload({ appVersion: "1.0.1", back: "/admin?language=sv#app" });
    expect(answer.headers.get("location")).toBe("/admin?language=sv#app");
    expect(await app()).toMatchObject({
      appVersion: "1.0.2",
      upload: { state: "updated", version: "1.0.1", there: "1.0.1" },
    });
    expect(service.microsoft.catalogue()[0]?.definitions.at(-1)).toEqual({
      version: "1.0.1",
      publishingState: "published",
    });
    const { items = [] } = (await service.ask("GET", "/v1/audit")).body;
    expect(items).toContainEqual(expect.objectContaining({ action: "app.upload", target: teams }));
  });

  it("of a submitted version waits for its review, by somebody without the role too", async () => {
    await upload({ appVersion: "1.0.2", isReviewed: true }, { chosen: marta.id });
    expect((await app()).upload).toMatchObject({ state: "submitted", version: "1.0.2" });
  });

  it("by somebody without the role is refused, and what is known of the catalogue stays known", async () => {
    await upload({ appVersion: "1.0.3" }, { chosen: marta.id });
    expect(await app()).toMatchObject({ appVersion: "1.0.3", upload: { state: "refused", code: "forbidden" } });
  });

  it("that was cancelled at the sign-in sends nothing", async () => {
    const before = uploadsSent();
    await upload({ appVersion: "1.0.3" }, { refused: "1" });
    expect((await app()).upload).toMatchObject({ state: "refused", code: "sign-in", version: "1.0.3" });
    expect(uploadsSent()).toBe(before);
  });

  it("that meets a platform in trouble says so in one word", async () => {
    service.microsoft.fail.next({ path: /appDefinitions$/, status: 503 });
    await upload({ appVersion: "1.0.3" });
    expect((await app()).upload).toMatchObject({ state: "refused", code: "platform_unavailable" });
  });

  it("begins no sign-in for a package that Teams would refuse", async () => {
    const answer = await begin({ baseUrl: "http://localhost" });
    expectProblem(answer, 422);
    expect(answer.body.violations).toContainEqual(expect.objectContaining({ where: "baseUrl" }));
    expect(answer.headers.getSetCookie()).toEqual([]);
  });

  it("keeps no token, and logs none", async () => {
    const before = await service.sql`select key from platform_tokens order by key`;
    await upload({ appVersion: "1.0.4" });
    expect((await app()).upload).toMatchObject({ state: "updated", version: "1.0.4" });
    expect(await service.sql`select key from platform_tokens order by key`).toEqual(before);
  });
});

describe("the way back from the sign-in", () => {
  beforeEach(() => service.microsoft.fail.clear());

  it("counts only in the browser where it began, once, for ten minutes and with its own state", async () => {
    const one = await begun({ appVersion: "1.0.9" });
    const address = await chosen(one, { chosen: jonas.id });
    const before = await service.rows();
    const sent = uploadsSent();
    const forged = new URL(address);
    forged.searchParams.set("state", "upload.forged");
    const other = await begun({ appVersion: "1.0.9" });
    for (const [way, cookie] of [
      [address, undefined],
      [address, "patchcord_upload=forged"],
      [forged.href, one.cookie],
      [address, other.cookie],
    ] as const)
      expect((await comeBack(way, cookie)).status).toBe(401);
    service.clock.advance(601_000);
    expect((await comeBack(address, one.cookie)).status).toBe(401);
    expect(await service.rows()).toEqual(before);
    expect(uploadsSent()).toBe(sent);
  });

  it("leads to our own pages only", async () => {
    const answer = await upload({ appVersion: "1.0.4", back: "//evil.example" });
    expect(answer.headers.get("location")).toBe("/");
  });

  it("of an ordinary sign-in is not taken for one", async () => {
    const answer = await comeBack(`${publicUrl}/auth/callback?state=x&code=y`);
    expect(answer.status).toBe(401);
  });
});

it("is for admins, of their own organization, on a platform that has a catalogue", async () => {
  const other = await addSecondTenant(service);
  expectProblem(await begin({}, teams, ""), 401);
  expectProblem(await begin({}, teams, await service.deskToken()), 403);
  expectProblem(await begin({}, teams, other.apiKey), 404);
  expectProblem(await begin({}, center), 422);
});

describe("a connection that did not know the app's id", () => {
  let fresh: TestService;
  let id: string;
  beforeAll(async () => {
    fresh = await createTestService();
    const { catalogAppId: _, ...settings } = fresh.microsoft.settings();
    fresh.microsoft.emptyCatalogue();
    fresh.microsoft.setTeamsAdmin(jonas.id, true);
    const body = { adapter: "teams", settings };
    expect((await fresh.ask("PUT", "/v1/connections/Teams", { body })).status).toBe(200);
    await fresh.pass(6_000);
    const { items = [] } = (await fresh.ask("GET", "/v1/connections")).body;
    id = String(items.find(({ adapter }) => adapter === "teams")?.id);
  });
  afterAll(() => fresh?.close());

  it("learns it from the upload, and installs the app with it", async () => {
    const shown = async () => (await fresh.ask("GET", `/v1/connections/${id}/app`)).body as unknown as Shown;
    expect((await shown()).catalogAppId).toBeUndefined();
    const { body, headers } = await fresh.ask("POST", `/v1/connections/${id}/app-uploads`, { body: { baseUrl: host } });
    const page = new URL(String(body.signInUrl));
    page.searchParams.set("chosen", jonas.id);
    const back = (await fresh.microsoft.app.fetch(new Request(page))).headers.get("location") ?? "";
    const cookie = headers.getSetCookie()[0]?.split(";")[0] ?? "";
    expect((await fresh.wired.app.request(back, { headers: { cookie } })).status).toBe(302);
    const [entry] = fresh.microsoft.catalogue();
    expect(await shown()).toMatchObject({
      catalogAppId: entry?.id,
      appVersion: "1.0.1",
      upload: { state: "new", version: "1.0.0" },
    });
    fresh.microsoft.uninstallApp(marta.id);
    await fresh.ask("POST", `/v1/connections/${id}/installs`, { body: {} });
    await fresh.pass(5_000);
    const { items = [] } = (await fresh.ask("GET", `/v1/connections/${id}/installs`)).body;
    expect(items.map(({ app: state }) => state)).toEqual(["installed", "installed"]);
  });
});
