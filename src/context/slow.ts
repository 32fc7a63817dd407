/**
 * Where details are kept may be slow, or locked. No call waits for that: details are asked for with a time limit, and once
 * it has passed nobody asks for a while, then one at a time until they come in time again.
 */
import { type SQL, sql } from "drizzle-orm";
import type { Ctx } from "../ctx.ts";
import { BeginAnew, executePrepared } from "../db.ts";
import type { Keyring } from "../seal.ts";

/** The details are not to be had just now, and will be. */
export const late = Symbol("late");
export type Late = typeof late;

/** With what a transaction does besides, well within the two seconds that are promised. */
const boundMs = 1_000;
const restMs = 2_000;
/** For those who can wait, though not with all of our connections. */
const patienceMs = 2_000;

type Store = { slowUntil: number; isTried: boolean };
/** One for each service, which has one keyring. */
const stores = new WeakMap<Keyring, Store>();
function storeOf(keyring: Keyring): Store {
  const store = stores.get(keyring) ?? { slowUntil: 0, isTried: false };
  stores.set(keyring, store);
  return store;
}

/**
 * One statement about the details, in time or not at all. The first that takes too long spoils its transaction, which is
 * begun anew (db.ts) and hears `late`.
 */
export async function inTime<T extends Record<string, unknown>>(
  ctx: Ctx,
  keyring: Keyring,
  statement: SQL,
): Promise<T[] | Late> {
  const store = storeOf(keyring);
  const now = () => ctx.now().getTime();
  const isProbe = store.slowUntil > 0;
  if (isProbe && (store.isTried || now() < store.slowUntil)) return late;
  if (isProbe) store.isTried = true;
  try {
    // All three are on their way at once, in this order.
    const [, rows] = await Promise.all([
      executePrepared(ctx.db, sql`select set_config('statement_timeout', ${String(boundMs)}, true)`),
      executePrepared<T>(ctx.db, statement),
      executePrepared(ctx.db, sql`set local statement_timeout to default`),
    ]);
    store.slowUntil = 0;
    return rows;
  } catch (error) {
    if (!isTimeout(error)) throw error;
    store.slowUntil = now() + restMs;
    ctx.log.warn("details are slow");
    throw new BeginAnew("the details are slow", { cause: error });
  } finally {
    if (isProbe) store.isTried = false;
  }
}

/** Source: PostgreSQL, Appendix A, error codes: query_canceled. */
function isTimeout(error: unknown): boolean {
  const fault = error as { code?: unknown; cause?: { code?: unknown } };
  return (fault.code ?? fault.cause?.code) === "57014";
}

/** From here to its end the transaction waits for no lock for long, and fails instead. */
export const waitBriefly = ({ db }: Pick<Ctx, "db">) =>
  db.execute(sql`select set_config('lock_timeout', ${String(patienceMs)}, true)`);

/** Details that wait to be stored, by the jobs that will. */
export const storing = (ctx: Pick<Ctx, "tenantId">, which: SQL = sql`true`): SQL =>
  sql`select payload from jobs where tenant_id = ${ctx.tenantId} and name = 'context.store' and ${which}`;
