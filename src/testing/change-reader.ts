/** Sessions that write changes by hand, and a reader of them as live feeds read. */
import postgres from "postgres";
import type { Database } from "../db.ts";
import { readChanges, readPresent } from "../http/changes.ts";

/** One login of its own, whose transactions are opened and ended by hand. */
async function openSession(url: string) {
  const sql = postgres(url, { max: 1, onnotice: () => {} });
  const say = (text: string) => sql.unsafe(text);
  await say("select 1");
  const tell = (key: string) =>
    say(`insert into changes (tenant_id, topic, keys, at) values ('ten_a', 'presence', '{${key}}', now())`);
  return { say, tell, end: () => sql.end({ timeout: 1 }) };
}
export type Session = Awaited<ReturnType<typeof openSession>>;

export async function withSessions<T>(
  urls: readonly string[],
  work: (...sessions: Session[]) => Promise<T>,
): Promise<T> {
  const sessions = await Promise.all(urls.map(openSession));
  try {
    return await work(...sessions);
  } finally {
    for (const session of sessions) await session.end();
  }
}

/** Reads on from where the reading before ended. */
export async function readerFromNow(database: Database) {
  let place = (await readPresent(database)).end;
  let settled = place;
  const read = async (): Promise<string[]> => {
    const rows = await readChanges(database, place, settled);
    place = rows.at(-1) ?? place;
    settled = place;
    return rows.flatMap(({ keys }) => keys);
  };
  /** Goes on in another process, which knows no more than its own present. */
  const move = async (): Promise<void> => {
    settled = (await readPresent(database)).end;
  };
  return Object.assign(read, { move });
}
