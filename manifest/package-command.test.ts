import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { runPackageCommand } from "./package-command.ts";
import { appId, build } from "./testing/sample.ts";

let folder = "";
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "patchcord-"));
});
afterAll(() => rmSync(folder, { recursive: true }));

async function run(...args: string[]) {
  const said = { log: "", error: "" };
  const terminal = {
    log: (line: string) => {
      said.log += `${line}\n`;
    },
    error: (line: string) => {
      said.error += `${line}\n`;
    },
  };
  return { status: await runPackageCommand(args, terminal), ...said };
}

const good = ["--base-url", "https://patchcord.example.com", "--app-id", appId];

describe("npm run teams:package", () => {
  it("writes the package where it was asked to and says what it is", async () => {
    const out = join(folder, "new", "app.zip");
    const { status, log, error } = await run(...good, "--out", out);
    expect({ status, error }).toEqual({ status: 0, error: "" });
    const written = readFileSync(out);
    expect(written).toEqual(Buffer.from(build().zip));
    expect(log).toContain(createHash("sha256").update(written).digest("hex"));
    expect(log).toContain(`api://patchcord.example.com/botid-${appId}`);
    expect(log).toMatch(/version +1\.0\.0, manifest 1\.30/);
  });

  it("hands every option on", async () => {
    const out = join(folder, "all.zip");
    const more = {
      botId: "bbbbbbbb-2222-3333-4444-555555555555",
      manifestVersion: "1.25",
      appVersion: "2.3.4",
      developerName: "Example",
      websiteUrl: "https://help.example.com/",
      privacyUrl: "https://www.example.com/privacy",
      termsUrl: "https://www.example.com/terms",
    };
    const flags = ["--bot-id", more.botId, "--manifest-version", "1.25", "--app-version", "2.3.4"];
    flags.push("--developer-name", "Example", "--website-url", more.websiteUrl);
    flags.push("--privacy-url", more.privacyUrl, "--terms-url", more.termsUrl);
    expect(await run(...good, ...flags, "--out", out)).toMatchObject({ status: 0, error: "" });
    expect(readFileSync(out)).toEqual(Buffer.from(build(more).zip));
  });

  it.each([
    [[], "--base-url is missing."],
    [["--base-url", "https://patchcord.example.com"], "--app-id is missing."],
    [[...good, "--colour", "red"], "Unknown option '--colour'"],
    [[...good, "extra"], "Unexpected argument 'extra'"],
    [["--base-url"], "argument missing"],
  ])("%j: says how it is used", async (args, message) => {
    const { status, error, log } = await run(...args);
    expect(status).toBe(2);
    expect(error).toContain(message);
    expect(error).toContain("npm run teams:package -- --base-url");
    expect(log).toBe("");
  });

  it("tells faults in the language that is asked for, or in the terminal's", async () => {
    const wrong = ["--base-url", "http://localhost", "--app-id", "7"];
    const spanish = await run(...wrong, "--language", "es");
    expect(spanish).toMatchObject({
      status: 1,
      error: expect.stringContaining("--base-url: http://localhost no es https."),
    });
    expect(spanish.error).toContain("--app-id: «7» no es un GUID. Copia el id. de aplicación");
    expect(spanish.error).toContain("No se ha escrito ningún paquete.");
    const lines: string[] = [];
    const terminal = { log() {}, error: (line: string) => void lines.push(line) };
    expect(await runPackageCommand(wrong, terminal, "sv_SE.UTF-8")).toBe(1);
    expect(lines.join("\n")).toContain("är inte https");
  });

  it("prints its usage when asked", async () => {
    expect(await run("--help")).toMatchObject({
      status: 0,
      error: "",
      log: expect.stringContaining("--manifest-version"),
    });
  });

  it("names each wrong option by its flag, says the fix and writes nothing", async () => {
    const out = join(folder, "wrong.zip");
    const { status, error } = await run(
      ...["--base-url", "http://a.example.com", "--app-id", "1", "--manifest-version", "2", "--out", out],
    );
    expect(status).toBe(1);
    expect(error.split("\n")).toEqual([
      expect.stringMatching(/^--base-url: .* is not https\. Begin it with https:\/\//),
      expect.stringMatching(/^--app-id: "1" is not a GUID\. Copy/),
      expect.stringMatching(/^--manifest-version: "2" .* Choose one of 1\.30/),
      "No package was written.",
      "",
    ]);
    expect(existsSync(out)).toBe(false);
  });

  it("tells what the finished package breaks, by our rules and by Microsoft's, and writes nothing", async () => {
    const out = join(folder, "long.zip");
    const website = `https://example.com/${"x".repeat(3_500)}`;
    const { status, error } = await run(...good, "--website-url", website, "--out", out);
    expect(status).toBe(1);
    expect(error).toMatch(/manifest\.json description\.full: \d+ characters, 4000 are allowed\. Shorten it by \d+\./);
    expect(error).toContain("/developer/websiteUrl: Microsoft's schema says: must NOT have more than 2048 characters.");
    expect(existsSync(out)).toBe(false);
  });

  it("says when the file cannot be written", async () => {
    const file = join(folder, "file");
    writeFileSync(file, "");
    const { status, error } = await run(...good, "--out", join(file, "app.zip"));
    expect({ status, error }).toEqual({
      status: 1,
      error: expect.stringMatching(/^--out: .* cannot be written \(\w+\)/),
    });
  });

  it("ends as a program with the same status and the same bytes", () => {
    const root = fileURLToPath(new URL("..", import.meta.url));
    const start = (...args: string[]) =>
      spawnSync(process.execPath, ["src/start.cjs", "manifest/package.ts", ...args], { cwd: root, encoding: "utf8" });
    const out = join(folder, "program.zip");
    expect(start(...good, "--out", out)).toMatchObject({ status: 0, stderr: "" });
    expect(readFileSync(out)).toEqual(Buffer.from(build().zip));
    expect(start("--base-url", "https://x.ngrok.io", "--app-id", appId, "--out", out)).toMatchObject({
      status: 1,
      stdout: "",
      stderr: expect.stringContaining("--base-url: x.ngrok.io belongs to a tunnel service"),
    });
    expect(start().status).toBe(2);
  });
});
