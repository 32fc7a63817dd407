/** B4: from a platform's push to four hundred open screens, beside a bare WebSocket server. */
import { type Company, foundCompany, personId } from "../company.ts";
import type { Ground } from "../ground.ts";
import { alternate, compare, type Figure, type Row, type RunOptions } from "../measure.ts";
import { type Program, startProgram } from "../program.ts";
import type { FeedQuestion } from "./feed-servers.ts";
import type { Watched, WatchQuestion } from "./watch.ts";

type Kind = FeedQuestion["kind"];
const kinds = ["ours", "ws"] as const;
const subjects = 20;

export async function measureFeed(ground: Ground, { rounds, quick, say }: RunOptions): Promise<Row[]> {
  const watchers = quick ? 40 : 400;
  const load = { watchers, subjects, perSecond: quick ? 100 : 1_000, seconds: quick ? 1 : 4 };
  const database = await ground.newDatabase();
  const watch = startProgram<WatchQuestion, Watched>("./presence/watch.ts");
  const servers: Program<FeedQuestion, number>[] = [];
  try {
    const company = await foundCompany(database.url, { people: watchers, side: "center", experts: true });
    const ports: Partial<Record<Kind, number>> = {};
    for (const kind of kinds) {
      const server = startProgram<FeedQuestion, number>("./presence/feed-servers.ts", { asService: kind === "ours" });
      servers.push(server);
      const view = kind === "ws" ? await readView(company, ports.ours ?? 0) : "";
      ports[kind] = await server.ask({ kind, company, view });
    }
    const seen: Record<Kind, Watched[]> = { ours: [], ws: [] };
    let firstSequence = 1;
    const contender = (kind: Kind) => async (round: number) => {
      say(`feed: round ${round} of ${rounds}, ${kind}`);
      const watched = await watch.ask({ kind, company, port: ports[kind] ?? 0, ...load, firstSequence });
      firstSequence += Math.max(load.perSecond * load.seconds, watchers);
      if (round > 0) seen[kind].push(watched);
      return { value: watched.deliveries / watched.seconds };
    };
    await alternate(rounds, { ours: contender("ours"), ws: contender("ws") });
    return rowsOf(seen, load);
  } finally {
    for (const one of [watch, ...servers]) await one.stop();
    await database.drop();
  }
}

/** What our own feed would say of somebody, so that the others send as much. */
async function readView({ apiKey }: Company, port: number): Promise<string> {
  const headers = { authorization: `Bearer ${apiKey}` };
  const answer = await fetch(`http://127.0.0.1:${port}/v1/experts/${personId(0)}`, { headers });
  if (!answer.ok) throw new Error(`no view: ${answer.status}`);
  return answer.text();
}

function rowsOf(seen: Record<Kind, Watched[]>, load: { watchers: number; perSecond: number }): Row[] {
  const of = (kind: Kind, value: (one: Watched) => number): Figure[] =>
    seen[kind].map((one) => ({
      value: value(one),
      faults: one.missing > 0 ? [`${kind}: ${one.missing} last values never came`] : [],
    }));
  const at = `at ${load.perSecond} changes/s to ${load.watchers} watchers`;
  const rate = ({ deliveries, seconds }: Watched) => deliveries / seconds;
  const p50 = ({ p50 }: Watched) => p50;
  const p99 = ({ p99 }: Watched) => p99;
  return [
    compare({
      name: `feed ${at} over a bare ws server`,
      unit: "events/s",
      better: "more",
      subject: of("ours", rate),
      baseline: of("ws", rate),
      target: 0.7,
    }),
    compare({
      name: `p50 from change to watcher ${at}`,
      unit: "ms",
      better: "less",
      subject: of("ours", p50),
      baseline: of("ws", p50),
      target: 0,
    }),
    compare({
      name: `p99 from change to watcher ${at}`,
      unit: "ms",
      better: "less",
      subject: of("ours", p99),
      baseline: of("ws", p99),
      target: 0.5,
    }),
  ];
}
