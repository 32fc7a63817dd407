/** Serves the built pages and the made-up service and world over real HTTP, with the headers of production. */
import { readFile } from "node:fs/promises";
import { extname, join, normalize } from "node:path";
import { serve } from "@hono/node-server";
import { screenHeaders } from "../../http/screen-policy.ts";
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
async function headersOf(path: string, worldUrl: string, calls: readonly string[]): Promise<Record<string, string>> {
  const page = path === "/sandbox" ? "stage" : path.slice(1);
  const framing = { worldUrl, mayEmbed: async () => true, callSources: async () => [...calls] };
  const headers = await screenHeaders(page, undefined, framing);
  const policy = headers["content-security-policy"]?.replace(/; frame-ancestors [^;]*/, "") ?? "";
  return { ...headers, "content-security-policy": policy };
}

export type MockServer = {
  url: string;
  worldUrl: string;
  story: Story;
  token: string;
  tabToken: string;
  stop(): Promise<void>;
};

/** `port` is the service's; the world listens on the next one. `calls`: whom the desk reaches when it joins calls. */
export async function startMockServer(
  dist: string,
  port: number,
  { calls = [] }: { calls?: readonly string[] } = {},
): Promise<MockServer> {
  const story = createStory();
  const [token, tabToken] = ["mock-token", "mock-tab-token"];
  const [url, worldUrl] = [`http://127.0.0.1:${port}`, `http://127.0.0.1:${port + 1}`];
  const [service, world] = [mockService(story, worldUrl, token, tabToken), mockWorld(story, url, token, tabToken)];

  const serviceFetch = async (request: Request) => {
    const address = new URL(request.url);
    return (await service(request, address)) ?? page(dist, address.pathname, worldUrl, calls);
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

async function page(dist: string, path: string, worldUrl: string, calls: readonly string[]): Promise<Response> {
  const name = pages[path] ?? normalize(path).replace(/^[/\\.]+/, "");
  const content = await readFile(join(dist, name)).catch(() => undefined);
  if (!content) return new Response("not found", { status: 404 });
  const headers = {
    "content-type": types[extname(name)] ?? "application/octet-stream",
    ...(pages[path] && (await headersOf(path, worldUrl, calls))),
  };
  return new Response(new Uint8Array(content), { headers });
}
