import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { anaInTeams, createTestService, jonas, marta, type TestService } from "../testing/service.ts";
import { wordsOf } from "./extension.ts";
import { en as texts } from "./texts/en.ts";

let service: TestService;
let token: string;

beforeAll(async () => {
  service = await createTestService();
  token = await service.deskToken();
  const attributes = { customer: "Lucía Prat", intent: "Warranty **now**" };
  service.center.startCall({ customer: { name: "Lucía Prat" }, agent: "agent-1", attributes });
  await service.settle();
  const { body } = await service.ask("GET", "/v1/desk", { token });
  const [call] = body.interactions as { id: string }[];
  const request = { interactionId: call?.id, kind: "question", skill: "contracts", question: "How long?" };
  expect((await service.ask("POST", "/v1/consults", { token, body: request })).status).toBe(201);
  await service.settle();
});
afterAll(() => service?.close());
beforeEach(() => service.pass(2_000));

const search = async (words: string, user = jonas.id) => {
  const parameters = words ? [{ name: "words", value: words }] : [{ name: "initialRun", value: "true" }];
  const value = { commandId: "searchConsults", parameters };
  const { status, body } = await service.microsoft.invoke(user, "composeExtension/query", value);
  expect(status).toBe(200);
  return (body as { composeExtension: Record<string, unknown> }).composeExtension;
};
const task = async (name: string, value: unknown, user = jonas.id) => {
  const { status, body } = await service.microsoft.invoke(user, name, {
    commandId: "shareAnswer",
    ...(value as object),
  });
  expect(status).toBe(200);
  return (body as { task: { type: string; value: unknown } }).task;
};

describe("looking up a consult", () => {
  it.each(["", "lucia", "WARRANTY", "ana warranty", "cst_"])("by %j finds one's own", async (words) => {
    const { type, attachments } = (await search(words)) as { type: string; attachments: Record<string, unknown>[] };
    expect([type, attachments.length]).toEqual(["result", 1]);
    const [one] = attachments;
    expect(JSON.stringify(one?.preview)).toContain("Lucía Prat");
    expect(JSON.stringify(one?.content)).toContain("Ana Berg needs you: Warranty \\\\*\\\\*now\\\\*\\\\*");
    expect(JSON.stringify(one?.content)).not.toMatch(/Lucía|How long/);
  });

  it("finds nothing of others, and says so", async () => {
    expect(await search("")).toMatchObject({ type: "result" });
    expect(await search("lucia", marta.id)).toEqual({ type: "message", text: texts["extension.none"] });
    expect(await search("x".repeat(5_000))).toMatchObject({ type: "message" });
    expect(await search("lucia", anaInTeams)).toMatchObject({ type: "message" });
  });
});

describe("sharing an answer from a message", () => {
  const payload = { messagePayload: { body: { content: "<p>Two&nbsp;years,<br>three for <b>Gold</b> &amp; up</p>" } } };

  it("offers the open questions and the words of the message", async () => {
    const { type, value } = await task("composeExtension/fetchTask", payload);
    expect(type).toBe("continue");
    const shown = JSON.stringify(value);
    expect(shown).toContain("Two years,\\nthree for Gold & up");
    expect(shown).toContain("Warranty");
  });

  it("reaches the agent, once; what is over or not theirs is told kindly", async () => {
    const { value } = await task("composeExtension/fetchTask", payload);
    const offer = /off_\w{26}/.exec(JSON.stringify(value))?.[0];
    const send = (text: string, user = jonas.id) =>
      task("composeExtension/submitAction", { data: { offer, text } }, user);
    expect((await send("Two years.", marta.id)).value).toMatch(/somebody else/);
    expect((await send("   ")).value).toMatch(/characters/);
    expect(await send("Two years.")).toEqual({ type: "message", value: texts["extension.sent"] });
    await service.settle();
    const { body } = await service.ask("GET", "/v1/consults", { token });
    expect(body.items?.[0]).toMatchObject({ state: "ended", result: "answered", replies: [{ text: "Two years." }] });
    expect((await send("Again.")).value).toMatch(/closed/);
    expect((await service.ask("GET", "/v1/consults", { token })).body.items?.[0]?.replies).toHaveLength(1);
    expect((await task("composeExtension/fetchTask", {})).value).toBe(texts["extension.no-question"]);
  });

  it("does nothing with what it does not understand", async () => {
    const before = await service.rows();
    for (const value of [{}, { data: 7 }, { data: { offer: 7 } }])
      expect(await task("composeExtension/submitAction", value)).toMatchObject({ type: "message" });
    await service.microsoft.invoke(jonas.id, "composeExtension/setting", {});
    expect(await service.rows()).toEqual(before);
  });

  it("takes the words of a message and none of its mark-up", () => {
    expect(wordsOf("<script>alert(1)</script>a<p>b</p>&lt;i&gt;")).toBe("alert(1)ab\n<i>");
    expect(wordsOf("x".repeat(100_000)).length).toBe(4_000);
  });
});
