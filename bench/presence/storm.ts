/** B5: nine o'clock. Everybody logs in within twelve minutes, ten times compressed, and calls begin. */
import { type Company, externalId, foundCompany } from "../company.ts";
import type { Ground } from "../ground.ts";
import { compare, type Row, type RunOptions } from "../measure.ts";
import { startProgram } from "../program.ts";
import { lastOf, statusOf } from "./arrivals.ts";
import { withDatabase } from "./database.ts";
import type { Stormed, StormQuestion } from "./storm-post.ts";
import type { StormServer, StormServerQuestion } from "./storm-servers.ts";

type Kind = "ours" | "bare";
/** A tenth of twelve minutes, and of the minute within which somebody goes on to something else. */
const spanMs = 72_000;
const pauseMsMax = 6_000;
const staleMsMax = 10_000;
const megabytesMax = 256;

type Morning = Stormed & { peakMegabytes: number; right: number };

export async function measureStorm(ground: Ground, { quick, say }: RunOptions): Promise<Row[]> {
  const people = quick ? 500 : 100_000;
  const arrivals = { people, spanMs: quick ? 2_000 : spanMs, pauseMsMax: quick ? 200 : pauseMsMax, seed: 9 };
  const database = await ground.newDatabase();
  const poster = startProgram<StormQuestion, Stormed>("./presence/storm-post.ts");
  try {
    say(`storm: ${people} people move in`);
    const company = await foundCompany(database.url, { people, side: "center" });
    await makePlainTable(company);
    const live = async (kind: Kind): Promise<Morning> => {
      say(`storm: ${kind}`);
      const server = startProgram<StormServerQuestion, StormServer>("./presence/storm-servers.ts", {
        asService: kind === "ours",
      });
      try {
        const { port } = await server.ask({ do: "start", kind, company });
        const screens = kind === "ours" ? 25 : 0;
        const stormed = await poster.ask({ company, port, arrivals, screens });
        const { peakMegabytes } = await server.ask({ do: "tell" });
        const right = await countRight(company, kind, people);
        say(`storm: ${kind}: ${stormed.shed} refused and sent again, steady after ${Math.round(stormed.steadyMs)} ms`);
        return { ...stormed, peakMegabytes, right };
      } finally {
        await server.stop();
      }
    };
    const bare = await live("bare");
    return rowsOf(people, await live("ours"), bare);
  } finally {
    await poster.stop();
    await database.drop();
  }
}

function rowsOf(people: number, ours: Morning, bare: Morning): Row[] {
  const faults = [
    ...(ours.right < people ? [`${people - ours.right} people do not show their last status`] : []),
    ...(bare.right < people ? [`bare: ${people - bare.right} people do not have their last status`] : []),
  ];
  const figure = (value: number) => [{ value, faults }];
  const less = { unit: "ms", better: "less" } as const;
  return [
    compare({
      ...less,
      name: `storm of ${people} people: p99 from change to screen against the promised 10 s`,
      subject: figure(ours.shownP99),
      baseline: staleMsMax,
      target: 1,
    }),
    compare({
      ...less,
      name: "storm: p99 from change to kept, over a bare server with one upsert a delivery",
      subject: figure(ours.ackedP99),
      baseline: [{ value: bare.ackedP99 }],
      target: 0,
    }),
    compare({
      name: "storm: memory at its most against the promised 256 MB",
      unit: "MB",
      better: "less",
      subject: figure(ours.peakMegabytes),
      baseline: megabytesMax,
      target: 1,
    }),
    compare({
      name: "storm: people who show their last status in the end",
      unit: "share",
      better: "more",
      subject: figure(ours.right / people),
      baseline: 1,
      target: 1,
    }),
  ];
}

const makePlainTable = ({ databaseUrl }: Company) =>
  withDatabase(databaseUrl, async (sql) => {
    await sql`create table plain_states (agent text primary key, native text, sequence bigint not null)`;
    await sql`insert into plain_states select external_id, 'Available', -1 from accounts`;
    await sql`vacuum analyze plain_states`;
  });

const countRight = ({ databaseUrl }: Company, kind: Kind, people: number): Promise<number> =>
  withDatabase(databaseUrl, async (sql) => {
    const rows = await sql<{ agent: string; native: string }[]>`${
      kind === "ours"
        ? sql`select a.external_id as agent, p.native from presences p join accounts a on a.id = p.account_id`
        : sql`select agent, native from plain_states`
    }`;
    const shown = new Map(rows.map(({ agent, native }) => [agent, native]));
    const everybody = Array.from({ length: people }, (_, person) => person);
    return everybody.filter((person) => shown.get(externalId(person)) === statusOf(lastOf(person))).length;
  });
