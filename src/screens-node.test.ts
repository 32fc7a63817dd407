import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Api, newApi, problem } from "./api.ts";
import { isBridgeError } from "./errors.ts";
import { addScreens, type ScreenOptions } from "./screens-node.ts";

let folder = "";
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "patchcord-screens-"));
  mkdirSync(join(folder, "assets"));
  for (const page of ["desk", "stage", "admin", "tab"])
    writeFileSync(join(folder, `${page}.html`), `<title>${page}</title>`);
  writeFileSync(join(folder, "assets", "desk-1a2b.js"), "let it = 1;".repeat(100));
  writeFileSync(join(folder, "secret.txt"), "secret");
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function screens(options: Partial<ScreenOptions> = {}): Api {
  const api = newApi();
  api.onError((error, c) => problem(c as never, isBridgeError(error) ? error.code : "internal", error.message));
  addScreens(api, {
    folder: pathToFileURL(`${folder}/`),
    mayEmbed: async (origin) => origin === "https://cc.example",
    ...options,
  });
  return api;
}
const policyOf = async (address: string, options?: Partial<ScreenOptions>) =>
  (await screens(options).request(address)).headers.get("content-security-policy") ?? "";

test("a page is never kept and runs scripts of our own only", async () => {
  const response = await screens().request("/desk");
  expect(await response.text()).toBe("<title>desk</title>");
  expect(response.headers.get("cache-control")).toBe("no-store");
  expect(response.headers.get("content-security-policy")).toContain("script-src 'self';");
});

test.each([
  ["/desk", "'self'"],
  ["/desk?host=https://cc.example/path", "'self' https://cc.example"],
  ["/desk?host=https://elsewhere.example", "'self'"],
  ["/desk?host=javascript:alert(1)", "'self'"],
  ["/desk?host=%27unsafe-inline%27", "'self'"],
  ["/admin?host=https://cc.example", "'self'"],
])("%s may be framed by %s", async (address, ancestors) => {
  expect((await policyOf(address)).split("; ")).toContain(`frame-ancestors ${ancestors}`);
});

test("the expert's tab may be framed by Microsoft's hosts only", async () => {
  const ancestors = (await policyOf("/tab?host=https://cc.example")).split("; ").at(-1);
  expect(ancestors).toBe(
    "frame-ancestors 'self' https://*.cloud.microsoft https://teams.microsoft.com https://*.teams.microsoft.com https://*.microsoft365.com https://*.office.com",
  );
});

const callingFor = (shown: string | undefined) => ({
  callSources: async (origin: string | undefined) => (origin === shown ? ["https://*.calls.example"] : []),
});

test("a page may use neither microphone nor camera, and talk to us alone", async () => {
  const { headers } = await screens(callingFor("https://cc.example")).request("/desk?host=https://elsewhere.example");
  expect(headers.get("permissions-policy")).toBe("microphone=(), camera=(), display-capture=(), speaker-selection=()");
  expect(headers.get("content-security-policy")).toContain("connect-src 'self';");
});

test("a desk that joins calls may, on that platform's account only, and no other page may", async () => {
  for (const [address, shown] of [
    ["/desk?host=https://cc.example", "https://cc.example"],
    ["/desk", undefined],
  ] as const) {
    const { headers } = await screens(callingFor(shown)).request(address);
    expect(headers.get("permissions-policy")).toContain("microphone=(self), camera=(self), display-capture=(self)");
    const policy = headers.get("content-security-policy") ?? "";
    expect(policy).toContain("connect-src 'self' https://*.calls.example; worker-src 'self' blob:;");
    expect(policy).toContain("script-src 'self';");
  }
  const tab = await screens(callingFor(undefined)).request("/tab");
  expect(tab.headers.get("permissions-policy")).toContain("microphone=()");
});

test("the stage is there in the sandbox only, and may talk to the world", async () => {
  expect((await screens().request("/sandbox/config")).status).toBe(404);
  expect((await screens().request("/sandbox")).status).toBe(503);
  const worldUrl = "http://127.0.0.1:8788";
  expect(await policyOf("/sandbox", { worldUrl })).toContain(`connect-src 'self' ${worldUrl};`);
  expect(await policyOf("/desk", { worldUrl })).toContain("connect-src 'self';");
  expect(await (await screens({ worldUrl }).request("/sandbox/config")).json()).toEqual({ worldUrl });
  expect((await screens({ worldUrl }).request("/")).headers.get("location")).toBe("/sandbox");
});

test("assets are kept for ever, and sent small to whom can read that", async () => {
  const plain = await screens().request("/assets/desk-1a2b.js");
  expect(plain.headers.get("cache-control")).toContain("immutable");
  expect(plain.headers.get("content-type")).toContain("javascript");
  const zipped = await screens().request("/assets/desk-1a2b.js", { headers: { "accept-encoding": "br, gzip" } });
  expect(zipped.headers.get("content-encoding")).toBe("gzip");
  expect((await zipped.arrayBuffer()).byteLength).toBeLessThan((await plain.arrayBuffer()).byteLength);
});

test.each([
  "/assets/missing.js",
  "/assets/..%2fsecret.txt",
  "/assets/.htaccess",
  "/assets/%2e%2e%2fdesk.html",
])("%s is not there", async (address) => {
  expect((await screens().request(address)).status).toBe(404);
});

test("without a build the pages say how to get one", async () => {
  const response = await screens({ folder: pathToFileURL(`${folder}/none/`) }).request("/desk");
  expect(response.status).toBe(503);
  expect(await response.text()).toContain("npm run build");
});

test.each([
  ["sv-SE,sv;q=0.9,en;q=0.8", "sv", "Handläggarens panel"],
  ["de-DE,fr;q=0.7", "fr", "Le poste de l’agent"],
  ["", "en", "The agent's desk"],
])("the bare address leads on, in the language of the browser (%s)", async (accepted, language, desk) => {
  const page = await (await screens().request("/", { headers: { "accept-language": accepted } })).text();
  expect(page).toContain(`<html lang="${language}">`);
  expect(page).toContain(`<a href="/desk">${desk}</a>`);
  expect(page).not.toContain("stage");
  expect(page).not.toContain("/board"); // it is not built here
});
