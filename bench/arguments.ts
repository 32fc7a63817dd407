export type Asked = { area: string; json: boolean; quick: boolean; rounds: number; only: string[] };

export const roundsUsual = 5;
const roundsQuick = 1;
const roundsMax = 50;

/** Reads `AREA [--json] [--rounds N] [--quick] [--only PART,…]`. A sentence says what is wrong with it. */
export function readArguments(words: readonly string[]): Asked | string {
  const asked: Asked = { area: "", json: false, quick: false, rounds: 0, only: [] };
  const left = words.flatMap((word) => /^(--rounds|--only)=(.*)$/.exec(word)?.slice(1) ?? [word]);
  for (let word = left.shift(); word !== undefined; word = left.shift()) {
    if (word === "--json") asked.json = true;
    else if (word === "--quick") asked.quick = true;
    else if (word === "--rounds") {
      const rounds = Number(left.shift());
      if (!Number.isInteger(rounds) || rounds < 1 || rounds > roundsMax)
        return `--rounds wants a whole number from 1 to ${roundsMax}.`;
      asked.rounds = rounds;
    } else if (word === "--only") {
      asked.only = (left.shift() ?? "").split(",").filter(Boolean);
      if (asked.only.length === 0) return "--only wants names of parts, with commas.";
    } else if (word.startsWith("-") || asked.area) return `"${word}" is not understood.`;
    else asked.area = word;
  }
  if (asked.rounds === 0) asked.rounds = asked.quick ? roundsQuick : roundsUsual;
  return asked;
}
