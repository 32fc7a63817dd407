import { describe, expect, test } from "vitest";
import { createFormat, firstName, initialsOf, stopwatch } from "./format.ts";
import { pickLanguage } from "./language.ts";
import { pluralizer } from "./plural.ts";

const now = Date.parse("2026-03-02T12:00:00Z");
const at = (ms: number) => new Date(now + ms).toISOString();

describe("times", () => {
  const en = createFormat("en-GB", "UTC");

  test.each([
    [0, "0:00"],
    [42_400, "0:42"],
    [252_000, "4:12"],
    [3_723_000, "1:02:03"],
    [-5, "0:00"],
  ])("%d ms on a stopwatch is %s", (ms, text) => expect(stopwatch(ms)).toBe(text));

  test.each([
    [3_200, /^3 sec/],
    [61_000, /^1 min/],
    [7_300_000, /^2 h/],
    [-900, /^0 sec/],
  ])("the age of something %d ms old", (ms, text) => expect(en.age(ms)).toMatch(text));

  test("are relative under an hour, else local", () => {
    expect(en.when(at(300_000), now)).toMatch(/in 5 min/);
    expect(en.when(at(-6_000), now)).toMatch(/6 sec.* ago/);
    expect(en.when(at(9_000_000), now)).toBe("14:30");
  });

  test("name the day when it is not today", () => {
    expect(en.timeOfDay(at(9_000_000), now)).toBe("14:30");
    expect(en.timeOfDay(at(86_400_000), now)).toMatch(/^Tue/);
  });

  test("follow the reader's language", () => {
    expect(createFormat("sv", "UTC").timeOfDay(at(9_000_000), now)).toBe("14:30");
    expect(createFormat("en-US", "UTC").timeOfDay(at(9_000_000), now)).toMatch(/02:30\sPM/);
  });
});

describe("names", () => {
  test.each([
    ["Lucía Prat", "Lucía", "LP"],
    ["  Jonas  af  Sund ", "Jonas", "JS"],
    ["Åsa", "Åsa", "Å"],
    ["", "", ""],
  ])("%s", (name, first, initials) => {
    expect(firstName(name)).toBe(first);
    expect(initialsOf(name)).toBe(initials);
  });

  test("a language that nobody knows is shown as it came", () => {
    expect(createFormat("en").language("sv")).toBe("Swedish");
    expect(createFormat("en").language("not a tag")).toBe("not a tag");
  });
});

describe("languages", () => {
  test.each([
    [[null, "fr-CA"], "fr"],
    [["SV_se", "en"], "sv"],
    [["de", "pt-BR"], "en"],
    [[], "en"],
  ] as const)("%j is spoken as %s", (wanted, language) => expect(pickLanguage(wanted)).toBe(language));

  test("count in their own way", () => {
    const count = pluralizer("fr");
    expect(count(0, { one: "# détail", other: "# détails" })).toBe("0 détail");
    expect(count(2, { one: "# détail", other: "# détails" })).toBe("2 détails");
    expect(pluralizer("es")(1_000_000, { one: "#", other: "# más" })).toMatch(/más$/);
  });
});
