import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { expectProblem } from "../testing/scenarios/problems.ts";
import { ana, createTestService, jonas, type TestService } from "../testing/service.ts";

let service: TestService;
let token: string;
let interactionId: string;
beforeAll(async () => {
  service = await createTestService();
  token = await service.deskToken();
  service.center.startCall({ customer: { name: "Lucía" }, agent: ana.account });
  await service.settle();
  const { body } = await service.ask("GET", "/v1/desk", { token });
  interactionId = String((body.interactions as { id: string }[])[0]?.id);
});
afterAll(() => service?.close());

const question = (text: string) => ({ interactionId, kind: "question", skill: "invoicing", question: text });
const ask = (key: string, body: object, as = token) =>
  service.ask("POST", "/v1/consults", { token: as, body, headers: { "idempotency-key": key } });
const consults = async () => Number((await service.sql`select count(*) from consults`)[0]?.count);

describe("the same key", () => {
  it("and the same request: one effect, the same answer", async () => {
    const before = await consults();
    const first = await ask("same", question("Is it open?"));
    expect(first.status, JSON.stringify(first.body)).toBe(201);
    expect(first.headers.get("idempotent-replayed")).toBeNull();
    await service.settle();
    const rows = await service.rows();
    const second = await ask("same", question("Is it open?"));
    expect(second.status).toBe(201);
    expect(second.body).toEqual(first.body);
    expect(second.headers.get("idempotent-replayed")).toBe("true");
    expect(second.headers.get("x-request-id")).not.toBe(first.headers.get("x-request-id"));
    expect(await consults()).toBe(before + 1);
    expect(await service.rows()).toEqual(rows);
  });

  it("and another request is a mistake", async () => {
    await ask("other", question("One?"));
    const before = await service.rows();
    const body = question("One?");
    for (const changed of [question("Two?"), { ...body, skill: "contracts" }]) {
      const answer = await ask("other", changed);
      expectProblem(answer, 422);
      expect(answer.body.code).toBe("idempotency_mismatch");
    }
    const elsewhere = await service.ask("POST", "/v1/desk-tokens/renew", {
      token,
      headers: { "idempotency-key": "other" },
    });
    expectProblem(elsewhere, 422);
    expect(await service.rows()).toEqual(before);
  });

  it("at the same moment: one effect, and everybody hears of it", async () => {
    const before = await consults();
    const answers = await Promise.all(Array.from({ length: 6 }, () => ask("race", question("Now?"))));
    expect(answers.map(({ status }) => status)).toEqual(Array(6).fill(201));
    expect(new Set(answers.map(({ body }) => body.id)).size).toBe(1);
    expect(answers.filter(({ headers }) => headers.get("idempotent-replayed"))).toHaveLength(5);
    expect(await consults()).toBe(before + 1);
  });

  it("at the same moment for different requests: one of them", async () => {
    const before = await consults();
    const answers = await Promise.all(["a", "b", "c"].map((text) => ask("race two", question(text))));
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 422, 422]);
    expect(await consults()).toBe(before + 1);
  });

  it("after a failure may be tried again", async () => {
    const before = await service.rows();
    expectProblem(await ask("again", { ...question("Which?"), skill: "nobody-has-this" }), 422);
    expect(await service.rows()).toEqual(before);
    const answer = await ask("again", question("Which?"));
    expect(answer.status).toBe(201);
    expect(answer.headers.get("idempotent-replayed")).toBeNull();
  });

  it("of somebody else is another key", async () => {
    const key = { body: { accepting: true }, headers: { "idempotency-key": "mine" } };
    const expert = await service.microsoft.issueTabToken(jonas.id);
    const one = await service.ask("POST", "/v1/me/accepting", { ...key, token: expert });
    expect(one.status).toBe(200);
    const two = await service.ask("POST", "/v1/api-keys", {
      body: { name: "x", scopes: ["people:read"] },
      headers: { "idempotency-key": "mine" },
    });
    expect(two.status).toBe(201);
  });

  it("is forgotten after a day", async () => {
    const body = { name: "day", scopes: ["people:read"] };
    const make = () => service.ask("POST", "/v1/api-keys", { body, headers: { "idempotency-key": "day" } });
    const first = await make();
    await service.sql`update idempotency_keys set created_at = created_at - interval '25 hours'`;
    await service.pass(600_000, 60_000);
    const second = await make();
    expect(second.headers.get("idempotent-replayed")).toBeNull();
    expect(second.body.id).not.toBe(first.body.id);
  });
});

describe("a key", () => {
  it("has 1 to 200 characters", async () => {
    const answers = [await ask("x".repeat(200), question("Which?")), await ask("x".repeat(201), question("Which?"))];
    expect(answers.map(({ status }) => status)).toEqual([201, 400]);
  });

  it("means nothing on a read", async () => {
    const headers = { "idempotency-key": "read" };
    const answers = [
      await service.ask("GET", "/v1/me", { headers }),
      await service.ask("GET", "/v1/desk", { token, headers }),
    ];
    expect(answers.map(({ status }) => status)).toEqual([200, 200]);
  });

  it("keeps the answer sealed: it may hold what a customer said", async () => {
    await ask("sealed", question("Does Lucía owe 300?"));
    const [row] = await service.sql`select response from idempotency_keys where key = 'sealed'`;
    expect(row?.response.length).toBeGreaterThan(100);
    expect(String(row?.response)).not.toContain("Lucía");
  });
});
