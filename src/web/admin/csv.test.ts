import { expect, test } from "vitest";
import { toCsv } from "./csv.ts";

test("cells are quoted where they must be, and no cell is a formula", () => {
  expect(
    toCsv([
      ["Name", 'says "hi"'],
      ["=1+1", "a,b"],
      ["@x", "two\nlines"],
    ]),
  ).toBe('\uFEFFName,"says ""hi"""\r\n\'=1+1,"a,b"\r\n\'@x,"two\nlines"\r\n');
});
