/** How rows are shown: as a table for people, as one JSON document for programs. */
import type { Row } from "./measure.ts";

/** Three digits are as many as a shared machine can answer for. */
export const short = (value: number): string =>
  Number.isFinite(value) ? Number(value.toPrecision(3)).toLocaleString("en", { maximumFractionDigits: 3 }) : "–";

/** JSON has no word for what cannot be measured: null. */
export const asJson = (area: string, rows: readonly Row[]): string =>
  JSON.stringify({ area, rows: rows.map(({ faults: _, ...row }) => row) }, null, 2);

const titles = ["", "", "unit", "ours", "baseline", "ratio", "min–max", "target"];

export function asTable(rows: readonly Row[]): string {
  const lines = rows.map(({ ok, name, unit, subject, baseline, ratio, target }) => [
    ok ? "ok" : "MISSED",
    name,
    unit,
    short(subject),
    short(baseline),
    `${short(ratio.median)}×`,
    `${short(ratio.min)}–${short(ratio.max)}`,
    target > 0 ? `≥ ${short(target)}×` : "–",
  ]);
  const widths = titles.map((title, column) =>
    Math.max(title.length, ...lines.map((line) => line[column]?.length ?? 0)),
  );
  const isText = (column: number) => column <= 2;
  const lay = (line: readonly string[]) =>
    line
      .map((cell, column) => (isText(column) ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0)))
      .join("  ")
      .trimEnd();
  const faults = rows.flatMap((row) => row.faults.map((fault) => `  ${row.name}: ${fault}`));
  return [lay(titles), ...lines.map(lay), ...(faults.length > 0 ? ["", "Does not count:", ...faults] : [])].join("\n");
}
