import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { ConsultView, DeskView, ExpertHit } from "../../views.ts";
import { ana, createTestService, jonas, marta, type TestService } from "../service.ts";

let service: TestService;
let token: string;
let call: string;
let interactionId: string;
beforeAll(async () => {
  service = await createTestService();
  token = await service.deskToken();
});
afterAll(() => service?.close());

const begin = async (attributes: Record<string, string> = {}) => {
  call = service.center.startCall({ customer: { name: "Erik" }, agent: ana.account, attributes });
  await service.settle();
  const { body } = await service.ask("GET", "/v1/desk", { token });
  interactionId = (body as unknown as DeskView).interactions.at(-1)?.id ?? "";
};
const endCall = async () => {
  service.center.customerHangsUp(call);
  await service.settle();
};
const request = async (body: Record<string, unknown>) => {
  const answer = await service.ask("POST", "/v1/consults", {
    token,
    body: { interactionId, kind: "question", question: "Which form?", wait: false, ...body },
  });
  await service.settle();
  return answer;
};
const look = async (id: unknown) => (await service.ask("GET", `/v1/consults/${id}`)).body as unknown as ConsultView;
const find = async (query: string) =>
  (await service.ask("GET", `/v1/experts?${query}`)).body.items as unknown as ExpertHit[];
const personId = async (name: string) => (await find(`q=${name}`))[0]?.personId ?? "";
const enrol = async (name: string, more: Record<string, unknown>) =>
  expect(
    (await service.ask("PUT", `/v1/experts/${await personId(name)}`, { body: { skills: { invoicing: 4 }, ...more } }))
      .status,
  ).toBe(200);
const reply = async (user: string, times = 1) => {
  const card = service.microsoft.chatOf(user).at(-1);
  const offer = /"offer":"(off_[^"]+)"/.exec(JSON.stringify(card))?.[1];
  for (let n = 0; n < times; n++)
    await service.microsoft.clickAction(user, String(card?.id), { verb: "reply", data: { offer, text: "Form 7" } });
  await service.settle();
};

describe("a quota", () => {
  it("is counted once, however often the answer is sent, and then keeps them from being asked", async () => {
    await enrol("jonas", { quota: { perMonth: 1, hard: true } });
    await begin({ intent: "Moving house" });
    const { body } = await request({ personIds: [await personId("jonas")] });
    await reply(jonas.id, 3);
    expect(await look(body.id)).toMatchObject({ state: "ended", result: "answered" });
    const refused = await request({ kind: "consult", personIds: [await personId("jonas")] });
    expect(refused).toMatchObject({ status: 422, body: { code: "unreachable", reasons: ["quota-used"] } });
    expect(refused.body.until).toMatch(/-01T00:00:00/);
    await endCall();
  });

  it("holds when two agents are told yes at the same moment", async () => {
    await enrol("marta", { quota: { perMonth: 1, hard: true } });
    const marta_ = await personId("marta");
    const asked: { consult: string; offer: string }[] = [];
    const calls: string[] = [];
    for (let n = 0; n < 2; n++) {
      await begin();
      calls.push(call);
      const { body } = await request({ kind: "question", personIds: [marta_] });
      const offer = (body as unknown as ConsultView).offers[0]?.id ?? "";
      asked.push({ consult: String(body.id), offer });
    }
    const card = service.microsoft.chatOf(marta.id).at(-1);
    await Promise.all(
      asked.map(({ offer }) =>
        service.microsoft.clickAction(marta.id, String(card?.id), { verb: "answer", data: { offer, answer: "now" } }),
      ),
    );
    await service.settle();
    const states = await Promise.all(asked.map(async ({ consult }) => (await look(consult)).offers[0]));
    expect(states.map((one) => one?.state).sort()).toEqual(["accepted", "undeliverable"]);
    expect(states.find((one) => one?.state === "undeliverable")?.reason).toBe("quota-used");
    for (call of calls) await endCall();
    await enrol("marta", { quota: {} });
  });

  it("that is soft only asks others first", async () => {
    await enrol("jonas", { quota: { perMonth: 1, hard: false } });
    const [, last] = await find("skill=invoicing");
    expect(last).toMatchObject({ name: jonas.name, reachability: { state: "call" } });
    expect(last?.why).toContainEqual({ code: "quota-used", points: -100 });
    await enrol("jonas", {});
  });
});

