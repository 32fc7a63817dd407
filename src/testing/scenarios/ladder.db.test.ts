import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { ConsultView, DeskView, ExpertHit } from "../../views.ts";
import { ana, createTestService, jonas, marta, type TestService } from "../service.ts";

/** What is known of how experts are set up decides how they are reached, and says so. */
const nils = { id: "agent-2", name: "Nils Seat", email: "nils@example.com" };
const anHour = 3_600_000;
const phonePlan = { servicePlanId: "4828c8ec-dc2e-4779-b502-87ac9ce28ab7", capabilityStatus: "Enabled" };

let service: TestService;
let token: string;
let call: string;
let interactionId: string;
beforeAll(async () => {
  service = await createTestService({
    agents: [{ id: nils.id, name: nils.name, emails: [nils.email] }],
    plan: {
      experts: [
        { email: jonas.email, skills: { invoicing: 5 } },
        { email: marta.email, skills: { invoicing: 3 } },
        { email: nils.email, skills: { shipping: 3 } },
      ],
    },
  });
});
afterAll(() => service?.close());

const begin = async () => {
  call = service.center.startCall({ customer: { name: "Erik" }, agent: ana.account, attributes: {} });
  await service.settle();
  token = await service.deskToken();
  const { body } = await service.ask("GET", "/v1/desk", { token });
  interactionId = (body as unknown as DeskView).interactions.at(-1)?.id ?? "";
};
const endCall = async () => {
  service.center.customerHangsUp(call);
  await service.pass(2_000);
};
const find = async (name: string) => {
  const { body } = await service.ask("GET", `/v1/experts?q=${name}&interaction=${interactionId}`, { token });
  const [hit] = body.items ?? [];
  if (!hit) throw new Error(`${name} is not found`);
  return hit as unknown as ExpertHit;
};
const request = async (name: string, body: Record<string, unknown> = {}) => {
  const { personId } = await find(name);
  const sent = { interactionId, kind: "consult", personIds: [personId], question: "Which form?", wait: false, ...body };
  const answer = await service.ask("POST", "/v1/consults", { token, body: sent });
  await service.pass(2_000);
  return answer;
};
const look = async (id: unknown) => (await service.ask("GET", `/v1/consults/${id}`)).body as unknown as ConsultView;
const ladder = async (name: string, locale: string) => {
  const { personId } = await find(name);
  return (await service.ask("GET", `/v1/experts/${personId}/ladder?locale=${locale}`, { token })).body as {
    state?: string;
    rungs?: { kind: string; used: boolean; sentence: string }[];
    note?: string;
  };
};
const seen = async (name: string) => (await find(name)).reachability;
/** Has the platforms asked anew how they are set up, as happens by itself once a day. */
const inspectAnew = async (name: string) => {
  await service.ask("POST", `/v1/experts/${(await find(name)).personId}/preflight`);
  await service.pass(60_000, 10_000);
};
const customerIsWithAgent = () => {
  const parties = service.center.interaction(call).parties.filter(({ state }) => state === "connected");
  expect(parties.map(({ role }) => role).sort()).toEqual(["agent", "customer"]);
};

describe("how accounts are set up", () => {
  it("is looked at by itself, soon after the enrolment", async () => {
    await service.pass(30_000, 5_000);
    const rows = await service.sql`
      select p.name, k.seen from account_checks k join accounts a on a.id = k.account_id join people p on p.id = a.person_id
      where k.checked_at is not null order by 1`;
    expect(rows.map(({ name, seen }) => [name, seen.phoneLicence])).toEqual([
      [jonas.name, true],
      [marta.name, true],
    ]);
  });
});

