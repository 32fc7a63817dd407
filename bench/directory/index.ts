import postgres from "postgres";
import { type Company, foundCompany } from "../company.ts";
import type { GraphQuestion } from "../graph.ts";
import { type Ground, openGround } from "../ground.ts";
import { type Area, alternate, compare, type Figure, type Row, type RunOptions } from "../measure.ts";
import { type Program, startProgram } from "../program.ts";
import type { Synced, SyncQuestion } from "./sync.ts";

type Kind = SyncQuestion["kind"];
type Programs = Record<Kind, Program<SyncQuestion, Synced>>;
type Setting = { ground: Ground; graph: Program<GraphQuestion, string>; programs: Programs; people: number };

/** A new colleague is visible within this time, and so is everybody on the first day. */
const visibleSecondsMax = 300;
const share = 0.01;

export const directory: Area = {
  name: "directory",
  about: "how fast people come in from a directory: everybody at first, then what changes",
  async run(options) {
    const ground = await openGround();
    const graph = startProgram<GraphQuestion, string>("./graph.ts");
    const start = (asService: boolean): Programs["ours"] => startProgram("./directory/sync.ts", { asService });
    const programs: Programs = { ours: start(true), raw: start(false) };
    try {
      return await measure({ ground, graph, programs, people: options.quick ? 5_000 : 100_000 }, options);
    } finally {
      for (const one of [graph, programs.ours, programs.raw]) await one.stop();
      await ground.close();
    }
  },
};

async function measure(setting: Setting, { rounds, say }: RunOptions): Promise<Row[]> {
  const { people, graph } = setting;
  const graphUrl = await graph.ask({ do: "open", people });
  const deltas: Record<Kind, Figure[]> = { ours: [], raw: [] };
  const contender = (kind: Kind) => async (round: number) => {
    say(`directory: round ${round} of ${rounds}, ${kind}`);
    const { first, delta } = await readTwice(setting, kind, graphUrl);
    if (round > 0) deltas[kind].push(delta);
    return first;
  };
  const firsts = await alternate(rounds, { ours: contender("ours"), raw: contender("raw") });
  const shared = { unit: "people/s", better: "more" } as const;
  const seconds = firsts.ours.map(({ value }) => ({ value: people / value }));
  return [
    compare({
      ...shared,
      name: `first reading of ${people} people over a bare upsert a page`,
      subject: firsts.ours,
      baseline: firsts.raw,
      target: 0.25,
    }),
    compare({
      ...shared,
      name: `reading ${share * 100} % of changes over a bare upsert a page`,
      subject: deltas.ours,
      baseline: deltas.raw,
      target: 0.1,
    }),
    compare({
      name: "time until everybody is there against the promised five minutes",
      unit: "s",
      better: "less",
      subject: seconds,
      baseline: visibleSecondsMax,
      target: 1,
    }),
  ];
}

/** On a database of its own: everybody, and then what has changed. */
async function readTwice({ ground, graph, programs, people }: Setting, kind: Kind, graphUrl: string) {
  const database = await ground.newDatabase();
  try {
    const teams = { graphUrl: `${graphUrl}/`, loginUrl: graphUrl, botServiceUrl: graphUrl };
    const company = await foundCompany(database.url, { people: 0, side: "office", teams });
    const first = await programs[kind].ask({ kind, company, graphUrl });
    const changed = Math.round(people * share);
    await graph.ask({ do: "rename", people: changed });
    const delta = await programs[kind].ask({ kind, company, graphUrl });
    const faults = await findFaults(company, kind, people, changed);
    return {
      first: { value: people / first.seconds, faults },
      delta: { value: changed / delta.seconds, faults },
    };
  } finally {
    await database.drop();
  }
}

async function findFaults({ databaseUrl }: Company, kind: Kind, people: number, changed: number): Promise<string[]> {
  const sql = postgres(databaseUrl, { max: 1, onnotice: () => {} });
  const table = kind === "ours" ? "people" : "plain_people";
  try {
    const [row] = await sql<{ all: number; renamed: number; accounts: number }[]>`
      select count(*)::int as all, (count(*) filter (where name not like '% of 0'))::int as renamed,
        (select count(*)::int from accounts where person_id is not null and active) as accounts from ${sql(table)}`;
    const wanted = { all: people, renamed: changed, accounts: kind === "ours" ? people : 0 };
    return Object.entries(wanted).flatMap(([what, count]) => {
      const found = row?.[what as keyof typeof wanted];
      return found === count ? [] : [`${kind}: ${found} instead of ${count} (${what})`];
    });
  } finally {
    await sql.end({ timeout: 5 });
  }
}
