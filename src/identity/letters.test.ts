import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { fold, withoutAccents } from "./letters.ts";

it.each([
  ["Søren Łukasik", "soren lukasik"],
  ["LUCÍA ÅKESSON", "lucia akesson"],
  ["Đorđe Guðrún Þór", "dorde gudrun thor"],
  ["Straße, STRAẞE", "strasse, strasse"],
  ["Ærø œuvre Iıİi", "aero oeuvre iiii"],
  ["Ωμέγα Жанна 李", "ωμεγα жанна 李"],
])("%j is looked for as %j", (text, folded) => {
  expect(fold(text)).toBe(folded);
  expect(fold(folded)).toBe(folded);
});

it("a name keeps its letters, without accents", () => expect(withoutAccents("Kjøp på MÅL")).toBe("kjøp pa mal"));

it("what was kept before is written in the same way", () => {
  const migration = readFileSync(new URL("../../migrations/0024_letters.sql", import.meta.url), "utf8");
  const [, from = "", to = ""] = /translate\(line, '(\p{L}+)', '(\p{L}+)'\)/u.exec(migration) ?? [];
  const single = [...from].map((letter, index) => [letter, to[index]]);
  const double = [...migration.matchAll(/'(\p{L})', '(\p{L}{2})'\)/gu)].map(([, letter, written]) => [letter, written]);
  const all = [...single, ...double];
  expect(all).toHaveLength(11);
  for (const [letter = "", written] of all) expect(fold(letter)).toBe(written);
});
