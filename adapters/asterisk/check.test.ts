import { describe, expect, it } from "vitest";
import { silentLog } from "../../src/log.ts";
import { asterisk } from "./index.ts";
import { belongingOf } from "./names.ts";
import { settings } from "./settings.ts";
import { openFake, testSettings } from "./testing.ts";
import { endOf } from "./words.ts";

describe("the check", () => {
  it.each([
    ["22.10.1", true],
    ["22.3.0", true],
    ["22.2.9", false],
    ["20.13.0", true],
    ["20.12.4", false],
    ["21.9.0", false],
    ["18.26.4", false],
    ["certified/20.7-cert3", false],
    ["23.0.0", true],
    ["GIT-master-f0c1c1a", true],
  ])("Asterisk %s will do: %s", async (version, isFine) => {
    const { connection, fake } = openFake({ version });
    fake.connect("wss://pbx.example/ari/events?app=patchcord&api_key=patchcord:pass-word");
    const checked = asterisk.check(connection);
    if (isFine) await expect(checked).resolves.toBeUndefined();
    else await expect(checked).rejects.toMatchObject({ code: "unsupported" });
  });

  it("warns that no stream is open, which is no fault of the settings", async () => {
    const warnings: string[] = [];
    const { connection } = openFake();
    await asterisk.check({ ...connection, log: { ...silentLog, warn: (message) => void warnings.push(message) } });
    expect(warnings).toEqual([expect.stringContaining("not registered")]);
  });

  it.each([
    [{ status: 404 }, "platform_refused"],
    [{ status: 200, body: "<html>", headers: { "content-type": "text/html" } }, "platform_refused"],
    [{ status: 503 }, "platform_unavailable"],
    [{ drop: true }, "platform_unavailable"],
  ])("tells what is wrong: %j is %s", async (fault, code) => {
    const { connection, fake } = openFake();
    fake.faults.next(fault);
    await expect(asterisk.check(connection)).rejects.toMatchObject({ code });
  });

  it("signs in with any password that people can think of", async () => {
    const password = "pässwörd: 100%+&€";
    const { connection, fake } = openFake();
    fake.setPassword("");
    const requests: string[] = [];
    const fetch: typeof connection.fetch = async (_input, init) => {
      requests.push(new Headers(init?.headers).get("authorization") ?? "");
      return new Response(null, { status: 503 });
    };
    const signedIn = { ...connection, fetch, settings: { ...connection.settings, password } };
    await expect(asterisk.check(signedIn)).rejects.toMatchObject({ code: "platform_unavailable" });
    const [, encoded = ""] = requests[0]?.split(" ") ?? [];
    expect(Buffer.from(encoded, "base64").toString("utf8")).toBe(`patchcord:${password}`);
  });
});

describe("the settings", () => {
  const whole = { ...testSettings, password: "x" };
  it.each([
    ["an address in the open", { ariUrl: "http://pbx.example.com:8088/ari" }],
    ["an address with a sign-in", { ariUrl: "https://a:b@pbx.example.com/ari" }],
    ["no address", { ariUrl: "pbx" }],
    ["a colon in the user", { username: "a:b" }],
    ["two phones in one", { agents: [{ id: "a", name: "A", endpoint: "PJSIP/a&PJSIP/b" }] }],
    ["an agent whose id the dialplan cannot carry", { agents: [{ id: "a,b", name: "A", endpoint: "PJSIP/a" }] }],
    ["a trunk that dials the same number for everybody", { phoneEndpoint: "PJSIP/5@trunk" }],
    ["a header that is two", { contextHeader: "X-A,X-B" }],
    ["a caller id with a line break", { callerId: "a\nb" }],
  ])("do not take %s", (_what, change) => {
    expect(settings.safeParse({ ...whole, ...change }).success).toBe(false);
  });

  it.each([
    "https://pbx.example.com:8089/ari",
    "http://127.0.0.1:8088/ari",
    "http://10.1.2.3:8088/ari",
    "http://172.20.0.2:8088/ari",
    "http://asterisk:8088/ari",
    "http://pbx.internal/ari/",
  ])("take %s", (ariUrl) => {
    expect(settings.safeParse({ ...whole, ariUrl }).success).toBe(true);
  });
});

describe("whose leg a channel is", () => {
  const channel = (app_name: string, app_data: string, channelvars?: Record<string, string>) => ({
    id: "c",
    name: "PJSIP/a-1",
    state: "Up",
    caller: { name: "", number: "" },
    connected: { name: "", number: "" },
    creationtime: "",
    dialplan: { app_name, app_data },
    ...(channelvars ? { channelvars } : {}),
  });
  it.each([
    ["Stasis", "patchcord,7.1,customer,queue=claims,tier=gold%20plus", "customer of 7.1"],
    ["Stasis", "patchcord,7.1,agent,alice", "agent of 7.1"],
    ["Stasis", "patchcord,7.1,expert", "expert of 7.1"],
    ["Stasis", "patchcord,7.1,owner", "nobody"],
    ["Stasis", "patchcord", "nobody"],
    ["Stasis", "other,7.1,customer", "nobody"],
    ["Queue", "patchcord,7.1,customer", "nobody"],
    ["", "", "nobody"],
  ])("%s(%s): %s", (name, data, expected) => {
    const found = belongingOf("patchcord", channel(name, data));
    expect(found ? `${found.role} of ${found.interaction}` : "nobody").toBe(expected);
  });

  it("is told by variables when another application handed the call on", () => {
    const variables = { PATCHCORD_INTERACTION: "7.1", PATCHCORD_ROLE: "agent", PATCHCORD_ACCOUNT: "alice" };
    expect(belongingOf("patchcord", channel("Stasis", "acd,9", variables))).toEqual({
      interaction: "7.1",
      role: "agent",
      account: "alice",
      attributes: {},
    });
  });

  it("keeps what cannot be decoded", () => {
    const { attributes } =
      belongingOf("patchcord", channel("Stasis", "patchcord,7.1,customer,a=100%,=x,b=,c=1=2")) ?? {};
    expect(attributes).toEqual({ a: "100%", c: "1=2" });
  });
});

describe("what became of a leg", () => {
  it.each([
    [false, 21, 603, "failed declined"],
    [false, 21, 403, "failed unreachable"],
    [false, 21, undefined, "failed declined"],
    [false, 17, undefined, "failed busy"],
    [false, 19, 480, "failed no-answer"],
    [false, 34, 503, "failed unreachable"],
    [false, 999, undefined, "failed unreachable"],
    [false, 16, 487, "left cancelled"],
    [false, 16, undefined, "left cancelled"],
    [true, 16, undefined, "left hung-up"],
    [true, 17, 486, "left hung-up"],
  ])("answered %s, cause %s, SIP %s: %s", (wasUp, cause, sip, expected) => {
    const { state, reason } = endOf(wasUp, cause, sip);
    expect(`${state} ${reason}`).toBe(expected);
  });
});
