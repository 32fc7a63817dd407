/** Nobody waits in vain for an answer: the expert is reminded, and the agent keeps what was answered. */
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from "vitest";
import { issueToken } from "../../desk/tokens.ts";
import type { ConsultView, DeskView } from "../../views.ts";
import { ana, createTestService, jonas, marta, type TestService } from "../service.ts";
import { expectProblem } from "./problems.ts";

let service: TestService;
let token: string;
let call: string;
let interactionId: string;

beforeAll(async () => {
  service = await createTestService();
});
afterAll(() => service?.close());
beforeEach(async () => {
  token = await service.deskToken();
  const attributes = { customer: "Lucía Prat", intent: "Duplicate invoice" };
  call = service.center.startCall({
    customer: { name: "Lucía Prat" },
    agent: ana.account,
    channel: "chat",
    attributes,
  });
  await service.settle();
  interactionId = (await desk()).interactions.at(-1)?.id ?? "";
});
afterEach(async () => {
  service.center.customerHangsUp(call);
  await service.pass(5_000, 5_000);
});

const desk = async () => (await service.ask("GET", "/v1/desk", { token })).body as unknown as DeskView;
const consult = async (id: string) => (await desk()).consults.find((one) => one.id === id);
async function question(name = "jonas") {
  const found = (await service.ask("GET", `/v1/experts?q=${name}`, { token })).body.items?.[0];
  const body = { interactionId, kind: "question", personIds: [found?.personId], question: "Is it a duplicate?" };
  const asked = await service.ask("POST", "/v1/consults", { token, body });
  expect(asked.status, JSON.stringify(asked.body)).toBe(201);
  await service.settle();
  return (asked.body as unknown as ConsultView).id;
}
const remind = (id: string, as = token) => service.ask("POST", `/v1/consults/${id}/reminders`, { token: as });
const remindersOf = (user: string) =>
  service.microsoft.chatOf(user).filter((message) => JSON.stringify(message).includes("still waits for your answer"))
    .length;
const reply = (user: string, text: string) => press(user, "reply", { text });
async function press(user: string, verb: string, data: Record<string, unknown>) {
  const message = service.microsoft.chatOf(user).findLast(({ card }) => JSON.stringify(card).includes('"offer"'));
  const offer = /"offer":"(off_[^"]+)"/.exec(JSON.stringify(message?.card))?.[1];
  await service.microsoft.clickAction(user, String(message?.id), { verb, data: { offer, ...data } });
  await service.settle();
}

it("the agent reminds: a line in the chat, the card stays one, and not again for two minutes", async () => {
  const id = await question();
  const cards = () => service.microsoft.chatOf(jonas.id).filter(({ card }) => JSON.stringify(card).includes(id)).length;
  const [before, cardsBefore] = [remindersOf(jonas.id), cards()];
  expect((await remind(id)).status).toBe(202);
  await service.settle();
  expect(remindersOf(jonas.id) - before).toBe(1);
  expect(cards()).toBe(cardsBefore);
  expect((await consult(id))?.timeline.map(({ what }) => what)).toContain("reminded");
  expectProblem(await remind(id), 409);
  await service.pass(121_000, 121_000);
  expect((await remind(id)).status).toBe(202);
  await service.settle();
  expect(remindersOf(jonas.id) - before).toBe(2);
});

it("by itself once, when half of the time is over, and not when the answer has come", async () => {
  const before = remindersOf(jonas.id);
  const id = await question();
  await service.pass(290_000, 145_000);
  expect(remindersOf(jonas.id) - before).toBe(0);
  await service.pass(20_000, 10_000);
  expect(remindersOf(jonas.id) - before).toBe(1);
  await service.pass(200_000, 100_000);
  expect(remindersOf(jonas.id) - before).toBe(1);
  expect((await consult(id))?.timeline.filter(({ what }) => what === "reminded")).toHaveLength(1);
});

it("from the same moment on the agent's view says who is late, until the answer has come", async () => {
  const id = await question();
  const lateAt = async () => (await consult(id))?.offers.map((offer) => Date.parse(offer.lateAt ?? ""));
  const askedAt = Date.parse((await consult(id))?.offers[0]?.askedAt ?? "");
  expect(await lateAt()).toEqual([askedAt + 300_000]);
  await service.pass(120_000, 60_000);
  await press(jonas.id, "answer", { answer: "now" });
  const [later] = (await lateAt()) ?? [];
  expect(later).toBeGreaterThanOrEqual(askedAt + 420_000);
  await reply(jonas.id, "It is one.");
  expect((await consult(id))?.offers.map((offer) => offer.lateAt)).toEqual([undefined]);
});

it("a consult about the call is never late in that sense", async () => {
  const found = (await service.ask("GET", "/v1/experts?q=jonas", { token })).body.items?.[0];
  const body = { interactionId, kind: "meeting", personIds: [found?.personId] };
  const { offers } = (await service.ask("POST", "/v1/consults", { token, body })).body as unknown as ConsultView;
  expect(offers).toMatchObject([{ state: "asked" }]);
  expect(offers[0]?.lateAt).toBeUndefined();
});

it("who has answered is left alone, and the answer stays for as long as the customer is there", async () => {
  const id = await question("marta");
  await reply(marta.id, "It is one, I take it back.");
  const before = remindersOf(marta.id);
  expectProblem(await remind(id), 409);
  await service.pass(400_000, 100_000);
  expect(remindersOf(marta.id)).toBe(before);
  expect(await consult(id)).toMatchObject({ result: "answered", replies: [{ text: "It is one, I take it back." }] });
  service.center.customerHangsUp(call);
  await service.settle();
  await service.pass(130_000, 130_000);
  expect(await consult(id)).toBeUndefined();
});

it("several questions about one customer are asked side by side, each with its own answer", async () => {
  const [first, second] = [await question("jonas"), await question("marta")];
  await reply(marta.id, "From Marta");
  expect(await consult(first)).toMatchObject({ state: "offering", replies: [] });
  expect(await consult(second)).toMatchObject({ state: "ended", replies: [{ by: marta.name, text: "From Marta" }] });
  await reply(jonas.id, "From Jonas");
  expect(await consult(first)).toMatchObject({ result: "answered", replies: [{ by: jonas.name, text: "From Jonas" }] });
});

it("nobody reminds about what is another agent's", async () => {
  const id = await question();
  const { items } = (await service.ask("GET", "/v1/experts?q=marta", { token })).body;
  const other = { personId: String(items?.[0]?.personId), name: marta.name };
  const [tenant] = await service.sql`select id from tenants where slug = 'test'`;
  const { keyring } = service.wired.service;
  const { token: another } = await issueToken(keyring, service.clock.now(), "desk", String(tenant?.id), other);
  expect((await remind(id, another)).status).toBe(403);
  expect((await remind("cst_nothing")).status).toBe(404);
});
