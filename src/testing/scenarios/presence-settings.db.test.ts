import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { ana, anaInTeams, createTestService, type TestService } from "../service.ts";

let service: TestService;
beforeEach(async () => {
  service = await createTestService();
});
afterEach(() => service?.close());

const ask = (method: string, path: string, body?: unknown) =>
  service.ask(method, path, body === undefined ? {} : { body });
const isShown = () => service.microsoft.sessionsFor(anaInTeams).length > 0;
const count = async (table: string) => (await service.sql`select 1 from ${service.sql(table)}`).length;
const personId = async () => {
  const { body } = await ask("GET", "/v1/people");
  return String(body.items?.find(({ name }) => name === ana.name)?.id);
};
const call = () => service.center.startCall({ customer: { name: "Erik" }, agent: ana.account });
const actions = async () => (await ask("GET", "/v1/audit")).body.items?.map(({ action }) => action);

describe("a tenant without presence", () => {
  it("has nothing read, kept or shown, from at once; and everything again when it is switched on", async () => {
    call();
    await service.pass(8_000);
    expect(isShown()).toBe(true);
    expect(await ask("PUT", "/v1/presence-settings", { enabled: false })).toMatchObject({
      body: { enabled: false, historyDays: 0 },
    });
    expect(await count("presences")).toBe(0);
    await service.pass(30_000, 5_000);
    expect(isShown()).toBe(false);
    expect(await count("presences")).toBe(0);
    const asked = service.microsoft.requests.filter(({ path }) => /getPresencesByUserId$/.test(path)).length;
    await service.pass(120_000, 10_000);
    service.center.chooseStatus(ana.account, "Break");
    await service.pass(2_000);
    expect(await count("presences")).toBe(0);
    expect(service.microsoft.requests.filter(({ path }) => /getPresencesByUserId$/.test(path)).length).toBe(asked);
    await ask("PUT", "/v1/presence-settings", { enabled: true });
    await service.pass(10_000);
    expect(await count("presences")).toBeGreaterThan(0);
    expect(await actions()).toEqual(expect.arrayContaining(["presence-settings.update"]));
  });

  it("is for admins to decide, within bounds", async () => {
    expect((await ask("PUT", "/v1/presence-settings", { historyDays: 31 })).status).toBe(422);
    const token = await service.deskToken();
    const { status } = await service.ask("PUT", "/v1/presence-settings", { token, body: { enabled: false } });
    expect(status).toBe(403);
  });
});

describe("trying a policy", () => {
  const at = (time: string) => `2026-03-02T${time}:00.000Z`;
  const day = [
    { platform: "webhook", at: at("08:00"), availability: "available", routable: false },
    { platform: "teams", at: at("08:00"), availability: "available" },
    { platform: "webhook", at: at("09:00"), availability: "busy", activity: "on-call" },
    { platform: "webhook", at: at("09:10"), availability: "available", routable: false },
    { platform: "teams", at: at("10:00"), availability: "do-not-disturb" },
  ];

  it("tells what would have been written where, when and why, in words, and writes nothing", async () => {
    const before = service.microsoft.requests.length;
    const tried = await ask("POST", "/v1/policies/try", { policy: "in-call-both-ways", events: day, locale: "fr" });
    expect(tried.body).toMatchObject({
      changes: [
        {
          at: at("09:00"),
          platform: "Microsoft Teams",
          show: { availability: "busy", activity: "on-call" },
          code: "follows",
          sentence: expect.stringMatching(
            /^Microsoft Teams affiche « occupé, en appel » parce que .+ « occupé, en appel »\.$/,
          ),
        },
        { at: at("09:10"), code: "nothing-to-follow" },
        { at: at("10:00"), code: "not-routed" },
      ],
      writes: 2,
      cut: false,
    });
    const still = await ask("POST", "/v1/policies/try", { policy: "read-only", events: day });
    expect(still.body).toMatchObject({ writes: 0 });
    expect(service.microsoft.requests.length).toBe(before);
    expect((await ask("GET", "/v1/policies/tenant")).body).toMatchObject({ version: 0 });
  });

  it("refuses what could not be set, unknown platforms, and more than a day can hold", async () => {
    const rule = { platform: "uc", availability: "busy", activity: "*", effect: { do: "ignore" } };
    const refused = await ask("POST", "/v1/policies/try", { policy: [rule, rule], events: day });
    expect(refused).toMatchObject({ status: 422, body: { reason: "contradiction" } });
    const fax = [{ platform: "fax", at: at("08:00"), availability: "busy" }];
    expect((await ask("POST", "/v1/policies/try", { policy: "read-only", events: fax })).status).toBe(422);
    expect((await ask("POST", "/v1/policies/try", { policy: "read-only" })).status).toBe(422);
    const many = Array(2_001).fill(day[0]);
    expect((await ask("POST", "/v1/policies/try", { policy: "read-only", events: many })).status).toBe(422);
  });

  it("with recorded events needs a history, which is off until an admin switches it on", async () => {
    const recorded = { personId: await personId(), from: service.clock.now().toISOString() };
    const body = { policy: "in-call-both-ways", recorded };
    const refused = await ask("POST", "/v1/policies/try", body);
    expect(refused.status).toBe(409);
    expect(String(refused.body.detail)).toContain("/v1/presence-settings");
    expect(await count("presence_history")).toBe(0);
    await ask("PUT", "/v1/presence-settings", { historyDays: 1 });
    const live = call();
    await service.pass(8_000);
    service.center.customerHangsUp(live);
    await service.pass(30_000, 5_000);
    const tried = await ask("POST", "/v1/policies/try", body);
    expect(tried.body).toMatchObject({ cut: false });
    expect(tried.body.events).toContainEqual(
      expect.objectContaining({ platform: "webhook", availability: "busy", activity: "on-call" }),
    );
    expect(await count("presence_history")).toBeGreaterThan(1);
    expect(
      await service.sql`select 1 from presence_history h join accounts a on a.id = h.account_id
      where a.external_id = ${anaInTeams} and h.activity = 'on-call'`,
    ).toEqual([]); // ours coming back is not kept
    expect(await actions()).toEqual(expect.arrayContaining(["presence-history.read"]));
    await ask("PUT", "/v1/presence-settings", { historyDays: 0 });
    expect(await count("presence_history")).toBe(0);
  });
});

describe("asking why", () => {
  it("is answered for each account in words, in the language asked for, and noted", async () => {
    call();
    await service.pass(8_000);
    const id = await personId();
    const why = await ask("GET", `/v1/people/${id}/presence?locale=sv`);
    expect(why.body).toMatchObject({
      presences: expect.arrayContaining([expect.objectContaining({ adapter: "webhook", activity: "on-call" })]),
      why: expect.arrayContaining([
        expect.objectContaining({
          platform: "Microsoft Teams",
          code: "follows",
          sentence: expect.stringMatching(/^Microsoft Teams visar ”upptagen, i samtal” eftersom/),
        }),
      ]),
    });
    const audit = await ask("GET", "/v1/audit");
    expect(audit.body.items).toContainEqual(expect.objectContaining({ action: "presence.look", target: id }));
    expect((await ask("GET", "/v1/people/per_x/presence")).status).toBe(404);
    const token = await service.deskToken();
    expect((await service.ask("GET", `/v1/people/${id}/presence`, { token })).status).toBe(403);
  });
});
