import { describe, expect, it } from "vitest";
import type { PackageFiles } from "./build.ts";
import { checkTeamsPackage } from "./check.ts";
import { checkOfficialSchema } from "./package-schema.ts";
import { drawPng } from "./testing/draw-png.ts";
import { build, editJson, editManifest } from "./testing/sample.ts";
import { sentenceOf } from "./violation.ts";

const { files } = build();
const sentences = async (changed: PackageFiles) => (await checkTeamsPackage(changed)).map((one) => sentenceOf(one));

describe("checkTeamsPackage", () => {
  it("has nothing against the package as we make it", async () => {
    expect(await sentences(files)).toEqual([]);
  });

  it.each([
    [
      "version",
      "0.9.0",
      "manifest.json version: 0.9.0 begins with 0, which the app catalog refuses. Begin with 1.0.0.",
    ],
    ["version", "1.0.0-beta", "Write it like 1.0.0, without a suffix."],
    ["id", "patchcord", 'manifest.json id: "patchcord" is not a GUID.'],
    ["bots[0].botId", "bot", 'manifest.json botId: "bot" is not a GUID.'],
    ["webApplicationInfo.id", "", 'manifest.json webApplicationInfo.id: "" is not a GUID.'],
    ["$schema", "https://example.com/schema.json", "it is not the schema of manifestVersion 1.30. Set it to https://"],
    ["manifestVersion", "1.29", "it is not the schema of manifestVersion 1.29."],
    ["packageName", "com.example", "manifest.json packageName: this app has no use for the key. Remove it"],
    ["devicePermissions", ["geolocation"], "manifest.json devicePermissions: this app has no use for the key."],
    ["permissions", ["identity", "messageTeamMembers"], "messageTeamMembers is more than the app needs. Remove it."],
    ["validDomains", ["*.example.com"], "*.example.com is a wildcard, which also covers hosts that are not yours."],
    ["validDomains", ["a.ngrok.io"], "a.ngrok.io belongs to a tunnel service, which the store refuses."],
    ["validDomains", ["https://patchcord.example.com"], "is an address, not a host name. Leave out https://"],
    ["validDomains", ["Patchcord.example.com"], "sign-in fails on Android. Write it in lower case"],
    ["validDomains", ["login.microsoftonline.com"], "login.microsoftonline.com serves no tab of this app. Remove it."],
    ["validDomains", [], "patchcord.example.com, which serves a tab, is missing. Add patchcord.example.com."],
    ["staticTabs[1].contentUrl", "http://patchcord.example.com/tab", "staticTabs contentUrl: http://patchcord.exampl"],
    ["staticTabs[0].name", "Chat", "staticTabs conversations: Teams names this tab itself. Remove its name."],
    ["developer.privacyUrl", "http://example.com", "developer.privacyUrl: http://example.com is not https."],
    ["developer.termsOfUseUrl", undefined, 'developer.termsOfUseUrl: "" is not an address.'],
    ["webApplicationInfo.resource", "api://patchcord.example.com/x", "Set it to api://patchcord.example.com/botid-1a2"],
    ["accentColor", "#FFFFFF", "color.png: the background is not the accent color #FFFFFF. Make the two the same"],
    ["icons.color", "logo.png", "logo.png: the file is missing. Add it at the top of the package."],
    ["localizationInfo", undefined, "es.json: the manifest does not name this file. Take it out."],
    ["name.short", "P".repeat(31), "manifest.json name.short: 31 characters, 30 are allowed. Shorten it by 1."],
    ["name.short", " ", "manifest.json name.short: the text is empty. Write one."],
    ["name.full", "Patchcord for Teams", "the name uses a word that Microsoft keeps for itself."],
    ["description.short", "An app for experts", "it says “app”. Say what people get instead."],
    ["description.short", "Patchcord helps", "it repeats the name, which stands beside it."],
    ["description.full", "https://a.example.com Works with Teams", "Write Microsoft Teams the first time."],
    ["description.full", "Helps you", "description.full: no address for help."],
    ["description.full", `https://a.example.com ${"word ".repeat(501)}`, "more than 500 words. Shorten it."],
    ["description.full", "MS at https://a.example.com", "Microsoft is abbreviated. Write Microsoft."],
    ["description.full", "Office 365 https://a.example.com", "Write Microsoft 365."],
    ["description.full", "Powered by x https://a.example.com", "only certified partners may say so."],
    ["composeExtensions[0].commands[0].title", "Start chat", "Teams has a button of that name."],
    ["composeExtensions[0].commands[0].title", "x".repeat(33), "33 characters, 32 are allowed. Shorten it by 1."],
    ["description.features[0].description", "x".repeat(121), "121 characters, 120 are allowed."],
    ["bots[0].commandLists[0].commands[0].title", "x".repeat(129), "129 characters, 128 are allowed."],
    ["bots[0].commandLists[0].commands[5]", { title: "new", description: "n" }, "commands[5].title: not translated."],
  ])("manifest %s = %j: %s", async (path, value, message) => {
    expect(await sentences(editManifest(files, path, value))).toContainEqual(expect.stringContaining(message));
  });

  it("notices a long description that holds the short one", async () => {
    const text = JSON.parse(new TextDecoder().decode(files["manifest.json"])).description.short;
    const changed = editManifest(files, "description.full", `${text} More: https://a.example.com`);
    expect(await sentences(changed)).toEqual([expect.stringContaining("it repeats the short description.")]);
  });

  it.each([
    ["name.short", undefined, "sv.json name.short: not translated. Add it to the language file."],
    ["staticTabs[1].name", undefined, "sv.json staticTabs[1].name: not translated."],
    ["staticTabs[7].name", "Sju", "sv.json staticTabs[7].name: the manifest has no such text. Remove the key"],
    ["description.short", "x".repeat(81), "sv.json description.short: 81 characters, 80 are allowed. Shorten it by 1."],
    ["name.full", "Patchcord Azure", "sv.json name.full: the name uses a word that Microsoft keeps for itself."],
    ["name.full", 7, "sv.json name.full: the text is empty. Write one."],
    ["$schema", undefined, "sv.json: its $schema is of another version than the manifest. Set it to https://"],
  ])("language file %s = %j: %s", async (key, value, message) => {
    const changed = editJson(files, "sv.json", (texts) => {
      texts[key] = value;
    });
    expect(await sentences(changed)).toEqual([expect.stringContaining(message)]);
  });

  it.each([
    ["manifest.json", "manifest.json: it is not JSON. Build the package again instead of editing it."],
    ["fr.json", "fr.json: it is not JSON."],
  ])("tells that %s is not JSON", async (name, message) => {
    const changed = { ...files, [name]: new TextEncoder().encode('{"a": 1,}') };
    expect(await sentences(changed)).toEqual([expect.stringContaining(message)]);
  });

  it.each(["manifest.json", "color.png", "outline.png", "es.json"])("tells that %s is missing", async (name) => {
    const { [name]: _, ...rest } = files;
    expect(await sentences(rest)).toEqual([`${name}: the file is missing. Add it at the top of the package.`]);
  });

  it("tells of a file too many", async () => {
    const changed = { ...files, "notes.txt": new Uint8Array() };
    expect(await sentences(changed)).toEqual(["notes.txt: the manifest does not name this file. Take it out."]);
  });
});

