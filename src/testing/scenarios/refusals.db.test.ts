import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { ConsultView, DeskView, InteractionView } from "../../views.ts";
import { ana, createTestService, jonas, marta, type TestService } from "../service.ts";

const lars = { id: "0d4c1f6e-8a1b-4c2d-9e3f-0a1b2c3d4e53", name: "Lars Utan", email: "lars@example.com" };

let service: TestService;
let token: string;
let call: string;
let interaction: InteractionView;
beforeAll(async () => {
  service = await createTestService({
    users: [{ id: lars.id, displayName: lars.name, userPrincipalName: lars.email, mail: lars.email }],
    plan: {
      experts: [
        { email: jonas.email, skills: { invoicing: 5 } },
        { email: marta.email, skills: { invoicing: 3 } },
        { email: lars.email, skills: { solar: 3 } },
      ],
    },
  });
  token = await service.deskToken();
});
afterAll(() => service?.close());

const desk = async () => (await service.ask("GET", "/v1/desk", { token })).body as unknown as DeskView;
const begin = async () => {
  call = service.center.startCall({ customer: { name: "Erik" }, agent: ana.account, attributes: {} });
  await service.settle();
  const found = (await desk()).interactions.at(-1);
  if (!found) throw new Error("the desk shows no customer");
  interaction = found;
};
const endCall = async () => {
  service.center.customerHangsUp(call);
  await service.settle();
};
const request = (body: Record<string, unknown>) =>
  service.ask("POST", "/v1/consults", {
    token,
    body: { interactionId: interaction.id, kind: "consult", question: "Which form?", wait: false, ...body },
  });
const move = (id: unknown, name: string) =>
  service.ask("POST", `/v1/consults/${id}/moves`, { token, body: { move: name } });
const idOf = async (name: string) =>
  String((await service.ask("GET", `/v1/experts?q=${name}`)).body.items?.[0]?.personId);
const customerIsWithAgent = () => {
  const parties = service.center.interaction(call).parties.filter(({ state }) => state === "connected");
  expect(parties.map(({ role }) => role).sort()).toEqual(["agent", "customer"]);
};

