/** Serves the built pages and the made-up service and world over real HTTP, with the headers of production. */
import { readFile } from "node:fs/promises";
import { extname, join, normalize } from "node:path";
import { serve } from "@hono/node-server";
import { placed, screenOf } from "../../http/screen-policy.ts";
import { mockService, mockWorld } from "./mock-api.ts";
import { createStory, type Story } from "./mock-story.ts";

const types: Record<string, string> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript",
  ".css": "text/css",
  ".svg": "image/svg+xml",
};
const pages: Record<string, string> = { "/desk": "desk.html", "/sandbox": "stage.html", "/tab": "tab.html" };
/** As in production, but that any page may show ours in a frame: what the desk itself does then is tried too. */
async function documentOf(address: URL, html: string, worldUrl: string, { calls = [], hosts = [] }: MockOptions) {
  const page = address.pathname === "/sandbox" ? "stage" : address.pathname.slice(1);
  const tenant = { tenantId: "ten_mock", hosts, callSources: calls, canSignIn: true };
  const { headers, place } = await screenOf(page, undefined, { worldUrl, deskOf: async () => tenant });
  const policy = headers["content-security-policy"]?.replace(/; frame-ancestors [^;]*/, "") ?? "";
  return { html: placed(html, place), headers: { ...headers, "content-security-policy": policy } };
}

/** `calls`: whom the desk reaches when it joins calls. `hosts`: the origins that the organization names. */
export type MockOptions = { calls?: readonly string[]; hosts?: readonly string[] };

export type MockServer = {
  url: string;
  worldUrl: string;
  story: Story;
  token: string;
  tabToken: string;
  stop(): Promise<void>;
};

/** `port` is the service's; the world listens on the next one. */
export async function startMockServer(dist: string, port: number, options: MockOptions = {}): Promise<MockServer> {
  const story = createStory();
  const [token, tabToken] = ["mock-token", "mock-tab-token"];
  const [url, worldUrl] = [`http://127.0.0.1:${port}`, `http://127.0.0.1:${port + 1}`];
  const [service, world] = [mockService(story, worldUrl, token, tabToken), mockWorld(story, url, token, tabToken)];

  const serviceFetch = async (request: Request) => {
    const address = new URL(request.url);
    return (await service(request, address)) ?? page(dist, address, worldUrl, options);
  };
  const worldFetch = async (request: Request) => {
    const cors = { "access-control-allow-origin": url, "access-control-allow-headers": "content-type, last-event-id" };
    if (request.method === "OPTIONS") return new Response(null, { status: 204, headers: cors });
    const answer = (await world(request, new URL(request.url))) ?? new Response(null, { status: 404 });
    for (const [name, value] of Object.entries(cors)) answer.headers.set(name, value);
    return answer;
  };
  const servers = [
    serve({ fetch: serviceFetch, port, hostname: "127.0.0.1" }),
    serve({ fetch: worldFetch, port: port + 1, hostname: "127.0.0.1" }),
  ];
  const stop = async () => {
    story.stop();
    await Promise.all(servers.map((server) => new Promise((done) => server.close(done))));
  };
  return { url, worldUrl, story, token, tabToken, stop };
}

async function page(dist: string, address: URL, worldUrl: string, options: MockOptions): Promise<Response> {
  const path = address.pathname;
  const name = pages[path] ?? normalize(path).replace(/^[/\\.]+/, "");
  const content = await readFile(join(dist, name)).catch(() => undefined);
  if (!content) return new Response("not found", { status: 404 });
  const type = { "content-type": types[extname(name)] ?? "application/octet-stream" };
  if (!pages[path]) return new Response(new Uint8Array(content), { headers: type });
  const { html, headers } = await documentOf(address, content.toString(), worldUrl, options);
  return new Response(html, { headers: { ...type, ...headers } });
}
