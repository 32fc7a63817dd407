import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { ContextView, DeskView, InteractionView } from "../../views.ts";
import { ana, apiKey, createTestService, jonas, type TestService } from "../service.ts";
import { addSecondTenant } from "./second-tenant.ts";

let service: TestService;
let token: string;
let call: string;
let interaction: InteractionView;
beforeAll(async () => {
  service = await createTestService({
    plan: {
      tenant: {
        slug: "test",
        name: "Test",
        settings: { contextFields: { invoicing: ["phone", "customer"], "*": ["customer", "order"] } },
      },
    },
  });
});
afterAll(() => service?.close());

const erik = {
  customer: "Erik Ek",
  phone: "+46 70-111 22 33",
  order: "A-778899",
  secret: "hunter2",
  intent: "Invoice",
};
const begin = async (attributes: Record<string, string> = erik) => {
  call = service.center.startCall({ customer: { name: "Erik Ek" }, agent: ana.account, attributes });
  await service.settle();
  token = await service.deskToken();
  const { body } = await service.ask("GET", "/v1/desk", { token });
  const found = (body as unknown as DeskView).interactions.at(-1);
  if (!found) throw new Error("the desk shows no customer");
  interaction = found;
};
const ask = async (more: Record<string, unknown> = {}) => {
  const answer = await service.ask("POST", "/v1/consults", {
    token,
    body: { interactionId: interaction.id, kind: "question", skill: "invoicing", question: "Who is Erik Ek?", ...more },
  });
  expect(answer.status, JSON.stringify(answer.body)).toBe(201);
  await service.settle();
  return answer.body;
};
const hangUp = async () => {
  service.center.customerHangsUp(call);
  await service.settle();
};
const erase = (identity: string, key = apiKey) =>
  service.ask("POST", "/v1/contexts/erase", { token: key, body: { identity } });
const lastCard = () => JSON.stringify(service.microsoft.chatOf(jonas.id).at(-1));
const stored = async (word: string) => {
  const [row] = await service.sql`select count(*)::int as n from interactions where snapshot::text like ${`%${word}%`}`;
  return Number(row?.n);
};
const count = async (table: string) =>
  Number((await service.sql`select count(*)::int as n from ${service.sql(table)}`)[0]?.n);

describe("only allowed details travel", () => {
  it("by skill, and the agent's own are no exception", async () => {
    await begin();
    await ask({ context: { fields: { secret: "hunter2", customer: "Erik E." } } });
    expect(lastCard()).toContain("Erik E.");
    expect(lastCard()).not.toContain("hunter2");
    expect(lastCard()).not.toContain("A-778899");
    const { body } = await service.ask("GET", `/v1/context-preview?interaction=${interaction.id}`, { token });
    expect((body as unknown as ContextView).fields.map(({ key }) => key).sort()).toEqual(["customer", "order"]);
    await hangUp();
  });
});

describe("details are forgotten", () => {
  it("a day after the end of the interaction: contexts, answers, names, and what cards showed", async () => {
    expect(await count("contexts")).toBeGreaterThan(0);
    expect(await stored("Erik Ek")).toBeGreaterThan(0);
    await service.pass(23 * 3_600_000, 3_600_000);
    expect(await stored("Erik Ek")).toBeGreaterThan(0);
    await service.pass(3_600_000 + 5_000, 600_000);
    expect(await count("contexts")).toBe(0);
    expect(await stored("Erik Ek")).toBe(0);
    expect(lastCard()).not.toContain("Who is Erik Ek?");
    expect(await count("consults")).toBeGreaterThan(0);
  });
});

