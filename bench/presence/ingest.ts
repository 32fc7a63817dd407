/** B1: events taken in, durably, beside one insert a request and beside the same HTTP stack that keeps nothing. */
import { type Company, foundCompany } from "../company.ts";
import type { Ground } from "../ground.ts";
import { alternate, compare, type Figure, type Row, type RunOptions } from "../measure.ts";
import { type Program, startProgram } from "../program.ts";
import { withDatabase } from "./database.ts";
import type { Kind, ServerOptions } from "./ingest-servers.ts";
import { type Posted, type PostOptions, statusOf } from "./post.ts";

const connections = 64;
/** What we promise for the answer to an event, at a thousand events a second. */
const answerMsMax = 250;

type Servers = Record<Kind, { program: Program<ServerOptions, number>; port: number }>;
type Setting = { company: Company; servers: Servers; poster: Program<PostOptions, Posted>; agents: number };

export async function measureIngest(ground: Ground, options: RunOptions): Promise<Row[]> {
  const database = await ground.newDatabase();
  const agents = options.quick ? 200 : 2_000;
  const company = await foundCompany(database.url, { people: agents, side: "center" });
  const started: Program<ServerOptions, number>[] = [];
  const start = async (kind: Kind) => {
    const program = startProgram<ServerOptions, number>("./presence/ingest-servers.ts", { asService: kind === "ours" });
    started.push(program);
    return { program, port: await program.ask({ kind, jobs: true, company }) };
  };
  const poster = startProgram<PostOptions, Posted>("./presence/post.ts");
  try {
    await makePlainTable(database.url);
    const servers = { ours: await start("ours"), insert: await start("insert"), bare: await start("bare") };
    return await measure({ company, servers, poster, agents }, options);
  } finally {
    for (const one of [poster, ...started]) await one.stop();
    await database.drop();
  }
}

async function measure(setting: Setting, { rounds, quick, say }: RunOptions): Promise<Row[]> {
  const count = quick ? 500 : 8_000;
  const send = createSender(setting);
  const contender = (kind: Kind) => async (round: number) => {
    say(`ingest: round ${round} of ${rounds}, ${kind}`);
    const posted = await send(kind, { count });
    return { value: posted.acked.length / posted.seconds, faults: await faultsOf(setting, kind, posted) };
  };
  const figures = await alternate(rounds, {
    ours: contender("ours"),
    insert: contender("insert"),
    bare: contender("bare"),
  });
  const answers: Figure[] = [];
  for (let round = 0; round < Math.min(rounds, 3); round++) {
    say(`ingest: 1,000 a second, ${round + 1}`);
    const posted = await send("ours", { count: quick ? 500 : 3_000, perSecond: 1_000 });
    answers.push({ value: posted.p99, faults: await faultsOf(setting, "ours", posted) });
  }
  say("ingest: killed meanwhile");
  const killed = await loseNothing(setting, send, quick ? 500 : 4_000);
  const shared = { unit: "events/s", better: "more", subject: figures.ours } as const;
  return [
    compare({ ...shared, name: "durable ingest over one insert a request", baseline: figures.insert, target: 2.5 }),
    compare({
      ...shared,
      name: "durable ingest over the same HTTP stack without a database",
      baseline: figures.bare,
      target: 0.35,
    }),
    compare({
      name: "that HTTP stack over one insert a request: the most that anything behind it could reach",
      unit: "events/s",
      better: "more",
      subject: figures.bare,
      baseline: figures.insert,
      target: 0,
    }),
    compare({
      name: "p99 of the answer at 1,000 events/s against the promised 250 ms",
      unit: "ms",
      better: "less",
      subject: answers,
      baseline: answerMsMax,
      target: 1,
    }),
    compare({
      name: "acknowledged events that are there after kill -9",
      unit: "share",
      better: "more",
      subject: [killed],
      baseline: 1,
      target: 1,
    }),
  ];
}

type Send = (kind: Kind, how: { count: number; perSecond?: number }) => Promise<Posted & { first: number }>;

/** Each sending goes on where the one before ended, so that no event comes twice and each lap says something new. */
function createSender({ company, servers, poster, agents }: Setting): Send {
  const next: Record<Kind, number> = { ours: 0, insert: 0, bare: 0 };
  return async (kind, how) => {
    const first = next[kind];
    next[kind] += how.count;
    const url = `http://127.0.0.1:${servers[kind].port}/hooks/${company.connectionId}`;
    const { secret } = company;
    return { ...(await poster.ask({ url, secret, first, agents, connections, ...how })), first };
  };
}

async function makePlainTable(databaseUrl: string): Promise<void> {
  await withDatabase(databaseUrl, async (sql) => {
    await sql`create table plain_events (event_id text primary key, agent text not null, event jsonb not null)`;
  });
}

/** Which of the acknowledged events are there. */
const findKept = (databaseUrl: string, kind: Kind, acked: readonly number[]): Promise<number> =>
  withDatabase(databaseUrl, async (sql) => {
    const table = kind === "ours" ? "inbound_events" : "plain_events";
    const [row] = await sql<{ count: number }[]>`
      select count(*)::int as count from ${sql(table)}
      where event_id in (select 'evt-' || json_array_elements_text(${JSON.stringify(acked)}::text::json))`;
    return row?.count ?? 0;
  });

async function faultsOf(
  { company: { databaseUrl }, agents }: Setting,
  kind: Kind,
  { acked, refused, first }: Posted & { first: number },
): Promise<string[]> {
  const faults = refused > 0 ? [`${kind}: ${refused} events were refused`] : [];
  if (kind === "bare") return faults;
  const kept = await findKept(databaseUrl, kind, acked);
  if (kept !== acked.length) faults.push(`${kind}: ${acked.length - kept} acknowledged events are missing`);
  if (kind !== "ours") return faults;
  const last = first + acked.length + refused - 1;
  const wrong = await countWrong(databaseUrl, first, last, agents);
  return wrong > 0 ? [...faults, `ours: ${wrong} agents do not show their last status`] : faults;
}

/** Agents who show something else than the last event about them said. */
const countWrong = (databaseUrl: string, first: number, last: number, agents: number): Promise<number> =>
  withDatabase(databaseUrl, async (sql) => {
    const rows = await sql<{ account: string; native: string }[]>`
      select a.external_id as account, p.native from accounts a join presences p on p.account_id = a.id`;
    const shown = new Map(rows.map((row) => [row.account, row.native]));
    const latest = Array.from({ length: Math.min(agents, last - first + 1) }, (_, index) => last - index);
    return latest.filter((number) => {
      const { agent, status } = statusOf(number, agents);
      return shown.get(agent) !== status;
    }).length;
  });

/** The service is killed while it takes events in; what it had acknowledged must be there. */
async function loseNothing({ company, servers: { ours } }: Setting, send: Send, count: number): Promise<Figure> {
  const sending = send("ours", { count, perSecond: 1_000 });
  await new Promise((done) => setTimeout(done, count / 2));
  await ours.program.kill();
  const { acked, refused } = await sending;
  const faults = acked.length > 0 && refused > 0 ? [] : ["the service was not killed in the middle"];
  const kept = await findKept(company.databaseUrl, "ours", acked);
  if (kept < acked.length) faults.push(`${acked.length - kept} acknowledged events were lost`);
  return { value: kept / acked.length, faults };
}
