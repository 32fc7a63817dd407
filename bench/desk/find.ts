/** Finding somebody among a hundred thousand: the search of the desk, and where a flow should send a customer. */
import { signatureHeaders } from "../../src/platform/signature.ts";
import { hasBrowser } from "../../src/testing/browser.ts";
import type { Answers, Asking, AskQuestion } from "../ask.ts";
import { type Company, externalId, foundCompany } from "../company.ts";
import type { Ground } from "../ground.ts";
import { alternate, compare, type Figure, type Row, type RunOptions } from "../measure.ts";
import { withDatabase } from "../presence/database.ts";
import { type Program, startProgram } from "../program.ts";
import type { FindQuestion } from "./find-servers.ts";
import { buildScreens, typeIntoDesk } from "./keys.ts";
import { routingRequests, searches } from "./questions.ts";

type Kind = FindQuestion["kind"];

const searchMsMax = 50;
const decisionMsMax = 100;
/** As many as four hundred agents ask who look for somebody every twenty seconds. */
const searchesPerSecond = 20;
/** As many as one `ilike` a question can take on such a machine. */
const ilikesPerSecond = 1;
const decisionsPerSecond = 10;
const agents = 400;

type Setting = {
  company: Company;
  asker: Program<AskQuestion, Answers>;
  people: number;
  ports: Record<Kind, number>;
  desk: Desk;
};

/** A company of its own, and whoever is asked about it. */
async function withPeople(
  ground: Ground,
  { quick, say }: RunOptions,
  kinds: readonly Kind[],
  work: (setting: Setting) => Promise<Row[]>,
): Promise<Row[]> {
  const people = quick ? 2_000 : 100_000;
  const database = await ground.newDatabase();
  const servers: Program<FindQuestion, number>[] = [];
  const asker = startProgram<AskQuestion, Answers>("./ask.ts");
  try {
    say(`${people} people move in`);
    const company = await foundCompany(database.url, { people, side: "office", experts: true, agents });
    const ports: Record<Kind, number> = { ours: 0, ilike: 0 };
    for (const kind of kinds) {
      const server = startProgram<FindQuestion, number>("./desk/find-servers.ts", { asService: kind === "ours" });
      servers.push(server);
      ports[kind] = await server.ask({ kind, company });
    }
    const desk = await openDesk(company, ports.ours);
    await lookAtEverybody(company);
    return await work({ company, asker, people, desk, ports });
  } finally {
    for (const one of [asker, ...servers]) await one.stop();
    await database.drop();
  }
}

export const measureSearch = (ground: Ground, options: RunOptions): Promise<Row[]> =>
  withPeople(ground, options, ["ours", "ilike"], async ({ company, asker, people, ports, desk }) => {
    const { rounds, quick, say } = options;
    const { token, interaction } = desk;
    const all = searches(quick ? 20 : 200, interaction);
    const load: Record<Kind, { asked: typeof all; perSecond: number }> = {
      ours: { asked: all, perSecond: searchesPerSecond },
      // More would be waiting for those before.
      ilike: { asked: all.slice(0, 10), perSecond: ilikesPerSecond },
    };
    const seen: Record<Kind, Answers[]> = { ours: [], ilike: [] };
    const contender = (kind: Kind) => async (round: number) => {
      say(`search: round ${round} of ${rounds}, ${kind}`);
      if (kind === "ours") await lookAtEverybody(company);
      const answers = await asker.ask({ port: ports[kind], token, ...load[kind] });
      if (round > 0) seen[kind].push(answers);
      return { value: answers.p99 };
    };
    await alternate(rounds, { ours: contender("ours"), ilike: contender("ilike") });
    const of = (kind: Kind, value: (one: Answers) => number) =>
      seen[kind].map((one) => figure(one, value(one), load[kind].asked));
    const shared = { unit: "ms", better: "less" } as const;
    const among = `among ${people.toLocaleString("en")} people`;
    return [
      compare({
        ...shared,
        name: `p99 of a search ${among}, ranked with reachability, against the promised 50 ms`,
        subject: of("ours", ({ p99 }) => p99),
        baseline: searchMsMax,
        target: 1,
      }),
      compare({
        ...shared,
        name: `p50 of a search ${among} over one ilike without rank or presence`,
        subject: of("ours", ({ p50 }) => p50),
        baseline: of("ilike", ({ p50 }) => p50),
        target: 0,
      }),
    ];
  });

