import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, expect, it } from "vitest";
import { createOutsideFetch } from "./outside-fetch-node.ts";

let server: Server;
let port: number;
const heard: { method: string | undefined; body: string }[] = [];
beforeAll(async () => {
  server = createServer((request, response) => {
    let body = "";
    request.on("data", (chunk) => {
      body += chunk;
    });
    request.on("end", () => {
      heard.push({ method: request.method, body });
      if (request.url === "/moved") response.writeHead(302, { location: "/elsewhere" }).end();
      else if (request.url === "/endless") response.writeHead(200).write("x".repeat(1000));
      else response.writeHead(204, { "retry-after": "7" }).end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  port = (server.address() as AddressInfo).port;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

const at = (path: string, host = "127.0.0.1") => `http://${host}:${port}${path}`;
const post = { method: "POST", body: "hello" } as const;

it("posts in the sandbox, follows no redirect and waits for no endless answer", async () => {
  const fetchOutside = createOutsideFetch({ isSandbox: true });
  const answer = await fetchOutside(at("/"), post);
  expect([answer.status, answer.headers.get("retry-after"), heard.at(-1)]).toEqual([
    204,
    "7",
    { method: "POST", body: "hello" },
  ]);
  expect((await fetchOutside(at("/moved"), post)).status).toBe(302);
  expect((await fetchOutside(at("/endless"), post)).status).toBe(200);
});

it("calls nothing in a closed network, whether named by address or by a name that leads there", async () => {
  const fetchOutside = createOutsideFetch();
  const before = heard.length;
  for (const host of ["127.0.0.1", "[::1]", "localhost", "2130706433"])
    await expect(fetchOutside(at("/", host), post), host).rejects.toThrow(/closed network/);
  expect(heard).toHaveLength(before);
});

it("connects to the very address that was looked up, once", async () => {
  const asked: string[] = [];
  const fetchOutside = createOutsideFetch({
    lookup: (hostname, options, callback) => {
      asked.push(hostname);
      if (options.all) callback(null, [{ address: "127.0.0.1", family: 4 }]);
      else callback(null, "127.0.0.1", 4);
    },
  });
  expect((await fetchOutside(at("/", "hooks.example.com"), post)).status).toBe(204);
  expect(asked).toEqual(["hooks.example.com"]);
});

it("gives up when the time is over", async () => {
  const fetchOutside = createOutsideFetch({ isSandbox: true });
  const signal = AbortSignal.timeout(1);
  await new Promise((resolve) => signal.addEventListener("abort", resolve));
  await expect(fetchOutside(at("/"), { ...post, signal })).rejects.toMatchObject({ name: "TimeoutError" });
});
