import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ana, createTestService, jonas, marta, type TestService } from "../service.ts";
import { addSecondTenant } from "./second-tenant.ts";

const flowKey = `pck_${"flow".repeat(12)}`;
const lund = "+46461234567";
const malmo = "+46401234567";
const caller = "+46 70-111 22 33";

let service: TestService;
let people: Record<string, string>;
beforeAll(async () => {
  service = await createTestService({
    plan: {
      apiKeys: [
        { name: "flow", key: flowKey, scopes: ["routing:decide"] },
        {
          name: "test",
          key: `pck_${"test".repeat(12)}`,
          scopes: ["admin", "desk:mint", "people:read", "people:write"],
        },
      ],
      routing: { rules: "experts-first" },
      lines: [
        { number: lund, name: "Lund", members: [jonas.email], cover: [malmo], callbackWithinMs: 600_000 },
        { number: malmo, name: "Malmö", members: [marta.email], cover: [lund], queue: "shops" },
      ],
    },
  });
  await service.pass(5_000);
  const { body } = await service.ask("GET", "/v1/experts");
  people = Object.fromEntries((body.items ?? []).map((one) => [String(one.name).split(" ")[0], String(one.personId)]));
});
afterAll(() => service?.close());

const flow = (method: string, path: string, body?: object) => service.ask(method, path, { token: flowKey, body });
const decide = async (body: object) => (await flow("POST", "/v1/routing-decisions", body)).body;
const show = async (user: { id: string }, status: "Available" | "Busy" | "DoNotDisturb") => {
  service.microsoft.setUserStatus(user.id, status);
  await service.pass(10_000);
};
const calm = () => service.pass(31_000, 31_000);

describe("a routing decision", () => {
  it("names the best expert who can be rung, with dial target, reasons, alternatives and what to do otherwise", async () => {
    const decision = await decide({ intent: "invoicing", queue: "main", language: "sv" });
    expect(decision).toMatchObject({
      rule: "experts-first",
      rulesVersion: 1,
      contact: { kind: "expert", personId: people.Jonas, target: { kind: "phone", e164: jonas.phone }, ringMs: 20_000 },
      alternatives: [{ personId: people.Marta }, { kind: "queue", target: { kind: "queue", id: "main" } }],
      fallback: { kind: "queue" },
      passed: [],
    });
    expect(decision.journeyId).toMatch(/^jny_/);
    const codes = (decision.contact as { why: { code: string }[] }).why.map(({ code }) => code);
    expect(codes).toEqual(expect.arrayContaining(["reach-call", "skill", "language"]));
    await calm();
  });

  it("passes over who is busy, and over everybody when nobody is free", async () => {
    await show(jonas, "Busy");
    expect(await decide({ intent: "invoicing", queue: "main" })).toMatchObject({ contact: { personId: people.Marta } });
    await show(marta, "DoNotDisturb");
    expect(await decide({ intent: "invoicing", queue: "main" })).toMatchObject({
      contact: { kind: "queue" },
      alternatives: [],
      passed: [{ step: 0, code: "nobody-free" }],
    });
    expect(await decide({ intent: "unheard-of" })).toMatchObject({
      contact: { kind: "none" },
      passed: [{ code: "nobody-has-skill" }, { code: "no-queue-named" }],
    });
    await show(jonas, "Available");
    await show(marta, "Available");
    await calm();
  });

  it("does not send two customers to the same colleague at once, nor to who was tried already", async () => {
    const first = await decide({ intent: "invoicing" });
    const second = await decide({ intent: "invoicing" });
    expect([first.contact, second.contact]).toMatchObject([{ personId: people.Jonas }, { personId: people.Marta }]);
    expect(await decide({ intent: "invoicing", except: [people.Jonas, people.Marta] })).toMatchObject({
      contact: { kind: "none" },
    });
    await calm();
  });

  it("sends a caller to who helped them before", async () => {
    const first = await decide({ intent: "invoicing", caller });
    const { status } = await flow("POST", `/v1/routing-decisions/${first.id}/outcome`, {
      outcome: "answered",
      personId: people.Marta,
    });
    expect(status).toBe(200);
    await calm();
    expect(await decide({ intent: "invoicing", caller: "0046701112233" })).toMatchObject({
      contact: { personId: people.Marta },
    });
    await calm();
    expect(await decide({ intent: "invoicing", caller: "+46709999999" })).toMatchObject({
      contact: { personId: people.Jonas },
    });
    const kept = await service.sql`select * from routing_decisions`;
    expect(JSON.stringify(kept)).not.toMatch(/701112233|Jonas|Marta|46701740/);
    await service.ask("POST", "/v1/contexts/erase", { body: { identity: caller } });
    await calm();
    expect(await decide({ intent: "invoicing", caller })).toMatchObject({ contact: { personId: people.Jonas } });
    await calm();
  });

  it("is tied to the conversation that follows, and what came of it is counted", async () => {
    const { id, journeyId } = await decide({ intent: "invoicing" });
    const call = service.center.startCall({
      customer: { name: "Erik" },
      agent: ana.account,
      attributes: { journey: String(journeyId) },
    });
    await service.settle();
    const { body } = await flow("GET", `/v1/routing-decisions/${id}`);
    expect(body.interactionId).toMatch(/^int_/);
    const [row] = await service.sql`select journey_id from interactions where id = ${String(body.interactionId)}`;
    expect(row?.journey_id).toBe(journeyId);
    await flow("POST", `/v1/routing-decisions/${id}/outcome`, { outcome: "no-answer" });
    const { body: counted } = await flow("GET", "/v1/routing-outcomes");
    expect(counted.items).toContainEqual({ chosen: "expert", outcome: "no-answer", count: 1 });
    service.center.customerHangsUp(call);
    await calm();
  });

  it("in writing needs no phone", async () => {
    const decision = await decide({ intent: "invoicing", channel: "chat" });
    expect(decision.contact).toMatchObject({ kind: "expert", personId: people.Jonas });
    expect(decision.contact).not.toHaveProperty("target");
    await calm();
  });

  it.each([
    [{}, 422],
    [{ line: "+46999999999" }, 404],
    [{ intent: "x", channel: "smoke" }, 422],
    [{ intent: "x", more: 1 }, 422],
  ])("is refused for %j", async (body, status) => {
    expect((await flow("POST", "/v1/routing-decisions", body)).status).toBe(status);
  });
});

