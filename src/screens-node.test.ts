import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Api, newApi, problem } from "./api.ts";
import { isBridgeError } from "./errors.ts";
import type { DeskPlace } from "./identity/desk-place.ts";
import { addScreens, type ScreenOptions } from "./screens-node.ts";

let folder = "";
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "patchcord-screens-"));
  mkdirSync(join(folder, "assets"));
  for (const page of ["desk", "stage", "admin", "tab"])
    writeFileSync(join(folder, `${page}.html`), `<html><title>${page}</title></html>`);
  writeFileSync(join(folder, "assets", "desk-1a2b.js"), "let it = 1;".repeat(100));
  writeFileSync(join(folder, "secret.txt"), "secret");
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const tenantOf = (change: Partial<DeskPlace> = {}): DeskPlace => ({
  tenantId: "ten_a",
  hosts: ["https://cc.example", "https://apps.cc.example:8443"],
  callSources: [],
  canSignIn: false,
  ...change,
});
const other = tenantOf({ tenantId: "ten_b", hosts: ["https://other.example"], canSignIn: true });
const tenants: Record<string, DeskPlace> = { a: tenantOf(), b: other };

function screens(options: Partial<ScreenOptions> = {}): Api {
  const api = newApi();
  api.onError((error, c) => problem(c as never, isBridgeError(error) ? error.code : "internal", error.message));
  addScreens(api, {
    folder: pathToFileURL(`${folder}/`),
    deskOf: async (tenant) => tenants[tenant ?? "the only one"],
    ...options,
  });
  return api;
}
const policyOf = async (address: string, options?: Partial<ScreenOptions>) =>
  (await screens(options).request(address)).headers.get("content-security-policy") ?? "";

test("a page is never kept and runs scripts of our own only", async () => {
  const response = await screens().request("/desk");
  expect(await response.text()).toBe("<html><title>desk</title></html>");
  expect(response.headers.get("cache-control")).toBe("no-store");
  expect(response.headers.get("content-security-policy")).toContain("script-src 'self';");
});

test.each([
  ["/desk?tenant=a", "'self' https://cc.example https://apps.cc.example:8443"],
  ["/desk?tenant=b&host=https://cc.example", "'self' https://other.example"],
  ["/desk?tenant=nobody&host=https://cc.example", "'self'"],
  ["/desk?host=https://cc.example", "'self'"],
  ["/desk?host=%27unsafe-inline%27", "'self'"],
  ["/admin?tenant=a", "'self'"],
])("%s may be framed by %s", async (address, ancestors) => {
  expect((await policyOf(address)).split("; ")).toContain(`frame-ancestors ${ancestors}`);
});

test("where there is one organization, its desk needs no name", async () => {
  const one = { deskOf: async (tenant?: string) => (tenant === undefined ? tenantOf() : undefined) };
  expect(await policyOf("/desk", one)).toContain("frame-ancestors 'self' https://cc.example ");
});

test.each([
  ["/desk?tenant=a", 'data-tenant="ten_a" data-hosts="https://cc.example https://apps.cc.example:8443"'],
  ["/desk?tenant=b", 'data-tenant="ten_b" data-hosts="https://other.example" data-sign-in="own"'],
  ["/desk?tenant=nobody", 'data-tenant="nobody"'],
])("%s knows whose it is", async (address, facts) => {
  expect(await (await screens().request(address)).text()).toBe(`<html ${facts}><title>desk</title></html>`);
});

test("no other page knows, nor a desk whose organization is not named among several", async () => {
  for (const page of ["desk", "admin"]) {
    const address = page === "desk" ? "/desk" : "/admin?tenant=a";
    expect(await (await screens().request(address)).text()).toBe(`<html><title>${page}</title></html>`);
  }
});

test("the expert's tab may be framed by Microsoft's hosts only", async () => {
  const ancestors = (await policyOf("/tab?host=https://cc.example")).split("; ").at(-1);
  expect(ancestors).toBe(
    "frame-ancestors 'self' https://*.cloud.microsoft https://teams.microsoft.com https://*.teams.microsoft.com https://*.microsoft365.com https://*.office.com",
  );
});

const callers: Record<string, DeskPlace> = { ...tenants, a: tenantOf({ callSources: ["https://*.calls.example"] }) };
const calling = { deskOf: async (tenant?: string) => callers[tenant ?? ""] };

test("a page may use neither microphone nor camera, and talk to us alone", async () => {
  for (const address of ["/desk?tenant=b", "/desk", "/tab?tenant=a"]) {
    const { headers } = await screens(calling).request(address);
    expect(headers.get("permissions-policy")).toBe(
      "microphone=(), camera=(), display-capture=(), speaker-selection=()",
    );
    expect(headers.get("content-security-policy")).toContain("connect-src 'self';");
  }
});

test("a desk that joins calls may, on that platform's account only", async () => {
  const { headers } = await screens(calling).request("/desk?tenant=a");
  expect(headers.get("permissions-policy")).toContain("microphone=(self), camera=(self), display-capture=(self)");
  const policy = headers.get("content-security-policy") ?? "";
  expect(policy).toContain("connect-src 'self' https://*.calls.example; worker-src 'self' blob:;");
  expect(policy).toContain("script-src 'self';");
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
