/** How much memory the service takes, beside the database, while it keeps track of a hundred thousand people. */
import { setTimeout as sleep } from "node:timers/promises";
import { type Company, foundCompany } from "../company.ts";
import type { GraphQuestion } from "../graph.ts";
import type { Ground } from "../ground.ts";
import { compare, type Row, type RunOptions } from "../measure.ts";
import { startProgram } from "../program.ts";
import { withDatabase } from "./database.ts";
import type { Memory, MemoryQuestion } from "./memory-program.ts";

const megabytesMax = 256;
/** A lap takes the better part of a minute by itself; far more is a fault. */
const lapMsMax = 180_000;

export async function measureMemory(ground: Ground, { quick, say }: RunOptions): Promise<Row[]> {
  const people = quick ? 600 : 100_000;
  const database = await ground.newDatabase();
  const graph = startProgram<GraphQuestion, string>("./graph.ts");
  const service = startProgram<MemoryQuestion, Memory>("./presence/memory-program.ts", { asService: true });
  try {
    const graphUrl = await graph.ask({ do: "open", people });
    const teams = { graphUrl: `${graphUrl}/`, loginUrl: graphUrl, botServiceUrl: graphUrl };
    const company = await foundCompany(database.url, { people, side: "office", teams });
    say(`memory: one lap through ${people} people, at the service's own pace`);
    await service.ask({ do: "start", company });
    const unread = await waitForLap(company);
    const { peakMegabytes } = await service.ask({ do: "tell" });
    const faults = unread > 0 ? [`${unread} people were never read`] : [];
    return [
      compare({
        name: `memory at its most with ${people} people tracked against the promised 256 MB`,
        unit: "MB",
        better: "less",
        subject: [{ value: peakMegabytes, faults }],
        baseline: megabytesMax,
        target: 1,
      }),
    ];
  } finally {
    for (const one of [service, graph]) await one.stop();
    await database.drop();
  }
}

/** Until everybody was read since now. Answers how many were not. */
const waitForLap = ({ databaseUrl }: Company): Promise<number> =>
  withDatabase(databaseUrl, async (sql) => {
    const from = new Date();
    const endAt = from.getTime() + lapMsMax;
    const countUnread = async () => {
      const [row] = await sql<{ unread: number }[]>`
        select count(*)::int as unread from presences where read_at is null or read_at < ${from}`;
      return row?.unread ?? 0;
    };
    let unread = await countUnread();
    while (unread > 0 && Date.now() < endAt) {
      await sleep(1_000);
      unread = await countUnread();
    }
    return unread;
  });
