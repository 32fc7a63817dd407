/** What the benches share: alternating rounds, ratios with their spread, and what they are called in the table. */

/** A figure of one round. `faults`: why it does not count, e.g. something was lost. */
export type Figure = { value: number; faults?: readonly string[] };

export type Ratio = { median: number; min: number; max: number };

/**
 * `subject` and `baseline` are medians over the rounds, in `unit`. `ratio` says how many times better the subject is,
 * so more is always better: subject ÷ baseline for rates, baseline ÷ subject for costs. `target` is the least that the
 * median ratio must be; 0 stands for "no promise, for comparison only".
 */
export type Row = {
  name: string;
  unit: string;
  subject: number;
  baseline: number;
  ratio: Ratio;
  target: number;
  ok: boolean;
  /** What was wrong with the figures. A row with faults is never ok. */
  faults: readonly string[];
};

export type RunOptions = {
  rounds: number;
  /** Small and short: shows that the bench works, not how fast the service is. */
  quick: boolean;
  /** Which of the area's parts; empty: all. */
  only: readonly string[];
  /** Tells whoever watches what is going on. */
  say: (sentence: string) => void;
};

export type Area = {
  name: string;
  about: string;
  /** Names of what can be measured by itself. */
  parts?: readonly string[];
  run: (options: RunOptions) => Promise<Row[]>;
};

export const sorted = (values: readonly number[]): number[] => [...values].sort((a, b) => a - b);

export function median(values: readonly number[]): number {
  const ordered = sorted(values);
  const upper = ordered[ordered.length >> 1] ?? Number.NaN;
  return ordered.length % 2 ? upper : ((ordered[(ordered.length >> 1) - 1] ?? Number.NaN) + upper) / 2;
}

/** The smallest value that at least this share of all values do not exceed. NaN of nothing. */
export function percentile(values: readonly number[], share: number): number {
  const rank = Math.max(1, Math.ceil(share * values.length - 1e-9));
  return sorted(values)[rank - 1] ?? Number.NaN;
}

/** By how much these values grow from one to the next: the line that fits them best (least squares). */
export function slopeOf(values: readonly number[]): number {
  const middle = (values.length - 1) / 2;
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const along = values.reduce((sum, value, index) => sum + (index - middle) * (value - mean), 0);
  return along / values.reduce((sum, _, index) => sum + (index - middle) ** 2, 0);
}

/**
 * Runs all contenders once a round, in turn and back (A B, B A, A B, …), so that whatever else the machine does meets
 * all of them alike. A first round that nobody counts warms them up.
 */
export async function alternate<Name extends string>(
  rounds: number,
  contenders: Record<Name, (round: number) => Promise<Figure>>,
): Promise<Record<Name, Figure[]>> {
  const names = Object.keys(contenders) as Name[];
  const figures = Object.fromEntries(names.map((name) => [name, [] as Figure[]])) as Record<Name, Figure[]>;
  for (const name of names) await contenders[name](0);
  for (let round = 1; round <= rounds; round++) {
    for (const name of round % 2 ? names : names.toReversed()) figures[name].push(await contenders[name](round));
  }
  return figures;
}

type Comparison = {
  name: string;
  unit: string;
  /** Costs (time, memory) are better when there is less of them. */
  better: "more" | "less";
  subject: readonly Figure[];
  /** A promised number stands for itself. */
  baseline: readonly Figure[] | number;
  target: number;
};

export function compare({ name, unit, better, subject, baseline, target }: Comparison): Row {
  const peers = typeof baseline === "number" ? subject.map(() => ({ value: baseline })) : baseline;
  const faults = [...subject, ...peers].flatMap((figure: Figure) => figure.faults ?? []);
  const ratios = subject.map(({ value }, round) => {
    const peer = peers[round]?.value ?? Number.NaN;
    return better === "more" ? value / peer : peer / value;
  });
  const ratio = { median: median(ratios), min: Math.min(...ratios), max: Math.max(...ratios) };
  return {
    name,
    unit,
    subject: median(subject.map(({ value }) => value)),
    baseline: median(peers.map(({ value }) => value)),
    ratio,
    target,
    ok: ratio.median >= target && faults.length === 0,
    faults: [...new Set(faults)],
  };
}
