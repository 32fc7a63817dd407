import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import Ajv from "ajv-draft-04";
import addFormats from "ajv-formats";
import { describe, expect, it } from "vitest";
import { build, readJson } from "./testing/sample.ts";

const contracts = process.env.PATCHCORD_CONTRACTS ?? fileURLToPath(new URL("../../shared/contracts", import.meta.url));

describe.skipIf(!existsSync(contracts))("the published schemas of manifest 1.30 (needs the contracts folder)", () => {
  const validator = (name: string) => {
    // The localisation schema has patterns that are no unicode patterns.
    const ajv = new Ajv.default({ allErrors: true, strictTypes: false, unicodeRegExp: false });
    addFormats.default(ajv);
    return ajv.compile(JSON.parse(readFileSync(join(contracts, name), "utf8")));
  };
  const { files } = build();

  it("accept the manifest, and not one with an unknown key", () => {
    const validate = validator("teams-manifest-1.30.schema.json");
    const manifest = readJson(files, "manifest.json");
    validate(manifest);
    expect(validate.errors).toBeNull();
    expect(validate({ ...manifest, packageName: "com.example" })).toBe(false);
  });

  it("accept every language file, and not one with a misspelt key", () => {
    const validate = validator("teams-localization-1.30.schema.json");
    for (const file of ["es.json", "fr.json", "sv.json"]) {
      validate(readJson(files, file));
      expect(validate.errors).toBeNull();
    }
    expect(validate({ ...readJson(files, "es.json"), "description.shrot": "x" })).toBe(false);
  });
});
