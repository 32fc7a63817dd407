import { describe, expect, it } from "vitest";
import { BridgeError } from "../../src/errors.ts";
import { everythingSaid, failureOf } from "../../src/platform/contract-suite/world.ts";
import { createMemoryTokens, fetchFrom } from "../../src/testing/connection.ts";
import { ada, ben, connect, createScene, type Scene } from "./fake/scene.ts";
import { read } from "./presence.ts";
import { endSession, signIn, signInAgain } from "./session.ts";

const minuteMs = 60_000;
const grants = (scene: Scene) =>
  scene.fake.requests
    .filter((one) => one.path === "/restapi/oauth/token")
    .map((one) => new URLSearchParams(one.body).get("grant_type")?.split(":").at(-1));
const bearers = (scene: Scene) =>
  scene.fake.requests.filter((one) => one.path.includes("/presence")).map((one) => one.headers.get("authorization"));

describe("a session", () => {
  it("is opened once for requests that come at the same time", async () => {
    const scene = createScene();
    await Promise.all(Array.from({ length: 20 }, () => read(scene.c, [ada])));
    expect(grants(scene)).toEqual(["jwt-bearer"]);
  });

  it("is shared by processes through the token store", async () => {
    const scene = createScene();
    const other = connect(scene.fake, scene.clock, { tokens: scene.c.tokens, fetch: scene.c.fetch });
    await read(scene.c, [ada]);
    await read(other, [ada]);
    expect(grants(scene)).toEqual(["jwt-bearer"]);
    expect(scene.fake.sessions.list()).toHaveLength(1);
  });

  it("is never another connection's, not even with one token store in one process", async () => {
    const first = createScene();
    const second = createScene({ client: { id: "other-client", secret: "other-secret" }, user: { jwt: "other-jwt" } });
    const tokens = createMemoryTokens(first.clock.now);
    const a = connect(first.fake, first.clock, { id: "con_a", tokens, fetch: fetchFrom(first.fake.app) });
    const b = connect(second.fake, second.clock, { id: "con_b", tokens, fetch: fetchFrom(second.fake.app) });
    await Promise.all([read(a, [ada]), read(b, [ben])]);
    await Promise.all([read(b, [ada]), read(a, [ben])]);
    expect(bearers(first)).toHaveLength(2);
    expect(bearers(second)).toHaveLength(2);
    expect(bearers(first).filter((token) => bearers(second).includes(token))).toEqual([]);
    expect([...first.fake.requests, ...second.fake.requests].every((one) => one.status < 300)).toBe(true);
  });

  it("is each connection's own even with the same credentials", async () => {
    const scene = createScene();
    const [a, b] = await Promise.all(["con_a", "con_b"].map((id) => signIn({ ...scene.c, id })));
    expect(a?.token).not.toBe(b?.token);
  });

  it("is not used with other settings", async () => {
    const scene = createScene();
    await read(scene.c, [ada]);
    const changed = { ...scene.c, settings: { ...scene.c.settings, jwt: "a-mistake" } };
    await expect(read(changed, [ada])).rejects.toMatchObject({ code: "platform_unauthorized" });
  });

  it("is followed by another when its hour is over", async () => {
    const scene = createScene();
    await read(scene.c, [ada]);
    scene.pass(61 * minuteMs);
    await read(scene.c, [ada]);
    expect(grants(scene)).toEqual(["jwt-bearer", "jwt-bearer"]);
  });

  it("goes on by refresh where the app issues refresh tokens", async () => {
    const scene = createScene({ client: { issuesRefreshTokens: true } });
    for (let hour = 0; hour < 4; hour++) {
      await read(scene.c, [ada]);
      scene.pass(61 * minuteMs);
    }
    expect(grants(scene)).toEqual(["jwt-bearer", "refresh_token", "refresh_token", "refresh_token"]);
    expect(scene.fake.sessions.list()).toHaveLength(1);
  });

  it("is opened anew by JWT when the refresh token is no longer good", async () => {
    const scene = createScene({ client: { issuesRefreshTokens: true } });
    await read(scene.c, [ada]);
    scene.fake.sessions.endAll();
    scene.pass(61 * minuteMs);
    expect(await read(scene.c, [ada])).toHaveLength(1);
    expect(grants(scene)).toEqual(["jwt-bearer", "refresh_token", "jwt-bearer"]);
  });

  it("is not opened by JWT while a refresh is throttled", async () => {
    const scene = createScene({ client: { issuesRefreshTokens: true } });
    await read(scene.c, [ada]);
    scene.pass(61 * minuteMs);
    scene.fake.fail.next({ path: "/restapi/oauth/token", status: 429, headers: { "Retry-After": "30" } });
    await expect(read(scene.c, [ada])).rejects.toMatchObject({ code: "platform_throttled", retryAfterMs: 30_000 });
    expect(grants(scene)).toEqual(["jwt-bearer", "refresh_token"]);
  });

  it("survives a refresh whose answer was lost: the old refresh token still yields the new one", async () => {
    const scene = createScene({ client: { issuesRefreshTokens: true } });
    await read(scene.c, [ada]);
    scene.pass(61 * minuteMs);
    scene.fake.fail.next({ path: "/restapi/oauth/token", applyThenDrop: true });
    await expect(read(scene.c, [ada])).rejects.toMatchObject({ code: "platform_unavailable" });
    expect(await read(scene.c, [ada])).toHaveLength(1);
    expect(grants(scene)).toEqual(["jwt-bearer", "refresh_token", "refresh_token"]);
  });
});

