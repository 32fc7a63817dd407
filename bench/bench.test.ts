import { describe, expect, it } from "vitest";
import { areas } from "./areas.ts";
import { runBench } from "./bench.ts";
import { type Area, compare, type Row, type RunOptions } from "./measure.ts";

const good = compare({
  name: "ingest over one insert a request",
  unit: "events/s",
  better: "more",
  subject: [{ value: 12_500 }, { value: 10_000 }, { value: 11_000 }],
  baseline: [{ value: 4_000 }, { value: 4_000 }, { value: 4_000 }],
  target: 2.5,
});
const slow: Row = { ...good, name: "slow", ok: false };
const wrong: Row = { ...good, name: "wrong", ok: false, faults: ["2 events are missing"] };

async function ask(words: string, ...rows: Row[]) {
  const printed: string[] = [];
  const said: string[] = [];
  const given: RunOptions[] = [];
  const area: Area = {
    name: "fake",
    about: "made up",
    parts: ["taking", "telling"],
    run: async (options) => {
      given.push(options);
      return rows;
    },
  };
  const status = await runBench(words.split(" ").filter(Boolean), [area], {
    out: (text) => printed.push(text),
    say: (sentence) => said.push(sentence),
  });
  return { status, printed: printed.join("\n"), said: said.join("\n"), options: given[0] };
}

describe("the exit status", () => {
  it("is 0 only when every row is ok", async () => {
    expect((await ask("fake", good, good)).status).toBe(0);
    expect((await ask("fake", good, slow)).status).toBe(1);
    expect((await ask("fake", wrong)).status).toBe(1);
    expect((await ask("fake")).status).toBe(1);
  });

  it.each([
    "",
    "other",
    "fake --fast",
    "fake fake",
    "fake --rounds",
    "fake --rounds 0",
    "fake --rounds many",
    "--json",
    "fake --only",
    "fake --only taking,other",
  ])("is 2 for %j, with the areas to choose from", async (words) => {
    const { status, said, printed, options } = await ask(words, good);
    expect([status, printed, options]).toEqual([2, "", undefined]);
    expect(said).toContain("fake       made up");
  });

  it("is left to the caller when the bench breaks off", async () => {
    const broken: Area = { name: "fake", about: "", run: () => Promise.reject(new Error("no database")) };
    await expect(runBench(["fake"], [broken], { out: () => {}, say: () => {} })).rejects.toThrow("no database");
  });
});

describe("what is asked", () => {
  it("is five rounds, one when it is to be quick, else as told", async () => {
    expect((await ask("fake", good)).options).toMatchObject({ rounds: 5, quick: false });
    expect((await ask("fake --quick", good)).options).toMatchObject({ rounds: 1, quick: true });
    expect((await ask("--rounds 7 fake --quick", good)).options).toMatchObject({ rounds: 7, quick: true });
    expect((await ask("fake --rounds=3", good)).options).toMatchObject({ rounds: 3 });
  });

  it("is everything, or the parts that are named", async () => {
    expect((await ask("fake", good)).options).toMatchObject({ only: [] });
    expect((await ask("fake --only telling,taking", good)).options).toMatchObject({ only: ["telling", "taking"] });
  });
});

describe("as JSON", () => {
  it("is one document and nothing else", async () => {
    const { printed } = await ask("fake --json", good);
    expect(JSON.parse(printed)).toEqual({
      area: "fake",
      rows: [
        {
          name: "ingest over one insert a request",
          unit: "events/s",
          subject: 11_000,
          baseline: 4_000,
          ratio: { median: 2.75, min: 2.5, max: 3.125 },
          target: 2.5,
          ok: true,
        },
      ],
    });
  });

  it("what was wrong is said beside it", async () => {
    const { printed, said } = await ask("fake --json", wrong);
    expect(JSON.parse(printed).rows[0].ok).toBe(false);
    expect(said).toContain("wrong: 2 events are missing");
  });
});

describe("as a table", () => {
  it("shows each row, the missed ones too", async () => {
    const { printed } = await ask("fake", good, slow, wrong);
    const [head, first, second] = printed.split("\n");
    expect(head).toMatch(/unit +ours +baseline +ratio +min–max +target$/);
    expect(first).toMatch(
      /^ok +ingest over one insert a request +events\/s +11,000 +4,000 +2\.75× +2\.5–3\.13 +≥ 2\.5×$/,
    );
    expect(second).toMatch(/^MISSED +slow/);
    expect(printed).toContain("wrong: 2 events are missing");
  });
});

it("the areas are those of the design", () => {
  expect(areas.map(({ name }) => name)).toEqual(["presence", "consults", "desk", "directory", "teams"]);
});