describe("without a phone licence", () => {
  it("the number is passed over, a card remains; list, explanation and refusal say why, in four languages", async () => {
    await begin();
    service.microsoft.updateUser(jonas.id, { assignedPlans: [] });
    await inspectAnew("jonas");
    expect(await seen("jonas")).toMatchObject({
      state: "chat",
      rung: { kind: "chat", platform: "Microsoft Teams" },
      skipped: [{ kind: "phone", platform: "Microsoft Teams", reason: "no-licence" }],
    });
    const says = await Promise.all(["en", "es", "sv", "fr"].map((locale) => ladder("jonas", locale)));
    expect(says[0]?.rungs?.map(({ used, sentence }) => [used, sentence])).toEqual([
      [false, "No phone licence in Microsoft Teams"],
      [true, "Is asked by card in Microsoft Teams"],
    ]);
    expect(new Set(says.map(({ rungs }) => rungs?.[0]?.sentence)).size).toBe(4);
    const { status, body } = await request("jonas");
    expect([status, body.code, body.skipped]).toEqual([
      422,
      "unreachable",
      [{ kind: "phone", platform: "Microsoft Teams", reason: "no-licence" }],
    ]);
    expect(body.detail).toContain('Ask by chat (kind "question")');
    customerIsWithAgent();
    expect((await request("jonas", { kind: "question" })).status).toBe(201);
    await endCall();
  });

  it("ends when the licence is seen again", async () => {
    await begin();
    service.microsoft.updateUser(jonas.id, { assignedPlans: [phonePlan] });
    await service.pass(30_000, 5_000);
    await inspectAnew("jonas");
    expect(await seen("jonas")).toMatchObject({ state: "call", rung: { kind: "phone" }, skipped: [] });
    await endCall();
  });
});

describe("where no card gets through", () => {
  it("the phone rings at once or not at all; after an hour a card is tried anew", async () => {
    await begin();
    service.microsoft.blockBot(marta.id);
    const first = await request("marta");
    expect(await look(first.body.id)).toMatchObject({ state: "ended", offers: [{ state: "undeliverable" }] });
    expect(await seen("marta")).toMatchObject({ state: "call", onlyRing: true });
    expect((await ladder("marta", "en")).note).toBe("No card gets through, so the phone rings at once.");

    const { status, body } = await request("marta");
    expect([status, body.detail]).toEqual([
      422,
      'This person cannot be asked first: no card gets through. Ring at once (mode "ring"), or choose somebody else.',
    ]);
    expect((await request("marta", { kind: "question" })).body.detail).toContain('kind "consult", mode "ring"');
    customerIsWithAgent();

    const bySkill = await service.ask("POST", "/v1/consults", {
      token,
      body: { interactionId, kind: "consult", skill: "invoicing", wait: false },
    });
    await service.pass(2_000);
    const asked = await look(bySkill.body.id);
    expect(asked.offers.map(({ name }) => name)).toEqual([jonas.name]);
    await service.ask("POST", `/v1/consults/${bySkill.body.id}/moves`, { token, body: { move: "cancel" } });
    await service.pass(2_000);

    const rung = await request("marta", { mode: "ring" });
    expect(rung.status).toBe(201);
    expect(service.center.interaction(call).parties.find(({ role }) => role === "expert")).toMatchObject({
      state: "ringing",
    });
    await service.ask("POST", `/v1/consults/${rung.body.id}/moves`, { token, body: { move: "cancel" } });
    await endCall();

    service.microsoft.blockBot(marta.id, false);
    await service.pass(anHour, 300_000);
    await begin();
    expect(await seen("marta")).not.toHaveProperty("onlyRing");
    const again = await request("marta");
    expect(await look(again.body.id)).toMatchObject({ state: "offering", offers: [{ state: "asked" }] });
    await endCall();
  });
});

describe("a colleague who has a seat in the contact center and nothing else", () => {
  it("is rung at their seat, at once, joins and takes over", async () => {
    await begin();
    await service.pass(5_000);
    expect(await seen("nils")).toMatchObject({ state: "call", rung: { kind: "agent" }, onlyRing: true });
    expect((await request("nils")).body.detail).toContain('mode "ring"');
    const { status, body } = await request("nils", { mode: "ring" });
    expect(status).toBe(201);
    const leg = () => service.center.interaction(call).parties.find(({ account }) => account === nils.id);
    expect(leg()).toMatchObject({ state: "ringing" });
    service.center.answer(leg()?.ref ?? "");
    await service.pass(2_000);
    expect(await look(body.id)).toMatchObject({ state: "consulting", expert: { name: nils.name } });
    const handOver = { move: "hand-over", heard: true };
    await service.ask("POST", `/v1/consults/${body.id}/moves`, { token, body: handOver });
    await service.pass(3_000);
    expect(await look(body.id)).toMatchObject({ state: "ended", result: "transferred" });
    const left = service.center.interaction(call).parties.filter(({ state }) => state === "connected");
    expect(left.map(({ role, account }) => account ?? role).sort()).toEqual([nils.id, "customer"]);
    await endCall();
  });
});
