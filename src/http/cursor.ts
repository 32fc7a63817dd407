/** A place in the order of changes, see `changes.tx` in the migrations: by commit, then by number. */
export type Position = { tx: string; id: string };

const idMax = 9_223_372_036_854_775_807n;
const txMax = 18_446_744_073_709_551_615n;

/** Behind everything of this transaction. */
export const endOf = (tx: string): Position => ({ tx, id: String(idMax) });

/** What a feed's events carry as `id`: the place, and when it was the present, since old changes are forgotten. */
export const writeCursor = ({ tx, id }: Position, at: Date): string => `${tx}.${id}.${Math.floor(at.getTime() / 1000)}`;

/** Undefined for what is not a cursor of ours. */
export function readCursor(text: string): (Position & { at: Date }) | undefined {
  const [, tx, id, seconds] = /^(\d{1,20})\.(\d{1,19})\.(\d{1,11})$/.exec(text) ?? [];
  if (!tx || !id || !seconds || BigInt(tx) > txMax || BigInt(id) > idMax) return undefined;
  return { tx, id, at: new Date(Number(seconds) * 1000) };
}
