import { describe, expect, test } from "vitest";
import { admin as adminEn } from "./admin/en.ts";
import { admin as adminEs } from "./admin/es.ts";
import { admin as adminFr } from "./admin/fr.ts";
import { admin as adminSv } from "./admin/sv.ts";
import { calling as callingEn } from "./calling/en.ts";
import { calling as callingEs } from "./calling/es.ts";
import { calling as callingFr } from "./calling/fr.ts";
import { calling as callingSv } from "./calling/sv.ts";
import { en } from "./en.ts";
import { es } from "./es.ts";
import { fr } from "./fr.ts";
import { en as stageEn } from "./stage/en.ts";
import { es as stageEs } from "./stage/es.ts";
import { fr as stageFr } from "./stage/fr.ts";
import { sv as stageSv } from "./stage/sv.ts";
import { sv } from "./sv.ts";
import { en as tabEn } from "./tab/en.ts";
import { es as tabEs } from "./tab/es.ts";
import { fr as tabFr } from "./tab/fr.ts";
import { sv as tabSv } from "./tab/sv.ts";

/** Every sentence of a language by its path, with sample values in its gaps. */
function sentences(words: object, path = ""): Map<string, string> {
  const found = new Map<string, string>();
  for (const [key, value] of Object.entries(words)) {
    const here = `${path}/${key}`;
    if (typeof value === "string") found.set(here, value);
    else if (typeof value === "function") found.set(here, sample(here, value));
    else for (const [inner, sentence] of sentences(value, here)) found.set(inner, sentence);
  }
  return found;
}

const who = { expert: "Ana", customer: "Olof" };
const gaps = { platform: "Teams", until: "14:30" };
const entry = { name: "Ana", detail: "X" };
function sample(path: string, say: (...given: unknown[]) => string): string {
  if (/^\/(question\/shares|finder\/found|person\/(picked|askPicked))$/.test(path)) return say(2, 2);
  if (/^\/answer\/(answers|open|still)$/.test(path)) return say(2);
  if (/^\/answer\/about$/.test(path)) return say(who);
  if (/^\/(reason)\//.test(path)) return say(gaps);
  if (/^\/event\//.test(path)) return say(entry);
  if (
    /^\/(kind|move|trouble|result|resultChat|consult|pending\/operation|header|person\/(notifyHint|ringHint))\b/.test(
      path,
    )
  ) {
    const first = /\/(asking|back)$/.test(path) ? "Ana" : who;
    return say(first, "14:30");
  }
  if (/^\/(hours\/(used|usedOnly|concurrent)|answers\/uses)$/.test(path)) return say(2, 20);
  if (/^\/now\/(withAgent|waiting|together|handing)$/.test(path)) return say({ agent: "Ana", customer: "Olof" });
  return say("Ana", /level$/.test(path) ? 3 : "Olof");
}

describe.each(Object.entries({ en, es, sv, fr }))("%s", (_language, words) => {
  const said = sentences(words);

  test("has a value for every sentence, with all gaps filled", () => {
    for (const [path, sentence] of said) {
      if (path !== "/activity/none") expect(sentence, path).not.toBe("");
      expect(sentence, path).not.toMatch(/undefined|\[object|#/);
    }
  });

  test("says exactly what English says, no more and no less", () => {
    expect([...said.keys()].sort()).toEqual([...sentences(en).keys()].sort());
  });
});

test("only words that are the same everywhere are left in English", () => {
  const english = sentences(en);
  for (const words of [es, sv, fr])
    for (const [path, sentence] of sentences(words))
      if (sentence.split(" ").length > 2 && !/^\/(trouble|event)\b/.test(path))
        expect(sentence, path).not.toBe(english.get(path));
});

test.each(Object.entries({ stageEs, stageSv, stageFr }))("the stage is told in full in %s", (_language, words) => {
  const [said, english] = [sentences(words), sentences(stageEn)];
  expect([...said.keys()].sort()).toEqual([...english.keys()].sort());
  for (const [path, sentence] of said)
    if (sentence.split(" ").length > 3) expect(sentence, path).not.toBe(english.get(path));
});

test.each(Object.entries({ tabEs, tabSv, tabFr }))("the expert's page is told in full in %s", (_language, words) => {
  const [said, english] = [sentences(words), sentences(tabEn)];
  expect([...said.keys()].sort()).toEqual([...english.keys()].sort());
  for (const [path, sentence] of said) {
    expect(sentence, path).not.toMatch(/undefined|\[object|#/);
    if (sentence.split(" ").length > 3) expect(sentence, path).not.toBe(english.get(path));
  }
});

test.each(
  Object.entries({ adminEs, adminSv, adminFr }),
)("the admin's screens are told in full in %s", (_language, words) => {
  const [said, english] = [sentences(words), sentences(adminEn)];
  expect([...said.keys()].sort()).toEqual([...english.keys()].sort());
  for (const [path, sentence] of said) {
    expect(sentence, path).not.toMatch(/undefined|\[object/);
    if (sentence.split(" ").length > 3) expect(sentence, path).not.toBe(english.get(path));
  }
});

test.each(Object.entries({ callingEs, callingSv, callingFr }))("calls are told in full in %s", (_language, words) => {
  const [said, english] = [sentences(words), sentences(callingEn)];
  expect([...said.keys()].sort()).toEqual([...english.keys()].sort());
  for (const [path, sentence] of said) {
    expect(sentence, path).not.toMatch(/undefined|\[object|#/);
    if (sentence.split(" ").length > 3) expect(sentence, path).not.toBe(english.get(path));
  }
});

test("French elides before a vowel and Spanish joins before an article", () => {
  expect(fr.consult.backHint.ringing({ expert: "Ines", customer: "" })).toContain("d’Ines");
  expect(fr.consult.back("le client")).toBe("Revenir au client");
  expect(es.result.transferred({ expert: "Ana", customer: "el cliente" })).toContain("Ana atiende al cliente");
  expect(sv.trouble.voicemail({ expert: "Jonas", customer: "" })).toContain("Jonas röstbrevlåda");
});
