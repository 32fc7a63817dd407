import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { redact, stemsOf } from "./words.ts";

describe("what is kept of an answer", () => {
  it.each([
    ["Lucía Prat must sign again", ["Lucía Prat"], "… must sign again"],
    ["Tell lucía that it is paid", ["Lucía Prat"], "Tell … that it is paid"],
    ["Write to lucia@example.com today", [], "Write to … today"],
    ["Call +34 600 111 222 or 600111222", [], "Call … or …"],
    ["Card 4111 1111 1111 1111 was refused", [], "Card [card ending 1111] was refused"],
    ["Account ES-4417 is locked", ["ES-4417"], "Account … is locked"],
    ["Set 30 days, form 1047, step 3.2", [], "Set 30 days, form 1047, step 3.2"],
    ["Pratical advice stays", ["Prat"], "Pratical advice stays"],
    ["a.c is not abc", ["a.c"], "… is not abc"],
  ])("%s", (text, secrets, kept) => expect(redact(text, secrets)).toBe(kept));

  it("never holds a secret that it was told", () => {
    const names = fc.constantFrom("Lucía Prat", "Åke Öst", "O'Neill", "(x+y)*", "ES-4417");
    fc.assert(
      fc.property(fc.string(), names, fc.string(), (before, name, after) => {
        expect(redact(`${before} ${name} ${after}`, [name])).not.toContain(` ${name} `);
      }),
    );
  });

  it("is found by beginnings of words, whatever accents and case", () => {
    expect(stemsOf("Faktúra, FAKTURA fakturor")).toEqual(["faktur"]);
    expect(stemsOf("a of 12 —")).toEqual([]);
    expect(stemsOf("x".repeat(100_000))).toEqual(["xxxxxx"]);
  });
});
