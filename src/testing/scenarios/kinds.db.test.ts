import { afterAll, beforeAll, describe, expect, it } from "vitest";
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

const begin = async () => {
  call = service.center.startCall({
    customer: { name: "Erik" },
    agent: ana.account,
    attributes: { customer: "Erik", intent: "Moving house" },
  });
  await service.settle();
  token = await service.deskToken();
  const { body } = await service.ask("GET", "/v1/desk", { token });
  interactionId = (body as unknown as DeskView).interactions.at(-1)?.id ?? "";
};
const request = async (body: Record<string, unknown>) => {
  const answer = await service.ask("POST", "/v1/consults", { token, body: { interactionId, ...body } });
  await service.settle();
  return { status: answer.status, body: answer.body, consult: answer.body as unknown as ConsultView };
};
const look = async (id: string) =>
  (await service.ask("GET", `/v1/consults/${id}`, { token })).body as unknown as ConsultView;
const cardsOf = (user: string) => service.microsoft.chatOf(user);
const press = async (user: string, verb: string, data: Record<string, unknown>) => {
  const last = cardsOf(user).at(-1);
  const offer = /"offer":"(off_[^"]+)"/.exec(JSON.stringify(last))?.[1];
  const answer = await service.microsoft.clickAction(user, String(last?.id), { verb, data: { offer, ...data } });
  await service.settle();
  return answer;
};
const personId = async (name: string) => {
  const { body } = await service.ask("GET", `/v1/experts?q=${name}`, { token });
  return String(body.items?.[0]?.personId);
};
const endCall = async () => {
  service.center.customerHangsUp(call);
  await service.settle();
};

describe("a question", () => {
  it("is answered in writing on the card, and the text reaches the agent; the call is not touched", async () => {
    await begin();
    const { consult } = await request({
      kind: "question",
      personIds: [await personId("jonas")],
      question: "Which form?",
    });
    expect(JSON.stringify(cardsOf(jonas.id).at(-1))).toContain("Which form?");
    await press(jonas.id, "reply", { text: "Form 7. Card 4111 1111 1111 1111 is not needed." });
    const after = await look(consult.id);
    expect(after).toMatchObject({
      state: "ended",
      result: "answered",
      replies: [{ by: jonas.name, text: "Form 7. Card [card ending 1111] is not needed." }],
    });
    expect(JSON.stringify(cardsOf(jonas.id).at(-1))).toContain("has your answer");
    expect(service.center.timeline.filter((one) => JSON.stringify(one).includes("consult"))).toEqual([]);
    await endCall();
  });

  it("without words is refused with what to do, and nobody is asked", async () => {
    await begin();
    const [cards, known] = [cardsOf(jonas.id).length, (await service.ask("GET", "/v1/consults", { token })).body.items];
    for (const question of [undefined, "", " \n\u00a0", "\u200b\u2060", "?!…"]) {
      const refused = await service.ask("POST", "/v1/consults", {
        token,
        body: { interactionId, kind: "question", personIds: [await personId("jonas")], ...(question && { question }) },
      });
      expectProblem(refused, 422, JSON.stringify(question));
      expect(refused.body).toMatchObject({ code: "invalid", field: "question" });
      expect(refused.body.detail).toBe(
        "A question needs words. Put what you want to know into `question`, then ask again.",
      );
    }
    await service.settle();
    expect(cardsOf(jonas.id)).toHaveLength(cards);
    expect((await service.ask("GET", "/v1/consults", { token })).body.items).toEqual(known);
    await endCall();
  });

  it("takes no empty answer and none after the end, and says so", async () => {
    await begin();
    const { consult } = await request({
      kind: "question",
      personIds: [await personId("jonas")],
      question: "Which form?",
    });
    expect(JSON.stringify(await press(jonas.id, "reply", { text: "  " }))).toContain("1 to 4000 characters");
    await service.ask("POST", `/v1/consults/${consult.id}/moves`, { token, body: { move: "cancel" } });
    await service.settle();
    const offer = consult.offers[0]?.id;
    const late = await service.microsoft.clickAction(jonas.id, String(cardsOf(jonas.id).at(-1)?.id), {
      verb: "reply",
      data: { offer, text: "Form 7" },
    });
    expect(JSON.stringify(late)).toContain("closed");
    expect((await look(consult.id)).replies).toEqual([]);
    await endCall();
  });

  it("asked of two is answered by the first; the other's card says so", async () => {
    await begin();
    const { consult } = await request({
      kind: "question",
      personIds: [await personId("jonas"), await personId("marta")],
      question: "Which form?",
    });
    await press(marta.id, "reply", { text: "Form 9" });
    expect((await look(consult.id)).replies).toMatchObject([{ by: marta.name }]);
    expect(JSON.stringify(cardsOf(jonas.id).at(-1))).toContain(`Taken by ${marta.name}`);
    await endCall();
  });
});

describe("a meeting", () => {
  it("goes on from a call: nobody is asked again, and everybody has the link", async () => {
    await begin();
    const jonasId = await personId("jonas");
    const { consult } = await request({ kind: "consult", personIds: [jonasId], question: "Which form?" });
    const early = await request({ kind: "meeting", continues: consult.id });
    expect(early).toMatchObject({ status: 409 });
    await press(jonas.id, "answer", { answer: "now" });
    service.center.answer(service.center.interaction(call).parties.find(({ role }) => role === "expert")?.ref ?? "");
    await service.pass(1_000);
    const meeting = await request({ kind: "meeting", continues: consult.id });
    expect(meeting).toMatchObject({ status: 201, body: { state: "consulting", question: "Which form?" } });
    await service.pass(3_000);
    const after = await look(meeting.consult.id);
    expect(after.joinUrl).toMatch(/^https:\/\//);
    expect(after.journeyId).toBe(consult.journeyId);
    expect(JSON.stringify(cardsOf(jonas.id).at(-1))).toContain(after.joinUrl);
    expect((await look(consult.id)).state).toBe("consulting");
    expect(await request({ kind: "transfer", continues: consult.id })).toMatchObject({ status: 422 });
    await endCall();
  });

  it("opens a room in the expert's name; card and desk have the link", async () => {
    await begin();
    const { consult } = await request({ kind: "meeting", personIds: [await personId("jonas")] });
    await press(jonas.id, "answer", { answer: "now" });
    await service.pass(3_000); // Teams takes a few messages a second in one chat
    const after = await look(consult.id);
    expect(after.state).toBe("consulting");
    expect(after.joinUrl).toMatch(/^https:\/\//);
    expect(JSON.stringify(cardsOf(jonas.id).at(-1))).toContain(after.joinUrl);
    await endCall();
  });
});
