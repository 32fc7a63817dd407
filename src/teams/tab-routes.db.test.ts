import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { expectProblem } from "../testing/scenarios/problems.ts";
import { addSecondTenant, pavel, type SecondTenant } from "../testing/scenarios/second-tenant.ts";
import { ana, anaInTeams, createTestService, jonas, marta, type TestService } from "../testing/service.ts";
import type { ConsultView, DeskView, TabView } from "../views.ts";

let service: TestService;
let other: SecondTenant;
let desk: string;
let call: string;
const tokens: Record<string, string> = {};
beforeAll(async () => {
  service = await createTestService();
  other = await addSecondTenant(service);
  for (const id of [jonas.id, marta.id, anaInTeams]) tokens[id] = await service.microsoft.issueTabToken(id);
});
afterAll(() => service?.close());
afterEach(async () => {
  if (call) service.center.customerHangsUp(call);
  call = "";
  await service.pass(1_000); // what is asked in the same millisecond has no order
});

const as = (id: string) => ({ token: tokens[id] ?? "" });
const look = async (id: string) => (await service.ask("GET", "/v1/me/expert", as(id))).body as unknown as TabView;
const change = (id: string, body: unknown) => service.ask("PUT", "/v1/me/expert", { ...as(id), body });
const answer = (id: string, offer: string, body: unknown) =>
  service.ask("POST", `/v1/offers/${offer}/answers`, { ...as(id), body });

async function ask(kind: string, people: string[]): Promise<ConsultView> {
  call = service.center.startCall({
    customer: { name: "Lucía Prat" },
    agent: ana.account,
    attributes: { customer: "Lucía Prat", tier: "Gold", intent: "Duplicate invoice", phone: "+447700900101" },
  });
  await service.settle();
  desk = await service.deskToken();
  const { body } = await service.ask("GET", "/v1/desk", { token: desk });
  const interactionId = (body as unknown as DeskView).interactions.at(-1)?.id;
  const found = await service.ask("GET", "/v1/experts", { token: desk });
  const personIds = found.body.items?.filter((one) => people.includes(String(one.name))).map((one) => one.personId);
  const asked = await service.ask("POST", "/v1/consults", {
    token: desk,
    body: { interactionId, kind, personIds, question: "Is the March invoice a duplicate?" },
  });
  expect(asked.status).toBe(201);
  await service.settle();
  return asked.body as unknown as ConsultView;
}
const phoneOf = (view: TabView) => view.now[0]?.context.fields.find(({ key }) => key === "phone");

describe("GET /v1/me/expert", () => {
  it("shows the person with their enrolment, hours and quota, and nothing going on", async () => {
    const view = await look(jonas.id);
    expect(view.me).toMatchObject({ name: jonas.name, languages: ["sv", "en"], skills: [{ skill: "invoicing" }, {}] });
    expect(view.enrolment).toMatchObject({ accepting: true, onRoster: { on: true }, quota: { used: 0 } });
    expect(view).toMatchObject({ now: [], holds: [], skills: ["contracts", "invoicing"] });
  });

  it("shows a request with sensitive details masked, and in full once they have said yes", async () => {
    await ask("consult", [jonas.name]);
    const asked = await look(jonas.id);
    expect(asked.now).toMatchObject([
      {
        offer: { state: "asked" },
        agent: ana.name,
        customer: { name: "Lucía Prat", tier: "Gold" },
        topic: "Duplicate invoice",
        isMine: false,
        canReply: false,
        parties: [],
        timeline: [],
        context: { question: "Is the March invoice a duplicate?" },
      },
    ]);
    expect(phoneOf(asked)).toMatchObject({ masked: true, value: "•••01" });
    expect(JSON.stringify(asked)).not.toContain("447700900101");

    const said = await answer(jonas.id, asked.now[0]?.offer.id ?? "", { answer: "now" });
    expect(said).toMatchObject({ status: 200, body: { state: "yours" } });
    await service.settle();
    const taken = await look(jonas.id);
    expect(taken.now).toMatchObject([{ isMine: true, offer: { state: "accepted" }, state: "ringing" }]);
    expect(phoneOf(taken)).toMatchObject({ masked: false, value: "+447700900101" });
    expect(taken.now[0]?.parties.map(({ role }) => role)).toEqual(expect.arrayContaining(["customer", "agent"]));
    expect(taken.now[0]?.timeline.map(({ what }) => what)).toContain("ringing");
    expect(taken.enrolment?.quota.used).toBe(1);
  });

  it("notes the reveal once, however often it is looked at", async () => {
    await ask("consult", [jonas.name]);
    await answer(jonas.id, (await look(jonas.id)).now[0]?.offer.id ?? "", { answer: "now" });
    for (let times = 0; times < 3; times++) await look(jonas.id);
    const noted = await service.sql`
      select target from audit where action = 'context.reveal' and actor like 'expert:%' order by id desc`;
    expect(new Set(noted.map(({ target }) => target)).size).toBe(noted.length);
    expect(noted.length).toBeGreaterThan(0);
  });

  it("shows what is over among the earlier, and nothing of a colleague's consult", async () => {
    await ask("consult", [jonas.name, marta.name]);
    await answer(jonas.id, (await look(jonas.id)).now[0]?.offer.id ?? "", { answer: "now" });
    await service.settle();
    const hers = await look(marta.id);
    expect(hers.now).toEqual([]);
    expect(hers.earlier[0]).toMatchObject({ said: "taken", agent: ana.name });
    expect(hers.earlier[0]).not.toHaveProperty("result");
    expect(JSON.stringify(hers)).not.toContain("Lucía");
    service.center.customerHangsUp(call);
    await service.pass(5_000);
    const his = await look(jonas.id);
    expect(his.now).toEqual([]);
    expect(his.earlier[0]).toMatchObject({ said: "accepted", result: "customer-left" });
  });

  it("says what is shown on their behalf, where and why", async () => {
    service.microsoft.setUserStatus(anaInTeams, "Available");
    call = service.center.startCall({ customer: { name: "Nils" }, agent: ana.account });
    await service.pass(15_000);
    const { holds } = await look(anaInTeams);
    expect(holds).toMatchObject([
      { platform: "Microsoft Teams", availability: "busy", state: "held", because: { activity: "on-call" } },
    ]);
    expect(Date.parse(holds[0]?.until ?? "")).toBeGreaterThan(service.clock.now().getTime());
  });

  it("is for experts who sign in themselves", async () => {
    await expectProblem(await service.ask("GET", "/v1/me/expert", { token: "" }), 401);
    await expectProblem(await service.ask("GET", "/v1/me/expert", { token: await service.deskToken() }), 403);
    await expectProblem(await service.ask("GET", "/v1/me/expert"), 403);
  });
});

