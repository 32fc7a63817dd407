import { Hono } from "hono";
import { describe, expect, it } from "vitest";
import { createTestConnection, fetchFrom } from "../../src/testing/connection.ts";
import { createFakeTwilio } from "./fake.ts";
import { twilio } from "./index.ts";
import { settings } from "./settings.ts";

const good = createFakeTwilio({ workers: [] }).settings();
const accepts = (change: Record<string, unknown>) => settings.safeParse({ ...good, ...change }).success;

describe("settings", () => {
  it("are few: the rest has defaults", () => {
    const { accountSid, apiKeySid, apiKeySecret, authToken, workspaceSid, fromNumber } = good;
    const few = { accountSid, apiKeySid, apiKeySecret, authToken, workspaceSid, fromNumber };
    expect(settings.parse(few)).toEqual({ ...good, machineDetection: false });
  });

  it("notice ids in the wrong field, numbers that are none and addresses that are not safe", () => {
    expect(accepts({ accountSid: good.apiKeySid })).toBe(false);
    expect(accepts({ workspaceSid: "WS1/../x" })).toBe(false);
    expect(accepts({ fromNumber: "0701740605" })).toBe(false);
    expect(accepts({ voiceUrl: "http://api.twilio.com" })).toBe(false);
    expect(accepts({ voiceUrl: "https://user:secret@api.twilio.com" })).toBe(false);
    expect(accepts({ sipDomain: "sbc.example.com?x=1" })).toBe(false);
    expect(accepts({ sipDomain: "sbc.example.com:5061;transport=tls" })).toBe(true);
  });

  it("may point to where everything is served below a path", async () => {
    const workers = Array.from({ length: 25 }, (_, index) => ({ name: `Agent ${index}` }));
    const fake = createFakeTwilio({ workers, pageSizeMax: 10 });
    const app = new Hono();
    app.mount("/twilio", fake.app.fetch);
    const given = settings.parse(fake.settings("http://localhost:3000/twilio"));
    const connection = createTestConnection(given, { fetch: fetchFrom(app) });
    await twilio.check(connection);
    expect(await twilio.presence?.readAll?.(connection)).toHaveLength(25);
    const ref = fake.startCall({ agent: fake.workers()[0]?.sid ?? "" });
    expect((await twilio.calls?.lookup(connection, ref))?.parties).toHaveLength(2);
  });
});
