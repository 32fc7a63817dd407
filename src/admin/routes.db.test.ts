import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { expectProblem } from "../testing/scenarios/problems.ts";
import { createTestService, operatorKey, type TestService } from "../testing/service.ts";

let service: TestService;
beforeAll(async () => {
  service = await createTestService();
});
afterAll(() => service?.close());

const asOperator = { token: operatorKey };
const plan = (extra: object = {}) => ({
  tenant: { slug: "second", name: "Second" },
  apiKeys: [{ name: "set-up", key: `pck_${"second".repeat(6)}`, scopes: ["admin"] }],
  ...extra,
});
const organizations = async () => (await service.ask("GET", "/v1/tenants", asOperator)).body.items ?? [];

describe("organizations over HTTP", () => {
  it("are previewed without a trace, made once, and brought up to date by the same request", async () => {
    const preview = await service.ask("PUT", "/v1/tenants/second?preview=true", { ...asOperator, body: plan() });
    expect(preview.body.changes).toContainEqual({ what: "tenant", name: "second", change: "make" });
    expect(await organizations()).toHaveLength(1);

    const made = await service.ask("PUT", "/v1/tenants/second", { ...asOperator, body: plan() });
    expect(made).toMatchObject({ status: 200, body: preview.body });
    const again = await service.ask("PUT", "/v1/tenants/second", { ...asOperator, body: plan() });
    expect(again.body).toEqual({ tenantId: made.body.tenantId, changes: [] });
    expect((await organizations()).map(({ slug }) => slug)).toEqual(["test", "second"]);

    const own = await service.ask("GET", "/v1/tenant", { token: `pck_${"second".repeat(6)}` });
    expect(own.body).toEqual({ id: made.body.tenantId, slug: "second", name: "Second", settings: {} });
  });

  it("are nobody's to make without the operator's key", async () => {
    const before = await organizations();
    for (const [token, status] of [
      ["", 401],
      [`pco_${"x".repeat(40)}`, 401],
      [undefined, 403],
      [await service.deskToken(), 403],
    ] as const) {
      const asked = { ...(token === undefined ? {} : { token }), body: plan({ tenant: { slug: "third", name: "T" } }) };
      expectProblem(await service.ask("PUT", "/v1/tenants/third", asked), status);
      expectProblem(await service.ask("GET", "/v1/tenants", token === undefined ? {} : { token }), status);
    }
    expect(await organizations()).toEqual(before);
  });

  it("are not made from a plan that is wrong, or of another name", async () => {
    const wrong = plan({ connections: [{ name: "PBX", adapter: "carrier-pigeon", settings: {} }] });
    expectProblem(await service.ask("PUT", "/v1/tenants/second", { ...asOperator, body: wrong }), 422);
    const other = await service.ask("PUT", "/v1/tenants/other", { ...asOperator, body: plan() });
    expectProblem(other, 422);
    expect(await organizations()).toHaveLength(2);
  });

  it("keep their data from the operator", async () => {
    for (const path of ["/v1/people", "/v1/connections", "/v1/audit", "/v1/tenant"])
      expectProblem(await service.ask("GET", path, asOperator), 403);
  });
});

describe("one's own organization", () => {
  it("changes what is named and keeps the rest", async () => {
    await service.ask("PATCH", "/v1/tenant", { body: { settings: { contextHours: 48 } } });
    const { body } = await service.ask("PATCH", "/v1/tenant", { body: { settings: { consultMode: "ring" } } });
    expect(body).toMatchObject({ slug: "test", settings: { contextHours: 48, consultMode: "ring" } });
    expectProblem(await service.ask("PATCH", "/v1/tenant", { body: { settings: { contextHours: 721 } } }), 422);
    expectProblem(await service.ask("PATCH", "/v1/tenant", { body: {}, token: await service.deskToken() }), 403);
  });

  it("is told the language and time zone of its people", async () => {
    const [someone] = (await service.ask("GET", "/v1/people")).body.items ?? [];
    const path = `/v1/people/${someone?.id}`;
    const { body } = await service.ask("PATCH", path, { body: { locale: "sv", timeZone: "Europe/Stockholm" } });
    expect(body).toEqual({ id: someone?.id, locale: "sv", timeZone: "Europe/Stockholm" });
    expect((await service.ask("PATCH", path, { body: { locale: null } })).body).toMatchObject({ locale: null });
    expectProblem(await service.ask("PATCH", path, { body: { timeZone: "Middle/Earth" } }), 422);
    expectProblem(await service.ask("PATCH", "/v1/people/per_nobody", { body: { locale: "sv" } }), 404);
  });
});
