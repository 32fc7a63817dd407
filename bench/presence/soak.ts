/** L3: a day of sweeps, pushes and an open screen by a clock that jumps: does the service keep more and more? */
import { setTimeout as sleep } from "node:timers/promises";
import { foundCompany } from "../company.ts";
import type { GraphQuestion } from "../graph.ts";
import type { Ground } from "../ground.ts";
import { compare, type Row, type RunOptions, slopeOf } from "../measure.ts";
import { startProgram } from "../program.ts";
import type { Soaked, SoakQuestion } from "./soak-program.ts";

/** What is kept after an hour, over what was kept before. */
const growthMax = 1.01;
/** The first hours fill what is remembered on purpose. */
const settlingHours = 4;
const agents = 200;
const turnMs = 2_000;

export async function measureSoak(ground: Ground, { quick, say }: RunOptions): Promise<Row[]> {
  const hours = quick ? settlingHours + 2 : 24;
  const people = 2_000;
  const database = await ground.newDatabase();
  const graph = startProgram<GraphQuestion, string>("./graph.ts");
  const service = startProgram<SoakQuestion, Soaked>("./presence/soak-program.ts", { asService: true });
  try {
    const graphUrl = await graph.ask({ do: "open", people });
    const teams = { graphUrl: `${graphUrl}/`, loginUrl: graphUrl, botServiceUrl: graphUrl };
    const company = await foundCompany(database.url, {
      ...{ people, agents, side: "office", teams },
      contactCenterUrl: graphUrl,
    });
    say(`soak: ${hours} hours by a clock that jumps`);
    const soaking = service.ask({ company, hours, agents });
    const turning = new AbortController();
    void soaking.finally(() => turning.abort());
    while (!turning.signal.aborted) {
      await graph.ask({ do: "turn", refuseEvery: 100 });
      await sleep(turnMs, undefined, { signal: turning.signal }).catch(() => {});
    }
    const { kept, seen } = await soaking;
    const settled = kept.slice(settlingHours);
    const growth = 1 + slopeOf(settled) / (settled[0] ?? Number.NaN);
    const faults = seen > 0 ? [] : ["the open screen was told nothing"];
    say(`soak: kept after each hour, MB: ${kept.map((bytes) => (bytes / 2 ** 20).toFixed(1)).join(" ")}`);
    return [
      compare({
        name: `memory kept after an hour more, over ${hours} hours by a clock that jumps, against the promised 1 % more`,
        unit: "×",
        better: "less",
        subject: [{ value: growth, faults }],
        baseline: growthMax,
        target: 1,
      }),
    ];
  } finally {
    for (const one of [service, graph]) await one.stop();
    await database.drop();
  }
}
