import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createFakeRingCentral, type FakeRingCentral } from "../../../adapters/ringcentral/fake.ts";
import type { ConsultView } from "../../views.ts";
import { createTestService, type TestService } from "../service.ts";

/** An expert who works in RingCentral alone: the same card there, its answers by signed webhook. */
const lena = { id: "801002", extensionNumber: "102", name: "Lena Holm", email: "lena@example.com" };
const bot = { id: "801001", extensionNumber: "101", name: "Patchcord", email: "bot@example.com" };

let service: TestService;
let ringcentral: FakeRingCentral;
let token: string;
let person: string;
beforeAll(async () => {
  service = await createTestService();
  ringcentral = createFakeRingCentral({
    clock: service.clock,
    extensions: [bot, { ...lena, directNumber: "+15125550102" }],
    fetch: service.toService as typeof fetch,
  });
  service.origins.set("https://platform.ringcentral.com", ringcentral.app);
  const body = { adapter: "ringcentral", settings: ringcentral.settings() };
  const made = await service.ask("PUT", "/v1/connections/RingCentral", { body });
  expect(made.status).toBeLessThan(300);
  const { body: all } = await service.ask("GET", "/v1/connections");
  ringcentral.setOutboundWebhook(String(all.items?.find((one) => one.adapter === "ringcentral")?.hookUrl));
  await service.pass(120_000, 10_000);
  const { body: found } = await service.ask("GET", "/v1/people");
  person = String(found.items?.find(({ name }) => name === lena.name)?.id);
  const skills = { shipping: 4 };
  expect((await service.ask("PUT", `/v1/experts/${person}`, { body: { skills } })).status).toBe(200);
  ringcentral.setUserStatus(lena.id, "Available");
  await service.pass(120_000, 10_000);
});
afterAll(() => service?.close());

const ask = async (kind: string) => {
  token = await service.deskToken();
  const ref = service.center.startCall({ customer: { name: "Lucía" }, agent: "agent-1" });
  await service.settle();
  const { body: desk } = await service.ask("GET", "/v1/desk", { token });
  const call = (desk.interactions as { id: string }[]).at(-1);
  const body = { interactionId: call?.id, kind, personIds: [person], question: "Where is the parcel?" };
  const { status, body: made } = await service.ask("POST", "/v1/consults", { token, body });
  expect(status, JSON.stringify(made)).toBe(201);
  await service.pass(2_000);
  return {
    ref,
    look: async () => (await service.ask("GET", `/v1/consults/${made.id}`, { token })).body as unknown as ConsultView,
  };
};
const latest = () => ringcentral.chatOf(lena.id).at(-1);
const press = async (data: Record<string, unknown>, inputs: Record<string, string> = {}) => {
  const card = latest();
  const offer = /off_\w{26}/.exec(JSON.stringify(card?.card))?.[0];
  const { verb = "answer", ...rest } = data;
  const sent = { verb, payload: JSON.stringify({ offer, ...rest }) };
  const answer = await ringcentral.clickAction(lena.id, card?.id ?? "", { data: sent, inputs });
  expect(answer.status).toBe(200);
  await service.settle();
};

describe("an expert in RingCentral", () => {
  it("gets the same card, takes it by one tap however often, and it is replaced in place", async () => {
    const { ref, look } = await ask("consult");
    expect(JSON.stringify(latest()?.card)).toContain("Ana Berg needs your help");
    const cards = ringcentral.chatOf(lena.id).length;
    await Promise.all([press({ answer: "now" }), press({ answer: "now" }), press({ answer: "now" })]);
    await service.pass(2_000);
    expect(service.center.dials()).toBe(1);
    expect((await look()).offers).toMatchObject([{ name: lena.name, state: "accepted" }]);
    expect(ringcentral.chatOf(lena.id)).toHaveLength(cards);
    expect(JSON.stringify(latest()?.card)).toContain("Your phone is ringing");
    service.center.customerHangsUp(ref);
    await service.pass(120_000, 10_000);
  });

  it("sees one card, also when the answer to its delivery was lost", async () => {
    const cards = ringcentral.chatOf(lena.id).length;
    ringcentral.fail.next({ method: "POST", path: /adaptive-cards$/, applyThenDrop: true });
    const { ref, look } = await ask("consult");
    await service.pass(5_000);
    expect(ringcentral.chatOf(lena.id)).toHaveLength(cards + 1);
    await press({ answer: "now" });
    await service.pass(2_000);
    expect((await look()).offers).toMatchObject([{ state: "accepted" }]);
    expect(JSON.stringify(latest()?.card)).toContain("Your phone is ringing");
    service.center.customerHangsUp(ref);
    await service.pass(120_000, 10_000);
  });

  it("answers a question in writing and has it kept", async () => {
    const { look } = await ask("question");
    await press({ verb: "reply" }, { text: "At the depot.", keep: "true" });
    expect(await look()).toMatchObject({ state: "ended", result: "answered", replies: [{ text: "At the depot." }] });
    const { body } = await service.ask("GET", "/v1/answers?q=parcel", { token });
    expect(body.items).toMatchObject([{ answer: "At the depot.", author: { name: lena.name } }]);
  });

  it("gets call-backs as cards too: takes one, says how it went, and what comes twice or late changes nothing", async () => {
    const number = "+46461234567";
    const line = { name: "Lund", members: [person] };
    expect((await service.ask("PUT", `/v1/lines/${number}`, { body: line })).status).toBe(200);
    const asked = { line: number, phone: "+46701112233", name: "Erik Kund", about: "The parcel" };
    const { body } = await service.ask("POST", "/v1/callbacks", { body: asked });
    await service.pass(2_000);
    const card = latest();
    expect(JSON.stringify(card?.card)).toMatch(/Call Erik Kund back.*•••33/);
    expect(JSON.stringify(card?.card)).not.toContain("701112233");
    const push = async (act: string) => {
      const data = { verb: "callback", payload: JSON.stringify({ callback: body.id, act }) };
      expect((await ringcentral.clickAction(lena.id, card?.id ?? "", { data, inputs: {} })).status).toBe(200);
      await service.pass(2_000);
    };
    await Promise.all([push("take"), push("take")]);
    expect(JSON.stringify(latest()?.card)).toContain("+46701112233");
    expect(JSON.stringify(latest()?.card)).toContain("https://app.ringcentral.com/r/call?number=");
    await push("reached");
    await push("not-reached");
    const { body: open } = await service.ask("GET", "/v1/callbacks");
    expect(open.items).toEqual([]);
    expect(latest()?.id).toBe(card?.id);
    expect(JSON.stringify(latest()?.card)).toContain("was reached");
  });
});