describe("the order", () => {
  it("tells that somebody's help with the same intent was of use before", async () => {
    await begin({ intent: "Moving house" });
    const [about] = (await find(`skill=invoicing&interaction=${interactionId}`)).filter(
      (one) => one.name === jonas.name,
    );
    expect(about?.why).toContainEqual({ code: "helped-before", points: 10 });
    const [without] = (await find("skill=invoicing")).filter((one) => one.name === jonas.name);
    expect(without?.why.map(({ code }) => code)).not.toContain("helped-before");
    await endCall();
  });

  const helpedBefore = async (name: string) => {
    const found = await find(`skill=invoicing&interaction=${interactionId}`);
    const [hit] = found.filter((one) => one.name === name);
    expect(hit?.why.reduce((sum, { points }) => sum + points, 0)).toBe(hit?.score);
    return hit?.why.find(({ code }) => code === "helped-before")?.points;
  };

  it("counts no help that solved nothing, in the word of who gave it", async () => {
    await begin({ intent: "Moving house" });
    const mark = (outcome: string | null) =>
      service.sql`update offers set outcome = ${outcome} where person_id = ${personOfJonas} and state = 'accepted'`;
    const personOfJonas = await personId("jonas");
    await mark("not-solved");
    expect(await helpedBefore(jonas.name)).toBeUndefined();
    await mark("solved");
    expect(await helpedBefore(jonas.name)).toBe(10);
    await mark(null);
    await endCall();
  });

  it("counts an answer that was kept and helped others, once for each of them", async () => {
    await enrol("jonas", { quota: {} });
    await begin({ intent: "Pets" });
    const { body } = await request({ personIds: [await personId("jonas")], question: "May pets ride along?" });
    const card = service.microsoft.chatOf(jonas.id).at(-1);
    const offer = (body as unknown as ConsultView).offers[0]?.id;
    const data = { offer, text: "Small ones may.", keep: "true" };
    await service.microsoft.clickAction(jonas.id, String(card?.id), { verb: "reply", data });
    await service.settle();
    await endCall();
    const [kept] = (await service.ask("GET", "/v1/answers?q=pets", { token })).body.items ?? [];
    for (let n = 0; n < 2; n++) {
      await begin({ intent: "Pets" });
      for (let again = 0; again < 2; again++)
        await service.ask("POST", `/v1/answers/${kept?.id}/uses`, { token, body: { interactionId } });
      await endCall();
    }
    await begin({ intent: "Pets" });
    expect(await helpedBefore(jonas.name)).toBe(30);
    await endCall();
    await begin({ intent: "Moving house" });
    expect(await helpedBefore(jonas.name)).toBe(10);
    await endCall();
  });
});

describe("limits that are reached after the list was made", () => {
  it("pass over whoever is next in line", async () => {
    await enrol("jonas", {});
    await enrol("marta", {});
    await begin();
    const { body } = await request({ kind: "consult", skill: "invoicing" });
    const offers = (body as unknown as ConsultView).offers;
    expect(offers.map(({ state }) => state)).toEqual(["asked", "planned"]);
    const next = offers[1]?.name === marta.name ? "marta" : "jonas";
    await enrol(next, { accepting: false });
    await service.pass(21_000);
    const after = await look(body.id);
    expect(after).toMatchObject({
      state: "ended",
      offers: [{ state: "silent" }, { state: "undeliverable", reason: "not-free" }],
    });
    await enrol(next, { accepting: true });
    await endCall();
  });

  it("do not withdraw what somebody was asked in time, with a cool-down counted from then", async () => {
    await enrol("jonas", { quota: { coolDownMs: 60_000 } });
    await service.pass(64_000, 4_000);
    await begin();
    const { body } = await request({ kind: "consult", personIds: [await personId("jonas")] });
    await service.pass(3_000);
    expect((await look(body.id)).offers).toMatchObject([{ state: "asked" }]);
    await service.ask("POST", `/v1/consults/${body.id}/moves`, { token, body: { move: "cancel" } });
    await service.settle();
    const again = await request({ kind: "consult", personIds: [await personId("jonas")] });
    expect(again).toMatchObject({ status: 422, body: { reasons: ["cooling-down"] } });
    expect(String(again.body.until)).toMatch(/^\d{4}-/);
    await endCall();
  });
});

describe("a roster", () => {
  const hours = (site?: string) => [{ days: [1], from: "10:00", to: "11:00", ...(site ? { site } : {}) }];
  const seen = async (query = "") => {
    const found = await find(`skill=invoicing&${query}`);
    return found.find(({ name }) => name === jonas.name);
  };
  /** The next Monday at this time in UTC. */
  const mondayAt = async (time: string) => {
    const now = service.clock.now();
    const next = new Date(`${now.toISOString().slice(0, 10)}T${time}:00Z`);
    while (next <= now || next.getUTCDay() !== 1) next.setUTCDate(next.getUTCDate() + 1);
    await service.clock.advance(next.getTime() - now.getTime());
    await service.pass(8_000, 2_000);
    token = await service.deskToken();
  };

  it("counts in its own time zone, covers a branch, and knows the days off of where somebody is", async () => {
    await mondayAt("09:30");
    await enrol("jonas", { roster: { timeZone: "Europe/Stockholm", hours: hours("Lund") } });
    await begin({ site: "Lund" });
    const covering = await seen(`interaction=${interactionId}`);
    expect(covering?.reachability.state).toBe("call");
    expect(covering?.why).toContainEqual({ code: "site", points: 40 });
    await endCall();
    await begin({ site: "Malmö" });
    expect((await seen(`interaction=${interactionId}`))?.reachability.reasons[0]?.code).toBe("off-roster");
    await endCall();
    await enrol("jonas", { roster: { timeZone: "America/New_York", hours: hours() } });
    expect((await seen())?.reachability.reasons[0]).toEqual({
      code: "off-roster",
      until: expect.stringMatching(/T1[45]:00:00\.000Z$/),
    });
    await enrol("jonas", { roster: { timeZone: "Europe/Stockholm", hours: hours() } });
    expect((await seen())?.reachability.state).toBe("call");
    const today = service.clock.now().toISOString().slice(0, 10);
    await service.sql`update people set site = 'Lund' where id = ${await personId("jonas")}`;
    const holidays = (sites: string[]) =>
      service.sql`update tenants set settings = settings || ${service.sql.json({ holidays: [{ date: today, sites }] })}`;
    await holidays(["Malmö"]);
    expect((await seen())?.reachability.state).toBe("call");
    await holidays(["Lund"]);
    expect((await seen())?.reachability.reasons[0]?.code).toBe("off-roster");
    await begin();
    const refused = await request({ kind: "consult", personIds: [await personId("jonas")] });
    expect(refused).toMatchObject({ status: 422, body: { code: "unreachable", reasons: ["off-roster"] } });
    await endCall();
    await enrol("jonas", {});
  });
});
