import { describe, expect, it } from "vitest";
import { commandWords, defaultLanguage, languages } from "./texts.ts";

const english = languages[defaultLanguage] ?? {};
const commandTitles = (texts: Readonly<Record<string, string>>) =>
  Object.entries(texts).flatMap(([key, text]) => (/^bots\[0\].*title$/.test(key) ? [text] : []));

describe("texts", () => {
  it("come in the four languages", () => {
    expect(Object.keys(languages)).toEqual(["en", "es", "fr", "sv"]);
  });

  it.each(
    Object.entries(languages),
  )("%s says the same things in the same order, none left in English", (language, texts) => {
    expect(Object.keys(texts)).toEqual(Object.keys(english));
    const kept = Object.keys(texts).filter((key) => key !== "name.short" && texts[key] === english[key]);
    const sameWord = [/commands\[1\]\.title$/, /commands\[2\]\.title$/]; // "status" in Swedish, "pause" in French
    const untranslated = kept.filter((key) => !sameWord.some((pattern) => pattern.test(key)));
    expect(language === defaultLanguage ? [] : untranslated).toEqual([]);
  });

  it.each(Object.entries(languages))("%s says where to find help", (_, texts) => {
    expect(texts["description.full"]).toMatch(/: \{support\}$/);
  });
});

describe("commandWords", () => {
  it("leads every word that Teams shows, in any language, to one command", () => {
    const words = commandWords();
    for (const texts of Object.values(languages))
      expect(commandTitles(texts).map((title) => words.get(title))).toEqual([
        "help",
        "status",
        "pause",
        "my consults",
        "skills",
      ]);
  });

  it("knows nothing else", () => {
    expect(commandWords().get("transfer")).toBeUndefined();
    expect(commandWords().size).toBe(new Set(Object.values(languages).flatMap(commandTitles)).size);
  });
});
