import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { applyPlan, previewPlan } from "../../admin/apply.ts";
import { planSchema } from "../../admin/plan.ts";
import { ana, anaInTeams, apiKey, createTestService, jonas, marta, type TestService } from "../service.ts";

let service: TestService;
beforeEach(async () => {
  service = await createTestService();
});
afterEach(() => service?.close());

const put = (id: string, policy: unknown, more: object = {}) =>
  service.ask("PUT", `/v1/policies/${encodeURIComponent(id)}`, { body: { policy, ...more } });
const isShown = () => service.microsoft.sessionsFor(anaInTeams).length > 0;

describe("presence policies over HTTP", () => {
  it("a change made at one replica takes effect within ten seconds at another", async () => {
    service.center.startCall({ customer: { name: "Erik" }, agent: ana.account });
    await service.pass(8_000);
    expect(isShown()).toBe(true);
    const other = service.wired;
    service.restart();
    const response = await other.app.request("/v1/policies/tenant", {
      method: "PUT",
      headers: { authorization: `Bearer ${apiKey}`, "content-type": "application/json" },
      body: JSON.stringify({ policy: "read-only" }),
    });
    await other.close();
    expect(response.status).toBe(200);
    await service.pass(10_000);
    expect(isShown()).toBe(false);
  });

  it("are listed, versioned and audited; of two admins the slower one is told", async () => {
    const first = await service.ask("GET", "/v1/policies");
    expect(first.body.items).toMatchObject([{ id: "tenant", preset: "in-call-both-ways", version: 0 }]);
    expect((await put("tenant", "full-two-way", { version: 0 })).body).toMatchObject({ version: 1 });
    expect((await put("tenant", "full-two-way")).body).toMatchObject({ version: 1 });
    expect((await put("tenant", "read-only", { version: 0 })).status).toBe(409);
    expect((await put("team:Sales & Service", "read-only")).body).toMatchObject({ subject: "Sales & Service" });
    expect((await service.ask("DELETE", "/v1/policies/tenant")).body).toMatchObject({ version: 2 });
    const { body } = await service.ask("GET", "/v1/policies/tenant/versions");
    expect(body.items).toMatchObject([{ version: 2 }, { version: 1, preset: "full-two-way" }]);
    expect((await service.ask("GET", "/v1/policies/tenant")).body).toMatchObject({ preset: "in-call-both-ways" });
    const audit = await service.ask("GET", "/v1/audit");
    expect(audit.body.items?.filter(({ action }) => action === "presence-policy.update")).toHaveLength(3);
  });

  it("a rule to offer no work keeps a colleague from being rung while it matches, in their department alone", async () => {
    const find = async () => {
      await service.pass(6_000);
      const { body } = await service.ask("GET", "/v1/experts?skill=invoicing");
      const state = (name: string) =>
        (body.items?.find((one) => one.name === name)?.reachability as
          | { state: string; reasons: object[] }
          | undefined) ?? {};
      return { jonas: state(jonas.name), marta: state(marta.name) };
    };
    await service.sql`update people set department = 'Billing' where name = ${jonas.name}`;
    for (const { id } of [jonas, marta]) service.microsoft.setUserStatus(id, "Available");
    expect(await find()).toMatchObject({ jonas: { state: "call" }, marta: { state: "call" } });
    const effect = { do: "do-not-route" };
    await put("team:Billing", [{ platform: "uc", availability: "available", activity: "*", effect }]);
    expect(await find()).toMatchObject({
      jonas: { state: "later", reasons: [{ code: "do-not-disturb", platform: "Microsoft Teams" }] },
      marta: { state: "call" },
    });
    await service.ask("DELETE", "/v1/policies/team:Billing");
    expect(await find()).toMatchObject({ jonas: { state: "call" } });
  });

  it("are refused with the reason, and for nobody but admins", async () => {
    const show = { availability: "busy", activity: "none" };
    const rule = { platform: "uc", availability: "busy", activity: "*", effect: { do: "hold", show } };
    const twice = await put("tenant", [rule, rule]);
    expect(twice).toMatchObject({ status: 422, body: { reason: "contradiction", rules: [0, 1] } });
    expect((await put("tenant", [{ ...rule, platform: "fax" }])).body).toMatchObject({ reason: "unknown-platform" });
    expect((await put("tenant", "everything")).status).toBe(422);
    expect((await put("tenant", Array(201).fill(rule))).status).toBe(422);
    expect((await put("person:per_nobody", "read-only")).status).toBe(404);
    expect((await put("galaxy", "read-only")).status).toBe(404);
    expect((await service.ask("GET", "/v1/policies/team:Nobody")).status).toBe(404);
    const token = await service.deskToken();
    expect((await service.ask("GET", "/v1/policies", { token })).status).toBe(403);
  });

  it("of the declarative file hold for tenant, team and person, and applying it again changes nothing", async () => {
    const plan = planSchema.parse({
      tenant: { slug: "test", name: "Test" },
      presence: { policy: "full-two-way", departments: { Reception: "read-only" } },
      people: [
        { email: ana.email, presencePolicy: "in-call-both-ways" },
        { email: "nobody@example.com", presencePolicy: "read-only" },
      ],
    });
    const { changes } = await applyPlan(service.wired.service, plan);
    expect(changes.filter(({ what }) => what === "policy")).toEqual([
      { what: "policy", name: "tenant", change: "make" },
      { what: "policy", name: "team:Reception", change: "make" },
      { what: "policy", name: `person:${ana.email}`, change: "make" },
    ]);
    expect((await previewPlan(service.wired.service, plan)).filter(({ what }) => what === "policy")).toEqual([]);
    const { body } = await service.ask("GET", "/v1/policies");
    expect(body.items).toMatchObject([
      { scope: "tenant", preset: "full-two-way", changedBy: "system:plan" },
      { scope: "team", preset: "read-only" },
      { scope: "person", preset: "in-call-both-ways" },
    ]);
  });
});
