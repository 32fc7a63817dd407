import { afterEach, describe, expect, test, vi } from "vitest";
import { ask, insist, Offline, Refused } from "./http.ts";

afterEach(() => vi.unstubAllGlobals());

const answerWith = (...answers: (Response | Error)[]) => {
  const asked: [string, RequestInit][] = [];
  vi.stubGlobal("fetch", async (address: string, init: RequestInit) => {
    asked.push([address, init]);
    const next = answers.shift();
    if (next instanceof Response) return next;
    throw next ?? new TypeError("no more answers");
  });
  return asked;
};
const problem = (status: number, code: string) =>
  new Response(JSON.stringify({ code, title: "No", status }), {
    status,
    headers: { "content-type": "application/problem+json" },
  });

describe("asking", () => {
  test("sends the token and the body", async () => {
    const asked = answerWith(Response.json({ ok: true }));
    await expect(ask("/v1/x", { method: "POST", token: "t", body: { a: 1 } })).resolves.toEqual({ ok: true });
    expect(asked[0]?.[1]).toMatchObject({
      body: '{"a":1}',
      headers: { authorization: "Bearer t", "content-type": "application/json" },
    });
  });

  test("a refusal carries its code", async () => {
    answerWith(problem(409, "conflict"));
    await expect(ask("/v1/x")).rejects.toMatchObject({ name: "Refused", code: "conflict", status: 409 });
  });

  test("a refusal by something in between still has a code", async () => {
    answerWith(new Response("<html>bad gateway</html>", { status: 502 }));
    await expect(ask("/v1/x")).rejects.toMatchObject({ code: "unavailable" });
  });

  test("a lost connection is told apart from a refusal", async () => {
    answerWith(new TypeError("failed to fetch"));
    await expect(ask("/v1/x")).rejects.toBeInstanceOf(Offline);
  });
});

describe("insisting", () => {
  test("repeats with the same key until it is answered", async () => {
    const keys: string[] = [];
    const answers = [new Offline("gone"), new Refused(503, undefined), "done"];
    const run = async (key: string) => {
      keys.push(key);
      const next = answers.shift();
      if (typeof next === "string") return next;
      throw next;
    };
    await expect(insist(run, { pauseMs: 0 })).resolves.toBe("done");
    expect(new Set(keys).size).toBe(1);
    expect(keys).toHaveLength(3);
  });

  test.each([
    new Refused(409, undefined),
    new Error("ours"),
  ])("does not repeat what cannot succeed: %s", async (error) => {
    const run = vi.fn(async () => {
      throw error;
    });
    await expect(insist(run, { pauseMs: 0 })).rejects.toBe(error);
    expect(run).toHaveBeenCalledTimes(1);
  });

  test("gives up after the last attempt", async () => {
    const run = vi.fn(async () => {
      throw new Offline("gone");
    });
    await expect(insist(run, { attempts: 2, pauseMs: 0 })).rejects.toBeInstanceOf(Offline);
    expect(run).toHaveBeenCalledTimes(2);
  });
});