describe("rules", () => {
  it("are versioned, audited, tried out first and changed by admins only", async () => {
    const rules = [
      {
        name: "gold",
        when: { tiers: ["gold"] },
        to: [{ experts: { skill: "contracts", levelMin: 3 }, ringMs: 30_000 }],
      },
      { name: "rest", to: [{ queue: { id: "main", waitMsMax: 60_000 } }, { experts: { language: "required" } }] },
    ];
    const requests = [
      { intent: "invoicing", tier: "gold" },
      { intent: "invoicing", language: "es", waits: { main: 30_000 } },
      { intent: "invoicing", language: "es", waits: { main: 90_000 } },
    ];
    const before = await service.rows();
    const tried = await service.ask("POST", "/v1/routing-rules/try", { body: { rules, requests } });
    expect(tried.body.items).toMatchObject([
      { rule: "gold", contact: { personId: people.Jonas, ringMs: 30_000 } },
      { rule: "rest", contact: { kind: "queue", target: { id: "main" } } },
      { rule: "rest", contact: { personId: people.Marta }, passed: [{ step: 0, code: "queue-too-long" }] },
    ]);
    expect(await service.rows()).toEqual(before);
    expect((await flow("PUT", "/v1/routing-rules", { rules })).status).toBe(403);
    const set = await service.ask("PUT", "/v1/routing-rules", { body: { rules, version: 1 } });
    expect([set.status, set.body.version]).toEqual([200, 2]);
    expect(
      (await service.ask("PUT", "/v1/routing-rules", { body: { rules: "agents-first", version: 1 } })).status,
    ).toBe(409);
    expect(await decide({ intent: "invoicing", tier: "gold" })).toMatchObject({ rule: "gold", rulesVersion: 2 });
    const versions = await flow("GET", "/v1/routing-rules/versions");
    expect(versions.body.items?.map(({ version }) => version)).toEqual([2, 1]);
    const { body: audit } = await service.ask("GET", "/v1/audit?limit=200");
    expect(JSON.stringify(audit)).toContain("routing-rules.update");
    await service.ask("PUT", "/v1/routing-rules", { body: { rules: "experts-first" } });
    await calm();
  });

  it("that could never be reached are refused, by name", async () => {
    const late = { name: "late", when: { tiers: ["gold"] }, to: [{ queue: {} }] };
    const refused = await service.ask("PUT", "/v1/routing-rules", {
      body: { rules: [{ name: "all", to: [{ queue: {} }] }, late] },
    });
    expect([refused.status, refused.body.detail]).toEqual([422, expect.stringContaining('"late"')]);
  });
});