describe("what cannot be is refused with what to do instead, and the customer stays where they are", () => {
  it("an interaction that has ended", async () => {
    await begin();
    await endCall();
    const { status, body } = await request({ skill: "invoicing" });
    expect([status, body.detail]).toEqual([409, "This interaction has ended. Call the customer back to go on."]);
  });

  it("an expert who left, or was never one", async () => {
    await begin();
    const id = await idOf("marta");
    await service.sql`update people set active = false where id = ${id}`;
    for (const personId of [id, "per_00000000000000000000000000"]) {
      const { status, body } = await request({ personIds: [personId] });
      expect([status, body.code]).toEqual([422, "unreachable"]);
      expect(body.detail).toContain("Find somebody by skill instead");
    }
    await service.sql`update people set active = true where id = ${id}`;
    customerIsWithAgent();
    await endCall();
  });

  it("somebody whom no rung of the ladder reaches by phone", async () => {
    await begin();
    const { status, body } = await request({ personIds: [await idOf("lars")] });
    expect(status).toBe(422);
    expect(body).toMatchObject({ code: "unreachable", reasons: ["chat-only"] });
    expect(body.detail).toContain('Ask by chat (kind "question")');
    expect((await request({ personIds: [await idOf("lars")], kind: "question" })).status).toBe(201);
    customerIsWithAgent();
    await endCall();
  });

  it("oneself, and what a card may not open", async () => {
    await begin();
    const { agent } = await desk();
    const self = await request({ personIds: [agent.personId] });
    expect([self.status, self.body.detail]).toEqual([422, "You cannot ask yourself. Find somebody by skill instead."]);
    for (const url of ["javascript:alert(1)", "data:text/html,x", "file:///etc/passwd"]) {
      const { status, body } = await request({ skill: "invoicing", context: { links: [{ title: "x", url }] } });
      expect([status, body.code]).toEqual([422, "invalid"]);
      expect(body.detail).toContain("wants an address that begins with https://");
    }
    customerIsWithAgent();
    await endCall();
  });

  it("a skill that nobody has", async () => {
    await begin();
    expect((await request({ skill: "juggling" })).body.detail).toContain("Search for another one");
    await endCall();
  });

  it("a second consult on the same call", async () => {
    await begin();
    const first = await request({ skill: "invoicing" });
    expect(first.status).toBe(201);
    const { status, body } = await request({ personIds: [await idOf("marta")] });
    expect(status).toBe(409);
    expect(body.detail).toContain("Cancel it first, or ask the next colleague by chat");
    expect((await request({ personIds: [await idOf("marta")], kind: "question" })).status).toBe(201);
    customerIsWithAgent();
    await move(first.body.id, "cancel");
    await endCall();
  });

  it("two requests at the same moment: one is asked for, the other is told what is under way", async () => {
    await begin();
    const both = await Promise.all([request({ skill: "invoicing" }), request({ personIds: [await idOf("marta")] })]);
    expect(both.map(({ status }) => status).sort()).toEqual([201, 409]);
    const [made, refused] = both.toSorted((a, b) => a.status - b.status);
    expect(refused?.body.detail).toContain("Cancel it first");
    expect((await service.ask("GET", "/v1/consults?live=true", { token })).body.items).toHaveLength(1);
    customerIsWithAgent();
    await move(made?.body.id, "cancel");
    await endCall();
  });

  it("a desk whose customer another agent has now", async () => {
    await begin();
    const first = await request({ skill: "invoicing" });
    await move(first.body.id, "cancel");
    await service.settle();
    await service.sql`update interactions set agent_person_id = ${await idOf("lars")} where id = ${interaction.id}`;
    const { status, body } = await request({ skill: "invoicing" });
    const told = "This is another agent's interaction. Ask about one that is on your own desk.";
    expect([status, body.code, body.detail]).toEqual([403, "forbidden", told]);
    customerIsWithAgent();
    await endCall();
  });

  it("an expert who leaves while they are asked: the next one is asked", async () => {
    await begin();
    const { body } = await request({ skill: "invoicing" });
    await service.settle();
    const { personId, id } = (body as unknown as ConsultView).offers[0] ?? {};
    await service.sql`update people set active = false where id = ${personId ?? ""}`;
    await service.pass(22_000);
    const after = (await service.ask("GET", `/v1/consults/${body.id}`, { token })).body as unknown as ConsultView;
    expect(after.offers.map(({ state }) => state)).toEqual(["silent", "asked"]);
    expect(after.offers[0]?.id).toBe(id);
    await service.sql`update people set active = true where id = ${personId ?? ""}`;
    customerIsWithAgent();
    await move(body.id, "cancel");
    await endCall();
  });

  it("a button on a desk that has not heard the news", async () => {
    await begin();
    const { body } = await request({ skill: "invoicing" });
    const early = await move(body.id, "hand-over");
    expect([early.status, early.body.detail]).toEqual([409, "Nobody has said yes so far. Wait or cancel."]);
    await move(body.id, "cancel");
    const late = await move(body.id, "hand-over");
    expect([late.status, late.body.detail]).toEqual([409, "This consult is over. Start a new one."]);
    expect((await move(body.id, "cancel")).status).toBe(202);
    customerIsWithAgent();
    await endCall();
  });
});

describe("a contact center that says that it can do less", () => {
  const limited = async (change: Record<string, unknown>) => {
    service.origins.set("https://center.test", {
      async fetch(request) {
        const answer = await service.center.app.fetch(request);
        if (!request.url.endsWith("/capabilities")) return answer;
        return Response.json({ ...((await answer.json()) as object), ...change });
      },
    });
    await service.pass(601_000, 100_000);
    await service.pass(5_000);
    token = await service.deskToken();
  };

  it("is believed: kinds and moves that it cannot do are shown with the reason, and refused", async () => {
    await limited({ operations: ["startConsult", "cancelConsult", "completeTransfer"] });
    await begin();
    const reasons = Object.fromEntries(interaction.can.map(({ kind, reason }) => [kind, reason]));
    expect(reasons).toEqual({
      consult: undefined,
      conference: "platform-cannot",
      transfer: undefined,
      "blind-transfer": "platform-cannot",
      question: undefined,
      meeting: undefined,
    });
    const refused = await request({ kind: "conference", skill: "invoicing" });
    expect(refused).toMatchObject({
      status: 422,
      body: {
        code: "unsupported",
        reason: "platform-cannot",
        possible: ["consult", "transfer", "question", "meeting"],
      },
    });
    const { body } = await request({ skill: "invoicing" });
    const moves = (body as unknown as ConsultView).moves;
    expect(moves.find((one) => one.move === "all-together")).toMatchObject({
      possible: false,
      reason: "platform-cannot",
    });
    expect((await move(body.id, "all-together")).body).toMatchObject({ code: "unsupported" });
    await move(body.id, "cancel");
    await endCall();
  });

  it("and one that rings no phones is not asked to", async () => {
    await limited({ targets: ["queue"] });
    await begin();
    expect(interaction.can.find(({ kind }) => kind === "consult")).toMatchObject({ reason: "cannot-ring" });
    expect((await request({ skill: "invoicing" })).body).toMatchObject({ reason: "cannot-ring" });
    customerIsWithAgent();
    await endCall();
  });
});
