import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createFakeRingCentral, type FakeRingCentral } from "../../../adapters/ringcentral/fake.ts";
import type { ConsultView, DeskView, ExpertHit } from "../../views.ts";
import { ana, createTestService, jonas, type TestService } from "../service.ts";

/** The rungs of the ladder that only some organizations have: each is rung where the contact center can, and said so. */
const mobile = "+46701234501";
const lena = { id: "801002", extensionNumber: "102", name: "Lena Holm", email: "lena@example.com" };
const bot = { id: "801001", extensionNumber: "101", name: "Patchcord", email: "bot@example.com" };
const languages = ["en", "es", "sv", "fr"];

let service: TestService;
let ringcentral: FakeRingCentral;
/** What the contact center says of itself. */
let can: { targets: string[]; userPlatforms?: string[] };
let call: string;
let interactionId: string;
let token: string;

beforeAll(async () => {
  service = await createTestService();
  const { app } = service.center;
  service.origins.set("https://center.test", {
    async fetch(request: Request) {
      const answer = await app.fetch(request);
      if (!new URL(request.url).pathname.endsWith("/capabilities")) return answer;
      return Response.json({ ...((await answer.json()) as object), ...can });
    },
  });
});
afterAll(() => service?.close());

const connectionId = async (name: string) => {
  const { body } = await service.ask("GET", "/v1/connections");
  return String(body.items?.find((one) => one.name === name)?.id);
};
const contactCenterCan = async (targets: string[], userPlatforms?: string[]) => {
  can = { targets, ...(userPlatforms ? { userPlatforms } : {}) };
  await service.ask("POST", `/v1/connections/${await connectionId("Contact center")}/check`);
  await service.pass(5_000);
};
/** As an admin sets the connection, and the directory is read anew. */
const teamsHas = async (settings: Record<string, unknown>) => {
  const given = {
    ...service.microsoft.settings(),
    botOpenIdUrl: `${service.microsoft.urls.botFramework}/v1/.well-known/openidconfiguration`,
    ...settings,
  };
  const body = { adapter: "teams", settings: given };
  expect((await service.ask("PUT", "/v1/connections/Teams", { body })).status).toBeLessThan(300);
  await service.pass(60_000, 10_000);
};
const begin = async () => {
  call = service.center.startCall({ customer: { name: "Erik" }, agent: ana.account, attributes: {} });
  await service.settle();
  token = await service.deskToken();
  const { body } = await service.ask("GET", "/v1/desk", { token });
  interactionId = (body as unknown as DeskView).interactions.at(-1)?.id ?? "";
};
const find = async (name: string) => {
  const { body } = await service.ask("GET", `/v1/experts?q=${name}&interaction=${interactionId}`, { token });
  return body.items?.[0] as unknown as ExpertHit;
};
const sentences = async (name: string, locale = "en") => {
  const { personId } = await find(name);
  const path = `/v1/experts/${personId}/ladder?locale=${locale}&interaction=${interactionId}`;
  const { rungs } = (await service.ask("GET", path, { token })).body as { rungs?: { sentence: string }[] };
  return rungs?.map(({ sentence }) => sentence);
};
/** Asks to ring this colleague at once. Answers where the phone rang. */
const ring = async (name: string): Promise<string | undefined> => {
  const { personId } = await find(name);
  const body = { interactionId, kind: "consult", personIds: [personId], mode: "ring", wait: false };
  const asked = await service.ask("POST", "/v1/consults", { token, body });
  expect(asked.status, JSON.stringify(asked.body)).toBe(201);
  await service.pass(2_000);
  const look = async () => (await service.ask("GET", `/v1/consults/${asked.body.id}`)).body as unknown as ConsultView;
  expect((await look()).state).toBe("ringing");
  const leg = service.center.interaction(call).parties.find(({ role }) => role === "expert");
  service.center.answer(leg?.ref ?? "");
  await service.pass(2_000);
  expect((await look()).state).toBe("consulting");
  service.center.customerHangsUp(call);
  await service.pass(5_000);
  expect((await look()).state).toBe("ended");
  return service.center.rang(leg?.ref ?? "").address;
};

