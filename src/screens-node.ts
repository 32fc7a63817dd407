/** The front ends as `npm run build` left them: a page for each .html file, and their assets. */
import { existsSync, readdirSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { extname } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import type { Api, ApiContext } from "./api.ts";
import { BridgeError } from "./errors.ts";
import { framed, frontPage } from "./front-page.ts";
import { type Framing, placed, screenOf } from "./http/screen-policy.ts";

export type ScreenOptions = Framing & {
  /** Default: dist/web of this project. */
  folder?: URL;
};

const types: Record<string, string> = {
  ".css": "text/css; charset=utf-8",
  ".html": "text/html; charset=utf-8",
  ".ico": "image/x-icon",
  ".js": "text/javascript; charset=utf-8",
  ".json": "application/json",
  ".map": "application/json",
  ".png": "image/png",
  ".svg": "image/svg+xml",
  ".woff2": "font/woff2",
};
const isSmallerZipped = (type: string) => /javascript|css|svg|json/.test(type);

/** The stage of the sandbox is shown at another address than its file's name. */
const addressOf = (page: string) => (page === "stage" ? "/sandbox" : `/${page}`);

export function addScreens(api: Api, options: ScreenOptions): void {
  const folder = options.folder ?? new URL("../dist/web/", import.meta.url);
  const show = async (c: ApiContext, page: string) => {
    const html = await readFile(new URL(`${page}.html`, folder), "utf8");
    const { headers, place } = await screenOf(page, c.req.query("tenant"), options);
    return c.html(placed(html, place), 200, headers);
  };
  for (const page of pagesIn(folder)) {
    if (page === "stage" && !options.worldUrl) continue;
    api.get(addressOf(page), (c) => show(c, page));
  }
  const { worldUrl } = options;
  if (worldUrl) {
    api.get("/sandbox/config", (c) => c.json({ worldUrl }, 200, { "cache-control": "no-store" }));
    api.get("/", (c) => c.redirect("/sandbox"));
  } else {
    const pages = pagesIn(folder);
    api.get("/", (c) => c.html(frontPage(c.req.header("accept-language") ?? "", pages)));
  }
  for (const address of ["/sandbox", "/desk"]) api.get(address, (c) => c.html(notBuilt, 503));
  api.get("/assets/:file", asset(folder));
}

const pagesIn = (folder: URL): string[] =>
  existsSync(folder)
    ? readdirSync(fileURLToPath(folder)).flatMap((name) => (extname(name) === ".html" ? [name.slice(0, -5)] : []))
    : [];

/** File names carry a hash of what is in them, so a name never changes its content. */
function asset(folder: URL): (c: ApiContext) => Promise<Response> {
  const zipped = new Map<string, Buffer<ArrayBuffer>>();
  return async (c) => {
    const file = c.req.param("file") ?? "";
    const type = types[extname(file)];
    const isName = /^[\w-][\w.-]*$/.test(file);
    const content =
      type && isName ? await readFile(new URL(`assets/${file}`, folder)).catch(() => undefined) : undefined;
    if (!type || !content) throw new BridgeError("not_found", "There is no such file. Load the page again.");
    const headers: Record<string, string> = {
      "content-type": type,
      "cache-control": "public, max-age=31536000, immutable",
    };
    if (!isSmallerZipped(type)) return c.body(content, 200, headers);
    headers.vary = "accept-encoding";
    if (!/\bgzip\b/.test(c.req.header("accept-encoding") ?? "")) return c.body(content, 200, headers);
    const small = zipped.get(file) ?? gzipSync(content);
    zipped.set(file, small);
    return c.body(small, 200, { ...headers, "content-encoding": "gzip" });
  };
}

const notBuilt = framed(
  "<h1>The screens are not built yet</h1><p>Run <code>npm run build</code>, then load this page again.</p>",
);