describe("what others may look at, about oneself", () => {
  const addresses = (person: string) => [`/v1/people/${person}/presence?locale=sv`, `/v1/experts/${person}/preflight`];
  const audits = async () => {
    const [row] = await service.sql`
      select count(*)::int as n from audit where action in ('presence.look', 'preflight.read')`;
    return row?.n as number;
  };

  it("is read without a note in the audit log, in one's language", async () => {
    const { me } = await look(jonas.id);
    const before = await audits();
    const [shown, setUp] = await Promise.all(
      addresses(me.personId).map((path) => service.ask("GET", path, as(jonas.id))),
    );
    expect(shown?.body.why).toMatchObject([{ platform: "Microsoft Teams", code: "nothing-to-follow" }]);
    expect(JSON.stringify(shown?.body.why)).toContain("Vi visar ingenting i Microsoft Teams");
    expect(setUp).toMatchObject({ status: 200, body: { name: jonas.name, level: "green" } });
    expect(await audits()).toBe(before);
    for (const path of addresses(me.personId)) await service.ask("GET", path);
    expect(await audits()).toBe(before + 2);
  });

  it("is checked anew when they ask for it", async () => {
    const { me } = await look(jonas.id);
    await service.pass(1_000);
    const asked = await service.ask("POST", `/v1/experts/${me.personId}/preflight`, { ...as(jonas.id), body: {} });
    expect(asked.status).toBe(202);
    const at = service.clock.now().getTime();
    await service.settle();
    const { body } = await service.ask("GET", `/v1/experts/${me.personId}/preflight`, as(jonas.id));
    expect(Date.parse(String(body.checkedAt))).toBeGreaterThanOrEqual(at);
  });

  it("is not for colleagues, agents or another company, whatever the person", async () => {
    const [his, hers] = [(await look(jonas.id)).me.personId, (await look(marta.id)).me.personId];
    const before = await service.rows();
    for (const path of addresses(hers)) expectProblem(await service.ask("GET", path, as(jonas.id)), 403);
    for (const path of addresses("per_nobody")) expectProblem(await service.ask("GET", path, as(jonas.id)), 403);
    for (const path of addresses(his)) {
      expectProblem(await service.ask("GET", path, { token: await service.deskToken() }), 403);
      expectProblem(await service.ask("GET", path, { token: other.deskToken }), 403);
    }
    const check = { ...as(jonas.id), body: {} };
    expectProblem(await service.ask("POST", `/v1/experts/${hers}/preflight`, check), 403);
    expect(await service.rows()).toEqual(before);
  });
});

