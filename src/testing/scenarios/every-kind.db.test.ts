/** Every kind of help on every contact center, over HTTP: what the platform can do works, what it cannot is refused. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import type { ConsultView, DeskView } from "../../views.ts";
import { type CenterStage, centerMakers, type Sounds } from "../centers/index.ts";
import { createTestService, jonas, marta, type TestService } from "../service.ts";
import { until } from "./play.ts";

const withAgent = { customer: "agent", agent: "customer" };
const alone = { ...withAgent, expert: "gone" };
const inPrivate = { customer: "music", agent: "expert", expert: "agent" };
const together = { customer: "agent+expert", agent: "customer+expert", expert: "agent+customer" };
const handedOver = { customer: "expert", agent: "gone", expert: "customer" };

describe.each(centerMakers)("on %s", (adapter, center) => {
  let service: TestService;
  let stage: CenterStage;
  let token: string;
  let call: string;
  let interactionId: string;
  let id: string;
  beforeAll(async () => {
    service = await createTestService({ center });
    if (!service.stage) throw new Error("no contact center");
    stage = service.stage;
  });
  afterAll(() => service?.close());
  afterEach(async () => {
    for (const hangUp of [stage.customerHangsUp, stage.expert.hangsUp, stage.agentHangsUp])
      try {
        hangUp(call);
      } catch {
        // they have left already
      }
    for (const { id } of [jonas, marta]) service.microsoft.setUserStatus(id, "Available");
    await is("everybody is free", async () => {
      const { items = [] } = (await service.ask("GET", "/v1/experts")).body;
      return items.every(({ reachability }) => (reachability as { state: string }).state === "call");
    });
    await service.pass(6_000, 3_000); // Twilio takes a call to the same number, made a moment before, for a repeated one
  });

  const is = (what: string, isSo: () => boolean | Promise<boolean>, mostMs = 60_000) =>
    until(service, what, isSo, mostMs, 500).catch(async (error: Error) => {
      throw new Error(
        `${error.message}; now ${JSON.stringify([stage.hear(call), id && (await look())])}`.slice(0, 3_000),
      );
    });
  const hear = (wanted: Partial<Sounds>) =>
    is(JSON.stringify(wanted), () => {
      const now = stage.hear(call);
      return Object.entries(wanted).every(([role, sound]) => now[role as keyof Sounds] === sound);
    });
  const look = async () => (await service.ask("GET", `/v1/consults/${id}`)).body as unknown as ConsultView;
  const comes = (wanted: Partial<Pick<ConsultView, "state" | "result">>, mostMs?: number) =>
    is(
      JSON.stringify(wanted),
      async () => {
        const now = await look();
        return Object.entries(wanted).every(([key, value]) => now[key as "state"] === value);
      },
      mostMs,
    );
  const personId = async (name: string) =>
    String((await service.ask("GET", `/v1/experts?q=${name}`)).body.items?.[0]?.personId);
  const begin = async () => {
    token = await service.deskToken();
    call = stage.startCall();
    await is("the desk shows the call", async () => {
      const { body } = await service.ask("GET", "/v1/desk", { token });
      const found = (body as unknown as DeskView).interactions.find(({ ref }) => ref === call);
      interactionId = found?.id ?? "";
      return found !== undefined;
    });
    await hear(withAgent);
  };
  const ask = async (body: Record<string, unknown>) => {
    const named = { personIds: [await personId("jonas")] };
    const sent = { interactionId, question: "Which form?", ...("skill" in body ? {} : named), ...body };
    const answer = await service.ask("POST", "/v1/consults", { token, body: sent });
    id = String(answer.body.id);
    return answer;
  };
  const asks = async (body: Record<string, unknown>) => {
    await begin();
    const { status, body: made } = await ask(body);
    expect(status, JSON.stringify(made)).toBe(201);
  };
  const press = async (user: string, verb: string, data: Record<string, unknown>) => {
    const offerOf = () => service.microsoft.chatOf(user).at(-1);
    const name = user === jonas.id ? jonas.name : marta.name;
    await is("the card", async () => {
      const offer = (await look()).offers.find((one) => one.name === name)?.id ?? "nobody";
      return JSON.stringify(offerOf() ?? "").includes(offer);
    });
    const offer = /"offer":"(off_[^"]+)"/.exec(JSON.stringify(offerOf()))?.[1];
    await service.microsoft.clickAction(user, String(offerOf()?.id), { verb, data: { offer, ...data } });
  };
  const now = (user: string) => press(user, "answer", { answer: "now" });
  const rings = () => hear({ expert: "ringing" });
  const move = async (body: Record<string, unknown>) =>
    expect((await service.ask("POST", `/v1/consults/${id}/moves`, { token, body })).status).toBe(202);
  const answers = () => stage.expert.answers(call);
  /** Jonas says yes on his card, and takes the call. */
  const takesIt = async () => {
    await now(jonas.id);
    await rings();
    await isShown("agent");
    answers();
  };
  /** Whom the expert's phone shows, where the platform tells; Twilio has one number for all of it. */
  const isShown = async (who: "agent" | "customer") => {
    const wanted = stage.settings.fromNumber ?? who;
    if (stage.shows) await is(`the phone shows ${wanted}`, () => stage.shows?.(call) === wanted);
  };

  it("consult: to and fro in private, and back", async () => {
    await asks({ kind: "consult" });
    await takesIt();
    await hear(inPrivate);
    await isShown("agent");
    await comes({ state: "consulting" });
    await move({ move: "talk-to-customer" });
    await hear({ customer: "agent", expert: "music" });
    await isShown("agent");
    await move({ move: "talk-to-expert" });
    await hear(inPrivate);
    await isShown("agent");
    await move({ move: "drop-expert" });
    await hear(alone);
    await comes({ state: "ended", result: "returned" });
  });

  it("consult, conference, hand-over: the expert's phone shows the agent, and the customer once they are alone", async () => {
    await asks({ kind: "consult" });
    await takesIt();
    await comes({ state: "consulting" });
    await move({ move: "all-together" });
    await hear(together);
    await comes({ state: "conferencing" });
    await isShown("agent");
    await move({ move: "hand-over", heard: true });
    await hear(handedOver);
    await isShown("customer");
  });

  it("conference: all three by itself", async () => {
    await asks({ kind: "conference" });
    await takesIt();
    await hear(together);
    await comes({ state: "conferencing" });
  });

  it("transfer: hands over by itself once a person is there", async () => {
    await asks({ kind: "transfer" });
    await takesIt();
    await hear(handedOver);
    await isShown("customer");
    await comes({ state: "ended", result: "transferred" });
  });

  it("blind transfer: as far as the platform can, else refused with what it can do", async () => {
    await begin();
    const { can } = ((await service.ask("GET", "/v1/desk", { token })).body as unknown as DeskView).interactions.find(
      ({ ref }) => ref === call,
    ) ?? { can: [] };
    const way = can.find(({ kind }) => kind === "blind-transfer");
    const { status, body } = await ask({ kind: "blind-transfer", mode: "ring" });
    if (!way?.possible) {
      expect([status, body.code, body.reason]).toEqual([422, "unsupported", way?.reason]);
      await hear(withAgent);
      return;
    }
    expect(status, JSON.stringify(body)).toBe(201);
    await rings();
    answers();
    await hear(handedOver);
    await comes({ state: "ended", result: "transferred" });
  });

  it("one-click transfer: rung at once, the agent stays until they hear a person", async () => {
    await asks({ kind: "transfer", mode: "ring" });
    await rings();
    answers();
    await hear({ expert: "agent" });
    await is("proven, or confirmed by the agent", async () => {
      const { state, moves } = await look();
      if (state === "consulting" && moves.some(({ reason }) => reason === "not-proven"))
        await move({ move: "hand-over", heard: true });
      return stage.hear(call).agent === "gone";
    });
    await hear(handedOver);
  });

  it("question: answered in writing; nobody's call is touched", async () => {
    const dials = stage.dials();
    await asks({ kind: "question", question: "Which form?" });
    await press(jonas.id, "reply", { text: "Form 7." });
    await comes({ state: "ended", result: "answered" });
    expect((await look()).replies).toMatchObject([{ text: "Form 7." }]);
    await hear(withAgent);
    expect(stage.dials()).toBe(dials);
  });

  it("question: nobody waits in vain; after ten minutes the next is asked, after twenty the agent is told", async () => {
    await asks({ kind: "question", question: "Which form?", skill: "invoicing" });
    await service.pass(600_000, 60_000);
    const offers = async () => (await look()).offers.map(({ state }) => state);
    await is("the next is asked", async () => String(await offers()) === "silent,asked");
    await service.pass(600_000, 60_000);
    await comes({ state: "ended", result: "unanswered" });
    await hear(withAgent);
  });

  it("meeting: a link for everybody, the call goes on", async () => {
    await asks({ kind: "meeting" });
    await now(jonas.id);
    await is("the link", async () => (await look()).joinUrl?.startsWith("https://") ?? false);
    await hear(withAgent);
    await move({ move: "cancel" });
    await comes({ state: "ended" });
  });

  it("in five minutes: asked again then, and rung", async () => {
    await asks({ kind: "consult" });
    await press(jonas.id, "answer", { answer: "later" });
    await comes({ state: "waiting" });
    await hear(withAgent);
    await service.pass(295_000, 59_000);
    await comes({ state: "offering" });
    await now(jonas.id);
    await rings();
  });

  it("by chat: said so, and nobody rings", async () => {
    const dials = stage.dials();
    await asks({ kind: "consult" });
    await press(jonas.id, "answer", { answer: "chat" });
    await comes({ state: "ended", result: "declined" });
    expect((await look()).trouble).toBe("chat-only");
    expect(stage.dials()).toBe(dials);
  });

  it("not me: the next is asked at once, and rings", async () => {
    await asks({ kind: "consult", skill: "invoicing" });
    await press(jonas.id, "answer", { answer: "no", reason: "busy" });
    await is("the next is asked", async () => (await look()).offers.some(({ state }) => state === "asked"));
    await now(marta.id);
    await rings();
    answers();
    await hear(inPrivate);
  });

  it("several at once: the first yes is rung, once, the other is told", async () => {
    const dials = stage.dials();
    await asks({ kind: "consult", personIds: [await personId("jonas"), await personId("marta")] });
    await now(marta.id);
    await press(jonas.id, "answer", { answer: "now" });
    await rings();
    expect((await look()).offers.map(({ name, state }) => [name, state]).sort()).toEqual([
      [jonas.name, "taken"],
      [marta.name, "accepted"],
    ]);
    expect(stage.dials() - dials).toBe(1);
  });

  it("notify when available: asked as soon as they are free, and rung", async () => {
    for (const { id } of [jonas, marta]) service.microsoft.setUserStatus(id, "Busy");
    await service.pass(8_000, 2_000);
    await asks({ kind: "consult" });
    await comes({ state: "waiting" });
    service.microsoft.setUserStatus(jonas.id, "Available");
    await comes({ state: "offering" });
    await takesIt();
    await hear(inPrivate);
  });

  it("a second expert: joins, or the platform says that it cannot", async () => {
    await asks({ kind: "conference" });
    await takesIt();
    await hear(together);
    await comes({ state: "conferencing" });
    const body = { move: "add-expert", personId: await personId("marta") };
    const added = await service.ask("POST", `/v1/consults/${id}/moves`, { token, body });
    const way = (await look()).moves.find((one) => one.move === "add-expert");
    if (way?.reason === "platform-cannot") {
      expect(added).toMatchObject({ status: 422, body: { code: "unsupported" } });
      await hear(together);
      return;
    }
    expect(added.status, JSON.stringify(added.body)).toBe(202);
    await now(marta.id);
    await is("the second phone rings", () => stage.second.rings(call));
    stage.second.answers(call);
    await is("she is on the line", async () =>
      (await look()).offers.some(({ name, joins }) => name === marta.name && joins === "on"),
    );
    expect(stage.hear(call).customer).toBe("agent+expert+expert");
    await move({ move: "hand-over" });
    await hear({ customer: "expert+expert", agent: "gone" });
    await comes({ state: "ended", result: "transferred" });
  });

  it("voicemail is nobody: the customer comes back, nobody is handed over", async () => {
    if (!stage.expert.voicemail) {
      expect(adapter).toBe("asterisk"); // it cannot tell: the agent's own word is asked for, see the one-click transfer
      await begin();
      return;
    }
    await asks({ kind: "transfer", mode: "ring" });
    await rings();
    stage.expert.voicemail(call);
    await hear(alone);
    expect(stage.hear(call).agent).toBe("customer");
    await is("said so", async () => (await look()).trouble === "voicemail");
    await comes({ state: "ended" });
    expect((await look()).result).not.toBe("transferred");
  });
});
