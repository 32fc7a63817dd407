/** The agent's own browser joins the help: who gets a token, for what, how often, and when it ends. */
import { decodeJwt } from "jose";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { deskPlaceOf } from "../../identity/desk-place.ts";
import { createLog } from "../../log.ts";
import type { CallerView, ConsultView, DeskView } from "../../views.ts";
import { ana, createTestService, jonas, type TestService } from "../service.ts";
import { addSecondTenant, olga, type SecondTenant } from "./second-tenant.ts";

const olof = { account: "agent-2", name: "Olof Ek", email: "olof@example.com" };
const hour = 3_600_000;

let service: TestService;
let neighbour: SecondTenant;
let token: string;
const lines: string[] = [];

const setUp = async (more: object) => {
  const { body } = await service.ask("GET", "/v1/connections");
  const name = encodeURIComponent(String(body.items?.find((one) => one.adapter === "teams")?.name));
  const settings = service.microsoft.settings(more);
  const changed = await service.ask("PUT", `/v1/connections/${name}`, { body: { adapter: "teams", settings } });
  expect(changed.status, JSON.stringify(changed.body)).toBe(200);
  await service.settle();
};
const look = async (id: string) =>
  (await service.ask("GET", `/v1/consults/${id}`, { token })).body as unknown as ConsultView;
const join = (id: string, way = "meeting", as = token) =>
  service.ask("POST", `/v1/consults/${id}/callers`, { token: as, body: { way } });
const joined = async (id: string, way?: string) => {
  const { status, body } = await join(id, way);
  expect(status, JSON.stringify(body)).toBe(201);
  return body as unknown as CallerView;
};

async function tokenOf({ apiKey }: SecondTenant): Promise<string> {
  const body = { connection: "Neighbour center", account: olga.account };
  return String((await service.ask("POST", "/v1/desk-tokens", { token: apiKey, body })).body.token);
}

/** Ana asks Jonas for a meeting, and he says this. */
async function meet(answer: "now" | "" = "now"): Promise<string> {
  const desk = (await service.ask("GET", "/v1/desk", { token })).body as unknown as DeskView;
  const { body: found } = await service.ask("GET", "/v1/experts?q=jonas", { token });
  const body = {
    interactionId: desk.interactions.at(-1)?.id,
    kind: "meeting",
    personIds: [found.items?.[0]?.personId],
  };
  const asked = await service.ask("POST", "/v1/consults", { token, body });
  expect(asked.status, JSON.stringify(asked.body)).toBe(201);
  await service.settle();
  const card = service.microsoft.chatOf(jonas.id).at(-1);
  const offer = /"offer":"(off_[^"]+)"/.exec(JSON.stringify(card))?.[1];
  if (answer)
    await service.microsoft.clickAction(jonas.id, String(card?.id), { verb: "answer", data: { offer, answer } });
  await service.pass(3_000);
  return String(asked.body.id);
}

beforeAll(async () => {
  const agents = [{ id: olof.account, name: olof.name, emails: [olof.email] }];
  service = await createTestService({ agents, log: createLog((line) => lines.push(line)) });
  neighbour = await addSecondTenant(service);
});
afterAll(() => service?.close());
beforeEach(async () => {
  await setUp({ calling: service.microsoft.calling() });
  const call = service.center.startCall({ customer: { name: "Erik" }, agent: ana.account });
  await service.settle();
  token = await service.deskToken();
  return async () => {
    service.center.customerHangsUp(call);
    await service.pass(5_000);
  };
});

