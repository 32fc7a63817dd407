/** B8: how many consults a second this machine takes, with everything on it. */
import { compare, percentile, type Row, type RunOptions } from "../measure.ts";
import type { Part } from "../parts.ts";
import { hangingOf } from "./hanging.ts";
import { faultsOf, playRound, startServer, withLoad } from "./load.ts";
import { all, tell } from "./steps.ts";

const paces = [12.5, 15, 17.5, 20, 25, 30, 40, 50, 60, 80, 100, 125];
const seconds = 12;
/** More, and consults wait for one another: what comes in is not worked off. */
const sustainedMsMax = 1_000;

/** Faster and faster, until something is not done in time, or waits. */
export const measureMost: Part = (ground, { quick, say }: RunOptions): Promise<Row[]> =>
  withLoad(ground, quick ? 12 : 100, async (load) => {
    const server = startServer();
    try {
      const port = (await server.ask({ do: "ours", organizations: load.organizations })) as number;
      let most = 0;
      let faults: string[] = [];
      let round = 5_000;
      await playRound(load, { port, round: round++, count: 24, perSecond: 6, isPlain: false });
      for (const perSecond of quick ? paces.slice(0, 1) : paces) {
        const count = quick ? 24 : Math.round(perSecond * seconds);
        const cpu = (await server.ask({ do: "cpu" })) as number;
        const played = await playRound(load, { port, round: round++, count, perSecond, isPlain: false });
        const spent = ((await server.ask({ do: "cpu" })) as number) - cpu;
        say(`consults: ${perSecond} a second\n${tell(played, spent, count)}`);
        for (const one of await hangingOf(load.databaseUrl, played)) say(one);
        faults = await faultsOf(load, played);
        for (const fault of faults) say(`  ${fault}`);
        if (faults.length > 0 || played.done < count || percentile(all(played), 0.99) > sustainedMsMax) break;
        most = perSecond;
      }
      return [
        compare({
          name: "consults a second that are worked off as they come, against those that are promised",
          unit: "consults/s",
          better: "more",
          subject: [{ value: most, faults: most > 0 ? [] : faults }], // of a pace beyond the most they are said above
          baseline: 12.5,
          target: 1,
        }),
      ];
    } finally {
      await server.stop();
    }
  });
