import { describe, expect, it } from "vitest";
import { check } from "../check.ts";
import { sentTo, useMicrosoft } from "../fake/test-world.ts";
import { settings } from "../settings.ts";
import { calling } from "./identities.ts";
import { signedHeaders } from "./sign.ts";

const microsoft = useMicrosoft();
const connect = (people = false, more = {}) => {
  const { fake, connect } = microsoft.world;
  return connect({ calling: fake.calling(people), ...more });
};

describe("a token for the agent's browser", () => {
  it("is made with its caller in one request, for an hour, and good for joining only", async () => {
    const { fake, clock } = microsoft.world;
    const made = await calling.issue(connect(), ["meeting"]);
    expect(made).toEqual({
      caller: expect.stringMatching(/^8:acs:/),
      token: expect.stringMatching(/^[\w-]+\.[\w-]+\.[\w-]+$/),
      expiresAt: new Date(clock.now().getTime() + 3_600_000),
    });
    expect(sentTo(fake, /identities/)).toEqual([{ createTokenWithScopes: ["voip.join"], expiresInMinutes: 60 }]);
    expect(fake.callers().get(made.caller)?.scopes).toEqual(["voip.join"]);
  });

  it("may make phones ring only where colleagues may be rung", async () => {
    const { caller } = await calling.issue(connect(true), ["meeting", "person"]);
    expect(microsoft.world.fake.callers().get(caller)?.scopes).toEqual(["voip"]);
  });

  it("is renewed for the same caller, and for a new one when the resource has forgotten them", async () => {
    const { fake } = microsoft.world;
    const c = connect();
    const { caller } = await calling.issue(c, ["meeting"]);
    expect((await calling.issue(c, ["meeting"], caller)).caller).toBe(caller);
    fake.callers().clear();
    expect((await calling.issue(c, ["meeting"], caller)).caller).not.toBe(caller);
    expect(fake.callers().size).toBe(1);
  });

  it("ends with its caller; forgetting twice is no fault", async () => {
    const { fake } = microsoft.world;
    const c = connect();
    const { caller } = await calling.issue(c, ["meeting"]);
    await calling.forget(c, caller);
    expect(fake.callers().size).toBe(0);
    await calling.forget(c, caller);
  });
});

describe("when it fails", () => {
  it.each([
    ["the access key is an old one", () => microsoft.world.fake.replaceAccessKey(), "platform_unauthorized"],
    ["the resource throttles", () => fail({ status: 429, headers: { "retry-after": "7" } }), "platform_throttled"],
    ["the resource is down", () => fail({ status: 503 }), "platform_unavailable"],
    ["the answer is lost", () => fail({ applyThenDrop: true }), "platform_unavailable"],
    [
      "the answer is not what is described",
      () => fail({ status: 201, body: { identity: {} } }),
      "platform_unavailable",
    ],
  ])("says so when %s, and never what was secret", async (_name, spoil, code) => {
    const c = connect();
    spoil();
    const error = await calling.issue(c, ["meeting"]).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code });
    expect(JSON.stringify(error) + String(error)).not.toContain(c.settings.calling?.accessKey);
  });
  const fail = (fault: object) => microsoft.world.fake.fail.next({ path: /identities/, ...fault });

  it("tells the admin which key is meant, in the check of the connection", async () => {
    await check(connect());
    expect(microsoft.world.fake.callers().size).toBe(0);
    microsoft.world.fake.replaceAccessKey();
    const old = { ...microsoft.world.fake.calling(), accessKey: "bWFkZS11cC1hY2Nlc3Mta2V5LW9mLTMyLWJ5dGVzLS0=" };
    await expect(check(connect(false, { calling: old }))).rejects.toMatchObject({
      code: "platform_unauthorized",
      message: expect.stringContaining("access key"),
    });
  });

  it("says how to set it up where it is not", async () => {
    await expect(calling.issue(microsoft.world.connect(), ["meeting"])).rejects.toMatchObject({ code: "unsupported" });
  });
});

describe("what settings allow", () => {
  const given = (more: object) => microsoft.world.fake.settings(more);
  it("is nothing without a resource, and no address is opened", () => {
    expect([calling.ways(given({})), calling.sources(given({}))]).toEqual([[], []]);
  });

  it("is meetings where they are used, and colleagues only where an admin says so", () => {
    const { fake } = microsoft.world;
    expect(calling.ways(given({ calling: fake.calling() }))).toEqual(["meeting"]);
    expect(calling.ways(given({ calling: fake.calling(true) }))).toEqual(["meeting", "person"]);
    expect(calling.ways(given({ calling: fake.calling(true), features: ["hold"] }))).toEqual(["person"]);
    expect(calling.sources(given({ calling: fake.calling() }))).toContain("wss://*.communication.microsoft.com");
  });

  it("is refused with a key that is none", () => {
    const parsed = settings.shape.calling.safeParse({
      endpoint: "https://x.communication.azure.com",
      accessKey: "abc",
    });
    expect(parsed.error?.issues[0]?.message).toContain("access key");
  });
});

it("signs as the service's own documentation does", async () => {
  const headers = await signedHeaders(
    { accessKey: "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=" },
    "POST",
    "https://contoso.communication.azure.com/calling/callConnections?api-version=2026-03-12",
    '{"targets":[],"callbackUri":"https://bridge.example/cb"}',
    new Date("2026-01-05T10:00:00Z"),
  );
  expect(headers).toEqual({
    "x-ms-date": "Mon, 05 Jan 2026 10:00:00 GMT",
    "x-ms-content-sha256": "NPwAzp5gqvolYKQyHl9WFPRS0Ywbx9cxGvYJ9zRhD3g=",
    authorization:
      "HMAC-SHA256 SignedHeaders=x-ms-date;host;x-ms-content-sha256&Signature=Ttv8oF/HCoy2UyasG/mIcCuOb0Kad/F7GVZpRCp4ork=",
  });
});
