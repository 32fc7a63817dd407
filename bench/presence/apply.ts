/** B3: changes of a hundred thousand people, some told twice and some late, beside a bare batched upsert. */
import { type Company, externalId, foundCompany } from "../company.ts";
import type { Ground } from "../ground.ts";
import { alternate, compare, type Row, type RunOptions } from "../measure.ts";
import { type Program, startProgram } from "../program.ts";
import type { Applied, ApplyQuestion } from "./apply-program.ts";
import { changesOf, lastOf, nativeOf, type Shape } from "./changes.ts";
import { withDatabase } from "./database.ts";

type Kind = ApplyQuestion["kind"];
const batch = 500;

export async function measureApply(ground: Ground, { rounds, quick, say }: RunOptions): Promise<Row[]> {
  const people = quick ? 2_000 : 100_000;
  const changes = quick ? 2_000 : 50_000;
  const database = await ground.newDatabase();
  const start = (asService: boolean) =>
    startProgram<ApplyQuestion, Applied>("./presence/apply-program.ts", { asService });
  const programs: Record<Kind, Program<ApplyQuestion, Applied>> = { ours: start(true), raw: start(false) };
  try {
    say(`apply: ${people} people move in`);
    const company = await foundCompany(database.url, { people, side: "center" });
    await makePlainTable(company);
    const contender = (kind: Kind) => async (round: number) => {
      say(`apply: round ${round} of ${rounds}, ${kind}`);
      const shape = { people, changes, seed: round, firstSequence: round * changes + 1, startedAt: new Date() };
      const { applied, seconds } = await programs[kind].ask({ kind, company, shape, batch });
      const wrong = await countWrong(company, kind, shape);
      return { value: applied / seconds, faults: wrong > 0 ? [`${kind}: ${wrong} people show the wrong status`] : [] };
    };
    const figures = await alternate(rounds, { ours: contender("ours"), raw: contender("raw") });
    return [
      compare({
        name: `state apply for ${people} people over a bare batched upsert`,
        unit: "changes/s",
        better: "more",
        subject: figures.ours,
        baseline: figures.raw,
        target: 0.5,
      }),
    ];
  } finally {
    for (const one of Object.values(programs)) await one.stop();
    await database.drop();
  }
}

const makePlainTable = ({ databaseUrl }: Company) =>
  withDatabase(databaseUrl, async (sql) => {
    await sql`create table plain_presences (account text primary key, availability text not null, activity text not null,
      native text, sequence bigint, at timestamptz not null)`;
    await sql`insert into plain_presences select external_id, 'available', 'none', 'Available', 0, now() from accounts`;
    await sql`vacuum analyze plain_presences`;
  });

const countWrong = ({ databaseUrl }: Company, kind: Kind, shape: Shape): Promise<number> =>
  withDatabase(databaseUrl, async (sql) => {
    const rows = await sql<{ account: string; shown: string }[]>`${
      kind === "ours"
        ? sql`select a.external_id as account, p.native || ' ' || p.sequence as shown from presences p join accounts a on a.id = p.account_id`
        : sql`select account, native || ' ' || sequence as shown from plain_presences`
    }`;
    const shownBy = new Map(rows.map(({ account, shown }) => [account, shown]));
    const wanted = lastOf(changesOf(shape));
    return [...wanted].filter(
      ([person, sequence]) => shownBy.get(externalId(person)) !== `${nativeOf(sequence)} ${sequence}`,
    ).length;
  });
