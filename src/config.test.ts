import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { operatorOf, readSettings, settings } from "./config.ts";

describe("settings", () => {
  it("are all named in .env.example, and nothing else is", () => {
    const named = [
      ...readFileSync(new URL("../.env.example", import.meta.url), "utf8").matchAll(/^# ([A-Z_]+)=/gm),
    ].map((match) => match[1]);
    expect(named.sort()).toEqual(Object.keys(settings.shape).sort());
  });

  it("tell every wrong value at once", () => {
    expect(() => readSettings({ PORT: "many", PUBLIC_URL: "nowhere" })).toThrow(
      /PORT[\s\S]*PUBLIC_URL|PUBLIC_URL[\s\S]*PORT/,
    );
  });

  it("tell every missing key in production", () => {
    expect(() => readSettings({ NODE_ENV: "production" })).toThrow("DATABASE_URL, PATCHCORD_KEYS, PUBLIC_URL");
  });

  it("keep the sandbox out of production", () => {
    const production = {
      NODE_ENV: "production",
      DATABASE_URL: "postgres://x",
      PATCHCORD_KEYS: "k:x",
      PUBLIC_URL: "https://x.example",
    };
    expect(() => readSettings({ ...production, PATCHCORD_SANDBOX: "1" })).toThrow(/sandbox does not run in production/);
    expect(readSettings(production).PATCHCORD_SANDBOX).toBeUndefined();
  });

  it("take a mail address or a page for questions about data, and nothing else", () => {
    for (const contact of ["privacy@example.com", "https://example.com/privacy"])
      expect(operatorOf(readSettings({ PATCHCORD_CONTACT: contact }))).toEqual({ operator: { contact } });
    for (const wrong of ["somebody", "javascript:alert(1)", "http://example.com"])
      expect(() => readSettings({ PATCHCORD_CONTACT: wrong })).toThrow(/PATCHCORD_CONTACT: wants a mail address/);
  });

  it("take an empty value as not set", () => {
    expect(readSettings({ PUBLIC_URL: "" }).PUBLIC_URL).toBeUndefined();
  });
});
