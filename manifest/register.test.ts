import { execFile } from "node:child_process";
import { chmodSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { describe, expect, it } from "vitest";
import { uploadPermissions } from "../adapters/teams/catalogue.ts";
import { permissions } from "../adapters/teams/permissions.ts";
import { applicationIdUri } from "./manifest.ts";

const script = fileURLToPath(new URL("register.sh", import.meta.url));
const appId = "1a2b3c4d-5e6f-4a1b-8c2d-3e4f5a6b7c8d";

/** Stands in for the Azure CLI: answers what the script reads, and writes down each call. */
const az = (known: string) => `#!/usr/bin/env bash
printf '%s\\0' "$@" >> "$AZ_LOG"; printf '\\1' >> "$AZ_LOG"
case "$*" in
  "ad sp show --id 00000003"*) q="$*"; q="\${q#*value==\\'}"; echo "id-of-\${q%%\\'*}" ;;
  "ad sp show"*) exit 3 ;;
  "ad app list"*) printf '%s' '${known}' ;;
  "ad app create"*) echo ${appId} ;;
  "ad app credential reset"*) echo made-up-secret ;;
  "account show"*) echo the-tenant ;;
esac
`;

async function register(args: string[], known = "") {
  const folder = mkdtempSync(join(tmpdir(), "patchcord-register-"));
  writeFileSync(join(folder, "az"), az(known));
  chmodSync(join(folder, "az"), 0o755);
  const log = join(folder, "log");
  writeFileSync(log, "");
  const env = { ...process.env, PATH: `${folder}:${process.env.PATH}`, AZ_LOG: log };
  const { code, stdout, stderr } = await promisify(execFile)("bash", [script, ...args], { env }).then(
    (done) => ({ code: 0, ...done }),
    (error: { code: number; stdout: string; stderr: string }) => error,
  );
  const calls = readFileSync(log, "utf8")
    .split("\u0001")
    .filter(Boolean)
    .map((call) => call.split("\0").filter(Boolean));
  const bodies = calls.flatMap((call) => (call.includes("--body") ? [JSON.parse(call.at(-1) ?? "")] : []));
  return { code, stdout, stderr, calls, bodies };
}
const base = ["--base-url", "https://patchcord.example.com"];

describe.skipIf(process.platform === "win32")("registering in Entra (needs bash)", () => {
  it("makes what tab, bot and Graph want, and says what comes next", async () => {
    const { code, stdout, bodies, calls } = await register([...base, "--secret"]);
    expect(code).toBe(0);
    const [app, clients] = bodies;
    expect(app.identifierUris).toEqual([applicationIdUri("patchcord.example.com", appId)]);
    expect(app.api).toMatchObject({
      requestedAccessTokenVersion: 2,
      oauth2PermissionScopes: [{ value: "access_as_user" }],
    });
    expect(app.web.redirectUris).toEqual(["https://patchcord.example.com/auth/callback"]);
    expect(app.appRoles.map((role: { value: string }) => role.value)).toEqual([
      "Patchcord.Admin",
      "Patchcord.Supervisor",
    ]);
    const [scope] = app.api.oauth2PermissionScopes;
    for (const client of clients.api.preAuthorizedApplications)
      expect(client.delegatedPermissionIds).toEqual([scope.id]);
    expect(calls.some((call) => call.join(" ").startsWith("ad sp create --id"))).toBe(true);
    for (const word of [appId, "the-tenant", "made-up-secret", "adminconsent?client_id=", "teams:package"])
      expect(stdout).toContain(word);
  });

  it("asks for the upload by a person's own sign-in where wanted", async () => {
    const asked = async (...more: string[]) => {
      const { code, bodies, stdout } = await register([...base, ...more]);
      expect(code).toBe(0);
      const { resourceAccess } = bodies[0].requiredResourceAccess[0];
      return { stdout, scopes: resourceAccess.filter(({ type }: { type: string }) => type === "Scope") };
    };
    expect((await asked()).scopes).toEqual([]);
    const { scopes, stdout } = await asked("--upload");
    expect(scopes).toEqual([{ id: `id-of-${uploadPermissions.publish}`, type: "Scope" }]);
    expect(stdout).toContain(`${uploadPermissions.publish} (delegated)`);
  });

  it("asks for the permissions that the features use, and on the read-only level for those that write nothing", async () => {
    const asked = async (level: string, ...more: string[]) =>
      (await register([...base, "--level", level, ...more])).bodies[0].requiredResourceAccess[0].resourceAccess.map(
        ({ id, type }: { id: string; type: string }) => `${type} ${id}`,
      );
    const of = (names: string[]) => names.map((name) => `Role id-of-${name}`).sort();
    const { photos, calendar, ...rest } = permissions;
    const all = Object.values(rest).map(({ name }) => name);
    expect((await asked("full")).sort()).toEqual(of(all));
    expect((await asked("full", "--photos")).sort()).toEqual(of([...all, photos.name]));
    expect((await asked("full", "--calendar")).sort()).toEqual(of([...all, calendar.name]));
    expect((await asked("read-only")).sort()).toEqual(of([permissions.presence.name, permissions.directory.name]));
  });

  it("brings a registration of the same name up to date, and refuses to guess between two", async () => {
    const again = await register(base, appId);
    expect(again.calls.some((call) => call.join(" ").startsWith("ad app create"))).toBe(false);
    expect(again.calls.some((call) => call.includes("credential"))).toBe(false);
    const two = await register(base, `${appId}\n${appId}`);
    expect(two).toMatchObject({ code: 1, bodies: [], stderr: expect.stringContaining("several registrations") });
  });

  it("sends nothing when only planning", async () => {
    const { code, calls, stderr } = await register([...base, "--plan"]);
    expect([code, calls]).toEqual([0, []]);
    expect(stderr).toContain("identifierUris");
  });

  it.each([
    [[]],
    [["--base-url", "http://patchcord.example.com"]],
    [["--base-url", "https://patchcord.example.com/x"]],
    [["--base-url", 'https://a"b']],
    [[...base, "--level", "all"]],
    [[...base, "--name", `x"'$(id)`]],
    [[...base, "--what"]],
    [["--base-url"]],
  ])("used wrongly (%s) says so before anything is sent", async (args) => {
    const { code, calls, stderr } = await register(args);
    expect([code, calls]).toEqual([2, []]);
    expect(stderr.length).toBeGreaterThan(10);
  });
});