describe("a direct line", () => {
  it("finds its own people, then who stands in, then a call-back", async () => {
    expect(await decide({ line: lund })).toMatchObject({
      rule: "line:Lund",
      contact: { personId: people.Jonas },
      alternatives: [{ personId: people.Marta }, { kind: "callback" }],
      fallback: { kind: "callback" },
    });
    await calm();
    await show(jonas, "Busy");
    expect(await decide({ line: lund })).toMatchObject({ contact: { personId: people.Marta } });
    await show(marta, "Busy");
    expect(await decide({ line: lund })).toMatchObject({ contact: { kind: "callback" }, alternatives: [] });
    expect(await decide({ line: malmo })).toMatchObject({ contact: { kind: "queue", target: { id: "shops" } } });
  });

  it("has the customer called back: whose turn it is, what they said, and whose turn it is next", async () => {
    const asked = await flow("POST", "/v1/callbacks", {
      line: lund,
      phone: "+46701112233",
      name: "Erik Kund",
      about: "His invoice",
    });
    expect(asked.body).toMatchObject({ state: "open", attempts: 0 });
    const kept = JSON.stringify(await service.sql`select * from callbacks`);
    expect(kept).not.toMatch(/Erik|701112233|invoice/);
    const turn = async () => (await flow("GET", "/v1/callbacks")).body.items?.[0];
    const first = (await turn())?.personId;
    await service.pass(601_000, 60_000);
    expect(await turn()).toMatchObject({ attempts: 1, state: "open" });
    expect((await turn())?.personId).not.toBe(first);
    const token = await service.microsoft.issueTabToken(jonas.id);
    const path = `/v1/callbacks/${asked.body.id}`;
    const claimed = await service.ask("POST", `${path}/claim`, { token });
    expect(claimed.body).toMatchObject({
      state: "claimed",
      personId: people.Jonas,
      phone: "+46701112233",
      about: "His invoice",
    });
    const other = await service.microsoft.issueTabToken(marta.id);
    expect((await service.ask("POST", `${path}/claim`, { token: other })).status).toBeGreaterThanOrEqual(404);
    const missed = await service.ask("POST", `${path}/end`, { token, body: { outcome: "not-reached" } });
    expect(missed.body).toMatchObject({ state: "open", attempts: 2 });
    expect((await service.ask("POST", `${path}/end`, { token, body: { outcome: "reached" } })).body.state).toBe("done");
    expect((await service.ask("POST", `${path}/end`, { token, body: { outcome: "reached" } })).status).toBe(409);
    const [row] = await service.sql`select sealed from callbacks`;
    expect(row?.sealed).toBeNull();
  });

  it("nobody of whom calls counts as lost in the end, and its details go", async () => {
    await flow("POST", "/v1/callbacks", { line: lund, phone: "+46701112244" });
    for (let round = 0; round < 6; round++) await service.pass(601_000, 601_000);
    const [row] = await service.sql`select state, sealed from callbacks order by id desc limit 1`;
    expect(row).toEqual({ state: "lost", sealed: null });
  });

  it("is set by the file once, and refused with strangers or lines that are not there", async () => {
    const { body } = await flow("GET", "/v1/lines");
    expect(body.items).toMatchObject([{ number: malmo }, { number: lund, members: [people.Jonas] }]);
    const put = (definition: object) =>
      service.ask("PUT", `/v1/lines/${lund}`, { body: { name: "Lund", members: [], ...definition } });
    expect((await put({ members: ["per_00000000000000000000000000"] })).status).toBe(422);
    expect((await put({ cover: ["+46311234567"] })).status).toBe(422);
    expect((await put({ cover: [lund] })).status).toBe(422);
  });

  it("belongs to one organization", async () => {
    const neighbour = await addSecondTenant(service);
    const theirs = (path: string, body: object) => service.ask("POST", path, { token: neighbour.apiKey, body });
    expect((await theirs("/v1/routing-decisions", { line: lund })).status).toBe(404);
    expect((await theirs("/v1/callbacks", { line: lund, phone: "+46701112233" })).status).toBe(404);
    expect((await theirs("/v1/routing-decisions", { intent: "invoicing" })).body).toMatchObject({
      contact: { kind: "none" },
    });
    const { id } = await decide({ intent: "invoicing" });
    expect((await theirs(`/v1/routing-decisions/${id}/outcome`, { outcome: "busy" })).status).toBe(404);
  });
});
