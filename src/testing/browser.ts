/** The system's Chromium for browser tests, and pages of another origin that show the desk in a frame. */
import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import { stripTypeScriptTypes } from "node:module";
import type { AddressInfo } from "node:net";
import { type Browser, chromium } from "playwright-core";

export const executablePath = process.env.CHROMIUM ?? "/usr/bin/chromium";
export const hasBrowser = existsSync(executablePath);

const flags = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];
export const openBrowser = (): Promise<Browser> => chromium.launch({ executablePath, args: flags });

const root = new URL("../../", import.meta.url);

/** Opens the desk by the shim for plain pages, as a contact center's own page would. */
const hostPage = (service: string) => `<!doctype html><html lang="en"><title>Contact center</title>
<main><h1>A call</h1><div id="place" style="width:340px;height:720px"></div></main>
<script type="module">
  import { openDesk } from "/src/web/hosts/page.ts";
  window.attention = [];
  window.troubles = 0;
  window.desk = openDesk({
    service: ${JSON.stringify(service)},
    place: document.getElementById("place"),
    mintToken: async () => (await (await fetch("/token", { method: "POST" })).json()).token,
    language: new URLSearchParams(location.search).get("lang") ?? "en",
    theme: new URLSearchParams(location.search).get("theme") ?? "light",
    attention: (attention) => window.attention.push(attention),
    trouble: () => window.troubles++,
  });
</script></html>`;

export type Host = {
  /** By a name that the service knows, and the same page by one that it does not. */
  origin: string;
  strangeOrigin: string;
  /** How many tokens its back end has made. */
  minted(): number;
  serve(service: string, mintToken: () => Promise<string>): void;
  close(): Promise<void>;
};

/** A host page with its back end on a port of its own. `serve` comes later, since the service must know the origin first. */
export async function startHost(listenOn = 0): Promise<Host> {
  let [service, mint, minted] = ["", async () => "", 0];
  const server = createServer(async (request, response) => {
    const { pathname } = new URL(request.url ?? "/", "http://localhost");
    const send = (type: string, body: string) => response.writeHead(200, { "content-type": type }).end(body);
    if (pathname === "/token") {
      minted++;
      send("application/json", JSON.stringify({ token: await mint() }));
    } else if (/^\/src\/[\w/-]+\.ts$/.test(pathname)) {
      send("text/javascript", stripTypeScriptTypes(await readFile(new URL(`.${pathname}`, root), "utf8")));
    } else if (pathname === "/") send("text/html", hostPage(service));
    else response.writeHead(404).end();
  });
  await new Promise<void>((done) => server.listen(listenOn, done));
  const { port } = server.address() as AddressInfo;
  return {
    origin: `http://localhost:${port}`,
    strangeOrigin: `http://127.0.0.1:${port}`,
    minted: () => minted,
    serve(url, mintToken) {
      [service, mint] = [url, mintToken];
    },
    close: () => closed(server),
  };
}

const closed = (server: Server) =>
  new Promise<void>((done) => {
    server.close(() => done());
    server.closeAllConnections();
  });
