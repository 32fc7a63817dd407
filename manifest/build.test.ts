import { readdirSync, readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, it, vi } from "vitest";
import { BridgeError } from "../src/errors.ts";
import { buildTeamsPackage } from "./build.ts";
import { checkTeamsPackage } from "./check.ts";
import { manifestVersions } from "./manifest.ts";
import type { TeamsPackageOptions } from "./options.ts";
import { checkOfficialSchema } from "./package-schema.ts";
import { appId, build, icons, readJson } from "./testing/sample.ts";

describe("buildTeamsPackage", () => {
  it.each(manifestVersions)("makes a package that Microsoft's schemas and our rules accept, as %s", async (version) => {
    const { files } = build({ manifestVersion: version });
    expect(readJson(files, "manifest.json").manifestVersion).toBe(version);
    expect(await checkOfficialSchema(files)).toEqual([]);
    expect(await checkTeamsPackage(files)).toEqual([]);
  });

  it("makes the newest version unless told otherwise", () => {
    expect(readJson(build().files, "manifest.json").manifestVersion).toBe("1.30");
  });

  it("holds the manifest, two pictures and a file for each further language", () => {
    expect(Object.keys(build().files)).toEqual([
      "manifest.json",
      "color.png",
      "outline.png",
      "es.json",
      "fr.json",
      "sv.json",
    ]);
  });

  it("gives the same bytes at any time", () => {
    vi.useFakeTimers({ now: new Date("2026-01-01T00:00:00Z") });
    const early = build().zip;
    vi.setSystemTime(new Date("2031-07-09T13:14:15Z"));
    expect(build().zip).toEqual(early);
    vi.useRealTimers();
  });

  it("gives other bytes for every other option", () => {
    const others = [
      {},
      { baseUrl: "https://other.example.com" },
      { appId: "aaaaaaaa-2222-3333-4444-555555555555" },
      { botId: "bbbbbbbb-2222-3333-4444-555555555555" },
      { manifestVersion: "1.25" },
      { appVersion: "1.0.1" },
      { developerName: "Example" },
      { websiteUrl: "https://help.example.com/" },
      { privacyUrl: "https://www.example.com/privacy" },
      { termsUrl: "https://www.example.com/terms" },
    ];
    expect(new Set(others.map((other) => Buffer.from(build(other).zip).toString("base64"))).size).toBe(others.length);
  });

  it("ties tab, bot and sign-in to the host and the ids", () => {
    const manifest = readJson(build({ botId: "bbbbbbbb-2222-3333-4444-555555555555" }).files, "manifest.json");
    expect(manifest).toMatchObject({
      id: appId,
      validDomains: ["patchcord.example.com"],
      staticTabs: [{ entityId: "conversations" }, { contentUrl: "https://patchcord.example.com/tab" }],
      bots: [{ botId: "bbbbbbbb-2222-3333-4444-555555555555", scopes: ["personal"] }],
      composeExtensions: [{ botId: "bbbbbbbb-2222-3333-4444-555555555555" }],
      webApplicationInfo: {
        id: appId,
        resource: "api://patchcord.example.com/botid-bbbbbbbb-2222-3333-4444-555555555555",
      },
    });
  });

  it("asks for the person's identity and nothing else", () => {
    const manifest = readJson(build().files, "manifest.json");
    expect(manifest.permissions).toEqual(["identity"]);
    expect(manifest).not.toHaveProperty("devicePermissions");
    expect(manifest).not.toHaveProperty("authorization");
  });

  it("leaves out what an older version does not know, in every file", () => {
    const { files } = build({ manifestVersion: "1.25" });
    for (const file of ["manifest.json", "es.json", "fr.json", "sv.json"])
      expect(JSON.stringify(readJson(files, file))).not.toContain("features");
  });

  it("says in each language where to find help", () => {
    const { files } = build({ websiteUrl: "https://help.example.com/patchcord" });
    const all = ["manifest.json", "es.json", "fr.json", "sv.json"].map((file) => JSON.stringify(readJson(files, file)));
    for (const file of all) {
      expect(file).toContain(": https://help.example.com/patchcord");
      expect(file).not.toContain("{support}");
    }
  });

  it("brings ids and the address into one form", () => {
    const spelled = build({ baseUrl: "https://patchcord.example.com/", appId: appId.toUpperCase() });
    expect(spelled.zip).toEqual(build().zip);
  });
});

