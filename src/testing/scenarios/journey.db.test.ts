import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { ConsultView, DeskView, ExpertHit } from "../../views.ts";
import { ana, anaInTeams, createTestService, jonas, type TestService } from "../service.ts";

let service: TestService;
beforeAll(async () => {
  service = await createTestService();
});
afterAll(() => service?.close());

const lucia = {
  customer: { name: "Lucía Prat", tier: "Gold", language: "es" },
  agent: ana.account,
  attributes: {
    customer: "Lucía Prat",
    intent: "Duplicate invoice?",
    skill: "invoicing",
    phone: "+34600111222",
    note: "card 4111 1111 1111 1111",
  },
};

describe("the whole story", () => {
  let call: string;
  let token: string;
  let consult: ConsultView;
  const desk = async () => (await service.ask("GET", "/v1/desk", { token })).body as unknown as DeskView;
  const look = async () =>
    (await service.ask("GET", `/v1/consults/${consult.id}`, { token })).body as unknown as ConsultView;
  const move = async (name: string) => {
    const answer = await service.ask("POST", `/v1/consults/${consult.id}/moves`, { token, body: { move: name } });
    expect(answer.status, JSON.stringify(answer.body)).toBe(202);
    await service.settle();
  };
  const party = (role: string) => service.center.interaction(call).parties.find((one) => one.role === role);
  const cardOf = (user: string) => JSON.stringify(service.microsoft.chatOf(user).at(-1));

  it("a customer is on a call with an agent, whose desk shows it", async () => {
    token = await service.deskToken();
    call = service.center.startCall(lucia);
    await service.settle();
    const view = await desk();
    expect(view.interactions).toHaveLength(1);
    expect(view.interactions[0]?.customer).toEqual({ name: "Lucía Prat", tier: "Gold", language: "es" });
    expect(view.interactions[0]?.can.find((one) => one.kind === "transfer")?.possible).toBe(true);
  });

  it("the agent finds an expert by skill, with live presence", async () => {
    const { body } = await service.ask("GET", "/v1/experts?skill=invoicing", { token });
    const [first, second] = body.items as unknown as ExpertHit[];
    expect(first?.name).toBe(jonas.name);
    expect(first?.reachability.state).toBe("call");
    expect(second?.name).toBe("Marta Ruiz");
  });

  it("one click asks her, and the card says who needs what", async () => {
    const answer = await service.ask("POST", "/v1/consults", {
      token,
      body: {
        interactionId: (await desk()).interactions[0]?.id,
        kind: "consult",
        skill: "invoicing",
        question: "Is the March invoice a duplicate?",
      },
    });
    expect(answer.status, JSON.stringify(answer.body)).toBe(201);
    consult = answer.body as unknown as ConsultView;
    await service.settle();
    const card = cardOf(jonas.id);
    expect(card).toContain("Ana Berg needs you: Duplicate invoice?");
    expect(card).toContain("Is the March invoice a duplicate?");
    expect(card).not.toContain("+34600111222");
    expect(card).not.toContain("4111");
    expect(party("customer")?.state).toBe("connected");
  });

  it("she takes it, her phone rings, and they talk while the customer hears music", async () => {
    const { messages, press } = cardFor(jonas.id);
    expect(messages).toBeGreaterThan(0);
    await press("now");
    await service.settle();
    expect((await look()).state).toBe("ringing");
    service.center.answer(party("expert")?.ref ?? "");
    await service.pass(1_000);
    expect((await look()).state).toBe("consulting");
    expect(party("customer")?.state).toBe("held");
    expect(service.center.hears(call)).toMatchObject({ [party("customer")?.ref ?? ""]: { music: true } });
    expect(cardOf(jonas.id)).toContain("+34600111222");
  });

  it("all three talk, then the agent leaves and the other two talk on", async () => {
    await move("all-together");
    await service.pass(1_000);
    expect((await look()).state).toBe("conferencing");
    expect(party("customer")?.state).toBe("connected");
    await move("hand-over");
    await service.pass(1_000);
    expect(await look()).toMatchObject({ state: "ended", result: "transferred" });
    expect(
      service.center
        .interaction(call)
        .parties.filter((one) => one.state === "connected")
        .map((one) => one.role)
        .sort(),
    ).toEqual(["customer", "expert"]);
    expect(cardOf(jonas.id)).toContain("You have taken over");
  });

  it("presence followed along and comes back", async () => {
    await service.pass(20_000);
    expect(service.microsoft.userSees(anaInTeams)).toMatchObject({ availability: "Available" });
  });

  /** The last card in a chat, and its buttons. */
  function cardFor(user: string) {
    const chat = service.microsoft.chatOf(user);
    const last = chat.at(-1);
    const found = /"offer":"(off_[^"]+)"/.exec(JSON.stringify(last));
    return {
      messages: chat.length,
      press: (answer: string) =>
        service.microsoft.clickAction(user, String(last?.id), { verb: "answer", data: { offer: found?.[1], answer } }),
    };
  }
});
