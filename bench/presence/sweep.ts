/** B6: everybody read once, beside what the platform's limit lets through and beside a bare loop. */
import { budgets } from "../../src/platform/budgets.ts";
import { type Company, externalId, foundCompany } from "../company.ts";
import { type GraphQuestion, statusAt } from "../graph.ts";
import type { Ground } from "../ground.ts";
import { alternate, compare, type Figure, type Row, type RunOptions } from "../measure.ts";
import { type Program, startProgram } from "../program.ts";
import { withDatabase } from "./database.ts";
import type { SweepQuestion, Swept } from "./sweep-program.ts";

type Kind = SweepQuestion["kind"];
type Graph = Program<GraphQuestion, string>;
type Lap = Swept & { faults: string[] };

const idsMax = 650;
const { requests = 0, perMs = 1 } = budgets["teams:presence"] ?? {};
/** As many people a second as the documented limit lets anybody read. */
const bucketPerSecond = (idsMax * requests * 1000) / perMs;
const refuseEvery = 100;
/** Presence older than a minute counts as stale. */
const lapSecondsMax = 60;
/** Of our process, for a hundred thousand people. */
const cpuSecondsMax = 1;

export const measureSweep = (ground: Ground, options: RunOptions) =>
  measureSize(ground, options.quick ? 2_000 : 100_000, options);

/** Takes minutes for the company to move in alone. */
export const measureBigSweep = async (ground: Ground, options: RunOptions): Promise<Row[]> =>
  options.quick ? [] : measureSize(ground, 527_000, options);

async function measureSize(ground: Ground, people: number, { rounds, say }: RunOptions): Promise<Row[]> {
  const database = await ground.newDatabase();
  const graph: Graph = startProgram("./graph.ts");
  const start = (asService: boolean): Program<SweepQuestion, Swept> =>
    startProgram("./presence/sweep-program.ts", { asService });
  const programs: Record<Kind, Program<SweepQuestion, Swept>> = { ours: start(true), raw: start(false) };
  try {
    const graphUrl = await graph.ask({ do: "open", people });
    say(`sweep: ${people} people move in`);
    const teams = { graphUrl: `${graphUrl}/`, loginUrl: graphUrl, botServiceUrl: graphUrl };
    const company = await foundCompany(database.url, { people, side: "office", teams });
    /** Laps follow each other, as in a service that runs: who is read anew was read within the minute before. */
    let at = new Date(Date.now() + 120_000);
    const laps: Record<Kind, Lap[]> = { ours: [], raw: [] };
    let turn = 0;
    const contender = (kind: Kind) => async (round: number) => {
      say(`sweep: ${people} people, round ${round} of ${rounds}, ${kind}`);
      await graph.ask({ do: "turn", refuseEvery });
      turn++;
      const swept = await programs[kind].ask({ kind, company, graphUrl, people, at });
      const faults = kind === "ours" ? await faultsOf(company, people, at, turn) : [];
      if (kind === "ours") at = new Date(at.getTime() + Math.round(swept.lapSeconds * 1000));
      if (round > 0) laps[kind].push({ ...swept, faults });
      return { value: people / swept.seconds, faults };
    };
    const rates = await alternate(rounds, { ours: contender("ours"), raw: contender("raw") });
    return rowsOf(people, rates, laps.ours);
  } finally {
    for (const one of [graph, ...Object.values(programs)]) await one.stop();
    await database.drop();
  }
}

function rowsOf(people: number, rates: Record<Kind, Figure[]>, laps: readonly Lap[]): Row[] {
  const of = (value: (lap: Lap) => number) => laps.map((lap) => ({ value: value(lap), faults: lap.faults }));
  const rate = { unit: "people/s", better: "more", subject: rates.ours } as const;
  return [
    compare({
      ...rate,
      name: `sweep of ${people} people over what the platform's limit lets through`,
      baseline: bucketPerSecond,
      target: 0.9,
    }),
    compare({ ...rate, name: `sweep of ${people} people over a naive loop`, baseline: rates.raw, target: 0 }),
    compare({
      name: `lap through ${people} people by the clock against the promised minute`,
      unit: "s",
      better: "less",
      subject: of(({ lapSeconds }) => lapSeconds),
      baseline: lapSecondsMax,
      target: 1,
    }),
    compare({
      name: `processor time of the service for 100,000 of ${people} people`,
      unit: "s",
      better: "less",
      subject: of(({ cpuSeconds }) => (cpuSeconds * 100_000) / people),
      baseline: cpuSecondsMax,
      target: 1,
    }),
  ];
}

const words: Record<string, string> = {
  Available: "available",
  Busy: "busy",
  Away: "away",
  DoNotDisturb: "do-not-disturb",
  Offline: "offline",
};

/** Everybody was read in this lap and shows what the platform shows. */
const faultsOf = ({ databaseUrl }: Company, people: number, at: Date, turn: number): Promise<string[]> =>
  withDatabase(databaseUrl, async (sql) => {
    const rows = await sql<{ account: string; availability: string; read: boolean }[]>`
      select a.external_id as account, p.availability, p.read_at >= ${at} as read
      from accounts a join presences p on p.account_id = a.id`;
    const shown = new Map(rows.map((row) => [row.account, row]));
    const numbers = Array.from({ length: people }, (_, number) => number);
    const wrong = numbers.filter((number) => {
      const row = shown.get(externalId(number));
      return !row?.read || row.availability !== words[statusAt(number, turn)];
    });
    return wrong.length > 0 ? [`${wrong.length} people were not read, or show the wrong status`] : [];
  });
