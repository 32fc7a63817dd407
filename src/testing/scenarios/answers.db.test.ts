import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { createTestService, jonas, marta, type TestService } from "../service.ts";
import { expectProblem } from "./problems.ts";

let service: TestService;
let desk: string;
const experts: Record<string, string> = {};

beforeAll(async () => {
  service = await createTestService();
  desk = await service.deskToken();
  for (const { id, name } of [jonas, marta]) experts[name] = await service.microsoft.issueTabToken(id);
});
afterAll(() => service?.close());
beforeEach(() => service.pass(2_000));

const startCall = async () => {
  const ref = service.center.startCall({
    customer: { name: "Lucía Prat" },
    agent: "agent-1",
    attributes: { customer: "Lucía Prat", intent: "Duplicate invoice", phone: "+34600111222" },
  });
  await service.settle();
  const { body } = await service.ask("GET", "/v1/desk", { token: desk });
  return { ref, id: (body.interactions as { id: string }[]).at(-1)?.id ?? "" };
};
const question = async (interactionId: string, text: string) => {
  const body = { interactionId, kind: "question", skill: "contracts", question: text };
  const { status, body: made } = await service.ask("POST", "/v1/consults", { token: desk, body });
  expect(status).toBe(201);
  await service.settle();
  return String(made.id);
};
/** Jonas presses the button on his latest card. */
const press = async (verb: string, more: Record<string, unknown>) => {
  await service.pass(2_000);
  const message = service.microsoft.chatOf(jonas.id).findLast(({ card }) => JSON.stringify(card).includes('"offer"'));
  const offer = /"offer":"(off_[^"]+)"/.exec(JSON.stringify(message?.card))?.[1];
  const answer = await service.microsoft.clickAction(jonas.id, message?.id ?? "", { verb, data: { offer, ...more } });
  await service.settle();
  return {
    answer,
    shown: JSON.stringify(service.microsoft.chatOf(jonas.id).find(({ id }) => id === message?.id)?.card),
  };
};
const find = async (q: string, token = desk) =>
  (await service.ask("GET", `/v1/answers?q=${encodeURIComponent(q)}`, { token })).body.items ?? [];

describe("an answer is kept", () => {
  it("when its author says so with the reply: redacted, found by agents and experts, counted when it helps", async () => {
    const call = await startCall();
    await question(call.id, "Does Lucía Prat get the March invoice twice?");
    await press("reply", { text: "No: Lucía has two contracts. Call her on +34 600 111 222.", keep: "true" });
    const [found] = await find("march invoices");
    expect(found).toMatchObject({
      question: "Does … get the March invoice twice?",
      answer: "No: … has two contracts. Call her on ….",
      skill: "contracts",
      author: { name: jonas.name },
      uses: 0,
    });
    expect(await find("contract", experts[marta.name])).toHaveLength(1);
    expect(await find("weather")).toEqual([]);
    const used = () =>
      service.ask("POST", `/v1/answers/${found?.id}/uses`, { token: desk, body: { interactionId: call.id } });
    await used();
    expect((await used()).body).toMatchObject({ uses: 1 });
    const figures = await service.ask("GET", "/v1/answers/figures");
    expect(figures.body).toEqual({ answeredBySaved: 1, askedOfExperts: 1, share: 0.5, approvedAnswers: 1 });
    service.center.customerHangsUp(call.ref);
    await service.settle();
  });

  it("when the agent proposes it and its author approves: found only then, and no longer once it is retired", async () => {
    const call = await startCall();
    const consult = await question(call.id, "How long is the warranty?");
    await press("reply", { text: "Two years from delivery." });
    const propose = () => service.ask("POST", `/v1/consults/${consult}/saved-answer`, { token: desk });
    const { status, body } = await propose();
    expect([status, body.state]).toEqual([201, "proposed"]);
    expect((await propose()).body.id).toBe(body.id);
    expect(await find("warranty")).toEqual([]);
    const mine = await service.ask("GET", "/v1/me/answers", { token: experts[jonas.name] ?? "" });
    expect(mine.body.items?.[0]).toMatchObject({ id: body.id, state: "proposed" });
    const change = (name: string, state: string, answer?: string) =>
      service.ask("PUT", `/v1/answers/${body.id}`, {
        token: experts[name] ?? "",
        body: { state, ...(answer ? { answer } : {}) },
      });
    expectProblem(await change(marta.name, "approved"), 403);
    await change(jonas.name, "approved", "Two years from delivery, three for Gold.");
    expect((await find("warranty"))[0]).toMatchObject({ answer: "Two years from delivery, three for Gold." });
    await change(jonas.name, "retired");
    expect(await find("warranty")).toEqual([]);
    service.center.customerHangsUp(call.ref);
    await service.settle();
  });

  it("not for strangers, for nothing, or of nobody", async () => {
    expectProblem(await service.ask("GET", "/v1/answers?q=x", { token: "" }), 401);
    expectProblem(await service.ask("POST", "/v1/answers", { token: desk, body: { question: "a", answer: "b" } }), 403);
    const token = experts[jonas.name] ?? "";
    expectProblem(await service.ask("POST", "/v1/answers", { token, body: { question: "a", answer: "   " } }), 422);
    expectProblem(await service.ask("PUT", "/v1/answers/ans_0", { token, body: { state: "approved" } }), 404);
    const body = { interactionId: "int_0" };
    expectProblem(await service.ask("POST", "/v1/answers/ans_0/uses", { token: desk, body }), 404);
  });
});

describe("after a call", () => {
  it("the card asks how it went; the note reaches the agent, the topic becomes a skill, and it counts once", async () => {
    const call = await startCall();
    const [me] = (await service.ask("GET", "/v1/experts?q=jonas")).body.items ?? [];
    const body = { interactionId: call.id, kind: "consult", personIds: [me?.personId], question: "Twice?" };
    const made = await service.ask("POST", "/v1/consults", { token: desk, body });
    await service.sql`update consults set skill = 'Late Fees' where id = ${String(made.body.id)}`;
    await service.settle();
    expect((await press("after", { outcome: "solved" })).answer.body).toMatchObject({
      type: "application/vnd.microsoft.activity.message",
    });
    await press("answer", { answer: "now" });
    const phone = service.center.interaction(call.ref).parties.find(({ role }) => role === "expert")?.ref ?? "";
    service.center.answer(phone);
    await service.settle();
    await service.ask("POST", `/v1/consults/${made.body.id}/moves`, { token: desk, body: { move: "drop-expert" } });
    await service.pass(10_000);
    const first = await press("after", {
      outcome: "solved",
      note: "Waive the fee 4111 1111 1111 1111",
      addSkill: "true",
    });
    expect(first.shown).toContain("Thank you, that is noted.");
    expect(first.shown).not.toContain("Action.Execute");
    const again = { offer: /off_\w{26}/.exec(JSON.stringify(made.body))?.[0], outcome: "not-solved", note: "again" };
    const message = service.microsoft.chatOf(jonas.id).at(-1);
    await service.microsoft.clickAction(jonas.id, message?.id ?? "", { verb: "after", data: again });
    const { body: seen } = await service.ask("GET", `/v1/consults/${made.body.id}`, { token: desk });
    expect(seen.replies).toMatchObject([{ by: jonas.name, text: "Waive the fee [card ending 1111]" }]);
    const rows = await service.sql`select outcome from offers where consult_id = ${String(made.body.id)}`;
    expect(rows[0]?.outcome).toBe("solved");
    const [after] = (await service.ask("GET", "/v1/experts?q=jonas")).body.items ?? [];
    expect(after?.skills).toContainEqual({ skill: "late-fees", level: 3 });
  });
});
