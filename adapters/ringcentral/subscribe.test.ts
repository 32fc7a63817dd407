import { describe, expect, it } from "vitest";
import { ada, createScene, hookAddress, type Scene } from "./fake/scene.ts";
import { subscribe } from "./subscribe.ts";

const dayMs = 24 * 3_600_000;
const path = "/restapi/v1.0/subscription";
const asked = (scene: Scene) => scene.fake.requests.filter((one) => one.path.startsWith(path)).map((one) => one.method);

describe("subscribing", () => {
  it("watches the presence of the account and asks to be reminded", async () => {
    const scene = createScene();
    const made = await subscribe(scene.c, hookAddress);
    const [one] = scene.fake.subscriptions.list();
    expect(made).toEqual({ id: one?.id, expiresAt: new Date("2026-03-09T09:00:00Z"), secret: one?.secret });
    expect(one?.eventFilters).toEqual([
      "/restapi/v1.0/account/809646016/presence?detailedTelephonyState=true",
      `/restapi/v1.0/subscription/${one?.id}?threshold=86400&interval=3600`,
    ]);
    scene.fake.startCall(ada);
    await scene.fake.deliveries.idle();
    expect(scene.hook.events).toHaveLength(1);
  });

  it("adopts what is at our address", async () => {
    const scene = createScene();
    const made = await subscribe(scene.c, hookAddress);
    expect(await subscribe(scene.c, hookAddress)).toEqual(made);
    expect(await subscribe(scene.c, hookAddress, made)).toEqual(made);
    expect(asked(scene)).toEqual(["GET", "POST", "GET", "GET"]);
  });

  it("leaves other addresses alone", async () => {
    const scene = createScene();
    await subscribe(scene.c, "https://bridge.example/hooks/other");
    await subscribe(scene.c, hookAddress);
    expect(scene.fake.subscriptions.list()).toHaveLength(2);
  });

  it("renews in the second half of the life", async () => {
    const scene = createScene();
    const made = await subscribe(scene.c, hookAddress);
    scene.pass(3 * dayMs);
    expect(await subscribe(scene.c, hookAddress, made)).toEqual(made);
    scene.pass(dayMs);
    const renewed = await subscribe(scene.c, hookAddress, made);
    expect(renewed.id).toBe(made.id);
    expect(renewed.expiresAt).toEqual(new Date(scene.clock.now().getTime() + 7 * dayMs));
  });

  it("is reminded on the last day", async () => {
    const scene = createScene();
    await subscribe(scene.c, hookAddress);
    scene.fake.subscriptions.remind();
    scene.pass(6 * dayMs + 1);
    scene.fake.subscriptions.remind();
    await scene.fake.deliveries.idle();
    expect(scene.hook.events).toMatchObject([{ kind: "attention", what: "renew" }]);
  });

  it("makes a new one when RingCentral has forgotten it", async () => {
    const scene = createScene();
    const made = await subscribe(scene.c, hookAddress);
    scene.pass(8 * dayMs);
    expect((await subscribe(scene.c, hookAddress, made)).id).not.toBe(made.id);
    scene.pass(5 * dayMs);
    scene.fake.fail.next({ path: /\/renew$/, status: 404, body: { errorCode: "SUB-507", message: "" } });
    await subscribe(scene.c, hookAddress);
    expect(asked(scene).slice(-3)).toEqual(["GET", "POST", "POST"]);
  });

  it("replaces a blacklisted one at the same address", async () => {
    const scene = createScene();
    const made = await subscribe(scene.c, hookAddress);
    scene.hook.status = 500;
    for (let count = 0; count < 3; count++) {
      scene.fake.startCall(ada);
      await scene.fake.deliveries.idle();
    }
    expect(scene.fake.subscriptions.find(made.id).status).toBe("Blacklisted");
    scene.hook.status = undefined;
    const again = await subscribe(scene.c, hookAddress, made);
    expect(scene.fake.subscriptions.list().map((one) => [one.id, one.status])).toEqual([[again.id, "Active"]]);
    expect(again.wasBlocked).toBe(true);
    expect((await subscribe(scene.c, hookAddress, again)).wasBlocked).toBeUndefined();
  });

  it("replaces one that lacks a filter, and removes doubles", async () => {
    const scene = createScene();
    const deliveryMode = { transportType: "WebHook", address: hookAddress, verificationToken: "x" };
    const eventFilters = ["/restapi/v1.0/account/~/presence"];
    await scene.fake.subscriptions.create({ eventFilters, deliveryMode });
    const made = await subscribe(scene.c, hookAddress);
    expect(scene.fake.subscriptions.list().map((one) => one.id)).toEqual([made.id]);
    await scene.fake.subscriptions.create({
      eventFilters: [
        "/restapi/v1.0/account/~/presence?detailedTelephonyState=true",
        "/restapi/v1.0/subscription/~?interval=3600&threshold=86400",
      ],
      deliveryMode,
    });
    expect(await subscribe(scene.c, hookAddress, made)).toEqual(made);
    expect(scene.fake.subscriptions.list().map((one) => one.id)).toEqual([made.id]);
  });

  it("replaces one that was made with another client secret", async () => {
    const scene = createScene();
    const made = await subscribe(scene.c, hookAddress);
    scene.fake.world.client.secret = "rotated";
    const c = { ...scene.c, settings: { ...scene.c.settings, clientSecret: "rotated" } };
    const again = await subscribe(c, hookAddress, made);
    expect(again.id).not.toBe(made.id);
    expect(scene.fake.subscriptions.list().map((one) => one.secret)).toEqual([again.secret]);
  });
});

describe("subscribing fails", () => {
  it("with the fix, when our address does not answer the handshake", async () => {
    const scene = createScene();
    scene.hook.status = 404;
    await expect(subscribe(scene.c, hookAddress)).rejects.toThrow("webhook address");
    await expect(subscribe(scene.c, "http://bridge.example/plain")).rejects.toMatchObject({ code: "platform_refused" });
    expect(scene.fake.subscriptions.list()).toEqual([]);
  });

  it("with the missing scope", async () => {
    const scene = createScene({ client: { scopes: ["ReadAccounts", "EditPresence"] } });
    await expect(subscribe(scene.c, hookAddress)).rejects.toThrow("SubscriptionWebhook");
  });

  it("when RingCentral takes only a part of it, and leaves nothing behind", async () => {
    const scene = createScene({ client: { scopes: ["EditPresence", "SubscriptionWebhook"] } });
    await expect(subscribe(scene.c, hookAddress)).rejects.toMatchObject({
      code: "platform_unauthorized",
      message: expect.stringContaining("ReadAccounts"),
      details: { disabled: "CMN-401" },
    });
    expect(scene.fake.subscriptions.list()).toEqual([]);
  });

  it("when there are thirty already", async () => {
    const scene = createScene();
    const eventFilters = ["/restapi/v1.0/account/~/presence"];
    for (let count = 0; count < 30; count++) {
      const deliveryMode = { transportType: "WebHook", address: `${hookAddress}/${count}` };
      await scene.fake.subscriptions.create({ eventFilters, deliveryMode });
    }
    await expect(subscribe(scene.c, hookAddress)).rejects.toThrow("too many subscriptions");
  });
});
