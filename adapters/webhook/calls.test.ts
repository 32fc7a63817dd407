import { describe, expect, it } from "vitest";
import { BridgeError } from "../../src/errors.ts";
import type { CallCommand, Outcome } from "../../src/platform/contract.ts";
import { findForgery } from "../../src/platform/signature.ts";
import { createTestConnection } from "../../src/testing/connection.ts";
import { calls } from "./calls.ts";
import { openFake, openStub, secret } from "./testing.ts";

const consult: CallCommand = {
  commandId: "cmd-1",
  operation: "startConsult",
  interaction: "call-1",
  agent: "agent-1",
  target: { kind: "phone", e164: "+33123456789" },
  contextRef: "ctx_0123456789abcdefghjkmnpqrs",
  ringMs: 18_000,
};

const answering = (status: number, body: BodyInit | null = null, headers: Record<string, string> = {}) =>
  openStub(() => new Response(body, { status, headers }));

describe("a command on the wire", () => {
  it("is one signed request with everything that the contact center needs", async () => {
    const { connection, requests, clock } = answering(202);
    await calls.run(connection, consult);
    const [request] = requests;
    if (!request) throw new Error("nothing was sent");
    expect([request.method, request.url]).toEqual(["POST", "https://contact-center.example/commands"]);
    expect(request.redirect).toBe("manual");
    const { headers } = request;
    const body = new Uint8Array(await request.arrayBuffer());
    expect(await findForgery([secret], { headers, body, now: clock.now() })).toBeUndefined();
    expect(headers.get("webhook-id")).toBe("cmd-1");
    const { operation, ...rest } = consult;
    expect(JSON.parse(new TextDecoder().decode(body))).toEqual({
      ...rest,
      op: operation,
      deadline: "2026-03-02T09:00:15.000Z",
    });
  });

  it("goes below the command address, with or without a slash at its end", async () => {
    const { connection, requests } = answering(202);
    const settings = { ...connection.settings, commandUrl: "https://pbx.example/patchcord/" };
    await calls.run({ ...connection, settings }, consult);
    expect(requests[0]?.url).toBe("https://pbx.example/patchcord/commands");
  });
});

describe("what comes of a command", () => {
  it.each<[string, number, BodyInit | null, Outcome]>([
    ["202", 202, null, { state: "accepted" }],
    ["200", 200, '{"state":"done"}', { state: "done" }],
    [
      "a refusal in the body",
      200,
      '{"state":"refused","code":"busy"}',
      { state: "refused", code: "busy", reason: "busy" },
    ],
    ["a page instead of an answer", 200, "<h1>Welcome</h1>", { state: "unknown", reason: expect.any(String) }],
    ["an answer that says nothing", 200, "{}", { state: "unknown", reason: expect.any(String) }],
    [
      "a problem with a code",
      409,
      '{"code":"expert_not_connected","detail":"not yet"}',
      { state: "refused", code: "expert_not_connected", reason: "not yet" },
    ],
    ["a problem without a code", 404, "nothing here", { state: "refused", code: "http_404", reason: "http_404" }],
    ["a redirect", 302, null, { state: "refused", code: "http_302", reason: "http_302" }],
    ["408", 408, null, { state: "unknown", reason: expect.any(String) }],
    ["500", 500, null, { state: "unknown", reason: expect.any(String) }],
    ["503", 503, '{"code":"busy"}', { state: "unknown", reason: expect.any(String) }],
  ])("%s", async (_name, status, body, outcome) => {
    expect(await calls.run(answering(status, body).connection, consult)).toEqual(outcome);
  });

  it("is unknown when the network fails or the time is up", async () => {
    for (const fault of [new TypeError("fetch failed"), new DOMException("", "TimeoutError")]) {
      const connection = createTestConnection(
        { commandUrl: "https://a.example", secret },
        { fetch: () => Promise.reject(fault) },
      );
      expect((await calls.run(connection, consult)).state).toBe("unknown");
    }
  });

  it("is nothing at all when our own budget is used up", async () => {
    const throttled = new BridgeError("platform_throttled", "wait", { retryAfterMs: 5 });
    const connection = createTestConnection(
      { commandUrl: "https://a.example", secret },
      { fetch: () => Promise.reject(throttled) },
    );
    await expect(calls.run(connection, consult)).rejects.toBe(throttled);
  });
});

describe("looking", () => {
  it("asks by the id, whatever characters it has", async () => {
    const { connection, requests } = answering(404);
    expect(await calls.lookup(connection, "a/b?c=d#é")).toBeUndefined();
    expect(await calls.lookupCommand?.(connection, "../agents")).toBeUndefined();
    expect(requests.map(({ url }) => new URL(url).pathname)).toEqual([
      "/interactions/a%2Fb%3Fc%3Dd%23%C3%A9",
      "/commands/..%2Fagents",
    ]);
  });

  it("does not take nonsense for an interaction", async () => {
    const { connection } = answering(200, '{"ref":"call-1"}');
    await expect(calls.lookup(connection, "call-1")).rejects.toMatchObject({ code: "platform_refused" });
  });

  it.each([
    [503, "platform_unavailable"],
    [403, "platform_refused"],
    [302, "platform_refused"],
  ])("%i is %s", async (status, code) => {
    await expect(calls.lookup(answering(status).connection, "call-1")).rejects.toMatchObject({ code });
  });

  it("says whether a command took effect, long after its answer was lost", async () => {
    const { connection, fake, clock } = openFake({ workMs: 3_000 });
    const interaction = fake.startCall({ customer: { name: "Cleo" }, agent: "agent-1" });
    fake.faults.next({ path: "/commands", applyThenDrop: true });
    expect((await calls.run(connection, { ...consult, interaction })).state).toBe("unknown");
    expect(await calls.lookupCommand?.(connection, "cmd-1")).toEqual({ state: "accepted" });
    await clock.advance(3_000);
    expect(await calls.lookupCommand?.(connection, "cmd-1")).toMatchObject({ state: "done" });
    expect(await calls.lookupCommand?.(connection, "cmd-2")).toBeUndefined();
  });
});
