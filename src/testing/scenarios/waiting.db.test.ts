import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { ConsultView, DeskView } from "../../views.ts";
import { ana, createTestService, jonas, marta, type TestService } from "../service.ts";

let service: TestService;
let token: string;
let call: string;
let interactionId: string;
beforeAll(async () => {
  service = await createTestService();
});
afterAll(() => service?.close());

const show = (id: string, status: "Available" | "Busy") => service.microsoft.setUserStatus(id, status);
const begin = async () => {
  show(jonas.id, "Busy");
  show(marta.id, "Busy");
  call = service.center.startCall({ customer: { name: "Erik" }, agent: ana.account, attributes: {} });
  await service.pass(6_000);
  token = await service.deskToken();
  const { body } = await service.ask("GET", "/v1/desk", { token });
  interactionId = (body as unknown as DeskView).interactions.at(-1)?.id ?? "";
};
const endCall = async () => {
  service.center.customerHangsUp(call);
  await service.settle();
};
const request = (body: Record<string, unknown>) =>
  service.ask("POST", "/v1/consults", { token, body: { interactionId, kind: "consult", ...body } });
const look = async (id: unknown) => (await service.ask("GET", `/v1/consults/${id}`)).body as unknown as ConsultView;
const personId = async (name: string) => {
  const { body } = await service.ask("GET", `/v1/experts?q=${name}`, { token });
  return String(body.items?.[0]?.personId);
};
const lastMessage = (user: string) => JSON.stringify(service.microsoft.chatOf(user).at(-1));
const askedCards = (user: string) =>
  service.microsoft.chatOf(user).filter((message) => JSON.stringify(message).includes('"answer":"now"')).length;

describe("somebody who is not free", () => {
  it("is asked as soon as they are, before their phone rings", async () => {
    await begin();
    const { status, body } = await request({ personIds: [await personId("jonas")], mode: "ring" });
    expect(status).toBe(201);
    expect(body).toMatchObject({ state: "waiting", offers: [{ state: "later" }] });
    await service.pass(10_000);
    expect(askedCards(jonas.id)).toBe(0);
    show(jonas.id, "Available");
    await service.pass(8_000);
    expect(await look(body.id)).toMatchObject({ state: "offering", offers: [{ state: "asked" }] });
    expect(askedCards(jonas.id)).toBe(1);
    expect(service.center.interaction(call).parties.some((party) => party.role === "expert")).toBe(false);
    await endCall();
    expect(await look(body.id)).toMatchObject({ state: "ended", result: "customer-left" });
  });

  it("is told on the card that somebody has waited, and since when; asks the bot who waits", async () => {
    await begin();
    const since = service.clock.now().toLocaleTimeString("en", { hour: "2-digit", minute: "2-digit", timeZone: "UTC" });
    await request({ personIds: [await personId("jonas")] });
    await service.pass(90_000, 10_000);
    await service.microsoft.say(jonas.id, "status");
    await service.settle();
    expect(lastMessage(jonas.id)).toContain(`Ana Berg waits until you are free, since ${since}.`);
    show(jonas.id, "Available");
    await service.pass(8_000);
    expect(lastMessage(jonas.id)).toContain(`Ana Berg has waited for you since ${since}.`);
    await service.microsoft.say(jonas.id, "status");
    await service.settle();
    expect(lastMessage(jonas.id)).not.toContain("waits until");
    await endCall();
    expect(lastMessage(jonas.id)).not.toContain("has waited for you");
  });

  it("who is free from the start reads nothing of waiting", async () => {
    await begin();
    show(jonas.id, "Available");
    await service.pass(6_000);
    await request({ personIds: [await personId("jonas")] });
    await service.pass(2_000);
    expect(askedCards(jonas.id)).toBe(1);
    expect(JSON.stringify(service.microsoft.chatOf(jonas.id))).not.toContain("has waited for you");
    await endCall();
  });

  it("is waited for by skill too; the first to be free is asked, once", async () => {
    await begin();
    const { body } = await request({ skill: "invoicing" });
    expect(body).toMatchObject({ state: "waiting" });
    show(marta.id, "Available");
    await service.pass(8_000);
    const after = await look(body.id);
    expect(after.state).toBe("offering");
    expect(after.offers.find(({ name }) => name === marta.name)?.state).toBe("asked");
    expect(after.offers.find(({ name }) => name === jonas.name)?.state).toBe("later");
    const answer = await service.ask("POST", `/v1/consults/${body.id}/moves`, { token, body: { move: "cancel" } });
    expect(answer.status).toBe(202);
    show(jonas.id, "Available");
    await service.pass(5_000);
    expect(askedCards(jonas.id)).toBe(0);
    await endCall();
  });

  it("is not waited for against the caller's will, nor for longer than half an hour", async () => {
    await begin();
    const refused = await request({ skill: "invoicing", wait: false });
    expect(refused).toMatchObject({ status: 422, body: { code: "unreachable", reasons: ["busy"] } });
    expect(refused.body.detail).toContain("Ask by chat");
    const { body } = await request({ skill: "invoicing" });
    await service.pass(1_800_000, 120_000);
    await service.pass(2_000);
    expect(await look(body.id)).toMatchObject({ state: "ended", result: "unreachable", trouble: "not-free" });
    await endCall();
  });

  it("stands in nobody's way: who is asked meanwhile is asked now, and nobody waits any more", async () => {
    await begin();
    const waiting = (await request({ personIds: [await personId("jonas")] })).body;
    expect(waiting).toMatchObject({ state: "waiting" });
    const refused = await request({ personIds: ["per_nobody"] });
    expect(refused.status).toBe(422);
    expect(await look(waiting.id)).toMatchObject({ state: "waiting" });
    show(marta.id, "Available");
    await service.pass(6_000);
    const { status, body } = await request({ personIds: [await personId("marta")] });
    expect(status).toBe(201);
    expect(body).toMatchObject({ state: "offering" });
    expect(await look(waiting.id)).toMatchObject({ state: "ended", result: "cancelled" });
    const before = askedCards(jonas.id);
    show(jonas.id, "Available");
    await service.pass(8_000);
    expect(askedCards(jonas.id)).toBe(before);
    await endCall();
  });

  it("goes on being waited for after a restart", async () => {
    await begin();
    const { body } = await request({ personIds: [await personId("marta")] });
    service.restart();
    show(marta.id, "Available");
    await service.pass(8_000);
    expect(await look(body.id)).toMatchObject({ state: "offering" });
    await endCall();
  });
});
