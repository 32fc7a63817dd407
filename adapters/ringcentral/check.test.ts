import { describe, expect, it } from "vitest";
import { silentLog } from "../../src/log.ts";
import { check } from "./check.ts";
import { company, createScene, service } from "./fake/scene.ts";

describe("check", () => {
  it("is content with what the README asks for", async () => {
    const { c } = createScene();
    await expect(check(c)).resolves.toBeUndefined();
  });

  it("names scopes that the app lacks, with what they are for", async () => {
    const { c } = createScene({ client: { scopes: ["ReadAccounts", "ReadPresence"] } });
    await expect(check(c)).rejects.toThrow(
      /EditPresence \(.*SubscriptionWebhook \(.*TeamMessaging \(cards to experts\)/,
    );
    await expect(check(c)).rejects.toMatchObject({ code: "platform_unauthorized" });
  });

  it("warns of a feature that the scopes do not allow", async () => {
    const { c } = createScene({
      client: { scopes: ["ReadAccounts", "EditPresence", "SubscriptionWebhook", "TeamMessaging"] },
    });
    const warnings: unknown[] = [];
    await check({ ...c, log: { ...silentLog, warn: (...args) => warnings.push(args) } });
    expect(warnings).toEqual([["the RingCentral app lacks a scope", { scope: "Video" }]]);
  });

  it.each([
    "ReadPresenceStatus",
    "EditPresenceStatus",
  ])("names the role permission %s when it is missing", async (missing) => {
    const permissions = ["ReadPresenceStatus", "EditPresenceStatus"].filter((one) => one !== missing);
    const { c } = createScene({ user: { permissions } });
    await expect(check(c)).rejects.toThrow(missing);
  });

  it("cannot ask about others where there are none", async () => {
    const { c } = createScene({ extensions: company.filter((one) => one.id === service), user: { permissions: [] } });
    await expect(check(c)).resolves.toBeUndefined();
  });

  it("looks again after a repair on RingCentral's side", async () => {
    const { c, fake } = createScene({ client: { allowsJwt: false } });
    await expect(check(c)).rejects.toThrow("JWT auth flow");
    fake.world.client.allowsJwt = true;
    await expect(check(c)).resolves.toBeUndefined();
  });
});
