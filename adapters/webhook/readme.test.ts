import { createHmac } from "node:crypto";
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import type { z } from "zod";
import { callOperations } from "../../src/platform/contract.ts";
import { findForgery } from "../../src/platform/signature.ts";
import { facts } from "./capabilities.ts";
import { secret } from "./testing.ts";
import { toMeaning, toPresence } from "./translate.ts";
import * as wire from "./wire.ts";

const readme = readFileSync(new URL("./README.md", import.meta.url), "utf8");
const blocks = (kind: string) =>
  [...readme.matchAll(new RegExp(`\`\`\`${kind} ?(\\w*)\n(.*?)\`\`\``, "gs"))].map(([, name = "", text = ""]) => ({
    name,
    text,
  }));
const examples = blocks("json").map(({ name, text }) => ({ name, value: JSON.parse(text) as Record<string, unknown> }));
const valuesOf = (name: string) => examples.filter((one) => one.name === name).map(({ value }) => value);

describe("the README", () => {
  it.each(
    examples.map(({ name, value }, index) => [`${index + 1} ${name}`, name, value] as const),
  )("example %s is as described in wire.ts", (_title, name, value) => {
    const schema = (wire as unknown as Record<string, z.ZodType>)[name];
    expect(schema, name).toBeDefined();
    expect(schema?.safeParse(value).error).toBeUndefined();
  });

  it("shows every command and every event", () => {
    expect(
      valuesOf("command")
        .map(({ op }) => op)
        .sort(),
    ).toEqual([...callOperations].sort());
    const types = wire.event.options.map((option) => option.shape.type.value);
    expect(new Set(valuesOf("event").map(({ type }) => type))).toEqual(new Set(types));
  });

  it("names every meaning", () => {
    const [, words = ""] = /one of ours: (.*?)\. Any other/s.exec(readme) ?? [];
    const named = [...words.matchAll(/`(.*?)`/g)].map(([, word = ""]) => word);
    expect(named).toHaveLength(12);
    for (const means of named) {
      const presence = toPresence({ status: "", means, routable: false });
      expect(presence.availability, means).not.toBe("unknown");
      if (means !== "meal") expect(toMeaning(presence)).toBe(means);
    }
  });

  it("states the limits that are kept", () => {
    expect(readme).toContain(`| agents by id in a request, agents in a page | ${facts.presence.readMax}, 1,000 |`);
    expect(readme).toContain(`50 told, ${facts.calls.partiesMax} by command`);
  });

  it("signs in five lines that we accept", async () => {
    const [{ text } = { text: "" }] = blocks("js");
    expect(text.trim().split("\n")).toHaveLength(5);
    const sent: RequestInit[] = [];
    const names = ["createHmac", "Buffer", "fetch", "secret", "id", "body", "url"];
    const run = new Function(...names, `return (async () => { ${text} })()`) as (...values: unknown[]) => Promise<void>;
    await run(
      createHmac,
      Buffer,
      async (_url: string, init: RequestInit) => sent.push(init),
      secret,
      "evt-1",
      '{"a":"é"}',
      "",
    );
    const message = {
      headers: new Headers(sent[0]?.headers),
      body: new TextEncoder().encode('{"a":"é"}'),
      now: new Date(),
    };
    expect(await findForgery([secret], message)).toBeUndefined();
  });
});
