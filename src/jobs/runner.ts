import type { Hands } from "../db.ts";
import { errorFields } from "../log.ts";
import { byAgeEvery, putAway, type RunnerOptions, runOne } from "./run.ts";
import { type Done, type InHand, isUrgent, type Leased, leaseEnd, leaseMs, type Share, turnOver } from "./take.ts";

/** Less is in time; what was late so long ago tells nothing any more. */
const [lateMsMin, lateCountsMs] = [500, 3_000];

export type Runner = { wake(): void; stop(): Promise<void> };

/** What is done is put away together with what else is done by then, unless something waits to be taken. */
const putAwayMs = 15;
/** The most that a turn takes; the other places can be filled meanwhile by those who ask. */
const perTurn = 24;

/**
 * Keeps running jobs until stopped: at once when woken, else by looking every `pollMs`. Up to `atOnce` in parallel, so
 * that one slow platform does not hold up the others (most of them wait for one), `othersAtOnce` of them what is not urgent,
 * so that it leaves connections to the database to what is; beyond them `reserved` places, each for a tenant who has nothing in
 * hand, so that one whose platform answers nothing does not hold up other tenants either. While nothing waits and there
 * is room, what a transaction of this process asks for begins with its commit, without having been looked for. Any number of
 * processes may do so on one database.
 */
export function startRunner(
  options: RunnerOptions,
  { pollMs = 200, atOnce = 64, othersAtOnce = 16, reserved = 4 } = {},
): Runner {
  let stopped = false;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let resume: (() => void) | undefined;
  let resumeAt = 0;
  const working = new Map<Promise<void>, Leased>();
  let done: Done[] = [];
  /** Places that transactions under way may fill, and the turn. */
  const promised = { all: 0, others: 0 };
  /** At the last look nothing was left waiting: nothing urgent, or nothing at all. */
  const caughtUp = { urgent: false, others: false };
  /** Of tenants whose urgent jobs wait, by how much the last one did, and when that was seen. */
  const late = new Map<string, { ms: number; at: number }>();
  /** Places given since the last one by age. */
  let given = 0;

  /** The next turn is in so many milliseconds, if not sooner. */
  function wakeIn(ms: number): void {
    const at = performance.now() + ms;
    if (at >= resumeAt) return;
    resumeAt = at;
    clearTimeout(timer);
    if (ms === 0) resume?.();
    else timer = setTimeout(() => resume?.(), ms);
  }
  const pause = () =>
    new Promise<void>((done) => {
      const ms = Math.max(0, resumeAt - performance.now());
      resume = done;
      clearTimeout(timer);
      timer = setTimeout(done, ms);
    });

  const inHand = (): InHand => {
    const counts = new Map<string, number>();
    for (const { tenant_id } of working.values()) counts.set(tenant_id, (counts.get(tenant_id) ?? 0) + 1);
    return counts;
  };
  const freeForOthers = () => {
    let taken = promised.others;
    for (const job of working.values()) if (!isUrgent(job)) taken++;
    return Math.max(0, othersAtOnce - taken);
  };
  /** What may be taken now: a place that is reserved goes to one job at a time, since the next may be of the same tenant. */
  function share(): Share {
    const size = working.size + promised.all;
    const isReserved = size >= atOnce;
    const most = stopped || size >= atOnce + reserved ? 0 : isReserved ? 1 : Math.min(perTurn, atOnce - size);
    return {
      ...{ most, inHand: inHand(), isReserved },
      mostOthers: isReserved ? most : Math.min(most, freeForOthers()),
      byAge: Math.min(most, Math.floor((given + most) / byAgeEvery)),
    };
  }
  function noteLateness({ tenant_id, run_at, attempts }: Leased): void {
    if (attempts > 1) return; // what was tried before, or was in a dead process's hands, has its own reasons
    const now = options.now().getTime();
    const ms = now - Date.parse(run_at);
    if (ms > lateMsMin) late.set(tenant_id, { ms, at: now });
    else late.delete(tenant_id);
  }
  function begin(job: Leased): void {
    if (isUrgent(job)) noteLateness(job);
    const work: Promise<void> = runOne(options, job)
      .then((one) => void (one && done.push(one)))
      .catch((error) => options.log.error("job cannot be settled", errorFields(error)))
      .finally(() => {
        working.delete(work);
        wakeIn(caughtUp.others ? putAwayMs : 0);
      });
    working.set(work, job);
  }
  async function turn(): Promise<void> {
    const mine = share();
    const ending = done;
    done = [];
    promised.all += mine.most;
    promised.others += mine.mostOthers;
    try {
      const { taken, left, due } = await turnOver(options.database, options.now(), ending, mine);
      done.push(...left);
      for (const job of taken) begin(job);
      given = mine.byAge > 0 ? 0 : given + taken.length;
      caughtUp.urgent = taken.length < mine.most && !mine.isReserved;
      caughtUp.others = caughtUp.urgent && taken.filter((job) => !isUrgent(job)).length < mine.mostOthers;
      if (due || (mine.most > 0 && taken.length === mine.most)) wakeIn(0);
      else if (done.length > 0) wakeIn(putAwayMs);
    } catch (error) {
      done.push(...ending);
      caughtUp.urgent = caughtUp.others = false;
      options.log.error("jobs cannot be leased", errorFields(error));
    } finally {
      promised.all -= mine.most;
      promised.others -= mine.mostOthers;
    }
  }
  const loop = (async () => {
    while (!stopped) {
      resumeAt = performance.now() + pollMs;
      await turn();
      await pause();
    }
    await Promise.all(working.keys());
    await putAway(options, done).catch((error) => options.log.error("jobs cannot be put away", errorFields(error)));
  })();

  const hands: Hands = {
    until: () => leaseEnd(options.now()),
    lateMs(tenantId) {
      const { ms, at } = late.get(tenantId) ?? { ms: 0, at: 0 };
      return options.now().getTime() - at < lateCountsMs ? ms : 0;
    },
    reserve(lane) {
      const isOther = !isUrgent({ lane });
      const isFree = working.size + promised.all < atOnce && (!isOther || freeForOthers() > 0);
      if (stopped || !isFree || !(isOther ? caughtUp.others : caughtUp.urgent)) return false;
      promised.all++;
      if (isOther) promised.others++;
      return true;
    },
    end(kept, taken, isMore, until) {
      promised.all -= kept.length;
      promised.others -= kept.filter((lane) => !isUrgent({ lane })).length;
      // A transaction that took its time leaves a lease that may run out before it is renewed: it had better do so.
      const isGood = !stopped && Date.parse(until) - options.now().getTime() > leaseMs / 2;
      if (isGood) for (const job of taken as Leased[]) begin(job);
      if (isMore) wakeIn(0);
    },
  };
  options.database.hands = hands;
  return {
    wake: () => wakeIn(0),
    async stop() {
      stopped = true;
      if (options.database.hands === hands) options.database.hands = undefined;
      wakeIn(0);
      await loop;
    },
  };
}
