/** Each platform away in turn, while an agent, an expert and a customer talk. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createFakeRingCentral, type FakeRingCentral } from "../../../adapters/ringcentral/fake.ts";
import type { ConsultView, DeskView, PresenceView } from "../../views.ts";
import { ana, createTestService, jonas, type TestService } from "../service.ts";

const bot = { id: "801001", extensionNumber: "101", name: "Patchcord", email: "bot@example.com" };
const jonasThere = { id: "801002", extensionNumber: "102", name: jonas.name, email: jonas.email };

let service: TestService;
let ringcentral: FakeRingCentral;
let token: string;
let call: string;
let consult: string;
const ids: Record<string, string> = {};
beforeAll(async () => {
  service = await createTestService();
  const extensions = [bot, jonasThere];
  ringcentral = createFakeRingCentral({ clock: service.clock, extensions, fetch: service.toService });
  service.origins.set("https://platform.ringcentral.com", ringcentral.app);
  const body = { adapter: "ringcentral", settings: ringcentral.settings() };
  expect((await service.ask("PUT", "/v1/connections/RingCentral", { body })).status).toBeLessThan(300);
  await service.pass(60_000, 20_000);
  ringcentral.setUserStatus(jonasThere.id, "Available");
  const { body: people } = await service.ask("GET", "/v1/people");
  for (const { name, id } of people.items ?? []) ids[String(name)] = String(id);
  await service.pass(60_000, 20_000);
  await beginToTalk();
}, 60_000);
afterAll(() => service?.close());

/** All three hear each other, by one click and one yes. */
async function beginToTalk() {
  token = await service.deskToken();
  call = service.center.startCall({ customer: { name: "Erik" }, agent: ana.account });
  await service.settle();
  const { body: desk } = await service.ask("GET", "/v1/desk", { token });
  const interactionId = (desk as unknown as DeskView).interactions.at(-1)?.id;
  const body = { interactionId, kind: "conference", personIds: [ids[jonas.name]], question: "Twice?" };
  const made = await service.ask("POST", "/v1/consults", { token, body });
  consult = String(made.body.id);
  await service.settle();
  const offer = (made.body as unknown as ConsultView).offers[0]?.id;
  const expert = await service.microsoft.issueTabToken(jonas.id);
  await service.ask("POST", `/v1/offers/${offer}/answers`, { token: expert, body: { answer: "now" } });
  await service.pass(2_000);
  service.center.answer(parties().find(({ role }) => role === "expert")?.ref ?? "");
  await service.pass(4_000);
}

const parties = () => service.center.interaction(call).parties;
const presences = async (name: string): Promise<PresenceView[]> => {
  const { status, body } = await service.ask("GET", `/v1/people/${ids[name]}/presence`);
  expect(status).toBe(200);
  return body.presences as PresenceView[];
};
const of = async (name: string, adapter: string) => (await presences(name)).find((one) => one.adapter === adapter);
/** The desk's token lives for a quarter of an hour, and is minted by us alone. */
const look = async () => {
  token = await service.deskToken();
  return (await service.ask("GET", `/v1/consults/${consult}`, { token })).body as unknown as ConsultView;
};

/** From now on nobody answers there. Answers how they come back. */
function takeAway(...names: string[]): () => void {
  const before = names.map((name) => [name, service.origins.get(name)] as const);
  for (const name of names) service.origins.set(name, { fetch: () => Response.error() });
  return () => {
    for (const [name, app] of before) if (app) service.origins.set(name, app);
  };
}
const originOf = (url: string) => new URL(url).origin;

describe.each([
  ["Graph", () => [originOf(service.microsoft.urls.graph)], jonas.name, "teams"],
  ["RingCentral", () => ["https://platform.ringcentral.com"], jonas.name, "ringcentral"],
  ["the contact center", () => ["https://center.test"], ana.name, "webhook"],
] as const)("%s away", (_name, origins, person, adapter) => {
  it("leaves the call alone, serves what was seen last with its age, and mends itself", async () => {
    const before = { parties: parties(), presence: await of(person, adapter) };
    const elsewhere = (await presences(jonas.name)).filter((one) => one.adapter !== adapter);
    expect(before.presence).toMatchObject({ stale: false });
    const comeBack = takeAway(...origins());
    await service.pass(130_000, 20_000);

    const seen = await of(person, adapter);
    expect(seen).toMatchObject({ stale: true, availability: before.presence?.availability });
    const age = service.clock.now().getTime() - Date.parse(String(seen?.observedAt));
    expect(age).toBeGreaterThan(60_000);
    for (const one of elsewhere) expect(await of(jonas.name, one.adapter)).toMatchObject({ stale: false });
    expect((await service.ask("GET", "/v1/experts?q=jonas", { token })).status).toBe(200);
    expect((await service.ask("GET", "/v1/desk", { token })).status).toBe(200);

    expect(parties()).toEqual(before.parties);
    expect(await look()).toMatchObject({ state: "conferencing" });
    comeBack();
    await service.pass(130_000, 20_000);
    expect(await of(person, adapter)).toMatchObject({ stale: false });
    expect(parties()).toEqual(before.parties);
  }, 60_000);
});

describe("the sign-in away", () => {
  it("costs nothing while tokens last: Teams is read, experts are known by keys that were read before", async () => {
    const before = parties();
    const expert = await service.microsoft.issueTabToken(jonas.id);
    const comeBack = takeAway(originOf(service.microsoft.urls.login));
    await service.pass(80_000, 20_000);
    expect(await of(jonas.name, "teams")).toMatchObject({ stale: false });
    expect((await service.ask("GET", "/v1/me/expert", { token: expert })).status).toBe(200);
    expect(parties()).toEqual(before);

    service.microsoft.revokeTokens();
    await service.pass(80_000, 20_000);
    expect(await of(jonas.name, "teams")).toMatchObject({ stale: true });
    expect(await of(ana.name, "webhook")).toMatchObject({ stale: false });
    expect(parties()).toEqual(before);
    expect(await look()).toMatchObject({ state: "conferencing" });
    comeBack();
    await service.pass(130_000, 20_000);
    expect(await of(jonas.name, "teams")).toMatchObject({ stale: false });
  }, 60_000);

  it("and when all is well again the agent can leave the two to themselves", async () => {
    await look();
    const left = await service.ask("POST", `/v1/consults/${consult}/moves`, { token, body: { move: "hand-over" } });
    expect(left.status).toBe(202);
    await service.pass(5_000);
    expect(await look()).toMatchObject({ state: "ended", result: "transferred" });
  });
});
