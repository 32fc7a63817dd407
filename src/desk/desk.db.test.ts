/** What the desk and the board read and keep, through the API. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { addSecondTenant } from "../testing/scenarios/second-tenant.ts";
import { ana, createTestService, jonas, marta, type TestService } from "../testing/service.ts";
import type { BoardView, ColleaguesView, ConsultView, DeskView } from "../views.ts";
import { issueToken } from "./tokens.ts";

let service: TestService;
let token: string;
beforeAll(async () => {
  service = await createTestService();
  token = await service.deskToken();
});
afterAll(() => service?.close());

const get = async <T>(path: string, as = token) => (await service.ask("GET", path, { token: as })).body as unknown as T;
const personId = async (name: string) =>
  String((await get<{ items: { personId: string }[] }>(`/v1/experts?q=${name}`)).items[0]?.personId);
const keep = (id: string, method = "PUT", as = token) =>
  service.ask(method, `/v1/desk/favourites/${id}`, { token: as, body: method === "PUT" ? {} : undefined });
const namesOf = ({ favourites, recent }: ColleaguesView) =>
  [favourites, recent].map((list) => list.map(({ name }) => name));

const call = async () => {
  const ref = service.center.startCall({ customer: { name: "Erik" }, agent: ana.account, attributes: {} });
  await service.settle();
  const { interactions } = await get<DeskView>("/v1/desk");
  return { ref, interactionId: interactions.at(-1)?.id ?? "" };
};
const ask = async (body: Record<string, unknown>) => {
  const answer = await service.ask("POST", "/v1/consults", { token, body });
  await service.settle();
  return answer.body as unknown as ConsultView;
};
const press = async (user: string, answer: string) => {
  const card = service.microsoft.chatOf(user).at(-1);
  const offer = /"offer":"(off_[^"]+)"/.exec(JSON.stringify(card))?.[1];
  await service.microsoft.clickAction(user, String(card?.id), { verb: "answer", data: { offer, answer } });
  await service.settle();
};

describe("favourites", () => {
  it("are kept for one agent, in alphabetical order, however often they are chosen", async () => {
    const [m, j] = [await personId("marta"), await personId("jonas")];
    for (const id of [m, j, m]) expect((await keep(id)).status).toBe(200);
    expect((await get<DeskView>("/v1/desk")).favourites).toEqual([j, m]);
    expect(namesOf(await get<ColleaguesView>("/v1/desk/colleagues"))).toEqual([[jonas.name, marta.name], []]);
    expect((await keep(j, "DELETE")).body).toEqual({ favourites: [m] });
    expect((await keep(j, "DELETE")).body).toEqual({ favourites: [m] });
  });

  it("are colleagues: nobody else, nobody of another organization; and only agents have them", async () => {
    const neighbour = await addSecondTenant(service);
    const { items } = (await service.ask("GET", "/v1/experts", { token: neighbour.apiKey })).body;
    const stranger = String(items?.[0]?.personId);
    expect(stranger).toMatch(/^per_/);
    expect((await keep(stranger)).status).toBe(404);
    expect((await keep("per_nobody")).status).toBe(404);
    expect((await service.ask("GET", "/v1/desk/colleagues")).status).toBe(403);
  });
});

describe("colleagues asked lately", () => {
  it("come with the latest first, without those who are favourites", async () => {
    const { ref, interactionId } = await call();
    for (const name of ["jonas", "marta"]) {
      const { id } = await ask({
        interactionId,
        kind: "question",
        personIds: [await personId(name)],
        question: "Why?",
      });
      await service.ask("POST", `/v1/consults/${id}/moves`, { token, body: { move: "cancel" } });
      await service.pass(2_000);
    }
    expect(namesOf(await get<ColleaguesView>("/v1/desk/colleagues"))).toEqual([[marta.name], [jonas.name]]);
    service.center.customerHangsUp(ref);
    await service.settle();
  });
});

describe("how long somebody has been waiting", () => {
  it("counts from the first moment, through everything else that happens to the call", async () => {
    const { ref } = await call();
    const begun = service.clock.now().toISOString();
    await service.pass(5_000);
    service.center.setRecording(ref, "paused");
    await service.settle();
    const [interaction] = (await get<DeskView>("/v1/desk")).interactions;
    expect(interaction?.recording).toBe("paused");
    expect(interaction?.parties.map(({ since }) => since && since <= begun)).toEqual([true, true]);
    service.center.customerHangsUp(ref);
    await service.settle();
  });
});

describe("the board", () => {
  const supervisor = async (roles: ("admin" | "supervisor")[]) => {
    const [tenant] = await service.sql`select id from tenants where slug = 'test'`;
    const { keyring } = service.wired.service;
    return (await issueToken(keyring, service.clock.now(), "admin", String(tenant?.id), { name: "Sven", roles })).token;
  };

  it("shows a supervisor who needs help, who can give it, and how offers were answered", async () => {
    const as = await supervisor(["supervisor"]);
    const { ref, interactionId } = await call();
    const before = await get<BoardView>("/v1/board", as);
    expect(before.skills.find(({ skill }) => skill === "invoicing")).toMatchObject({ call: 2, later: 0 });
    const asked = await ask({ interactionId, kind: "consult", personIds: [await personId("jonas")] });
    await service.pass(4_000);
    await press(jonas.id, "now");
    const now = await get<BoardView>("/v1/board", as);
    expect(now.consults).toMatchObject([{ id: asked.id, agent: ana.name, expert: jonas.name, kind: "consult" }]);
    expect(now.service.asked).toBe(before.service.asked + 1);
    expect([now.service.yes, now.service.prompt]).toEqual([before.service.yes + 1, before.service.prompt + 1]);
    expect(now.service.medianMs).toBeGreaterThanOrEqual(4_000);
    expect(now.skills.find(({ skill }) => skill === "invoicing")).toMatchObject({ call: 1 });
    expect(JSON.stringify(now)).not.toContain("Erik");
    service.center.customerHangsUp(ref);
    await service.settle();
    expect((await get<BoardView>("/v1/board", as)).consults).toEqual([]);
    const another = await call();
    const taken = await ask({
      interactionId: another.interactionId,
      kind: "question",
      personIds: [await personId("marta")],
      question: "Why?",
    });
    expect((await get<BoardView>("/v1/board", as)).service.open).toBe(before.service.open + 1);
    await service.ask("POST", `/v1/consults/${taken.id}/moves`, { token, body: { move: "cancel" } });
    const { asked: all, yes, later, declined, silent, open, dropped } = (await get<BoardView>("/v1/board", as)).service;
    expect([open, dropped]).toEqual([before.service.open, before.service.dropped + 1]);
    expect(yes + later + declined + silent + open + dropped).toBe(all);
    service.center.customerHangsUp(another.ref);
    await service.settle();
  });

  it("shows one department what its agents ask for and its experts are asked", async () => {
    const as = await supervisor(["supervisor"]);
    const board = (department?: string) =>
      get<BoardView>(`/v1/board${department ? `?${new URLSearchParams({ department })}` : ""}`, as);
    await service.sql`update people set department = 'Billing & Tax' where name = ${jonas.name}`;
    await service.sql`update people set department = 'Support' where name = ${ana.name}`;
    await service.sql`update people set department = 'Sales' where name = ${marta.name}`;
    const { ref, interactionId } = await call();
    const asked = await ask({ interactionId, kind: "consult", personIds: [await personId("jonas")] });
    await service.pass(4_000);
    await press(jonas.id, "now");
    expect((await board()).departments).toEqual(["Billing & Tax", "Sales", "Support"]);
    const all = await board();
    for (const department of ["Billing & Tax", "Support"])
      expect((await board(department)).consults.map(({ id }) => id)).toEqual([asked.id]);
    expect((await board("Billing & Tax")).service.asked).toBeLessThan(all.service.asked);
    const { skills } = await board("Billing & Tax");
    expect(skills.find(({ skill }) => skill === "invoicing")).toMatchObject({ call: 0, later: 1 });
    expect((await board("Support")).experts).toEqual({ total: 0, looked: 0 });
    expect((await board("Support")).service.asked).toBe(all.service.asked);
    const none = await board("nobody's");
    expect([none.consults, none.skills, none.service.asked, none.department]).toEqual([[], [], 0, "nobody's"]);
    service.center.customerHangsUp(ref);
    await service.settle();
  });

  it("is not for agents, nor for admins without a role", async () => {
    expect((await service.ask("GET", "/v1/board", { token })).status).toBe(403);
    expect((await service.ask("GET", "/v1/board", { token: await supervisor([]) })).status).toBe(403);
    expect((await service.ask("GET", "/v1/board", { token: await supervisor(["admin"]) })).status).toBe(200);
  });
});
