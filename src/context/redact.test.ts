import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { passesLuhn, removeCardNumbers, removeCardNumbersDeep } from "./redact.ts";

const checkDigit = (body: string) => "0123456789".split("").find((digit) => passesLuhn(body + digit)) ?? "";

describe("card numbers are removed before anything is stored", () => {
  it.each([
    ["4111 1111 1111 1111", "[card ending 1111]"],
    ["pay with 5555-5555-5555-4444 please", "pay with [card ending 4444] please"],
    ["378282246310005", "[card ending 0005]"],
  ])("%s", (text, clean) => expect(removeCardNumbers(text)).toBe(clean));

  it.each([
    "order 4111 1111 1111 1112",
    "call +46 70 123 45 67",
    "invoice 2026-000123-99",
    "IBAN ES91 2100 0418 4502 0005 1332 x",
  ])("leaves alone what is not a card: %s", (text) => expect(removeCardNumbers(text)).toBe(text));

  it("finds every valid number of the known issuers, however it is grouped and wherever it stands", () => {
    const number = fc
      .tuple(
        fc.constantFrom("4", "51", "55", "2221", "2720", "34", "37", "6011", "65"),
        fc.stringMatching(/^\d{15}$/),
        fc.constantFrom("", " ", "-"),
      )
      .map(([prefix, rest, gap]) => {
        const length = prefix.startsWith("3") ? 15 : 16;
        const body = (prefix + rest).slice(0, length - 1);
        const digits = body + checkDigit(body);
        return { digits, text: digits.replace(/(.{4})(?=.)/g, `$1${gap}`) };
      });
    fc.assert(
      fc.property(number, fc.constantFrom("", "a ", "(", "nr:"), ({ digits, text }, before) => {
        const clean = removeCardNumbersDeep({ note: [`${before}${text} end`] });
        expect(JSON.stringify(clean)).not.toContain(text);
        expect(clean.note[0]).toBe(`${before}[card ending ${digits.slice(-4)}] end`);
      }),
      { numRuns: 500 },
    );
  });
});
