import { describe, expect, it } from "vitest";
import { commandWords as manifestWords } from "../../manifest/texts.ts";
import { type Command, commandWords, readCommand } from "./commands.ts";

/** What the app's menu says in English, and what the bot takes it for. */
const menu: Record<string, Command> = {
  help: "help",
  status: "status",
  pause: "pause",
  "my consults": "consults",
  skills: "skills",
};

describe("the bot's commands", () => {
  it.each([...manifestWords()])("%s from the app's menu means %s", (word, english) => {
    expect(readCommand(word)).toEqual({ command: menu[english], rest: "" });
  });

  it("are all in the menu, or say so", () => {
    expect(new Set(manifestWords().values())).toEqual(new Set(Object.keys(menu)));
  });

  it("each word means one thing", () => {
    const words = Object.values(commandWords).flat();
    expect(new Set(words).size).toBe(words.length);
  });
});
