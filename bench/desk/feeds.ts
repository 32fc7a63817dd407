/** Four hundred desks with open feeds on one process: does each show the last word of everything, and how soon? */
import { type Company, externalId, foundCompany, personId } from "../company.ts";
import { postSigned } from "../consults/wire.ts";
import type { Ground } from "../ground.ts";
import { alternate, compare, type Figure, type Row, type RunOptions } from "../measure.ts";
import { type Program, startProgram } from "../program.ts";
import { callEvent, type DesksQuestion, type DesksSeen } from "./desks.ts";
import type { FeedQuestion } from "./feed-servers.ts";

type Kind = FeedQuestion["kind"];

export async function measureFeeds(ground: Ground, { rounds, quick, say }: RunOptions): Promise<Row[]> {
  const desks = quick ? 20 : 400;
  const load = { shown: 20, perSecond: quick ? 50 : 200, seconds: quick ? 1 : 5 };
  const database = await ground.newDatabase();
  const watch = startProgram<DesksQuestion, DesksSeen>("./desk/desks.ts");
  const servers: Program<FeedQuestion, number>[] = [];
  const start = async (question: FeedQuestion) => {
    const server = startProgram<FeedQuestion, number>("./desk/feed-servers.ts", {
      asService: question.kind === "ours",
    });
    servers.push(server);
    return server.ask(question);
  };
  try {
    const company = await foundCompany(database.url, { people: desks, side: "center", experts: true });
    const ours = await start({ kind: "ours", company, views: { person: "", call: "" } });
    say(`desks: ${desks} agents sign in`);
    const tokens = await signIn(company, ours, desks);
    const ws = await start({ kind: "ws", company, views: await readViews(company, ours, tokens[0] ?? "") });
    const ports: Record<Kind, number> = { ours, ws };
    const seen: Record<Kind, DesksSeen[]> = { ours: [], ws: [] };
    let first = 1;
    const contender = (kind: Kind) => async (round: number) => {
      say(`desks: round ${round} of ${rounds}, ${kind}`);
      const one = await watch.ask({ kind, company, port: ports[kind], tokens, ...load, first });
      first = one.next;
      if (round > 0) seen[kind].push(one);
      return { value: one.p99 };
    };
    await alternate(rounds, { ours: contender("ours"), ws: contender("ws") });
    return rowsOf(seen, `${desks} desks at ${load.perSecond} changes/s`);
  } finally {
    for (const one of [watch, ...servers]) await one.stop();
    await database.drop();
  }
}

async function signIn({ apiKey }: Company, port: number, desks: number): Promise<string[]> {
  const headers = { authorization: `Bearer ${apiKey}`, "content-type": "application/json" };
  const tokens: string[] = [];
  for (let desk = 0; desk < desks; desk++) {
    const body = JSON.stringify({ connection: "center", account: externalId(desk) });
    const answer = await fetch(`http://127.0.0.1:${port}/v1/desk-tokens`, { method: "POST", headers, body });
    tokens.push(((await answer.json()) as { token: string }).token);
  }
  return tokens;
}

/** What our own feed would say of a colleague and of a call. */
async function readViews({ apiKey, connectionIds, secret }: Company, port: number, token: string) {
  const told = { eventId: "first", occurredAt: new Date().toISOString(), ...callEvent(0, 0) };
  await postSigned(port, `/hooks/${connectionIds.center}`, secret, "first", told);
  const read = async (path: string, bearer: string) =>
    (await fetch(`http://127.0.0.1:${port}${path}`, { headers: { authorization: `Bearer ${bearer}` } })).text();
  const desk = JSON.parse(await read("/v1/desk", token)) as { interactions: object[] };
  return { person: await read(`/v1/experts/${personId(0)}`, apiKey), call: JSON.stringify(desk.interactions[0] ?? {}) };
}

function rowsOf(seen: Record<Kind, DesksSeen[]>, at: string): Row[] {
  const of = (kind: Kind, value: (one: DesksSeen) => number): Figure[] =>
    seen[kind].map((one) => ({
      value: value(one),
      faults: one.missing > 0 ? [`${kind}: ${one.missing} last words never came`] : [],
    }));
  const latency = { unit: "ms", better: "less" } as const;
  return [
    compare({
      name: `what reached ${at} over a bare ws server`,
      unit: "messages",
      better: "more",
      subject: of("ours", ({ deliveries }) => deliveries),
      baseline: of("ws", ({ deliveries }) => deliveries),
      target: 0.7,
    }),
    compare({
      ...latency,
      name: `p50 from change to desk, ${at}`,
      subject: of("ours", ({ p50 }) => p50),
      baseline: of("ws", ({ p50 }) => p50),
      target: 0,
    }),
    compare({
      ...latency,
      name: `p99 from change to desk, ${at}`,
      subject: of("ours", ({ p99 }) => p99),
      baseline: of("ws", ({ p99 }) => p99),
      target: 0,
    }),
  ];
}
