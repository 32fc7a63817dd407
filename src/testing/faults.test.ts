import { type ServerType, serve } from "@hono/node-server";
import { Hono } from "hono";
import { describe, expect, it, vi } from "vitest";
import { fetchFrom } from "./connection.ts";
import { createFaults } from "./faults.ts";
import { mountApps } from "./mount.ts";

const address = "https://platform.example";

function openApp() {
  const waits: number[] = [];
  const faults = createFaults(async (ms) => void waits.push(ms));
  const done: string[] = [];
  const app = new Hono();
  app.use(faults.middleware);
  app.all("*", async (c) => {
    done.push(`${c.req.method} ${c.req.path} ${await c.req.text()}`.trim());
    return c.json({ fine: true });
  });
  const ask = async (path: string, init?: RequestInit) => (await fetchFrom(app)(address + path, init)).status;
  return { faults, done, waits, app, ask };
}

describe("a fault", () => {
  it("is answered instead of the app, once unless told", async () => {
    const { faults, done, app, ask } = openApp();
    faults.next({ status: 429, headers: { "retry-after": "7" }, body: { code: "slow" } });
    const answer = await app.request("/a");
    expect([answer.status, answer.headers.get("retry-after"), await answer.json()]).toEqual([
      429,
      "7",
      { code: "slow" },
    ]);
    expect([await ask("/a"), done]).toEqual([200, ["GET /a"]]);
    faults.next({ status: 503, times: 2 });
    expect([await ask("/a"), await ask("/a"), await ask("/a")]).toEqual([503, 503, 200]);
  });

  it("hits the requests that it is meant for, in the order in which it was ordered", async () => {
    const { faults, ask } = openApp();
    faults.next({ path: "/b", status: 500 });
    faults.next({ path: /c$/, method: "POST", status: 501 });
    expect([await ask("/a"), await ask("/a/c"), await ask("/a/c", { method: "POST" }), await ask("/b/1")]).toEqual([
      200, 200, 501, 500,
    ]);
    faults.next({ status: 500 });
    faults.next({ status: 501 });
    expect([await ask("/a"), await ask("/a")]).toEqual([500, 501]);
  });

  it("breaks the connection before or after the app has acted", async () => {
    const { faults, done, ask } = openApp();
    faults.next({ drop: true });
    await expect(ask("/a")).rejects.toThrow(TypeError);
    expect(done).toEqual([]);
    faults.next({ applyThenDrop: true });
    await expect(ask("/a", { method: "POST", body: "once" })).rejects.toThrow(TypeError);
    expect(done).toEqual(["POST /a once"]);
    faults.next({ applyThenDrop: true, status: 504 });
    expect([await ask("/b"), done.at(-1)]).toEqual([504, "GET /b"]);
  });

  it("can be slow and no more", async () => {
    const { faults, waits, ask } = openApp();
    faults.next({ delayMs: 250 });
    expect([await ask("/a"), waits]).toEqual([200, [250]]);
  });

  it("lasts until it is cleared", async () => {
    const { faults, ask } = openApp();
    faults.next({ status: 500, times: Number.POSITIVE_INFINITY });
    expect([await ask("/a"), await ask("/a")]).toEqual([500, 500]);
    faults.clear();
    expect(await ask("/a")).toBe(200);
  });

  it("is on record with every other request", async () => {
    const { faults, ask } = openApp();
    faults.next({ path: "/b", drop: true });
    await ask("/a", { method: "POST", body: "text", headers: { "x-id": "1" } });
    await ask("/b").catch(() => undefined);
    expect(faults.requests).toMatchObject([
      { method: "POST", path: "/a", body: "text", status: 200 },
      { method: "GET", path: "/b", status: 0 },
    ]);
    expect(faults.requests[0]?.headers.get("x-id")).toBe("1");
  });
});

describe("over a real socket", () => {
  it("a broken connection is one for the caller, and the server lives on", async () => {
    const { app, faults, done } = openApp();
    const { promise, resolve } = Promise.withResolvers<number>();
    // Its own Response would take the place of the global one, which msw then does not recognize.
    const options = { fetch: app.fetch, port: 0, hostname: "127.0.0.1", overrideGlobalObjects: false };
    const server: ServerType = serve(options, ({ port }) => resolve(port));
    const origin = `http://127.0.0.1:${await promise}`;
    try {
      faults.next({ applyThenDrop: true });
      await expect(fetch(`${origin}/a`, { method: "POST", body: "once" })).rejects.toThrow(TypeError);
      faults.next({ status: 503 });
      expect([(await fetch(`${origin}/a`)).status, (await fetch(`${origin}/a`)).status]).toEqual([503, 200]);
      expect(done).toEqual(["POST /a once", "GET /a"]);
      expect(faults.requests.map(({ status }) => status)).toEqual([0, 503, 200]);
    } finally {
      server.close();
    }
  });
});

describe("mounting", () => {
  it("puts apps behind the global fetch, and nothing else", async () => {
    const { app, faults } = openApp();
    const { unmount } = mountApps({ [address]: app });
    const complaint = vi.spyOn(console, "error").mockImplementation(() => {});
    try {
      expect((await fetch(`${address}/a/b?c=1`)).status).toBe(200);
      faults.next({ applyThenDrop: true });
      await expect(fetch(`${address}/a`)).rejects.toThrow(TypeError);
      await expect(fetch("https://elsewhere.example/")).rejects.toThrow();
    } finally {
      complaint.mockRestore();
      unmount();
    }
  });
});
