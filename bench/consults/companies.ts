/** Several organizations on one deployment, each with agents, and with colleagues who can be asked. */
import { type Company, foundCompany, newKeys, personId } from "../company.ts";
import { withDatabase } from "../presence/database.ts";
import { cards } from "./cards.ts";

/** An agent and a colleague. Numbers as in ../company.ts. `isFound`: asked by what they know, like all who know it; else by name. */
export type Pair = { agent: number; expert: number; expertId: string; isFound: boolean };
export type Organization = Company & { pairs: Pair[] };

export async function foundOrganizations(
  databaseUrl: string,
  /** `pairsEach`: a multiple of four. */
  { organizations, pairsEach, platformUrl }: { organizations: number; pairsEach: number; platformUrl: string },
): Promise<Organization[]> {
  const keys = newKeys();
  const founded: Organization[] = [];
  for (let number = 0; number < organizations; number++) {
    const first = number * 2 * pairsEach;
    const company = await foundCompany(databaseUrl, {
      ...{ people: 2 * pairsEach, agents: pairsEach, side: "office", experts: true, first, keys },
      slug: `bench-${number}`,
      contactCenterUrl: `${platformUrl}/${number}`,
      office: { adapter: cards, settings: { url: `${platformUrl}/${number}`, secret: cardsSecret } },
    });
    const pairs = Array.from({ length: pairsEach }, (_, index) => {
      const expert = first + pairsEach + index;
      return { agent: first + index, expert, expertId: personId(expert), isFound: isFound(expert) };
    });
    founded.push({ ...company, pairs });
  }
  await withDatabase(databaseUrl, async (sql) => {
    await sql`delete from experts where person_id in (select a.person_id from accounts a join connections c on c.id = a.connection_id
      where c.name = 'center')`;
    await sql`update expert_skills set skill = ${topic} where right(person_id, 26)::bigint % 4 = 3`;
    await sql`vacuum analyze`;
  });
  return founded;
}

/** One in four is asked by skill. */
const isFound = (number: number) => number % 4 === 3;
export const topic = "late-fees";

export const cardsSecret = "made-up-secret-of-the-office-that-shows-cards";

/**
 * Everybody was seen just now. The database knows how full its tables are, as autovacuum tells it within a minute where a
 * service has been up for longer than a bench: of tables that it takes for empty it would read all that a tenant has.
 */
export const refresh = (databaseUrl: string): Promise<void> =>
  withDatabase(databaseUrl, async (sql) => {
    await sql`update presences set observed_at = now(), read_at = now(), known_at = now()`;
    await sql`vacuum analyze`;
  });
