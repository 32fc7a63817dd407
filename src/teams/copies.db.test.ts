import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { createTestService, jonas, marta, type TestService } from "../testing/service.ts";

let service: TestService;
let desk: string;
let call: string;
const people: Record<string, string> = {};
beforeAll(async () => {
  service = await createTestService();
  desk = await service.deskToken();
  const { body } = await service.ask("GET", "/v1/experts");
  for (const one of body.items ?? []) people[String(one.name)] = String(one.personId);
});
afterAll(() => service?.close());
beforeEach(() => service.pass(2_000));
afterEach(async () => {
  service.microsoft.fail.clear();
  service.center.customerHangsUp(call);
  await service.pass(4_000);
});

const posts = /\/activities$/;
const request = async () => {
  call = service.center.startCall({ customer: { name: "Lucía" }, agent: "agent-1" });
  await service.settle();
  const { body } = await service.ask("GET", "/v1/desk", { token: desk });
  const interactionId = (body.interactions as { id: string }[]).at(-1)?.id;
  const wanted = { interactionId, kind: "consult", personIds: [people[jonas.name]], question: "Twice?" };
  const made = await service.ask("POST", "/v1/consults", { token: desk, body: wanted });
  await service.settle();
  const [offer] = made.body.offers as { id: string }[];
  return { consult: String(made.body.id), offer: offer?.id ?? "" };
};
/** The cards of an offer that still stand in the chat. */
const cardsOf = (offer: string) =>
  service.microsoft.chatOf(jonas.id).filter(({ card }) => JSON.stringify(card ?? "").includes(offer));
const press = (activity: string, offer: string, user = jonas.id) =>
  service.microsoft.clickAction(user, activity, { verb: "answer", data: { offer, answer: "later" } });
/** The answer to the first delivery is lost; a moment later it is delivered again. */
const loseAnswer = () => service.microsoft.fail.next({ method: "POST", path: posts, applyThenDrop: true });

describe("a card whose delivery was never answered", () => {
  it("shows twice until it is pressed; then one stays, and says what is true from then on", async () => {
    loseAnswer();
    const { offer, consult } = await request();
    await service.pass(3_000);
    const [stray, known] = cardsOf(offer);
    expect(cardsOf(offer)).toHaveLength(2);
    await press(stray?.id ?? "", offer);
    await service.pass(2_000);
    const left = service.microsoft.chatOf(jonas.id).map(({ id }) => id);
    expect(left).toContain(known?.id);
    expect(left).not.toContain(stray?.id);
    const { body } = await service.ask("GET", `/v1/consults/${consult}`, { token: desk });
    expect(body.offers).toMatchObject([{ state: "later" }]);
    const shown = service.microsoft.chatOf(jonas.id).find(({ id }) => id === known?.id);
    expect(JSON.stringify(shown?.card)).toContain("We will ask you again");
  });

  it("is the card, when it is pressed before it is delivered again", async () => {
    loseAnswer();
    service.microsoft.fail.next({ method: "POST", path: posts, status: 503, times: 2 });
    const { offer } = await request();
    const [stray] = cardsOf(offer);
    await press(stray?.id ?? "", offer);
    await service.pass(8_000);
    const about = service.microsoft
      .chatOf(jonas.id)
      .filter(({ card }) => JSON.stringify(card ?? "").includes("Twice?"));
    expect(about.map(({ id }) => id).filter((id) => Number(id) >= Number(stray?.id))).toEqual([stray?.id]);
    expect(JSON.stringify(about.at(-1)?.card)).toContain("We will ask you again");
  });

  it("stays where it is when the known one is pressed, and nobody else's press takes anything away", async () => {
    const { offer } = await request();
    const [known] = cardsOf(offer);
    await press(known?.id ?? "", offer);
    await service.pass(2_000);
    expect(service.microsoft.chatOf(jonas.id).map(({ id }) => id)).toContain(known?.id);
    await service.microsoft.say(marta.id, "help");
    await service.pass(2_000);
    const id = service.microsoft.chatOf(marta.id).at(-1)?.id ?? "";
    const refused = await press(id, offer, marta.id);
    expect(refused.body).toMatchObject({ statusCode: 400 });
    await service.pass(2_000);
    expect(service.microsoft.chatOf(marta.id).map((one) => one.id)).toContain(id);
  });
});
