/** What both measurements need: organizations, their platforms, and a round of consults with all that is checked after it. */
import type { Ground } from "../ground.ts";
import { withDatabase } from "../presence/database.ts";
import { type Program, startProgram } from "../program.ts";
import { foundOrganizations, type Organization, refresh } from "./companies.ts";
import type { PlatformQuestion, Played } from "./platforms.ts";
import type { ServerQuestion } from "./servers.ts";

export type Load = {
  databaseUrl: string;
  organizations: Organization[];
  platforms: Program<PlatformQuestion, unknown>;
  platformPort: number;
  close(): Promise<void>;
};
export type Server = Program<ServerQuestion, unknown>;
export const startServer = (asService = true): Server =>
  startProgram<ServerQuestion, unknown>("./consults/servers.ts", { asService });

export const organizationsMany = 10;

export async function openLoad(ground: Ground, pairsEach: number): Promise<Load> {
  const database = await ground.newDatabase();
  const platforms = startProgram<PlatformQuestion, unknown>("./consults/platforms.ts");
  const platformPort = (await platforms.ask({ do: "open" })) as number;
  const platformUrl = `http://127.0.0.1:${platformPort}`;
  const organizations = await foundOrganizations(database.url, {
    organizations: organizationsMany,
    pairsEach,
    platformUrl,
  });
  return {
    ...{ databaseUrl: database.url, organizations, platforms, platformPort },
    async close() {
      await platforms.stop();
      await database.drop();
    },
  };
}

export type RoundOptions = {
  port: number;
  round: number;
  count: number;
  perSecond: number;
  isPlain: boolean;
  /** More than can be worked off: nobody insists, and customers hang up in the end. */
  isRush?: boolean;
  meanwhile?: () => Promise<void>;
};

/** Of everybody, once the last one has begun. */
const patienceMs = 45_000;

/** Customers are on the line before anybody is asked. A twentieth goes wrong for us; the bare loop could not go on. */
export async function playRound(
  { databaseUrl, organizations, platforms }: Load,
  options: RoundOptions,
): Promise<Played> {
  const { port, round, count, perSecond, isPlain, isRush = false, meanwhile } = options;
  await refresh(databaseUrl);
  await platforms.ask({ do: "begin", port, organizations, round, count, isTold: !isPlain });
  const ids = isPlain ? {} : await readIds(databaseUrl);
  const playing = platforms.ask({ do: "play", perSecond, ids, mishaps: isPlain ? 0 : 0.05, patienceMs, isRush });
  const [played] = await Promise.all([playing as Promise<Played>, meanwhile?.()]);
  return played;
}

const readIds = (databaseUrl: string): Promise<Record<string, string>> =>
  withDatabase(databaseUrl, async (sql) => {
    const rows = await sql<{ ref: string; id: string }[]>`select ref, id from interactions where state = 'live'`;
    return Object.fromEntries(rows.map(({ ref, id }) => [ref, id]));
  });

/** What is not as it must be after a round. A consult that met with a refusal may end with the customer back at the agent. */
export async function faultsOf({ databaseUrl }: Load, played: Played): Promise<string[]> {
  const rows = await withDatabase(
    databaseUrl,
    (sql) => sql<{ id: string; state: string; result: string | null }[]>`select id, state, result from consults`,
  );
  const states = new Map(rows.map((row) => [row.id, row]));
  const lost = played.unfinished.filter(
    ({ consultId, isSafe }) => !(isSafe && states.get(consultId ?? "")?.state === "ended"),
  );
  const open = await openConsults(databaseUrl);
  return [
    ...new Set(played.breaches),
    ...lost.slice(0, 3).map(({ says, consultId }) => `lost: ${says} (${states.get(consultId ?? "")?.state})`),
    ...(lost.length > 3 ? [`${lost.length} consults were lost`] : []),
    ...(open > 0 ? [`${open} consults never ended`] : []),
  ];
}

export const openConsults = (databaseUrl: string): Promise<number> =>
  withDatabase(databaseUrl, async (sql) => {
    const [row] = await sql<{ count: number }[]>`select count(*)::int as count from consults where state <> 'ended'`;
    return row?.count ?? 0;
  });

export async function withLoad<T>(ground: Ground, pairsEach: number, work: (load: Load) => Promise<T>): Promise<T> {
  const load = await openLoad(ground, pairsEach);
  try {
    return await work(load);
  } finally {
    await load.close();
  }
}
