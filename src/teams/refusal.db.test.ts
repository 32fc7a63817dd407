import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { createTestService, jonas, marta, type TestService } from "../testing/service.ts";
import { languages } from "./texts/index.ts";

let service: TestService;
let desk: string;
let call = "";
const people: Record<string, string> = {};
beforeAll(async () => {
  service = await createTestService();
  desk = await service.deskToken();
  const connections = await service.ask("GET", "/v1/connections");
  const teams = connections.body.items?.find((one) => one.adapter === "teams")?.id;
  service.microsoft.setBotEndpoint(`https://patchcord.test/teams/${teams}/messages`);
  const { body } = await service.ask("GET", "/v1/experts");
  for (const one of body.items ?? []) people[String(one.name)] = String(one.personId);
});
afterAll(() => service?.close());
beforeEach(() => service.pass(2_000));
afterEach(async () => {
  await service.sql`update accounts set active = true`;
  await service.sql`update people set locale = null`;
  service.center.customerHangsUp(call);
  await service.pass(4_000);
});

const request = async (kind: string, names: string[]) => {
  call = service.center.startCall({ customer: { name: "Lucía" }, agent: "agent-1" });
  await service.settle();
  const { body } = await service.ask("GET", "/v1/desk", { token: desk });
  const interactionId = (body.interactions as { id: string }[]).at(-1)?.id;
  const wanted = { interactionId, kind, personIds: names.map((name) => people[name]), abreast: names.length };
  const made = await service.ask("POST", "/v1/consults", { token: desk, body: { ...wanted, question: "Twice?" } });
  await service.settle();
  return String(made.body.id);
};
const consult = async (id: string) => (await service.ask("GET", `/v1/consults/${id}`, { token: desk })).body;
const cardOf = (user: string) => service.microsoft.chatOf(user).findLast(({ card }) => card !== undefined);
const shown = (user: string) => JSON.stringify(cardOf(user)?.card);
const offerOf = (user: string) => /off_\w{26}/.exec(shown(user))?.[0] ?? "";
const press = (user: string, verb: string, data: object, offer = offerOf(user)) =>
  service.microsoft.clickAction(user, cardOf(user)?.id ?? "", { verb, data: { offer, ...data } });
const value = ({ body }: { body: unknown }) => (body as { value: unknown }).value;
const refusals = async () =>
  ((await service.ask("GET", "/v1/audit?limit=50")).body.items ?? []).filter(({ action }) => action === "card.refused");

