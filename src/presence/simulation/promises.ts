/** What must be so whenever the dust has settled. */
import { gapMs, type Hold } from "../hold.ts";
import { isFree, isSame } from "../own.ts";
import { sideOf } from "./platform.ts";
import type { Account, Simulation } from "./service.ts";

/** A promise was broken. */
export class Breach extends Error {}

const promise = (isKept: boolean, what: string): void => {
  if (!isKept) throw new Breach(what);
};

const isOnCall = ({ platform }: Account) => platform.own().activity === "on-call";
/** A call of their own beneath a status of ours that looks the same cannot be told; it is seen when ours has gone. */
const isHidden = ({ platform }: Account) => platform.kind === "sessions" && platform.holdsNow();

/** What everybody sees is what the person does themselves, or what follows from it. */
export function checkConverged({ accounts, breaches }: Simulation): void {
  promise(breaches.length === 0, breaches.join(", "));
  for (const account of accounts) {
    const { platform } = account;
    const { kind } = platform;
    const own = platform.own();
    const shows = platform.shows();
    const causes = accounts.filter((one) => sideOf(one.platform.kind) !== sideOf(kind)).filter(isOnCall);
    if (causes.length === 0) platform.forgetOverride();
    if (causes.length === 0 || own.routable) {
      promise(isSame(shows, own) && shows.routable === own.routable, `${kind} shows what they do`);
      // Written beneath a call in the contact center, it can be taken back when the call is over.
      promise((kind === "agent" && isOnCall(account)) || !platform.holdsNow(), `${kind} is let go`);
    } else if (!isFree(own, kind === "sessions")) {
      // Busier than what we show, or as busy and thus not seen beneath ours.
      promise(isSame(shows, own) || own.availability === "busy", `${kind} does not hide what they do`);
    } else if (!platform.isOverridden() && !causes.every(isHidden)) {
      promise(shows.availability === "busy", `${kind} follows a call`);
    }
  }
}

export function checkGaps({ accounts }: Simulation): void {
  for (const { writes } of accounts)
    for (const [index, at] of writes.entries())
      promise(index === 0 || at - (writes[index - 1] ?? 0) >= gapMs, "at most one write in five seconds");
}

/** What follows nobody any more, and cannot be taken back yet since a call covers it: that is owed to what was before. */
const isOwed = ({ hold }: Account) =>
  hold !== undefined && (hold.state === "releasing" || (isOurs(hold) && !hold.cause));
const isOurs = ({ state }: Hold) => state === "asked" || state === "held";

/** What is owed counts as written. */
export const writesOf = ({ accounts }: Simulation): number[] =>
  accounts.map((account) => account.writes.length + (isOwed(account) ? 1 : 0));

/** At most so many writes to each account since it had had `before`. */
export function checkWrites(simulation: Simulation, before: readonly number[], most: number): void {
  for (const [index, count] of writesOf(simulation).entries())
    promise(count - (before[index] ?? 0) <= most, `at most ${most} writes to an account`);
}

/** Nothing is written for a day in which nothing happens. */
export function checkSilence(simulation: Simulation): void {
  simulation.sweepEvery(50_000);
  const count = () => String(simulation.accounts.map(({ writes }) => writes.length));
  const before = count();
  simulation.run(24 * 3_600_000);
  promise(count() === before, "a day without changes is a day without writes");
}

/** Nobody has seen anything else meanwhile than what was to be seen then. */
export function checkSteady({ accounts }: Simulation, since: number): void {
  for (const { platform } of accounts)
    promise((platform.history.at(-1)?.at ?? 0) <= since, `${platform.kind} shows it without a gap`);
}
