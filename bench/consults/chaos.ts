/** B7: what becomes of consults under way when the service is killed, the database restarts, or no connection is to be had. */
import { setTimeout as sleep } from "node:timers/promises";
import type { Ground } from "../ground.ts";
import { compare, type Figure, type Row, type RunOptions } from "../measure.ts";
import { withDatabase } from "../presence/database.ts";
import { hangingOf } from "./hanging.ts";
import { faultsOf, type Load, playRound, type Server, startServer, withLoad } from "./load.ts";

/** `doneAt`: from then on the service can work again. `beganAt`: since when it could not. Both by the wall clock. */
type Blow = { beganAt: number; doneAt: number };
type Setting = {
  ground: Ground;
  load: Load;
  server: { current: Server; port: number };
  say: RunOptions["say"];
};

const poolBlockedMs = 5_000;

const blows = {
  /** Killed, and started again at once, as a supervisor would. */
  async "kill -9 of the service"({ load, server }: Setting): Promise<Blow> {
    await server.current.kill();
    const beganAt = Date.now();
    server.current = startServer();
    await server.current.ask({ do: "ours", organizations: load.organizations, port: server.port });
    return { beganAt, doneAt: beganAt };
  },
  async "a restart of Postgres"({ ground }: Setting): Promise<Blow> {
    const beganAt = Date.now();
    await ground.restart();
    return { beganAt, doneAt: Date.now() };
  },
  /** Each statement about a consult waits, so that soon every connection of the pool does. */
  async "an exhausted pool"({ load }: Setting): Promise<Blow> {
    await withDatabase(load.databaseUrl, (sql) =>
      sql.begin(async (tx) => {
        await tx`lock table consults in access exclusive mode`;
        await sleep(poolBlockedMs);
      }),
    );
    return { beganAt: Date.now(), doneAt: Date.now() };
  },
};
type BlowName = keyof typeof blows;

const secondsMax: Record<BlowName, number> = {
  "kill -9 of the service": 30,
  "a restart of Postgres": 60,
  "an exhausted pool": 30,
};

export async function measureChaos(ground: Ground, { rounds, quick, say }: RunOptions): Promise<Row[]> {
  const count = quick ? 24 : 60;
  return withLoad(ground, quick ? 12 : 100, async (load) => {
    const current = startServer();
    const port = (await current.ask({ do: "ours", organizations: load.organizations })) as number;
    const setting: Setting = { ground, load, server: { current, port }, say };
    const ends: Record<string, Figure[]> = {};
    const waits: Record<string, Figure[]> = {};
    let turn = 1_000;
    try {
      for (let round = 1; round <= Math.min(rounds, 3); round++) {
        for (const name of Object.keys(blows) as BlowName[]) {
          say(`consults: ${name}, round ${round}`);
          const { figure, wait } = await strike(setting, name, { turn: turn++, count });
          ends[name] = [...(ends[name] ?? []), figure];
          waits[name] = [...(waits[name] ?? []), wait];
        }
      }
    } finally {
      await setting.server.current.stop();
    }
    return (Object.keys(blows) as BlowName[]).flatMap((name) => [
      compare({
        name: `consults that went on or ended safely across ${name}, no command lost or done twice`,
        unit: "share",
        better: "more",
        subject: ends[name] ?? [],
        baseline: 1,
        target: 1,
      }),
      compare({
        name: `time to first progress after ${name} against ${secondsMax[name]} s`,
        unit: "s",
        better: "less",
        subject: waits[name] ?? [],
        baseline: secondsMax[name],
        target: 1,
      }),
    ]);
  });
}

async function strike(setting: Setting, name: BlowName, { turn, count }: { turn: number; count: number }) {
  const { load, server } = setting;
  let blow: Blow = { beganAt: 0, doneAt: 0 };
  const meanwhile = async () => {
    await sleep(4_000);
    blow = await blows[name](setting);
  };
  const played = await playRound(load, {
    port: server.port,
    round: turn,
    count,
    perSecond: 5,
    isPlain: false,
    meanwhile,
  });
  for (const one of await hangingOf(load.databaseUrl, played)) setting.say(one);
  const faults = await faultsOf(load, played);
  const first = (await load.platforms.ask({ do: "first-after", at: blow.doneAt })) as number | undefined;
  return {
    figure: { value: (played.done + played.unfinished.filter(({ isSafe }) => isSafe).length) / count, faults },
    wait: { value: ((first ?? Number.NaN) - blow.beganAt) / 1000, faults: first ? [] : ["nothing went on"] },
  };
}