describe("PUT /v1/me/expert", () => {
  it("pauses and resumes, and leaves alone what is not named", async () => {
    const before = await look(jonas.id);
    const until = new Date(service.clock.now().getTime() + 3_600_000).toISOString();
    const paused = (await change(jonas.id, { pausedUntil: until })).body as unknown as TabView;
    expect(paused.enrolment).toEqual({ ...before.enrolment, pausedUntil: until });
    expect(paused.me.reachability.reasons).toMatchObject([{ code: "paused", until }]);
    const off = (await change(jonas.id, { accepting: false })).body as unknown as TabView;
    expect(off.enrolment).toMatchObject({ accepting: false });
    const on = (await change(jonas.id, { accepting: true })).body as unknown as TabView;
    expect(on.enrolment).toEqual(before.enrolment);
    expect(on.me.skills).toEqual(before.me.skills);
  });

  it("changes skills, languages and hours, keeps the quota, and is found by the new skill", async () => {
    const roster = {
      timeZone: "Europe/Stockholm",
      hours: [{ days: [1, 2, 3, 4, 5], from: "09:00", to: "17:00" }],
      exceptions: [{ date: "2026-12-24", hours: [] }],
    };
    const { status, body } = await change(marta.id, { skills: { Tax: 4 }, languages: ["es"], roster });
    const view = body as unknown as TabView;
    expect(status).toBe(200);
    expect(view.me).toMatchObject({ skills: [{ skill: "tax", level: 4 }], languages: ["es"] });
    expect(view.enrolment?.roster).toEqual(roster);
    const found = await service.ask("GET", "/v1/experts?skill=tax");
    expect(found.body.items?.map(({ name }) => name)).toEqual([marta.name]);
    await change(marta.id, { skills: { invoicing: 3 }, languages: ["es", "en"], roster: {} });
  });

  it.each([
    ["a quota", { quota: { perMonth: 1000 } }],
    ["somebody else's id", { personId: "per_1" }],
    ["a level that there is not", { skills: { tax: 9 } }],
    ["a pause that is over", { pausedUntil: "2020-01-01T00:00:00Z" }],
    ["hours that are no hours", { roster: { hours: [{ days: [1], from: "9", to: "25:00" }] } }],
    ["too many skills", { skills: Object.fromEntries(Array.from({ length: 51 }, (_, n) => [`skill-${n}`, 1])) }],
  ])("refuses %s and changes nothing", async (_what, body) => {
    const before = await look(jonas.id);
    await expectProblem(await change(jonas.id, body), 422);
    const { serverTime: _, ...after } = await look(jonas.id);
    expect(after).toMatchObject({ enrolment: before.enrolment, skills: before.skills });
  });

  it("tells somebody who is not enrolled whom to ask", async () => {
    expect((await look(anaInTeams)).enrolment).toBeUndefined();
    const refused = await change(anaInTeams, { accepting: true });
    await expectProblem(refused, 404);
    expect(refused.body.detail).toContain("administrator");
  });
});

describe("POST /v1/offers/{id}/reply", () => {
  const reply = (id: string, offer: string, text: string) =>
    service.ask("POST", `/v1/offers/${offer}/reply`, { ...as(id), body: { text } });

  it("answers a question; the agent has the text, and it stands among the earlier", async () => {
    const consult = await ask("question", [jonas.name]);
    const [request] = (await look(jonas.id)).now;
    expect(request).toMatchObject({ canReply: true });
    const { status } = await reply(jonas.id, request?.offer.id ?? "", "Yes. Card 4111 1111 1111 1111 was charged.");
    expect(status).toBe(200);
    await service.settle();
    const { body } = await service.ask("GET", `/v1/consults/${consult.id}`, { token: desk });
    expect(body).toMatchObject({
      result: "answered",
      replies: [{ text: "Yes. Card [card ending 1111] was charged." }],
    });
    expect((await look(jonas.id)).earlier[0]).toMatchObject({ kind: "question", result: "answered" });
  });

  it("refuses another person's request, an empty text and a call", async () => {
    await ask("question", [jonas.name]);
    const offer = (await look(jonas.id)).now[0]?.offer.id ?? "";
    await expectProblem(await reply(marta.id, offer, "Mine"), 403);
    await expectProblem(await reply(jonas.id, offer, "  "), 422);
    await expectProblem(await reply(jonas.id, "off_nobody", "Hm"), 404);
    service.center.customerHangsUp(call);
    await service.pass(3_000);
    await ask("consult", [jonas.name]);
    await expectProblem(await reply(jonas.id, (await look(jonas.id)).now[0]?.offer.id ?? "", "By phone"), 409);
  });
});

describe("another company", () => {
  it("sees and answers only its own", async () => {
    const { tenantId, urls, clientId } = other.microsoft;
    await service.sql`
      insert into sign_ins (id, tenant_id, kind, issuer, audience, directory_id)
      values ('sgn_neighbour', ${other.tenantId}, 'experts', ${`${urls.login}/${tenantId}/v2.0`}, ${clientId}, ${tenantId})`;
    const token = await other.microsoft.issueTabToken(pavel.id);
    const own = (await service.ask("GET", "/v1/me/expert", { token })).body as unknown as TabView;
    expect(own).toMatchObject({ me: { name: pavel.name }, skills: ["plumbing"], now: [], earlier: [] });
    await ask("question", [jonas.name]);
    const offer = (await look(jonas.id)).now[0]?.offer.id ?? "";
    const before = await service.rows();
    const reply = (as: string) =>
      service.ask("POST", `/v1/offers/${offer}/reply`, { token: as, body: { text: "Hello" } });
    await expectProblem(await reply(token), 404);
    await expectProblem(await reply(other.deskToken), 403);
    expect(await service.rows()).toEqual(before);
  });
});
