/** How soon the bot answers: commands and taps on cards, signed as Teams signs them, at a steady pace. */
import postgres from "postgres";
import { type Company, externalId, foundCompany, personId } from "../company.ts";
import { post, postSigned } from "../consults/wire.ts";
import type { Ground } from "../ground.ts";
import { compare, type Figure, percentile, type Row, type RunOptions } from "../measure.ts";
import { type Program, startProgram } from "../program.ts";
import type { ClientQuestion, Played } from "./clients.ts";

const answerMsMax = 2_000;
const perSecond = 20;
/** Who was not seen of late is not asked: on a busy machine so many requests take a while. */
const freshEach = 10;
/**
 * In a round: those who write, and pairs of an agent who asks and a colleague who answers by a tap. Few pairs: Microsoft
 * lets only so many new conversations begin at a time, and a request that nobody answers moves on after 20 s.
 */
const sizes = { full: { writers: 84, pairs: 16 }, quick: { writers: 24, pairs: 16 } };

type Crowd = { agents: number[]; pressers: number[]; writers: number[] };
type Setting = { company: Company; port: number; clients: Program<ClientQuestion, unknown> };

export async function measureBot(ground: Ground, { rounds, quick, say }: RunOptions): Promise<Row[]> {
  const size = quick ? sizes.quick : sizes.full;
  // Agents come first: they have an account at the contact center too. Nobody is met twice.
  const agents = size.pairs * (rounds + 1);
  const people = agents + (size.pairs + size.writers) * (rounds + 1);
  const database = await ground.newDatabase();
  const clients = startProgram<ClientQuestion>("./teams/clients.ts");
  const server = startProgram<Company, number>("./teams/service.ts", { asService: true });
  try {
    const { settings, botOpenIdUrl } = (await clients.ask({ do: "open", people })) as {
      settings: Record<string, unknown>;
      botOpenIdUrl: string;
    };
    const teams = { ...settings, botOpenIdUrl };
    const company = await foundCompany(database.url, { people, side: "office", experts: true, agents, teams });
    const port = await server.ask(company);
    await clients.ask({ do: "bot", endpoint: `http://127.0.0.1:${port}/teams/${company.connectionId}/messages` });
    const setting = { company, port, clients };
    const seen: { p99: Figure; p50: Figure }[] = [];
    for (let round = 0; round <= rounds; round++) {
      say(`teams: round ${round} of ${rounds}`);
      const figures = await playRound(setting, crowdOf(round, agents, size));
      if (round > 0) seen.push(figures);
    }
    return rowsOf(seen);
  } finally {
    await clients.stop();
    await server.stop();
    await database.drop();
  }
}

const range = (from: number, count: number) => Array.from({ length: count }, (_, index) => from + index);

function crowdOf(round: number, agents: number, { writers, pairs }: { writers: number; pairs: number }): Crowd {
  const first = agents + round * (pairs + writers);
  return {
    agents: range(round * pairs, pairs),
    pressers: range(first, pairs),
    writers: range(first + pairs, writers),
  };
}

async function playRound({ company, port, clients }: Setting, { agents, pressers, writers }: Crowd) {
  const sql = postgres(company.databaseUrl, { max: 1, onnotice: () => {} });
  try {
    for (const [index, agent] of agents.entries()) {
      if (index % freshEach === 0)
        await sql`update presences set observed_at = now(), read_at = now(), known_at = now()`;
      await ask({ company, port }, agent, pressers[index] ?? 0);
    }
    if (!(await clients.ask({ do: "await-cards", people: pressers }))) throw new Error("not everybody got a card");
    const played = (await clients.ask({ do: "play", writers, pressers, perSecond })) as Played;
    const faults = [...played.faults, ...(await faultsIn(sql, pressers))];
    if (played.unanswered > 0) faults.push(`${played.unanswered} commands were never answered`);
    if (played.ms.length !== writers.length + pressers.length) faults.push(`${played.ms.length} activities were sent`);
    return {
      p99: { value: percentile(played.ms, 0.99), faults },
      p50: { value: percentile(played.ms, 0.5), faults },
    };
  } finally {
    await sql.end({ timeout: 5 });
  }
}

/** An agent is on a call and asks this colleague. */
async function ask({ company, port }: Pick<Setting, "company" | "port">, agent: number, expert: number) {
  const ref = `call-${agent}`;
  const now = new Date().toISOString();
  const parties = [
    { ref: `${ref}-c`, role: "customer", state: "connected", name: "Cleo Martin", human: true },
    { ref: `${ref}-a`, role: "agent", state: "connected", account: externalId(agent), human: true },
  ];
  const snapshot = { ref, channel: "voice", state: "live", parties, startedAt: now, observedAt: now, sequence: 1 };
  const event = { eventId: `evt-${ref}`, occurredAt: now, type: "interaction.changed", interaction: ref, snapshot };
  const path = `/hooks/${company.connectionIds.center}`;
  const told = await postSigned(port, path, company.secret, event.eventId, { events: [event] });
  if (told.status !== 200) throw new Error(`an event was answered ${told.status} ${told.text}`);
  const sql = postgres(company.databaseUrl, { max: 1, onnotice: () => {} });
  const [row] = await sql<{ id: string }[]>`select id from interactions where ref = ${ref}`;
  await sql.end({ timeout: 5 });
  const question = "May the late fee be waived?";
  const body = { interactionId: row?.id, kind: "consult", question, personIds: [personId(expert)] };
  const asked = await post(port, "/v1/consults", body, { authorization: `Bearer ${company.apiKey}` });
  if (asked.status !== 201) throw new Error(`a request was answered ${asked.status} ${asked.text}`);
}

/** Every tap has taken effect, once: half of them said no, half later. */
async function faultsIn(sql: postgres.Sql, pressers: number[]): Promise<string[]> {
  const rows = await sql<{ state: string; count: number }[]>`
    select state, count(*)::int as count from offers where person_id = any(${pressers.map(personId)}) group by state`;
  const found = Object.fromEntries(rows.map(({ state, count }) => [state, count]));
  const half = pressers.length / 2;
  return found.declined === half && found.later === half ? [] : [`taps have led to ${JSON.stringify(found)}`];
}

function rowsOf(seen: { p99: Figure; p50: Figure }[]): Row[] {
  const shared = { unit: "ms", better: "less", baseline: answerMsMax } as const;
  const at = `at ${perSecond} activities/s`;
  return [
    compare({
      ...shared,
      name: `p99 of the bot's answer ${at} against the two seconds that Teams allows`,
      subject: seen.map(({ p99 }) => p99),
      target: 1,
    }),
    compare({ ...shared, name: `p50 of the same`, subject: seen.map(({ p50 }) => p50), target: 0 }),
  ];
}