describe("a press that cannot be taken", () => {
  it("by somebody who was removed does nothing, is told so in their language, and is on record", async () => {
    const id = await request("consult", [jonas.name]);
    await service.sql`update accounts set active = false where external_id = ${jonas.id}`;
    const before = await refusals();
    const answer = await press(jonas.id, "answer", { answer: "now" });
    expect(answer.status).toBe(200);
    expect(answer.body).toMatchObject({
      statusCode: 400,
      type: "application/vnd.microsoft.error",
      value: { code: "unauthenticated", message: languages.en?.["told.removed"] },
    });
    await service.settle();
    expect((await consult(id)).offers).toMatchObject([{ state: "asked" }]);
    expect(service.center.dials()).toBe(0);
    expect(await refusals()).toHaveLength(before.length + 1);
  });

  it("as a second yes shows who was first, in place", async () => {
    const id = await request("consult", [jonas.name, marta.name]);
    await press(jonas.id, "answer", { answer: "now" });
    const stale = cardOf(marta.id);
    const answer = await press(marta.id, "answer", { answer: "now" });
    expect(answer.body).toMatchObject({ statusCode: 200, type: "application/vnd.microsoft.card.adaptive" });
    expect(JSON.stringify(value(answer))).toContain("Taken by Jonas Sund");
    await service.settle();
    expect(cardOf(marta.id)?.id).toBe(stale?.id);
    expect((await consult(id)).expert).toMatchObject({ name: jonas.name });
  });

  it.each([
    "en",
    "es",
    "sv",
    "fr",
  ])("with an answer that is too long or empty says so in %s and keeps the question open", async (locale) => {
    await service.sql`update people set locale = ${locale} where name = ${jonas.name}`;
    const id = await request("question", [jonas.name]);
    for (const text of ["x".repeat(4_001), "  "]) {
      const answer = await press(jonas.id, "reply", { text });
      expect(answer.body).toMatchObject({ statusCode: 200, type: "application/vnd.microsoft.activity.message" });
      expect(value(answer)).toBe(languages[locale]?.["told.length"].replace("{most}", "4000"));
    }
    expect((await consult(id)).state).not.toBe("ended");
    await press(jonas.id, "reply", { text: "Yes, twice." });
    expect(await consult(id)).toMatchObject({ state: "ended", result: "answered" });
  });

  it("to a question that is closed is told, and the card says how it is", async () => {
    const id = await request("question", [jonas.name]);
    const offer = offerOf(jonas.id);
    await service.ask("POST", `/v1/consults/${id}/moves`, { token: desk, body: { move: "cancel" } });
    const answer = await press(jonas.id, "reply", { text: "Too late." }, offer);
    expect(answer.body).toMatchObject({ statusCode: 200, type: "application/vnd.microsoft.activity.message" });
    expect(value(answer)).toBe(languages.en?.["told.closed"]);
    await service.settle();
    expect(shown(jonas.id)).toContain("no longer needs help");
    expect((await consult(id)).replies).toEqual([]);
  });

  it("of an old client is answered by a message", async () => {
    await request("question", [jonas.name]);
    const chat = service.microsoft.chatOf(jonas.id).length;
    await service.pass(2_000);
    const answer = await service.microsoft.submitAction(jonas.id, cardOf(jonas.id)?.id ?? "", {
      verb: "reply",
      offer: offerOf(jonas.id),
      text: "",
    });
    expect(answer.status).toBe(202);
    await service.settle();
    expect(service.microsoft.chatOf(jonas.id)).toHaveLength(chat + 1);
    expect(JSON.stringify(service.microsoft.chatOf(jonas.id).at(-1))).toContain("An answer has 1 to 4000 characters");
  });
});

describe("a bot that was taken away while somebody is asked", () => {
  it.each(["uninstalled", "blocked"])("%s: the request goes to the next, and the admin sees why", async (how) => {
    if (how === "blocked") service.microsoft.blockBot(jonas.id);
    else await service.microsoft.removeApp(jonas.id);
    const id = await request("consult", [jonas.name, marta.name]);
    await service.pass(3_000);
    const offers = (await consult(id)).offers as { name: string; state: string }[];
    const state = offers.find(({ name }) => name === jonas.name)?.state;
    expect(how === "blocked" ? state : "undeliverable").toBe("undeliverable");
    await press(marta.id, "answer", { answer: "now" });
    expect((await consult(id)).expert).toMatchObject({ name: marta.name });
    const preflight = await service.ask("GET", `/v1/experts/${people[jonas.name]}/preflight`);
    expect(JSON.stringify(preflight.body)).toMatch(how === "blocked" ? /blocked/ : /installed/);
    await service.microsoft.installApp(jonas.id);
  });
});

describe("a phone that is rung at once", () => {
  it("has a card that says so, can be answered, and hides what is sensitive until the call is answered", async () => {
    call = service.center.startCall({
      customer: { name: "Lucía" },
      agent: "agent-1",
      attributes: { phone: "+34600111222" },
    });
    await service.settle();
    const { body } = await service.ask("GET", "/v1/desk", { token: desk });
    const interactionId = (body.interactions as { id: string }[]).at(-1)?.id;
    const wanted = {
      interactionId,
      kind: "consult",
      personIds: [people[jonas.name]],
      mode: "ring",
      question: "Twice?",
    };
    const made = await service.ask("POST", "/v1/consults", { token: desk, body: wanted });
    await service.settle();
    expect(shown(jonas.id)).toContain("Your phone is ringing.");
    expect(shown(jonas.id)).not.toContain("If you take it, your phone rings.");
    for (const answer of ["now", "no"]) expect(shown(jonas.id)).toContain(`"answer":"${answer}"`);
    expect(shown(jonas.id)).not.toContain("600111222");
    const expert = service.center.interaction(call).parties.find(({ role }) => role === "expert");
    service.center.answer(expert?.ref ?? "");
    await service.pass(2_000);
    expect((await consult(String(made.body.id))).state).toBe("consulting");
    expect(shown(jonas.id)).toContain("+34600111222");
  });
});
