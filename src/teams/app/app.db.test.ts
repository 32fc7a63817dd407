import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { icons } from "../../../manifest/icons/bytes.ts";
import { runPackageCommand } from "../../../manifest/package-command.ts";
import { expectProblem } from "../../testing/scenarios/problems.ts";
import { addSecondTenant } from "../../testing/scenarios/second-tenant.ts";
import { apiKey, createTestService, publicUrl, type TestService } from "../../testing/service.ts";

let service: TestService;
let teams: string;
let center: string;
let folder = "";
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "patchcord-app-"));
  service = await createTestService();
  await service.pass(3_000);
  const { body } = await service.ask("GET", "/v1/connections");
  const idOf = (adapter: string) => String(body.items?.find((one) => one.adapter === adapter)?.id);
  [teams, center] = [idOf("teams"), idOf("webhook")];
});
afterAll(async () => {
  rmSync(folder, { recursive: true });
  await service?.close();
});

const fetchZip = (query: Record<string, string> = {}, token = apiKey, id = teams) =>
  service.wired.app.request(`${publicUrl}/v1/connections/${id}/app-package?${new URLSearchParams(query)}`, {
    headers: { authorization: `Bearer ${token}` },
  });
const command = async (...args: string[]) => {
  const out = join(folder, "app.zip");
  expect(await runPackageCommand([...args, "--out", out], { log() {}, error() {} })).toBe(0);
  return readFileSync(out);
};

describe("the package from the admin's screen", () => {
  it("is the command's, byte for byte, from what the connection knows and from options", async () => {
    const host = ["--base-url", "https://patchcord.example.com"];
    const made = await fetchZip({ baseUrl: "https://patchcord.example.com" });
    expect(made.headers.get("content-type")).toBe("application/zip");
    expect(made.headers.get("content-disposition")).toContain("patchcord-teams.zip");
    const bot =
      service.microsoft.botAppId === service.microsoft.clientId ? [] : ["--bot-id", service.microsoft.botAppId];
    const same = await command(...host, "--app-id", service.microsoft.clientId, ...bot);
    expect(Buffer.from(await made.arrayBuffer()).equals(same)).toBe(true);
    const id = crypto.randomUUID();
    const more = {
      baseUrl: "https://patchcord.example.com",
      appId: id,
      botId: id,
      appVersion: "2.0.1",
      manifestVersion: "1.25",
    };
    const other = await fetchZip({ ...more, developerName: "Example" });
    const args = [
      "--app-id",
      id,
      "--bot-id",
      id,
      "--app-version",
      "2.0.1",
      "--manifest-version",
      "1.25",
      "--developer-name",
      "Example",
    ];
    expect(Buffer.from(await other.arrayBuffer()).equals(await command(...host, ...args))).toBe(true);
  });

  it("uses the very pictures of the package", () => {
    for (const name of ["color", "outline"] as const)
      expect(
        Buffer.from(icons[name]).equals(readFileSync(new URL(`../../../manifest/icons/${name}.png`, import.meta.url))),
      ).toBe(true);
  });

  it("names every violation with its fix", async () => {
    const wrong = await fetchZip({ baseUrl: "http://localhost", appId: "7", developerName: "x".repeat(33) });
    expect(wrong.status).toBe(422);
    const body = (await wrong.json()) as { violations: { where: string; problem: string; fix: string }[] };
    const places = body.violations.map(({ where }) => where);
    expect(places).toEqual(expect.arrayContaining(["baseUrl", "appId", "developerName"]));
    for (const { problem, fix } of body.violations) expect(problem && fix).toBeTruthy();
  });

  it.each([
    ["es", "«7» no es un GUID", "Copia el id. de aplicación"],
    ["sv", "”7” är inget GUID", "Kopiera program-ID"],
    ["fr", "« 7 » n’est pas un GUID", "Copiez l’ID d’application"],
  ])("says so in %s", async (language, problem, fix) => {
    const wrong = await fetchZip({ baseUrl: "https://patchcord.example.com", appId: "7", language });
    const { violations, detail } = (await wrong.json()) as { violations: Record<string, string>[]; detail: string };
    expect(violations).toEqual([{ where: "appId", code: "notGuid", problem, fix: expect.stringContaining(fix) }]);
    expect(detail).toContain(problem);
  });

  it("is for admins, of their own organization, on a platform that has an app", async () => {
    const other = await addSecondTenant(service);
    expect((await fetchZip({}, "")).status).toBe(401);
    expect((await fetchZip({}, await service.deskToken())).status).toBe(403);
    expect((await fetchZip({}, other.apiKey)).status).toBe(404);
    expect((await fetchZip({}, apiKey, center)).status).toBe(422);
    expectProblem(await service.ask("GET", `/v1/connections/${teams}/app`, { token: other.apiKey }), 404);
  });
});

describe("permissions", () => {
  type Shown = { name: string; state: string; isUsed: boolean; writes: boolean; feature: string };
  const shown = async () =>
    (await service.ask("GET", `/v1/connections/${teams}/app`)).body as unknown as {
      permissions: Shown[];
      consentUrl: string;
    };

  it("are each tied to a feature, with the link that asks for all of them at once and no secret", async () => {
    const { permissions, consentUrl } = await shown();
    expect(permissions.map(({ feature }) => feature)).toEqual([
      "presence",
      "directory",
      "photos",
      "hold",
      "meetings",
      "calendar",
      "install",
    ]);
    expect(permissions.filter(({ writes }) => !writes).map(({ name }) => name)).toEqual([
      "Presence.Read.All",
      "User.Read.All",
      "ProfilePhoto.Read.All",
      "Calendars.ReadBasic.All",
    ]);
    const link = new URL(consentUrl);
    expect(link.pathname).toBe(`/${service.microsoft.tenantId}/adminconsent`);
    expect(link.searchParams.get("client_id")).toBe(service.microsoft.clientId);
    expect(JSON.stringify(await shown())).not.toContain(service.microsoft.settings().clientSecret);
  });

  it("that were withdrawn are named within one check, and well again once they are given back", async () => {
    const all = [
      "Presence.ReadWrite.All",
      "User.Read.All",
      "OnlineMeetings.ReadWrite.All",
      "TeamsAppInstallation.ReadWriteSelfForUser.All",
    ];
    service.microsoft.setRoles(all.filter((name) => !name.startsWith("Online")));
    service.microsoft.revokeTokens();
    expect((await service.ask("POST", `/v1/connections/${teams}/check`, { body: {} })).status).toBe(202);
    await service.settle();
    const state = async (feature: string) => (await shown()).permissions.find((one) => one.feature === feature)?.state;
    expect([await state("meetings"), await state("presence")]).toEqual(["missing", "granted"]);
    service.microsoft.setRoles(all);
    service.microsoft.revokeTokens();
    await service.ask("POST", `/v1/connections/${teams}/check`, { body: {} });
    await service.settle();
    expect(await state("meetings")).toBe("granted");
  });
});
