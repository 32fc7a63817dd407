/** The system's Chromium for browser tests, and pages of another origin that show the desk in a frame. */
import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import { stripTypeScriptTypes } from "node:module";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { type Browser, chromium } from "playwright-core";
import type { CallCommand } from "../platform/contract.ts";

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
<style>body{margin:0}</style>
<main><div id="place" style="width:340px;height:720px"></div><textarea id="reply" aria-label="Reply"></textarea></main>
<script type="module">
  import { openDesk } from "/src/web/hosts/page.ts";
  const asked = new URLSearchParams(location.search);
  window.attention = [];
  window.troubles = 0;
  window.commands = [];
  window.softphone = asked.get("softphone");
  window.replyBox = asked.get("reply");
  const place = document.getElementById("place");
  if (asked.has("width")) place.style.width = asked.get("width") + "px";
  if (asked.has("height")) place.style.height = asked.get("height") + "px";
  window.desk = openDesk({
    service: ${JSON.stringify(service)},
    place,
    ...(asked.has("tenant") && { tenant: asked.get("tenant") }),
    ...(!asked.has("own-sign-in") && {
      mintToken: async () => (await (await fetch("/token", { method: "POST" })).json()).token,
    }),
    language: asked.get("lang") ?? "en",
    theme: asked.get("theme") ?? "light",
    attention: (attention) => window.attention.push(attention),
    trouble: () => window.troubles++,
    // The agent's softphone. "dies": it is given a command and nothing more is heard of it.
    carryOut: async (command) => {
      window.commands.push(command);
      if (window.softphone === "dies") return new Promise(() => {});
      if (window.softphone === "refuses") return { outcome: "refused", code: "busy" };
      return (await fetch("/softphone", { method: "POST", body: JSON.stringify(command) })).json();
    },
    insertText: window.replyBox && (async (text) => {
      if (window.replyBox === "refuses") throw new Error("the conversation is closed");
      document.getElementById("reply").value += text;
    }),
  });
  if (asked.has("softphone")) window.desk.phone(true);
</script></html>`;

type Softphone = (command: CallCommand) => Promise<object>;

export type Host = {
  /** By a name that the service knows, and the same page by one that it does not. */
  origin: string;
  strangeOrigin: string;
  /** How many tokens its back end has made. */
  minted(): number;
  /** `softphone`: what the agent's phone in the browser does with a command. */
  serve(service: string, mintToken: () => Promise<string>, softphone?: Softphone): void;
  close(): Promise<void>;
};

/** A host page with its back end on a port of its own. `serve` comes later, since the service must know the origin first. */
export async function startHost(listenOn = 0): Promise<Host> {
  let [service, mint, minted] = ["", async () => "", 0];
  let phone: Softphone = async () => ({ outcome: "unknown" });
  const server = createServer(async (request, response) => {
    const { pathname } = new URL(request.url ?? "/", "http://localhost");
    const send = (type: string, body: string) => response.writeHead(200, { "content-type": type }).end(body);
    if (pathname === "/softphone") {
      const command = JSON.parse(await text(request)) as CallCommand;
      send("application/json", JSON.stringify(await phone(command)));
    } else if (pathname === "/token") {
      minted++;
      await mint().then(
        (token) => send("application/json", JSON.stringify({ token })),
        () => response.writeHead(500).end(),
      );
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
    serve(url, mintToken, softphone = phone) {
      [service, mint, phone] = [url, mintToken, softphone];
    },
    close: () => closed(server),
  };
}

const closed = (server: Server) =>
  new Promise<void>((done) => {
    server.close(() => done());
    server.closeAllConnections();
  });
