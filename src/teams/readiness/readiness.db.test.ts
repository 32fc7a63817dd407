import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { expectProblem } from "../../testing/scenarios/problems.ts";
import { createTestService, jonas, marta, type TestService } from "../../testing/service.ts";

let service: TestService;
let teams: string;
const people: Record<string, string> = {};
const phonePlan = { servicePlanId: "4828c8ec-dc2e-4779-b502-87ac9ce28ab7", capabilityStatus: "Enabled" };

beforeAll(async () => {
  service = await createTestService();
  const { body } = await service.ask("GET", "/v1/connections");
  teams = String(body.items?.find((one) => one.adapter === "teams")?.id);
  const found = await service.ask("GET", "/v1/experts");
  for (const one of found.body.items ?? []) people[String(one.name)] = String(one.personId);
  service.microsoft.setBotEndpoint(`https://patchcord.test/teams/${teams}/messages`);
});
afterAll(() => service?.close());

const install = (body: unknown = {}, options = {}) =>
  service.ask("POST", `/v1/connections/${teams}/installs`, { body, ...options });
const installs = async () => (await service.ask("GET", `/v1/connections/${teams}/installs`)).body;
const appOf = async (name: string) => (await installs()).items?.find((one) => one.name === name);
type Line = { check: string; level: string; says: string; fix?: string; code?: string };
const look = async (name: string, language = "en") =>
  (await service.ask("GET", `/v1/experts/${people[name]}/preflight?language=${language}`)).body as unknown as {
    level: string;
    lines: Line[];
    checkedAt?: string;
  };
const line = async (name: string, check: string) => (await look(name)).lines.find((one) => one.check === check);
const posts = () =>
  service.microsoft.requests.filter(({ method, path }) => method === "POST" && path.endsWith("/installedApps")).length;

describe("installing the app for the experts", () => {
  it("is for admins, on platforms where there is an app, for experts of this tenant", async () => {
    expectProblem(await install({}, { token: await service.deskToken() }), 403);
    const { body } = await service.ask("GET", "/v1/connections");
    const center = body.items?.find((one) => one.adapter === "webhook")?.id;
    expectProblem(await service.ask("POST", `/v1/connections/${center}/installs`, { body: {} }), 422);
    expectProblem(await service.ask("POST", "/v1/connections/con_0/installs", { body: {} }), 404);
    expect((await install({ personIds: ["per_0"] })).body).toEqual({ asked: 0 });
  });

  it("shows progress and a result for each; throttling only takes longer; a second time does nothing", async () => {
    for (const { id } of [jonas, marta]) await service.microsoft.removeApp(id);
    service.microsoft.fail.next({ path: /installedApps$/, status: 429, headers: { "retry-after": "20" } });
    expect((await install()).body).toEqual({ asked: 2 });
    await service.settle();
    expect((await installs()).progress).toMatchObject({ wanted: 2, installed: 0 });
    await service.pass(60_000, 5_000);
    expect(await installs()).toMatchObject({
      progress: { wanted: 0, installed: 2, failed: 0 },
      items: expect.arrayContaining([expect.objectContaining({ name: "Jonas Sund", app: "installed" })]),
    });
    const before = posts();
    expect((await install()).body).toEqual({ asked: 0 });
    await service.settle();
    expect(posts()).toBe(before);
  });

  it("keeps why it did not work, and mends itself once the admin has consented", async () => {
    service.microsoft.uninstallApp(marta.id);
    await service.sql`update account_checks set app = 'missing'`;
    service.microsoft.setRoles(["Presence.ReadWrite.All", "User.Read.All"]);
    service.microsoft.revokeTokens();
    await install({ personIds: [people[marta.name]] });
    await service.settle();
    expect(await appOf(marta.name)).toMatchObject({ app: "failed", code: "platform_unauthorized" });
    expect(await line(marta.name, "app")).toMatchObject({ level: "red", code: "platform_unauthorized" });
    service.microsoft.setRoles([
      "Presence.ReadWrite.All",
      "User.Read.All",
      "OnlineMeetings.ReadWrite.All",
      "TeamsAppInstallation.ReadWriteSelfForUser.All",
    ]);
    service.microsoft.revokeTokens();
    await install();
    await service.pass(60_000, 10_000);
    expect(await appOf(marta.name)).toMatchObject({ app: "installed" });
  });

  it("notices who takes the app away or adds it", async () => {
    await service.microsoft.removeApp(jonas.id);
    expect(await appOf(jonas.name)).toMatchObject({ app: "missing" });
    expect(await line(jonas.name, "app")).toMatchObject({ level: "amber", fix: expect.stringMatching(/\.$/) });
    await service.microsoft.installApp(jonas.id);
    expect(await appOf(jonas.name)).toMatchObject({ app: "installed" });
  });
});

describe("the check of one expert", () => {
  it("is green where everything is there, by what the platform was asked anew", async () => {
    service.microsoft.updateUser(jonas.id, { assignedPlans: [phonePlan] });
    const asked = await service.ask("POST", `/v1/experts/${people[jonas.name]}/preflight`);
    expect(asked.status).toBe(202);
    await service.settle();
    const { level, lines, checkedAt } = await look(jonas.name);
    expect(checkedAt).toBe(service.clock.now().toISOString());
    expect(Object.fromEntries(lines.map((one) => [one.check, one.level]))).toEqual({
      connection: "green",
      app: "green",
      phone: "green",
      licence: "green",
      voicemail: "unknown",
      reach: "green",
      rung: "green",
    });
    expect(level).toBe("green");
  });

  it("names what is missing, with the fix, in four languages", async () => {
    service.microsoft.updateUser(marta.id, { assignedPlans: [], businessPhones: [] });
    await service.ask("POST", `/v1/experts/${people[marta.name]}/preflight`);
    await service.pass(300_000, 60_000);
    const says = new Set<string>();
    for (const language of ["en", "es", "sv", "fr-CA"]) {
      const { level, lines } = await look(marta.name, language);
      expect(level).toBe("amber");
      const phone = lines.find((one) => one.check === "phone");
      expect(phone).toMatchObject({ level: "amber", fix: expect.stringMatching(/\+\d\d…/) });
      const [number, card] = lines.filter((one) => one.check === "rung");
      expect(number).toMatchObject({ level: "amber", code: "no-number", fix: phone?.fix });
      expect(card).toMatchObject({ level: "amber", code: "chat", fix: phone?.fix });
      expect(number?.says).toContain("Microsoft Teams");
      expect(lines.every((one) => !/[{}]/.test(one.says + (one.fix ?? "")))).toBe(true);
      says.add(phone?.says ?? "");
    }
    expect(says.size).toBe(4);
  });

  it("is red when consent or secret is gone, for everybody, and green again afterwards", async () => {
    service.microsoft.setRoles([]);
    service.microsoft.revokeTokens();
    await service.pass(700_000, 100_000);
    const { body } = await service.ask("GET", "/v1/preflights?language=en");
    expect(body.items?.map(({ level }) => level)).toEqual(["red", "red"]);
    expect(await line(jonas.name, "connection")).toMatchObject({ level: "red", code: "platform_unauthorized" });
  });

  it("is not for agents, and not of somebody who is no expert", async () => {
    const token = await service.deskToken();
    expectProblem(await service.ask("GET", "/v1/preflights", { token }), 403);
    expectProblem(await service.ask("GET", "/v1/experts/per_0/preflight"), 404);
    expectProblem(await service.ask("POST", "/v1/experts/per_0/preflight"), 404);
  });
});