describe("a customer is erased in one call", () => {
  it("by a phone number, however it is written, with a receipt in the audit log", async () => {
    await begin();
    await ask();
    const offer = /"offer":"(off_[^"]+)"/.exec(lastCard())?.[1];
    const card = service.microsoft.chatOf(jonas.id).at(-1);
    await service.microsoft.clickAction(jonas.id, String(card?.id), {
      verb: "reply",
      data: { offer, text: "He is a friend" },
    });
    await hangUp();
    const { status, body } = await erase("0046701112233");
    expect(status).toBe(200);
    expect(body.erased).toEqual({ interactions: 1, contexts: 1, replies: 1, cards: 1, savedAnswers: 0 });
    await service.pass(3_000);
    expect(await stored("Erik Ek")).toBe(0);
    expect(lastCard()).not.toContain("Erik");
    const [noted] = await service.sql`select data::text as data from audit where target = ${String(body.receipt)}`;
    expect(noted?.data).toContain('"contexts": 1');
    expect(noted?.data).not.toContain("701112233");
    expect((await erase("0046701112233")).body.erased).toMatchObject({ interactions: 0, contexts: 0 });
  });

  it("with what an expert kept of their consults, and what names them; a repeated request does nothing new", async () => {
    await begin();
    const body = { interactionId: interaction.id, kind: "question", skill: "invoicing", question: "May he pay late?" };
    const headers = { "idempotency-key": "erik" };
    const make = () => service.ask("POST", "/v1/consults", { token, body, headers });
    const made = await make();
    await service.settle();
    const offer = /"offer":"(off_[^"]+)"/.exec(lastCard())?.[1];
    const card = service.microsoft.chatOf(jonas.id).at(-1);
    const data = { offer, text: "Yes, by a week.", keep: "true" };
    await service.microsoft.clickAction(jonas.id, String(card?.id), { verb: "reply", data });
    const expert = await service.microsoft.issueTabToken(jonas.id);
    const keep = (question: string) =>
      service.ask("POST", "/v1/answers", { token: expert, body: { question, answer: "Yes." } });
    await keep("Is Erik Ek's brother known?");
    await keep("Does the Erik Ekman rule hold?");
    const kept = async () =>
      ((await service.ask("GET", "/v1/me/answers", { token: expert })).body.items ?? []).map(
        ({ question }) => question,
      );
    expect(await kept()).toHaveLength(3);
    expect((await make()).headers.get("idempotent-replayed")).toBe("true");
    await hangUp();
    expect((await erase("erik ek")).body.erased).toMatchObject({ interactions: 1, savedAnswers: 2 });
    expect(await kept()).toEqual(["Does the Erik Ekman rule hold?"]);
    expect((await service.ask("GET", "/v1/answers?q=late", { token })).body.items).toEqual([]);
    const consults = await count("consults");
    const again = await make();
    expect(again).toMatchObject({ status: 409, body: { code: "conflict" } });
    expect(await count("consults")).toBe(consults);
    expect(made.status).toBe(201);
  });

  it("also by what only the agent knew, and while the call goes on", async () => {
    await begin({ customer: "Erik Ek" });
    await ask({ context: { fields: { order: "Z-4711" } }, skill: undefined, personIds: [await jonasId()] });
    expect((await erase("z-4711")).body.erased).toMatchObject({ interactions: 1, contexts: 1 });
    await service.settle();
    expect(lastCard()).not.toContain("Z-4711");
    await hangUp();
    expect(await stored("Erik Ek")).toBe(0);
  });

  it("but not for anybody, not by a letter or two, and not across tenants", async () => {
    await begin();
    await ask();
    expect((await erase("ek")).status).toBe(422);
    expect((await erase(erik.phone, token)).status).toBe(403);
    const second = await addSecondTenant(service);
    expect((await erase(erik.phone, second.apiKey)).body.erased).toMatchObject({ interactions: 0, contexts: 0 });
    expect(await stored("Erik Ek")).toBe(1);
    await hangUp();
  });
});

const jonasId = async () => String((await service.ask("GET", "/v1/experts?q=jonas")).body.items?.[0]?.personId);

describe("a journey", () => {
  it("goes on when the customer is called back with our reference", async () => {
    await begin();
    await ask();
    const { journeyId } = interaction;
    await hangUp();
    await begin({ ...erik, anything: journeyId });
    expect(interaction.journeyId).toBe(journeyId);
    await hangUp();
    await begin({ ...erik, anything: "jny_00000000000000000000000000" });
    expect(interaction.journeyId).not.toBe(journeyId);
    expect(interaction.journeyId).not.toContain("0000000000000000");
    await hangUp();
  });
});
