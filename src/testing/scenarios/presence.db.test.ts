import { sql } from "drizzle-orm";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { ana, anaInTeams, createTestService, jonas, type TestService } from "../service.ts";

let service: TestService;
beforeEach(async () => {
  service = await createTestService();
  service.center.chooseStatus(ana.account, "On Queue");
  await service.pass(10_000);
});
afterEach(() => service?.close());

const startCall = () => service.center.startCall({ customer: { name: "Erik" }, agent: ana.account });
const anaShows = () => service.microsoft.userSees(anaInTeams);
const sessions = () => service.microsoft.sessionsFor(anaInTeams);
const holds = async () => [
  ...(await service.wired.service.database.inTenant(await tenantId(), (db) =>
    db.execute(sql`select state from holds`),
  )),
];
const tenantId = async () =>
  String(
    [
      ...(await service.wired.service.database.asSystem((db) =>
        db.execute<{ id: string }>(sql`select id from tenants`),
      )),
    ][0]?.id,
  );
const writes = () => service.microsoft.requests.filter(({ path }) => /\/(set|clear)Presence$/.test(path)).length;

describe("an agent on a contact-center call", () => {
  it("shows in a call in Teams within five seconds, and is let go within five seconds after the wrap-up", async () => {
    const call = startCall();
    await service.pass(5_000);
    expect(anaShows()).toEqual({ availability: "Busy", activity: "InACall" });
    service.center.customerHangsUp(call);
    await service.pass(10_000 + 5_000);
    expect(anaShows()).toEqual({ availability: "Available", activity: "Available" });
    expect(sessions()).toEqual([]);
    await service.pass(90_000, 5_000);
    expect(await holds()).toEqual([]);
  });

  it("stays shown through a long call: the lease is renewed before it runs out, and nothing more is written", async () => {
    startCall();
    await service.pass(5_000);
    const begun = writes();
    await service.pass(16 * 60_000, 10_000);
    expect(anaShows()).toEqual({ availability: "Busy", activity: "InACall" });
    expect(writes() - begun).toBeLessThanOrEqual(4);
  }, 120_000);

  it("keeps their own Do not disturb, and nothing is asserted over it afterwards", async () => {
    service.microsoft.chooseStatus(anaInTeams, { availability: "DoNotDisturb", activity: "DoNotDisturb" });
    await service.pass(5_000);
    const call = startCall();
    await service.pass(10_000);
    expect(anaShows().availability).toBe("DoNotDisturb");
    expect(writes()).toBe(0);
    service.center.customerHangsUp(call);
    await service.pass(20_000);
    expect(anaShows().availability).toBe("DoNotDisturb");
  });

  it("is let go after our death: the lease runs out by itself", async () => {
    startCall();
    await service.pass(5_000);
    await service.clock.advance(11 * 60_000); // nobody runs jobs
    expect(sessions()).toEqual([]);
  });

  it("whose call ended while we were dead is right within 30 s of the restart", async () => {
    const call = startCall();
    await service.pass(5_000);
    service.center.misbehave("lose");
    service.center.misbehave("lose");
    service.center.customerHangsUp(call);
    await service.clock.advance(20_000);
    service.restart();
    await service.pass(30_000);
    expect(anaShows()).toEqual({ availability: "Available", activity: "Available" });
  });

  it("is written once however often the platform's answers are lost", async () => {
    service.microsoft.fail.next({ path: /setPresence$/, applyThenDrop: true, times: 2 });
    const call = startCall();
    await service.pass(15_000);
    expect(anaShows()).toEqual({ availability: "Busy", activity: "InACall" });
    service.center.customerHangsUp(call);
    await service.pass(30_000);
    expect(anaShows()).toEqual({ availability: "Available", activity: "Available" });
  });
});

describe("a colleague in a Teams call", () => {
  it("is not offered, and is again when the call is over", async () => {
    const state = async () => {
      const { body } = await service.ask("GET", "/v1/experts?q=jonas");
      return (body.items?.[0] as unknown as { reachability: { state: string; reasons: { code: string }[] } })
        .reachability;
    };
    service.microsoft.startCall(jonas.id);
    await service.pass(5_000);
    expect(await state()).toMatchObject({ state: "later", reasons: [{ code: "in-call" }] });
    service.microsoft.endCall(jonas.id);
    await service.pass(5_000);
    expect(await state()).toMatchObject({ state: "call" });
  });

  it("whose platform stopped answering ages to stale instead of lying", async () => {
    service.microsoft.fail.next({ path: /getPresencesByUserId/, status: 503, times: Number.POSITIVE_INFINITY });
    await service.pass(70_000, 2_000);
    const { body } = await service.ask("GET", "/v1/experts?q=jonas");
    expect(body.items?.[0]).toMatchObject({
      reachability: { state: "later", reasons: [{ code: "stale" }], presences: [{ stale: true }] },
    });
  });
});