describe("a colleague of Teams without a number that this contact center can ring", () => {
  it("is rung at the address on the organization's own SIP exchange", async () => {
    await teamsHas({ sipAddress: "sip:{user}@sbc.example.com", mobiles: "last" });
    await contactCenterCan(["sip"]);
    await begin();
    expect(await sentences("jonas")).toEqual([
      "This contact center cannot ring them through Microsoft Teams",
      "Rings at their SIP address in Microsoft Teams",
    ]);
    expect(await ring("jonas")).toBe(`sip:${jonas.email.split("@")[0]}@sbc.example.com`);
  });

  it("is rung on the mobile, where the organization wants that, and nothing else rings", async () => {
    service.microsoft.updateUser(jonas.id, { businessPhones: [], mobilePhone: "+46 70 123 45 01" });
    await teamsHas({ mobiles: "last" });
    await contactCenterCan(["phone"]);
    await begin();
    expect(await sentences("jonas")).toEqual([
      "No phone number in Microsoft Teams",
      "Rings on the mobile that Microsoft Teams knows",
    ]);
    expect(await ring("jonas")).toBe(mobile);
    await teamsHas({});
    await begin();
    expect((await find("jonas")).reachability).toMatchObject({ state: "chat", rung: { kind: "chat" } });
    service.center.customerHangsUp(call);
    await service.pass(5_000);
  });

  it("is rung as a user of Teams, by a contact center that can", async () => {
    await contactCenterCan(["phone", "user"], ["teams"]);
    await begin();
    expect(await sentences("jonas")).toEqual(["No phone number in Microsoft Teams", "Rings in Microsoft Teams itself"]);
    expect(await ring("jonas")).toBe(jonas.id);
    await contactCenterCan(["phone", "user"], ["ringcentral"]);
    await begin();
    expect((await find("jonas")).reachability).toMatchObject({ state: "chat", rung: { kind: "chat" } });
    service.center.customerHangsUp(call);
    await service.pass(5_000);
  });
});

describe("a colleague of RingCentral who has forwarded all calls", () => {
  let person: string;
  const inspectAnew = async () => {
    await service.ask("POST", `/v1/experts/${person}/preflight`);
    await service.pass(60_000, 10_000);
  };

  it("is not rung in vain: a card remains, and list, explanation and refusal say why, in four languages", async () => {
    ringcentral = createFakeRingCentral({
      clock: service.clock,
      callHandling: "new",
      extensions: [bot, { ...lena, directNumber: "+15125550102", forwardsAll: true }],
      fetch: service.toService as typeof fetch,
    });
    service.origins.set("https://platform.ringcentral.com", ringcentral.app);
    await contactCenterCan(["phone"]);
    const body = { adapter: "ringcentral", settings: ringcentral.settings() };
    expect((await service.ask("PUT", "/v1/connections/RingCentral", { body })).status).toBeLessThan(300);
    await service.pass(120_000, 10_000);
    const { body: found } = await service.ask("GET", "/v1/people");
    person = String(found.items?.find(({ name }) => name === lena.name)?.id);
    await service.ask("PUT", `/v1/experts/${person}`, { body: { skills: { shipping: 4 } } });
    ringcentral.setUserStatus(lena.id, "Available");
    await service.pass(120_000, 10_000);
    await inspectAnew();
    await begin();
    const skipped = [{ kind: "phone", platform: "RingCentral", reason: "forwards-all" }];
    expect((await find("lena")).reachability).toMatchObject({ state: "chat", rung: { kind: "chat" }, skipped });
    const said = await Promise.all(languages.map((locale) => sentences("lena", locale)));
    expect(said[0]?.[0]).toBe("All calls are forwarded in RingCentral; they can switch that off there");
    expect(new Set(said.map((lines) => lines?.[0])).size).toBe(languages.length);
    const wanted = { interactionId, kind: "consult", personIds: [person], wait: false };
    const { status, body: refusal } = await service.ask("POST", "/v1/consults", { token, body: wanted });
    expect([status, refusal.code, refusal.skipped]).toEqual([422, "unreachable", skipped]);
    expect(refusal.detail).toContain('Ask by chat (kind "question")');
    service.center.customerHangsUp(call);
    await service.pass(5_000);
  });

  it("is rung again once that is over", async () => {
    ringcentral.updateExtension(lena.id, { forwardsAll: false });
    await inspectAnew();
    await begin();
    expect(await sentences("lena")).toEqual(["Rings on RingCentral"]);
    expect(await ring("lena")).toBe("+15125550102");
  });
});
