import { describe, expect, it } from "vitest";
import { failureFrom } from "./failures.ts";

const now = new Date("2026-03-02T09:00:00Z");
const refusal = (status: number, body: unknown, headers: Record<string, string> = {}) =>
  failureFrom(Response.json(body, { status, headers }), now);
const coded = (errorCode: string, more: object = {}) => ({ errors: [{ errorCode, message: "words", ...more }] });

describe("what a refusal means", () => {
  it.each([
    [401, coded("OAU-128"), "platform_unauthorized", "sign-in"],
    [400, { error: "invalid_grant", error_description: "words" }, "platform_unauthorized", "JWT"],
    [401, { error: "invalid_client" }, "platform_unauthorized", "client ID and secret"],
    [400, { error: "unauthorized_client" }, "platform_unauthorized", "JWT auth flow"],
    [400, { error: "invalid_request" }, "platform_unauthorized", "sign-in"],
    [
      403,
      coded("CMN-401", { permissionName: "EditPresence" }),
      "platform_unauthorized",
      "app lacks a permission (EditPresence)",
    ],
    [
      403,
      coded("CMN-408", { permissionName: "EditPresenceStatus" }),
      "platform_unauthorized",
      "role of the RingCentral service user lacks a permission (EditPresenceStatus)",
    ],
    [403, coded("CMN-404"), "platform_unauthorized", "role of the RingCentral service user lacks a permission."],
    [403, coded("CMN-402"), "platform_unauthorized", "role"],
    [403, coded("CMN-403"), "unsupported", "user extensions"],
    [403, coded("CMN-109"), "unsupported", "plan"],
    [403, coded("SUB-505"), "platform_refused", "too many subscriptions"],
    [400, coded("SUB-524"), "platform_refused", "certificate"],
    [400, coded("SUB-525"), "platform_refused", "webhook address"],
    [403, coded("SUB-406"), "platform_unauthorized", "watch this presence"],
    [403, {}, "platform_unauthorized", "role"],
    [404, coded("CMN-102"), "not_found", ""],
    [404, coded("SUB-507"), "not_found", ""],
    [400, coded("CMN-101"), "platform_refused", ""],
    [409, coded("TAS-106"), "conflict", ""],
    [415, undefined, "platform_refused", ""],
    [500, coded("CMN-201"), "platform_unavailable", ""],
    [408, undefined, "platform_unavailable", ""],
    [503, "<html>", "platform_unavailable", ""],
  ])("%i %j is %s", async (status, body, code, words) => {
    const error = await refusal(status, body ?? null);
    expect(error).toMatchObject({ code, details: { status } });
    expect(error.message).toContain(words);
    expect(error.message).not.toContain("{what}");
  });

  it("takes the codes that the guide's samples repeat at the top", async () => {
    expect(await refusal(403, { errorCode: "CMN-401", message: "words" })).toMatchObject({
      details: { errorCode: "CMN-401" },
    });
  });

  it("says how long to wait: what RingCentral says, else a whole penalty", async () => {
    expect(await refusal(429, coded("CMN-301"), { "Retry-After": "7" })).toMatchObject({
      code: "platform_throttled",
      retryAfterMs: 7_000,
    });
    expect(await refusal(429, coded("CMN-303"))).toMatchObject({ code: "platform_throttled", retryAfterMs: 60_000 });
    expect(await refusal(503, null, { "Retry-After": "2" })).toMatchObject({ retryAfterMs: 2_000 });
    expect((await refusal(503, null)).retryAfterMs).toBeUndefined();
  });

  it("keeps codes and names, never texts", async () => {
    const body = coded("CMN-101", { parameterName: "call +1 650 555 0100", permissionName: "Ada Lovelace, +1" });
    const error = await refusal(400, body);
    expect(JSON.stringify({ ...error, message: error.message })).not.toMatch(/555|Ada|words/);
  });

  it("survives any body", async () => {
    for (const body of [null, 7, "text", [], { errors: "no" }, { errors: [] }, { errors: [null] }, { error: 7 }]) {
      expect(await refusal(400, body)).toMatchObject({ name: "BridgeError" });
    }
    expect(await failureFrom(new Response("not json", { status: 502 }), now)).toMatchObject({
      code: "platform_unavailable",
    });
  });
});