describe("icons", () => {
  const accent = [0x0b, 0x55, 0x63, 255];
  const white = [255, 255, 255, 255];
  const clear = [0, 0, 0, 0];
  const withIcon = (name: string, png: Uint8Array) => sentences({ ...files, [name]: png });
  const square = (size: number, color: (x: number, y: number) => number[]) =>
    drawPng({ width: size, height: size, color });

  it.each([
    ["is too small", square(96, () => accent), "96x96 pixels instead of 192x192. Export it at 192x192."],
    ["has a symbol too wide", square(192, (x) => (x === 47 ? white : accent)), "Keep 48 pixels of plain background"],
    ["has round corners", square(192, (x, y) => (x + y < 9 ? clear : accent)), "Keep 48 pixels of plain background"],
    ["has another background", square(192, () => white), "the background is not the accent color #0B5563."],
    ["is half transparent", square(192, () => [0x0b, 0x55, 0x63, 128]), "the background is not the accent color"],
    ["is a text file", new TextEncoder().encode("logo"), "the picture cannot be read: it is not a PNG. Export it as"],
  ])("tells when the color icon %s", async (_, png, message) => {
    expect(await withIcon("color.png", png)).toEqual([expect.stringContaining(message)]);
  });

  it("accepts a color icon on a fully transparent background, whatever color hides there", async () => {
    const png = square(192, (x, y) => (x > 60 && x < 120 && y > 60 && y < 120 ? white : [x, y, 0, 0]));
    expect(await withIcon("color.png", png)).toEqual([]);
  });

  it.each([
    ["is too large", square(64, () => clear), "64x64 pixels instead of 32x32. Export it at 32x32."],
    [
      "is grey",
      square(32, (x) => (x % 2 ? [200, 200, 200, 255] : clear)),
      "Draw it in pure white (255, 255, 255) only.",
    ],
    ["is red", square(32, (x) => (x % 2 ? [255, 0, 0, 255] : clear)), "Draw it in pure white (255, 255, 255) only."],
    ["is nearly white", square(32, (x) => (x % 2 ? [254, 255, 255, 9] : clear)), "neither white nor transparent."],
    ["is solid", square(32, () => white), "its background is not transparent. Remove the background."],
    [
      "has a margin",
      square(32, (x, y) => (x === 16 && y > 3 ? white : clear)),
      "Let the symbol reach two opposite edges.",
    ],
    [
      "hangs on one edge",
      square(32, (x, y) => (x < 4 && y > 9 && y < 19 ? white : clear)),
      "reach two opposite edges.",
    ],
    ["is empty", square(32, () => clear), "there is an empty margin round the symbol."],
  ])("tells when the outline icon %s", async (_, png, message) => {
    expect(await withIcon("outline.png", png)).toContainEqual(expect.stringContaining(message));
  });

  it("accepts soft edges of the outline icon as long as they are white", async () => {
    const png = square(32, (x) => (x < 8 ? [255, 255, 255, x * 30] : clear));
    expect(await withIcon("outline.png", png)).toEqual([]);
  });
});