describe("a session that RingCentral ended", () => {
  it("is replaced and the request made again", async () => {
    const scene = createScene();
    await read(scene.c, [ada]);
    scene.fake.sessions.endAll();
    expect(await read(scene.c, [ada])).toHaveLength(1);
  });

  it("is replaced once, however many requests meet the refusal", async () => {
    const scene = createScene();
    await read(scene.c, [ada]);
    scene.fake.sessions.endAll();
    const answers = await Promise.all(Array.from({ length: 15 }, () => read(scene.c, [ada])));
    expect(answers.every((reports) => reports.length === 1)).toBe(true);
    expect(grants(scene)).toEqual(["jwt-bearer", "jwt-bearer"]);
  });

  it("is not taken for its successor when a refusal comes late", async () => {
    const { c } = createScene();
    const first = await signIn(c);
    await endSession(c, first);
    const second = await signIn(c);
    await endSession(c, first);
    expect(await signIn(c)).toEqual(second);
    await endSession(c, second);
    expect((await signIn(c)).token).not.toBe(second.token);
  });

  it.each([false, true])("never makes the SDK ask for a token of -1 seconds (refresh tokens: %s)", async (issued) => {
    const scene = createScene({ client: { issuesRefreshTokens: issued } });
    await read(scene.c, [ada]);
    scene.fake.fail.next({ path: "/restapi/v1.0/account", status: 401, body: { errorCode: "OAU-128" } });
    await read(scene.c, [ada]);
    const asked = scene.fake.requests.map((one) => new URLSearchParams(one.body).get("access_token_ttl"));
    expect(asked).not.toContain("-1");
    const [session] = scene.fake.sessions.list();
    expect((session?.accessUntil ?? 0) - scene.clock.now().getTime()).toBe(3_600_000);
  });

  it("is ended by the sixth sign-in of somebody else, and comes back", async () => {
    const scene = createScene();
    await read(scene.c, [ada]);
    for (let others = 0; others < 5; others++) scene.fake.sessions.open(new URLSearchParams());
    expect(await read(scene.c, [ada])).toHaveLength(1);
  });

  it("fails after the second refusal instead of trying on", async () => {
    const scene = createScene();
    scene.fake.fail.next({ path: "/restapi/v1.0/account", status: 401, times: 9 });
    await expect(read(scene.c, [ada])).rejects.toMatchObject({ code: "platform_unauthorized" });
    expect(scene.fake.requests.filter((one) => one.path.includes("/presence"))).toHaveLength(2);
  });
});

describe("credentials that are refused", () => {
  it("are not tried again at each request", async () => {
    const scene = createScene({ settings: { jwt: "wrong" } });
    for (let tries = 0; tries < 10; tries++) {
      await expect(signIn(scene.c)).rejects.toMatchObject({ code: "platform_unauthorized" });
    }
    expect(grants(scene)).toHaveLength(1);
    scene.pass(6 * minuteMs);
    await expect(signIn(scene.c)).rejects.toThrow("JWT");
    expect(grants(scene)).toHaveLength(2);
  });

  it("are tried once more when an admin asks", async () => {
    const scene = createScene({ client: { allowsJwt: false } });
    await expect(signIn(scene.c)).rejects.toThrow("JWT auth flow");
    scene.fake.world.client.allowsJwt = true;
    await expect(signIn(scene.c)).rejects.toThrow("JWT auth flow");
    expect(await signInAgain(scene.c)).toMatchObject({ owner: "801000" });
    expect(await signIn(scene.c)).toMatchObject({ owner: "801000" });
  });

  it("are told by what is wrong with them", async () => {
    const wrongSecret = createScene({ settings: { clientSecret: "wrong" } });
    await expect(signIn(wrongSecret.c)).rejects.toThrow("client ID and secret");
  });
});

describe("a request", () => {
  it("hands on what the budget says, as it is and with nothing attached", async () => {
    const scene = createScene();
    await read(scene.c, [ada]);
    const ours = new BridgeError("platform_throttled", "our share is used", { retryAfterMs: 1_234 });
    const c = { ...scene.c, fetch: () => Promise.reject(ours) };
    const error = await failureOf(read(c, [ada]));
    expect(error).toBe(ours);
    expect(Object.keys(ours)).not.toContain("request");
  });

  it("says that RingCentral did not answer, and no more", async () => {
    const scene = createScene();
    await read(scene.c, [ada]);
    const [session] = scene.fake.sessions.list();
    scene.fake.fail.next({ drop: true });
    const error = await failureOf(read(scene.c, [ada]));
    expect(error).toMatchObject({ name: "BridgeError", code: "platform_unavailable" });
    expect(everythingSaid(error)).not.toContain(session?.access);
  });

  it("never tells a token, a secret or the vendor's words in an error", async () => {
    const scene = createScene();
    await read(scene.c, [ada]);
    const [session] = scene.fake.sessions.list();
    const body = { errorCode: "CMN-101", message: "value +16505550101 is invalid", parameterName: "dndStatus" };
    scene.fake.fail.next({ path: "/restapi/v1.0/account", status: 400, body });
    const said = everythingSaid(await failureOf(read(scene.c, [ada])));
    for (const secret of [session?.access, "+16505550101", "made-up-secret", "made-up-jwt"]) {
      expect(said).not.toContain(secret);
    }
    expect(said).toContain("dndStatus");
  });

  it("goes to the configured server, with or without a slash at its end", async () => {
    const scene = createScene({ settings: { server: "https://platform.ringcentral.biz/" } });
    const seen: string[] = [];
    const c = {
      ...scene.c,
      fetch: (...[input, init]: Parameters<typeof scene.c.fetch>) => {
        seen.push(input instanceof Request ? input.url : String(input));
        return scene.c.fetch(input, init);
      },
    };
    await read(c, [ada]);
    expect(seen[0]).toBe("https://platform.ringcentral.biz/restapi/oauth/token");
  });
});
