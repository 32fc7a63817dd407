/** B2: encrypted and signed notifications opened, a processor second, beside a bare loop over node:crypto. */
import type { Ground } from "../ground.ts";
import { alternate, compare, type Row, type RunOptions } from "../measure.ts";
import { startProgram } from "../program.ts";
import type { Opened, RichQuestion } from "./rich-program.ts";

const kinds = ["ours", "raw"] as const;
type Kind = (typeof kinds)[number];
/** As many people as one subscription covers. */
const people = 650;
/** Graph puts what happens at the same time into one delivery. One by one it has to be proven anew for each. */
const ways = [
  { how: "1 to 20 a delivery", sizes: Array.from({ length: 20 }, (_, index) => index + 1), target: 0.8 },
  { how: "one a delivery", sizes: [1], target: 0 },
];

export async function measureRich(ground: Ground, { rounds, quick, say }: RunOptions): Promise<Row[]> {
  const items = quick ? 100 : 4_000;
  const closing: (() => Promise<unknown>)[] = [];
  const prepare = async (kind: Kind) => {
    const database = await ground.newDatabase();
    closing.push(database.drop);
    const program = startProgram<RichQuestion, Opened>("./presence/rich-program.ts", { asService: kind === "ours" });
    closing.push(program.stop);
    const { wrong } = await program.ask({ do: "prepare", kind, databaseUrl: database.url, people });
    if (wrong > 0) throw new Error(`${wrong} people's presence is not pushed`);
    return program;
  };
  try {
    const programs = { ours: await prepare("ours"), raw: await prepare("raw") };
    const rows: Row[] = [];
    for (const { how, sizes, target } of ways) {
      const contender = (kind: Kind) => async (round: number) => {
        say(`rich: ${how}, round ${round} of ${rounds}, ${kind}`);
        const { cpuSeconds, wrong } = await programs[kind].ask({ do: "open", items, sizes });
        const faults = wrong > 0 ? [`${kind}: ${wrong} notifications were not opened`] : [];
        return { value: items / cpuSeconds, faults };
      };
      const figures = await alternate(rounds, { ours: contender("ours"), raw: contender("raw") });
      rows.push(
        compare({
          name: `rich notifications opened, ${how}, over a bare loop over node:crypto`,
          unit: "items/s a core",
          better: "more",
          subject: figures.ours,
          baseline: figures.raw,
          target,
        }),
      );
    }
    return rows;
  } finally {
    for (const close of closing.reverse()) await close();
  }
}
