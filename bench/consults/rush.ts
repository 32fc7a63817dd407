/** B8: what becomes of ten times the usual pace, more than a machine may have room for: a bounded time of it. */
import { setTimeout as sleep } from "node:timers/promises";
import { compare, type Figure, percentile, type Row } from "../measure.ts";
import type { Part } from "../parts.ts";
import { type Load, openConsults, playRound, type Server, startServer, withLoad } from "./load.ts";
import type { Played } from "./platforms.ts";
import { all, stepMsMax, tell } from "./steps.ts";

const perSecond = 125;
const offeredSeconds = 8;
/** Once all customers have hung up: what is left is worked off in this time, however slow the machine. */
const settleMs = 60_000;

type Round = { played: Played; count: number; faults: string[] };

export const measureRush: Part = (ground, { rounds, quick, say }) =>
  withLoad(ground, 100, async (load) => {
    const server = startServer();
    try {
      const port = (await server.ask({ do: "ours", organizations: load.organizations })) as number;
      let turn = 0;
      await playRound(load, { port, round: turn++, count: 60, perSecond: 8, isPlain: false }); // warms up
      const seen: Round[] = [];
      for (let round = 1; round <= rounds; round++) {
        say(`consults: ${perSecond} a second for ${quick ? 1 : offeredSeconds} s, round ${round} of ${rounds}`);
        const count = perSecond * (quick ? 1 : offeredSeconds);
        seen.push(await rushOnce(load, server, { port, round: turn++, count }, say));
      }
      return rowsOf(seen);
    } finally {
      await server.stop();
    }
  });

async function rushOnce(
  load: Load,
  server: Server,
  { port, round, count }: { port: number; round: number; count: number },
  say: (sentence: string) => void,
): Promise<Round> {
  const cpuBefore = (await server.ask({ do: "cpu" })) as number;
  const played = await playRound(load, { port, round, count, perSecond, isPlain: false, isRush: true });
  const cpu = ((await server.ask({ do: "cpu" })) as number) - cpuBefore;
  say(tell(played, cpu, count));
  const open = await settled(load.databaseUrl);
  const faults = [...new Set(played.breaches), ...(open > 0 ? [`${open} consults never ended`] : [])];
  say(`  ${played.refused} refused at once, ${played.unfinished.length} late, ${open} never ended`);
  return { played, count, faults };
}

async function settled(databaseUrl: string): Promise<number> {
  const until = performance.now() + settleMs;
  let open = await openConsults(databaseUrl);
  for (; open > 0 && performance.now() < until; open = await openConsults(databaseUrl)) await sleep(500);
  return open;
}

function rowsOf(seen: readonly Round[]): Row[] {
  const of = (value: (one: Round) => number): Figure[] =>
    seen.map((one) => ({ value: value(one), faults: one.faults }));
  const at = `at ${perSecond} consults/s`;
  const asked = of(({ count }) => count);
  const part = (name: string, better: "more" | "less", value: (one: Round) => number) =>
    compare({
      name: `${name} ${at}, of those asked for`,
      unit: "consults",
      better,
      subject: of(value),
      baseline: asked,
      target: 0,
    });
  return [
    part("done", "more", ({ played }) => played.done),
    part("refused at once", "less", ({ played }) => played.refused),
    part("late", "less", ({ played }) => played.unfinished.length),
    compare({
      name: `p99 of our own part of a step ${at} against the promised 20 ms`,
      unit: "ms",
      better: "less",
      subject: of(({ played }) => percentile(all(played), 0.99)),
      baseline: stepMsMax,
      target: 1,
    }),
    compare({
      name: `p50 of the same`,
      unit: "ms",
      better: "less",
      subject: of(({ played }) => percentile(all(played), 0.5)),
      baseline: stepMsMax,
      target: 0,
    }),
  ];
}