describe("a meeting that the desk joins by itself", () => {
  it("is told as such, and a token is given for it, which nobody writes down", async () => {
    const id = await meet();
    const { join, joinUrl } = await look(id);
    expect(join).toEqual({ platform: "Microsoft Teams", ways: ["meeting"] });
    const given = await joined(id);
    expect(given).toMatchObject({ name: ana.name, place: { way: "meeting", url: joinUrl } });
    expect(decodeJwt(given.token)).toMatchObject({ acsScope: "voip.join" });
    expect(new Date(given.expiresAt).getTime() - service.clock.now().getTime()).toBeLessThanOrEqual(hour);
    const noted =
      await service.sql`select actor, data from audit where action = 'consult.call-token' and target = ${id}`;
    expect(noted).toMatchObject([{ data: { way: "meeting" } }]);
    const written = JSON.stringify(await service.sql`select * from callers`) + JSON.stringify(noted) + lines.join();
    expect(written).not.toContain(given.token);
    expect(lines.join()).not.toContain(service.microsoft.calling().accessKey);
  });

  it("is joined again as the same guest, and by two windows at once as one", async () => {
    const id = await meet();
    const before = service.microsoft.callers().size;
    await Promise.all([joined(id), joined(id)]);
    await joined(id);
    expect(service.microsoft.callers().size).toBe(before + 1);
  });

  it("gives a new token when the platform refuses the guest that it had made", async () => {
    const id = await meet();
    await joined(id);
    service.microsoft.callers().clear();
    expect((await joined(id)).token).toBeTruthy();
  });

  it("lets nobody try for ever, and again after a while", async () => {
    const id = await meet();
    for (let count = 0; count < 10; count++) await joined(id);
    const refused = await join(id);
    expect(refused).toMatchObject({ status: 503, body: { detail: expect.stringContaining("open the link") } });
    expect(refused.headers.get("retry-after")).toBe("600");
    await service.pass(601_000, 60_000);
    token = await service.deskToken();
    await joined(id);
  });

  it("ends with the help: no token more, and the platform forgets the guest once the last has run out", async () => {
    const id = await meet();
    await joined(id);
    await service.ask("POST", `/v1/consults/${id}/moves`, { token, body: { move: "cancel" } });
    await service.settle();
    expect(await join(id)).toMatchObject({ status: 409 });
    expect(await service.sql`select ref from callers where consult_id = ${id}`).toHaveLength(1);
    const refs = await service.sql`select ref from callers where consult_id = ${id}`;
    expect(service.microsoft.callers().has(String(refs[0]?.ref))).toBe(true);
    await service.pass(hour + 60_000, 600_000);
    expect(service.microsoft.callers().has(String(refs[0]?.ref))).toBe(false);
    expect(await service.sql`select ref from callers where consult_id = ${id}`).toEqual([]);
  });
});

describe("whoever it is not for", () => {
  it.each([
    ["another agent", () => service.deskToken(olof.account), 403],
    ["an agent of another company", () => tokenOf(neighbour), 404],
    ["the contact center's key", async () => neighbour.apiKey, 403],
    ["nobody", async () => "", 401],
  ])("%s gets none", async (_who, as, status) => {
    const id = await meet();
    const before = service.microsoft.callers().size;
    expect(await join(id, "meeting", await as())).toMatchObject({ status });
    expect(service.microsoft.callers().size).toBe(before);
  });

  it("before a colleague has said yes there is nothing to join", async () => {
    const id = await meet("");
    expect(await join(id)).toMatchObject({ status: 409, body: { detail: expect.stringContaining("said yes") } });
  });

  it("a way that is not offered is refused with what can be done", async () => {
    const id = await meet();
    expect(await join(id, "person")).toMatchObject({ status: 422, body: { detail: expect.stringContaining("link") } });
    expect(await join(id, "tunnel")).toMatchObject({ status: 422 });
  });
});

describe("where the platform is not there", () => {
  it.each([
    ["its answer is lost", { applyThenDrop: true }, 503],
    ["it asks to slow down", { status: 429, headers: { "retry-after": "1" } }, 503],
    ["it is down", { status: 500 }, 503],
  ])("%s: a problem, and the next attempt works", async (_name, fault, status) => {
    const id = await meet();
    service.microsoft.fail.next({ path: /identities/, ...fault });
    expect(await join(id)).toMatchObject({ status });
    await service.pass(2_000);
    await joined(id);
  });

  it("an old access key is told as a matter for the admin", async () => {
    const id = await meet();
    service.microsoft.fail.next({
      path: /identities/,
      status: 401,
      body: { error: { code: "Denied", message: "no" } },
    });
    const { status, body } = await join(id);
    expect([status, body.code]).toEqual([502, "platform_unauthorized"]);
  });
});

describe("other settings", () => {
  it("without calls from the desk a meeting is joined by its link", async () => {
    await setUp({});
    const id = await meet();
    expect((await look(id)).join).toEqual({ platform: "Microsoft Teams", ways: [] });
    expect(await join(id)).toMatchObject({ status: 422 });
  });

  it("where meetings are not used and colleagues may be rung, the desk rings them", async () => {
    await setUp({ calling: service.microsoft.calling(true), features: ["hold"] });
    const id = await meet();
    const view = await look(id);
    expect([view.join?.ways, view.joinUrl]).toEqual([["person"], undefined]);
    const given = await joined(id, "person");
    expect(given.place).toEqual({ way: "person", account: jonas.id });
    expect(decodeJwt(given.token)).toMatchObject({ acsScope: "voip" });
  });

  it("only desks of companies that use it may talk to the platform", async () => {
    const sources = (tenant?: string) =>
      service.wired.service.database.asSystem(async (db) => (await deskPlaceOf(db, tenant))?.callSources);
    expect(await sources("test")).toContain("wss://*.skype.com");
    expect(await sources("neighbour")).toEqual([]);
    expect(await sources()).toBeUndefined();
    await setUp({});
    expect(await sources("test")).toEqual([]);
  });
});
