/** B8: what of a consult's time is ours, at the usual pace. */
import type { Ground } from "../ground.ts";
import { alternate, compare, type Figure, percentile, type Row, type RunOptions } from "../measure.ts";
import { hangingOf } from "./hanging.ts";
import { faultsOf, playRound, type Server, startServer, withLoad } from "./load.ts";
import type { Played } from "./platforms.ts";

type Kind = "ours" | "bare";
type Round = { played: Played; faults: string[] };

export const stepMsMax = 20;
const perSecond = 12.5;

export async function measureSteps(ground: Ground, options: RunOptions): Promise<Row[]> {
  const { quick } = options;
  return withLoad(ground, quick ? 12 : 100, async (load) => {
    const servers: Record<Kind, Server> = { ours: startServer(), bare: startServer(false) };
    try {
      const { organizations, platformPort } = load;
      const ports: Record<Kind, number> = {
        ours: (await servers.ours.ask({ do: "ours", organizations })) as number,
        bare: (await servers.bare.ask({ do: "bare", organizations, platformPort })) as number,
      };
      let turn = 0;
      const count = quick ? 24 : perSecond * 16;
      const seen: Record<Kind, Round[]> = { ours: [], bare: [] };
      const contender = (kind: Kind) => async (round: number) => {
        options.say(`consults: ${perSecond} a second, round ${round} of ${options.rounds}, ${kind}`);
        const cpuBefore = (await servers[kind].ask({ do: "cpu" })) as number;
        const played = await playRound(load, {
          ...{ port: ports[kind], round: turn++, count, perSecond },
          isPlain: kind === "bare",
        });
        const cpu = ((await servers[kind].ask({ do: "cpu" })) as number) - cpuBefore;
        options.say(tell(played, cpu, count));
        if (kind === "ours") for (const one of await hangingOf(load.databaseUrl, played)) options.say(one);
        const faults = kind === "ours" ? await faultsOf(load, played) : played.breaches;
        if (round > 0) seen[kind].push({ played, faults });
        return { value: 0 };
      };
      await alternate(options.rounds, { ours: contender("ours"), bare: contender("bare") });
      return rowsOf(seen);
    } finally {
      for (const server of Object.values(servers)) await server.stop();
    }
  });
}

const ms = (value: number) => value.toFixed(1);
export const tell = (played: Played, cpuSeconds: number, count: number): string => {
  const steps = Object.entries(played.clean).map(
    ([name, all]) => `${name} ${ms(percentile(all, 0.5))}/${ms(percentile(all, 0.99))} of ${all.length}`,
  );
  return `  ${played.done} of ${count} done, ${played.requests} requests, ${played.mishaps} mishaps; p50/p99 ms: ${steps.join(", ")}; answers ${ms(percentile(played.answers, 0.5))}/${ms(percentile(played.answers, 0.99))}; processor ${ms((cpuSeconds * 1000) / count)} ms a consult, load's own ${ms((played.cpuSeconds * 1000) / count)} ms, its lag ${ms(played.lagMs)} ms`;
};

export const all = ({ clean }: Played) => Object.values(clean).flat();

function rowsOf(seen: Record<Kind, Round[]>): Row[] {
  const of = (kind: Kind, value: (one: Played) => number): Figure[] =>
    seen[kind].map(({ played, faults }) => ({ value: value(played), faults }));
  const at = `at ${perSecond} consults/s`;
  const shared = { unit: "ms", better: "less" } as const;
  const p = (share: number) => (one: Played) => percentile(all(one), share);
  return [
    compare({
      ...shared,
      name: `p99 of our own part of a step ${at} against the promised 20 ms`,
      subject: of("ours", p(0.99)),
      baseline: stepMsMax,
      target: 1,
    }),
    compare({
      ...shared,
      name: `p99 of our own part of a step ${at} over a bare fetch loop that keeps nothing`,
      subject: of("ours", p(0.99)),
      baseline: of("bare", p(0.99)),
      target: 0,
    }),
    compare({
      ...shared,
      name: `p50 of our own part of a step ${at} over a bare fetch loop that keeps nothing`,
      subject: of("ours", p(0.5)),
      baseline: of("bare", p(0.5)),
      target: 0,
    }),
    compare({
      ...shared,
      name: `p99 of the API's answer ${at} over a bare fetch loop that keeps nothing`,
      subject: of("ours", ({ answers }) => percentile(answers, 0.99)),
      baseline: of("bare", ({ answers }) => percentile(answers, 0.99)),
      target: 0,
    }),
  ];
}
