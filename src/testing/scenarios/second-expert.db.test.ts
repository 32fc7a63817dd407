import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { ConsultView, DeskView } from "../../views.ts";
import { ana, createTestService, jonas, marta, type TestService } from "../service.ts";

let service: TestService;
let token: string;
let call: string;
let consult: string;
beforeAll(async () => {
  service = await createTestService();
  token = await service.deskToken();
});
afterAll(() => service?.close());

const look = async () =>
  (await service.ask("GET", `/v1/consults/${consult}`, { token })).body as unknown as ConsultView;
const move = async (body: Record<string, unknown>) => {
  const answer = await service.ask("POST", `/v1/consults/${consult}/moves`, { token, body });
  await service.pass(1_000);
  return answer;
};
const personId = async (name: string) => {
  const { body } = await service.ask("GET", `/v1/experts?q=${name}`, { token });
  return String(body.items?.[0]?.personId);
};
const press = async (user: string, answer: string) => {
  const last = service.microsoft.chatOf(user).at(-1);
  const offer = /"offer":"(off_[^"]+)"/.exec(JSON.stringify(last))?.[1];
  await service.microsoft.clickAction(user, String(last?.id), { verb: "answer", data: { offer, answer } });
  await service.pass(1_000);
};
const cardOf = (user: string) => JSON.stringify(service.microsoft.chatOf(user).at(-1));
const legs = () => service.center.interaction(call).parties;
const ringing = () => legs().find(({ role, state }) => role === "expert" && ["ringing", "dialing"].includes(state));
const talking = () =>
  legs()
    .filter(({ state }) => state === "connected")
    .map(({ role }) => role);

/** Ana, Erik and Jonas hear each other. */
async function conference() {
  call = service.center.startCall({ customer: { name: "Erik" }, agent: ana.account, attributes: { customer: "Erik" } });
  await service.settle();
  const { body } = await service.ask("GET", "/v1/desk", { token });
  const interactionId = (body as unknown as DeskView).interactions.at(-1)?.id;
  const asked = await service.ask("POST", "/v1/consults", {
    token,
    body: { interactionId, kind: "conference", personIds: [await personId("jonas")], question: "Both of you, please" },
  });
  consult = String(asked.body.id);
  await service.settle();
  await press(jonas.id, "now");
  service.center.answer(ringing()?.ref ?? "");
  await service.pass(2_000);
  expect(await look()).toMatchObject({ state: "conferencing", expert: { name: jonas.name } });
}
const end = async () => {
  service.center.customerHangsUp(call);
  await service.pass(1_000);
  expect((await look()).state).toBe("ended");
};

describe("a second expert", () => {
  it("is asked by card, rung, joins, and both keep the customer when the agent hands over", async () => {
    await conference();
    expect((await move({ move: "add-expert", personId: await personId("marta") })).status).toBe(202);
    expect(cardOf(marta.id)).toContain("Both of you, please");
    expect(talking()).toEqual(["customer", "agent", "expert"]);
    await press(marta.id, "now");
    expect(cardOf(marta.id)).toContain("ringing");
    service.center.answer(ringing()?.ref ?? "");
    await service.pass(1_000);
    expect(talking()).toEqual(["customer", "agent", "expert", "expert"]);
    const view = await look();
    expect(view.expert?.name).toBe(jonas.name);
    expect(view.offers.find(({ name }) => name === marta.name)).toMatchObject({ state: "accepted", joins: "on" });
    await move({ move: "hand-over" });
    expect(talking()).toEqual(["customer", "expert", "expert"]);
    expect(await look()).toMatchObject({ state: "ended", result: "transferred" });
    service.center.customerHangsUp(call);
    await service.pass(1_000);
  });

  it("who says no, or does not pick up, changes nothing for the others", async () => {
    await conference();
    await move({ move: "add-expert", personId: await personId("marta") });
    await press(marta.id, "no");
    expect(await look()).toMatchObject({ state: "conferencing", expert: { name: jonas.name } });
    await move({ move: "add-expert", skill: "invoicing" });
    await press(marta.id, "now");
    expect(ringing()).toBeDefined();
    await service.pass(25_000);
    expect(ringing()).toBeUndefined();
    expect(talking()).toEqual(["customer", "agent", "expert"]);
    expect(await look()).toMatchObject({ state: "conferencing", trouble: "expert-no-answer" });
    await end();
  });

  it("goes on alone when the first is dropped, and the customer comes back when nobody is left", async () => {
    await conference();
    await move({ move: "add-expert", personId: await personId("marta") });
    await press(marta.id, "now");
    service.center.answer(ringing()?.ref ?? "");
    await service.pass(1_000);
    await move({ move: "drop-expert", personId: await personId("jonas") });
    expect(talking()).toEqual(["customer", "agent", "expert"]);
    const view = await look();
    expect(view).toMatchObject({ state: "conferencing", expert: { name: marta.name } });
    expect(view.offers.find(({ name }) => name === jonas.name)).toMatchObject({ state: "accepted", joins: "left" });
    const { body } = await service.ask("GET", "/v1/experts?q=jonas", { token });
    expect(body.items?.[0]?.reachability).toMatchObject({ state: "call" });
    await move({ move: "drop-expert" });
    await service.pass(2_000);
    expect(talking()).toEqual(["customer", "agent"]);
    expect(await look()).toMatchObject({ state: "ended", result: "returned" });
    service.center.customerHangsUp(call);
    await service.pass(1_000);
  });

  it("is refused with the alternative: too early, twice, nobody named, somebody who is there", async () => {
    await conference();
    const refused = async (body: Record<string, unknown>) => (await move({ move: "add-expert", ...body })).body;
    expect(await refused({})).toMatchObject({ code: "invalid", detail: expect.stringContaining("personId") });
    expect(await refused({ personId: await personId("jonas") })).toMatchObject({ code: expect.any(String) });
    await move({ move: "add-expert", personId: await personId("marta") });
    expect(await refused({ personId: await personId("marta") })).toMatchObject({
      code: "conflict",
      detail: expect.stringContaining("being added already"),
    });
    expect((await move({ move: "drop-expert", personId: await personId("marta") })).status).toBe(202);
    expect(cardOf(marta.id)).toContain("no longer");
    expect(talking()).toEqual(["customer", "agent", "expert"]);
    await end();
  });
});