export const measureRouting = (ground: Ground, options: RunOptions): Promise<Row[]> =>
  withPeople(ground, options, ["ours"], async ({ company, asker, people, ports }) => {
    const { rounds, quick, say } = options;
    const seen: Figure[] = [];
    const asked = routingRequests(quick ? 10 : 100);
    for (let round = 0; round <= rounds; round++) {
      say(`routing: round ${round} of ${rounds}`);
      await lookAtEverybody(company);
      const question = { port: ports.ours, token: company.apiKey, asked, perSecond: decisionsPerSecond };
      const answers = await asker.ask(question);
      if (round > 0) seen.push(figure(answers, answers.p99, asked));
    }
    return [
      compare({
        name: `p99 of a routing decision among ${people.toLocaleString("en")} people against the promised 100 ms`,
        unit: "ms",
        better: "less",
        subject: seen,
        baseline: decisionMsMax,
        target: 1,
      }),
    ];
  });

export async function measureKeys(ground: Ground, options: RunOptions): Promise<Row[]> {
  if (!hasBrowser) {
    options.say("keys: skipped, since there is no Chromium");
    return [];
  }
  await buildScreens();
  return withPeople(ground, options, ["ours"], ({ people, ports, desk }) =>
    typeIntoDesk({ people, port: ports.ours, token: desk.token }, options),
  );
}

const figure = ({ refused, items }: Answers, value: number, { length }: readonly Asking[]): Figure => ({
  value,
  faults: [
    ...(refused > 0 ? [`${refused} of ${length} were not answered`] : []),
    ...(items < length ? ["hardly anybody was found"] : []),
  ],
});

type Desk = { token: string; interaction: string };

/** The desk of an agent with a customer on the line who wants something. */
async function openDesk({ apiKey, connectionIds, secret }: Company, port: number): Promise<Desk> {
  const url = `http://127.0.0.1:${port}`;
  const at = new Date();
  const told = {
    eventId: "call-begins",
    occurredAt: at.toISOString(),
    type: "interaction.changed",
    interaction: "call-1",
    snapshot: {
      ref: "call-1",
      channel: "voice",
      state: "live",
      parties: [
        { ref: "leg-1", role: "customer", state: "connected" },
        { ref: "leg-2", role: "agent", state: "connected", account: externalId(0) },
      ],
      recording: "on",
      attributes: { skill: "invoicing", intent: "late-fee", language: "sv" },
      startedAt: at.toISOString(),
      observedAt: at.toISOString(),
    },
  };
  const body = Buffer.from(JSON.stringify(told));
  const proof = await signatureHeaders([secret], { id: told.eventId, sentAt: at, body });
  const json = { "content-type": "application/json" };
  const pushed = await fetch(`${url}/hooks/${connectionIds.center}`, {
    method: "POST",
    headers: { ...proof, ...json },
    body,
  });
  if (!pushed.ok) throw new Error(`the call was not taken: ${pushed.status}`);
  const minted = await fetch(`${url}/v1/desk-tokens`, {
    method: "POST",
    headers: { ...json, authorization: `Bearer ${apiKey}` },
    body: JSON.stringify({ connection: "center", account: externalId(0) }),
  });
  const { token } = (await minted.json()) as { token: string };
  const desk = await fetch(`${url}/v1/desk`, { headers: { authorization: `Bearer ${token}` } });
  const { interactions } = (await desk.json()) as { interactions: { id: string }[] };
  return { token, interaction: interactions[0]?.id ?? "" };
}

/** Everybody was seen just now: most are free, some talk, some have gone. */
const lookAtEverybody = ({ databaseUrl }: Company): Promise<void> =>
  withDatabase(databaseUrl, async (sql) => {
    await sql`update presences p set observed_at = now(), read_at = now(), availability = seen.availability, activity = seen.activity
      from (select account_id as id, (array['available', 'available', 'available', 'busy', 'away', 'offline'])[1 + abs(hashtext(account_id)) % 6]
        as availability, (array['none', 'none', 'none', 'on-call', 'inactive', 'off-work'])[1 + abs(hashtext(account_id)) % 6] as activity
        from presences) seen where seen.id = p.account_id`;
    await sql`vacuum analyze presences`;
    await sql`checkpoint`; // what this wrote is on the disk before anything is measured
  });
