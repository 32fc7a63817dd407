/** Whose desk a page is: told by its address, bound to one tenant's hosts, and to that tenant's sign-ins. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Api, newApi } from "./api.ts";
import { deskPlaceOf } from "./identity/desk-place.ts";
import { addScreens } from "./screens-node.ts";
import { expectProblem } from "./testing/scenarios/problems.ts";
import { addSecondTenant, type SecondTenant } from "./testing/scenarios/second-tenant.ts";
import { ana, createTestService, publicUrl, type TestService } from "./testing/service.ts";

const folder = mkdtempSync(join(tmpdir(), "patchcord-desk-page-"));
writeFileSync(join(folder, "desk.html"), "<html><title>desk</title></html>");

let service: TestService;
let neighbour: SecondTenant;
let screens: Api;
let tenantId: string;

const page = async (query: string) => {
  const response = await screens.request(`/desk${query}`);
  const policy = response.headers.get("content-security-policy") ?? "";
  return {
    html: await response.text(),
    ancestors: policy.split("; ").find((one) => one.startsWith("frame-ancestors")),
  };
};
const nameHosts = (slug: string, hosts: unknown[]) =>
  service.sql`update tenants set settings = settings || ${service.sql.json({ deskOrigins: hosts } as never)} where slug = ${slug}`;

beforeAll(async () => {
  service = await createTestService();
  const { database } = service.wired.service;
  screens = newApi();
  addScreens(screens, {
    folder: pathToFileURL(`${folder}/`),
    deskOf: (tenant) => database.asSystem((db) => deskPlaceOf(db, tenant)),
  });
  await nameHosts("test", ["https://cc.example/agents"]);
  const [row] = await service.sql`select id from tenants where slug = 'test'`;
  tenantId = String(row?.id);
});
afterAll(async () => {
  await service?.close();
  rmSync(folder, { recursive: true });
});

it("where there is one organization, no name is needed", async () => {
  expect(await page("")).toEqual({
    html: `<html data-tenant="${tenantId}" data-hosts="https://cc.example"><title>desk</title></html>`,
    ancestors: "frame-ancestors 'self' https://cc.example",
  });
});

describe("of two organizations", () => {
  beforeAll(async () => {
    neighbour = await addSecondTenant(service);
    await nameHosts("neighbour", [
      "https://other.example",
      "https://*.wide.example",
      "https://a;sandbox",
      'https://a"b',
    ]);
  });

  it("each desk is framed by its own hosts only, and knows no others", async () => {
    const ours = await page("?tenant=test&host=https://other.example");
    expect(ours.ancestors).toBe("frame-ancestors 'self' https://cc.example");
    expect(ours.html).toContain(`data-tenant="${tenantId}" data-hosts="https://cc.example"`);
    const theirs = await page("?tenant=neighbour");
    expect(theirs.ancestors).toBe("frame-ancestors 'self' https://other.example");
    expect(theirs.html).toContain(`data-tenant="${neighbour.tenantId}" data-hosts="https://other.example"`);
  });

  it("a desk of no organization, or of one that is not here, is framed by nobody", async () => {
    expect((await page("?host=https://cc.example")).ancestors).toBe("frame-ancestors 'self'");
    const nobody = await page("?tenant=nobody&host=https://cc.example");
    expect(nobody).toEqual({
      html: '<html data-tenant="nobody"><title>desk</title></html>',
      ancestors: "frame-ancestors 'self'",
    });
  });

  it.each([
    "%00",
    "test%00",
    "%FF",
    "%",
    "%ED%A0%80",
    "Test",
    "a".repeat(5_000),
    "",
  ])("nor is one whose name nobody can have: %s", async (name) => {
    expect(await page(`?tenant=${name}`)).toEqual(await page("?tenant=nobody"));
  });

  const asks = async (token: string, tenant?: string) => {
    const headers = { authorization: `Bearer ${token}`, ...(tenant && { "x-patchcord-tenant": tenant }) };
    const answers = await Promise.all(
      ["/v1/desk", "/v1/live", "/v1/experts"].map(async (path) => {
        const answer = await service.wired.app.request(new URL(path, publicUrl), { headers });
        if (answer.ok) await answer.body?.cancel();
        return answer;
      }),
    );
    return answers;
  };

  it("a desk's page takes the sign-ins of its own organization alone", async () => {
    const token = await service.deskToken();
    for (const answer of await asks(token, tenantId)) expect(answer.status).toBe(200);
    for (const answer of await asks(token)) expect(answer.status).toBe(200);
    for (const tenant of [neighbour.tenantId, "nobody"])
      for (const answer of await asks(token, tenant)) {
        const body = (await answer.json()) as Record<string, unknown>;
        expectProblem({ status: answer.status, headers: answer.headers, body }, 401);
        expect(JSON.stringify(body)).not.toContain(ana.name);
      }
    for (const answer of await asks(neighbour.deskToken, tenantId)) expect(answer.status).toBe(401);
  });
});
