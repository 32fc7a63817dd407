import { readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { parse } from "yaml";
import { createMetrics } from "../../metrics-node.ts";
import { ana, createTestService, type TestService } from "../service.ts";

let service: TestService;
beforeAll(async () => {
  service = await createTestService({ metrics: createMetrics() });
  service.center.startCall({ customer: { name: "Erik" }, agent: ana.account });
  await service.pass(10_000);
});
afterAll(() => service?.close());

const document = (name: string) => readFileSync(new URL(`../../../docs/${name}`, import.meta.url), "utf8");
const metrics = async () => (await service.wired.app.request("/metrics")).text();
const series = async (start: string) => (await metrics()).split("\n").filter((line) => line.startsWith(start));
const value = async (start: string) => Number((await series(start))[0]?.split(" ").at(-1));
const health = async (adapter: string) =>
  (await service.ask("GET", "/v1/connections")).body.items?.find((one) => one.adapter === adapter)?.health;

describe("metrics", () => {
  it("tell how old presence is, how much of a budget is used, and what was shown", async () => {
    expect(await value('patchcord_presence_since_seconds{adapter="teams",class="watched"}')).toBeLessThan(6);
    expect((await series("patchcord_presence_gap_seconds_count")).join()).toContain('class="watched"');
    expect(await value("patchcord_budget_used_ratio")).toBeGreaterThan(0);
    expect(await value('patchcord_holds_total{outcome="shown"}')).toBeGreaterThan(0);
    expect(await value('patchcord_connections{adapter="teams",state="well",code=""}')).toBe(1);
    expect(await metrics()).not.toContain(ana.name);
  });

  it("count deliveries that are not genuine", async () => {
    const { body } = await service.ask("GET", "/v1/connections");
    const hook = String(body.items?.find(({ adapter }) => adapter === "webhook")?.hookUrl);
    const forged = await service.toService(hook, { method: "POST", body: "{}" });
    expect(forged.status).toBe(401);
    expect(await value('patchcord_deliveries_total{adapter="webhook",outcome="rejected"}')).toBe(1);
    expect(await value('patchcord_deliveries_total{adapter="webhook",outcome="taken"}')).toBeGreaterThan(0);
  });

  it("tell of a penalty while it lasts", async () => {
    service.microsoft.fail.next({ status: 429, headers: { "retry-after": "90" }, path: /getPresencesByUserId/ });
    await service.pass(6_000);
    expect(await value("patchcord_penalty_seconds{")).toBeGreaterThanOrEqual(0);
    expect(await value('patchcord_penalties_total{adapter="teams"}')).toBe(1);
    expect(
      Math.max(...(await series("patchcord_penalty_seconds")).map((one) => Number(one.split(" ").at(-1)))),
    ).toBeGreaterThan(60);
    await service.pass(95_000, 5_000);
  });

  it("every metric named in an alert or in the manual is exported", async () => {
    service.wired.service.metrics.count("patchcord_budget_waits_total", { adapter: "teams" });
    await service.ask("POST", "/v1/routing-decisions", { body: { queue: "main" } });
    const made = await service.ask("POST", "/v1/webhook-endpoints", { body: { url: "https://nobody.example.com/" } });
    await service.ask("POST", `/v1/webhook-endpoints/${made.body.id}/test`);
    await service.settle();
    const shown = await metrics();
    const { groups } = parse(document("alerts.yaml")) as { groups: { rules: { alert: string; expr: string }[] }[] };
    const rules = groups.flatMap((group) => group.rules);
    const named = [...rules.map(({ expr }) => expr), document("operations.md")].flatMap(
      (text) => text.match(/patchcord_[a-z_]+/g) ?? [],
    );
    expect(rules.length).toBeGreaterThan(8);
    for (const name of new Set(named)) expect(shown, name).toMatch(new RegExp(`^${name}(\\{| |_bucket)`, "m"));
    for (const { alert } of rules) expect(document("operations.md"), alert).toContain(alert.replace("Patchcord", ""));
  });
});

describe("a consent that was withdrawn or a secret that was revoked", () => {
  it("makes the connection need attention, with the fix, and everybody's presence there stale", async () => {
    service.microsoft.revokeSecrets();
    await service.pass(75_000, 5_000);
    expect(await health("teams")).toMatchObject({
      state: "needs-attention",
      code: "platform_unauthorized",
      sentence: expect.stringContaining("secret"),
      fix: expect.any(String),
    });
    expect(await value('patchcord_connections{adapter="teams",state="needs-attention"')).toBe(1);
    const { body } = await service.ask("GET", "/v1/people");
    const id = body.items?.find(({ name }) => name === ana.name)?.id;
    const { body: presence } = await service.ask("GET", `/v1/people/${id}/presence`);
    expect(presence.presences).toContainEqual(expect.objectContaining({ adapter: "teams", stale: true }));
    expect(presence.presences).toContainEqual(expect.objectContaining({ adapter: "webhook", stale: false }));
  });
});
