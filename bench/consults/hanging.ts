/** Where a consult stands that was not done in time: what its people and its platform saw, and what the service knows. */
import { withDatabase } from "../presence/database.ts";
import type { Played } from "./platforms.ts";

const shownMax = 5;

type Known = { consult: unknown; commands: unknown; jobs: unknown; timeline: unknown };

export async function hangingOf(databaseUrl: string, { unfinished }: Played): Promise<string[]> {
  const shown = unfinished.slice(0, shownMax);
  return withDatabase(databaseUrl, async (sql) => {
    const told: string[] = [];
    for (const { ref, consultId = "", says, seen } of shown) {
      const [known] = await sql<Known[]>`select
        (select json_build_object('state', state, 'result', result, 'machine', machine - 'seen') from consults
          where id = ${consultId}) as consult,
        (select json_agg(json_build_object('operation', operation, 'state', state, 'reason', reason, 'attempts', attempts,
          'asked', asked_at, 'sent', sent_at, 'settled', settled_at) order by asked_at) from commands
          where consult_id = ${consultId}) as commands,
        (select json_agg(json_build_object('key', key, 'run_at', run_at, 'locked_until', locked_until, 'attempts', attempts,
          'error', error_code)) from jobs where payload ->> 'consultId' = ${consultId}
          or payload ->> 'commandId' in (select id from commands where consult_id = ${consultId})
          or payload ->> 'offerId' in (select id from offers where consult_id = ${consultId})) as jobs,
        (select json_agg(json_build_array(at, what, data) order by id) from timeline where consult_id = ${consultId}) as timeline`;
      const lines = Object.entries(known ?? {}).map(([name, value]) => `    ${name}: ${JSON.stringify(value)}`);
      told.push([`  not done: ${ref}, ${says}`, ...seen.map((one) => `    ${one}`), ...lines].join("\n"));
    }
    if (unfinished.length > shownMax) told.push(`  and ${unfinished.length - shownMax} more are not done`);
    return told;
  });
}