describe("options that are wrong", () => {
  const faultsOf = (more: Partial<TeamsPackageOptions>) => {
    try {
      build(more);
    } catch (error) {
      expect(error).toBeInstanceOf(BridgeError);
      expect(error).toMatchObject({ code: "invalid" });
      return (error as BridgeError).message;
    }
    return "no fault";
  };

  it.each([
    [{ baseUrl: "" }, "is not an address"],
    [{ baseUrl: "patchcord.example.com" }, "Write it in full, for example https://patchcord.example.com"],
    [{ baseUrl: "http://patchcord.example.com" }, "is not https"],
    [{ baseUrl: "HTTPS://patchcord.example.com" }, "Begin it with https:// in lower case"],
    [{ baseUrl: "https://Patchcord.example.com" }, "Write it in lower case, here and in the Application ID URI"],
    [{ baseUrl: "https://pätchcord.example.com" }, "Write it in its xn-- form"],
    [{ baseUrl: "https://*.example.com" }, "is a wildcard"],
    [{ baseUrl: "https://localhost" }, "is not a public host name"],
    [{ baseUrl: "https://192.0.2.7" }, "is not a public host name"],
    [{ baseUrl: "https://[2001:db8::1]" }, "is not a public host name"],
    [{ baseUrl: "https://a1b2.ngrok-free.app" }, "Serve Patchcord under a host name of your own"],
    [{ baseUrl: "https://x-8787.euw.devtunnels.ms" }, "belongs to a tunnel service"],
    [{ baseUrl: "https://patchcord.example.com:8443" }, "Leave out port, path and the slash at the end"],
    [{ baseUrl: "https://example.com/patchcord" }, "Leave out port, path and the slash at the end"],
    [{ baseUrl: "https://me:secret@example.com" }, "baseUrl: the address holds a user name or password. Leave"],
    [{ baseUrl: "https://example.com?x=1" }, "Leave out port, path and the slash at the end"],
    [{ appId: "1234" }, 'appId: "1234" is not a GUID. Copy the Application (client) ID'],
    [{ appId: `{${appId}}` }, "is not a GUID"],
    [{ appId: "00000000-0000-0000-0000-000000000000" }, "is a placeholder"],
    [{ botId: "bot" }, 'botId: "bot" is not a GUID'],
    [{ manifestVersion: "1.31" }, "Choose one of 1.30, 1.29, 1.28, 1.27, 1.26, 1.25"],
    [{ appVersion: "1.0" }, "Write it like 1.0.0, without a suffix"],
    [{ appVersion: "1.0.0-rc.1" }, "is not three numbers with dots"],
    [{ appVersion: "01.0.0" }, "is not three numbers with dots"],
    [{ appVersion: "0.9.0" }, "Begin with 1.0.0"],
    [{ developerName: "" }, "1 to 32 are allowed"],
    [{ developerName: "x".repeat(33) }, "33 characters, 1 to 32 are allowed"],
    [{ websiteUrl: "http://example.com" }, "websiteUrl: http://example.com is not https"],
    [{ privacyUrl: "https://x.loca.lt/privacy" }, "privacyUrl: x.loca.lt belongs to a tunnel service"],
    [{ termsUrl: "/terms" }, 'termsUrl: "/terms" is not an address'],
  ])("%j: %s", (more, message) => {
    expect(faultsOf(more)).toContain(message);
  });

  it("are all told at once, each once", () => {
    const message = faultsOf({ baseUrl: "http://patchcord.example.com", appId: "1" });
    expect(message.match(/baseUrl|appId|botId|privacyUrl/g)).toEqual(["baseUrl", "appId"]);
  });

  it("never show a password that was typed by mistake", () => {
    for (const key of ["baseUrl", "websiteUrl", "privacyUrl", "termsUrl"])
      for (const start of ["https://me:secret@", "http://me:secret@", "https:me:secret@"])
        expect(faultsOf({ [key]: `${start}example.com` })).not.toContain("secret");
  });

  const typed = fc.oneof(fc.string(), fc.webUrl(), fc.domain(), fc.uuid());
  const address = fc.oneof(
    typed,
    fc.domain().map((host) => `https://${host}`),
  );

  it("are refused one and all: what gets through makes a package without fault", async () => {
    const choice = fc.record({ baseUrl: address, appId: fc.oneof(typed, fc.uuid()), privacyUrl: address });
    await fc.assert(
      fc.asyncProperty(choice, async (more) => {
        const made = tryToBuild(more);
        expect(made instanceof BridgeError ? made.code : await checkTeamsPackage(made.files)).toSatisfy(
          (outcome) => outcome === "invalid" || outcome.length === 0,
        );
      }),
    );
  });

  function tryToBuild(more: { baseUrl: string; appId: string; privacyUrl: string }) {
    try {
      return buildTeamsPackage({ ...more, icons });
    } catch (error) {
      if (error instanceof BridgeError) return error;
      throw error;
    }
  }
});

describe("the part that runs on Workers", () => {
  const folder = new URL("./", import.meta.url);
  const pure = readdirSync(folder).filter((file) => /\.ts$/.test(file) && !/^package|\.test\.ts$/.test(file));

  it.each(pure)("%s uses nothing of Node", (file) => {
    const imports = readFileSync(new URL(file, folder), "utf8").match(/from "[^"]+"/g) ?? [];
    for (const line of imports) expect(line).toMatch(/^from "\.\.?\/(?!package)/);
  });
});
