import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { makeEncryption } from "../../../adapters/teams/testing/certificate.ts";
import { createTestService, jonas, type TestService } from "../service.ts";

const encryption = await makeEncryption();
const refreshToken = "refresh-of-the-service-account";
let service: TestService;

async function open(rich: boolean) {
  service = await createTestService();
  const notifications = { refreshToken, acceptV2Tokens: false, ...(rich ? { encryption } : {}) };
  const body = { adapter: "teams", settings: service.microsoft.settings({ notifications }) };
  expect((await service.ask("PUT", "/v1/connections/Teams", { body })).status).toBe(200);
  await service.pass(6_000);
}
beforeEach(() => open(true));
afterEach(() => service?.close());

const subscriptions = () => service.microsoft.subscriptions.list();
const shown = async () => {
  const [row] = await service.sql`select p.activity, p.source from presences p join accounts a on a.id = p.account_id
    where a.external_id = ${jonas.id}`;
  return row;
};
const teamsHealth = async () => {
  const { body } = await service.ask("GET", "/v1/connections");
  return body.items?.find(({ adapter }) => adapter === "teams")?.health as { state: string; code?: string } | undefined;
};
const idle = () => service.microsoft.subscriptions.idle();

describe("pushes of presence", () => {
  it("tell of a call before the next sweep, rich ones by themselves", async () => {
    expect(subscriptions()).toHaveLength(1);
    service.microsoft.startCall(jonas.id);
    await idle();
    expect(await shown()).toMatchObject({ activity: "on-call", source: "push" });
  });

  it("basic ones make us look at that person at once", async () => {
    await service.close();
    await open(false);
    service.microsoft.startCall(jonas.id);
    await idle();
    await service.settle();
    expect(await shown()).toMatchObject({ activity: "on-call", source: "read" });
  });

  it("that are lost cost freshness, not correctness, and somebody is told when they stay away", async () => {
    service.microsoft.startCall(jonas.id);
    await idle();
    service.microsoft.subscriptions.lose(true);
    service.microsoft.endCall(jonas.id);
    await service.pass(6_000);
    expect(await shown()).toMatchObject({ activity: "none", source: "read" });
    await service.pass(11 * 60_000, 30_000);
    service.microsoft.startCall(jonas.id);
    await service.pass(12_000);
    expect(await teamsHealth()).toMatchObject({ state: "degraded", code: "push-silent" });
    service.microsoft.subscriptions.lose(false);
    service.microsoft.endCall(jonas.id);
    await idle();
    await service.pass(70_000, 5_000);
    expect(await teamsHealth()).toMatchObject({ state: "well" });
  });

  it("are renewed and made again for hours in which every fifth request fails, and never given up", async () => {
    let seed = 7;
    const random = () => {
      seed = (Math.imul(seed, 1_103_515_245) + 12_345) & 0x7fffffff;
      return seed / 0x7fffffff;
    };
    let without = 0;
    for (let minutes = 0; minutes < 5 * 60; minutes += 10) {
      if (random() < 0.2) service.microsoft.fail.next({ path: /\/subscriptions/, status: 503, times: 1 });
      if (random() < 0.02) for (const { id } of subscriptions()) service.microsoft.subscriptions.forget(id);
      await service.clock.advance(600_000);
      await service.settle();
      without = subscriptions().length === 0 ? without + 10 : 0;
      expect(without, `after ${minutes} minutes`).toBeLessThanOrEqual(20);
    }
  });

  it("whose service account must sign in again are said to be so, while the sweep goes on", async () => {
    service.microsoft.revokeRefreshTokens();
    service.microsoft.revokeTokens();
    await service.pass(11 * 60_000, 60_000);
    expect(await teamsHealth()).toMatchObject({ state: "degraded", code: "push-refused" });
    service.microsoft.startCall(jonas.id);
    await service.pass(6_000);
    expect(await shown()).toMatchObject({ activity: "on-call" });
  });
});
