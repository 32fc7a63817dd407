import { readArguments } from "./arguments.ts";
import type { Area } from "./measure.ts";
import { asJson, asTable } from "./report.ts";

export type Writers = { out: (text: string) => void; say: (sentence: string) => void };

/** 0: every row is ok. 1: one is not, or the bench broke off. 2: what was asked is not understood. */
export type ExitStatus = 0 | 1 | 2;

export async function runBench(
  words: readonly string[],
  areas: readonly Area[],
  { out, say }: Writers,
): Promise<ExitStatus> {
  const asked = readArguments(words);
  const area = typeof asked === "string" ? undefined : areas.find(({ name }) => name === asked.area);
  if (typeof asked === "string" || !area) {
    say(usage(typeof asked === "string" ? asked : asked.area && `There is no area "${asked.area}".`, areas));
    return 2;
  }
  const stranger = asked.only.find((part) => !area.parts?.includes(part));
  if (stranger !== undefined) {
    say(usage(`${area.name} has no part "${stranger}".`, areas));
    return 2;
  }
  const { rounds, quick, only } = asked;
  const rows = await area.run({ rounds, quick, only, say });
  out(asked.json ? asJson(area.name, rows) : asTable(rows));
  for (const { name, faults } of asked.json ? rows : []) for (const fault of faults) say(`${name}: ${fault}`);
  return rows.length > 0 && rows.every(({ ok }) => ok) ? 0 : 1;
}

const usage = (fault: string, areas: readonly Area[]): string =>
  [
    ...(fault ? [fault] : []),
    "npm run bench -- AREA [--json] [--rounds N] [--quick] [--only PART,…]",
    ...areas.flatMap(({ name, about, parts }) => [
      `  ${name.padEnd(10)} ${about}`,
      ...(parts ? [`  ${"".padEnd(10)} parts: ${parts.join(", ")}`] : []),
    ]),
  ].join("\n");