describe("checkOfficialSchema", () => {
  const official = async (changed: PackageFiles) =>
    ((await checkOfficialSchema(changed)) ?? []).map((one) => sentenceOf(one));

  it.each([
    ["surprise", 1, "manifest.json /: Microsoft's schema says: must NOT have additional properties (surprise)."],
    ["bots[0].surprise", 1, "manifest.json /bots/0: Microsoft's schema says: must NOT have additional properties"],
    [
      "bots[0].scopes",
      undefined,
      "manifest.json /bots/0: Microsoft's schema says: must have required property 'scopes'",
    ],
    ["name.short", "x".repeat(31), "manifest.json /name/short: Microsoft's schema says: must NOT have more than 30"],
    ["accentColor", "teal", "manifest.json /accentColor: Microsoft's schema says: must match pattern"],
    ["$schema", "https://example.com/s.json", "there is no official schema https://example.com/s.json."],
  ])("%s = %j: %s", async (path, value, message) => {
    expect(await official(editManifest(files, path, value))).toContainEqual(expect.stringContaining(message));
  });

  it("also reads the language files", async () => {
    const changed = editJson(files, "es.json", (texts) => {
      texts["bots[0].commandLists[0].commands[0].tittle"] = "x";
      texts["description.short"] = undefined;
    });
    const found = await official(changed);
    expect(found).toHaveLength(2);
    expect(found[0]).toMatch(/^es\.json \/: Microsoft's schema says: must/);
  });

  it("finds a version that Microsoft has not published", async () => {
    const changed = editManifest(
      files,
      "$schema",
      "https://developer.microsoft.com/en-us/json-schemas/teams/v9.9/a.json",
    );
    expect(await official(changed)).toEqual([expect.stringContaining("Correct the $schema line.")]);
  });
});
