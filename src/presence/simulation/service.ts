/** The presence room over made-up platforms on a simulated clock: the real rules, with rows and jobs in memory. */
import type { AccountId } from "../../ids.ts";
import { leaseMs, type Wish } from "../decide.ts";
import { type Hold, heldOf, type Outcome, type Step } from "../hold.ts";
import { dateOf, type Observed, type Ordered } from "../order.ts";
import { type AccountFacts, isSame, ownOf, staleMs } from "../own.ts";
import { type Policy, presets } from "../rules.ts";
import { createPlatform, type Kind, type Platform, sideOf } from "./platform.ts";
import { type Rules, rules } from "./rules.ts";
import { createTimeline, type Planned } from "./timeline.ts";
import { watchAsking, watchDates, watchHolding, watchOrder, watchOwn } from "./watch.ts";

export type Weather = "fine" | "away" | "throttled";
/** Between two steps of a job: what was stored is there, what comes next has not been done. */
export type Boundary = "recorded" | "begun" | "answered" | "ended";

export type Conditions = {
  /** A number from 0 up to 1 at each call. */
  random: () => number;
  sweepMs: number;
  /** How late reads show what has changed; at most ten minutes. */
  lagMs: number;
  /** How long a request is under way; at most ten seconds. */
  requestMs: number;
  /** How late a push may come; at most ten minutes. Sometimes it comes twice. */
  pushMs: number;
  /** How far the platforms' clocks are ahead of ours. */
  skewMs: number;
  /** The share of answers that are lost, half of them after the platform has acted. */
  lost: number;
  /** The share of pushes that never come. */
  pushesLost?: number;
  /** Platforms number what they push. */
  isNumbered?: boolean;
  weather?: (kind: Kind, at: number) => Weather;
  /** Does the process die here, and for how long is it gone? */
  dies?: (at: Boundary) => number | undefined;
};

export type Account = {
  id: AccountId;
  platform: Platform;
  pushed: number;
  /** Rows of the database: they outlive a crash. */
  seen?: Observed;
  hold?: Hold;
  writeDue?: number;
  lookAt?: number;
  silentUntil?: Date;
  /** The platform did not let us read: not again before then, unless somebody waits for it. */
  readDue: number;
  readAttempts: number;
  /** How often the write has failed since it last went well. */
  attempts: number;
  isWriting: boolean;
  isReading: boolean;
  /** By the platform's own clock: whoever asks before then is punished anew. */
  penaltyUntil: number;
  /** When the platform was asked for what changed something there; renewals and refused attempts are none. */
  writes: number[];
};

export type Simulation = ReturnType<typeof simulate>;

const penaltyMs = 60_000;
/** For so long before something happens, and for one beat at least, everything is swept as it is by then. */
const sweptBeforeMs = 5_000;

export function simulate(
  kinds: readonly Kind[],
  conditions: Conditions,
  policy: Policy = [presets["in-call-both-ways"]],
  by: Rules = rules,
) {
  const { random } = conditions;
  const timeline = createTimeline();
  const { now, clock, at } = timeline;
  let epoch = 0;
  let isUp = true;
  let isReadable = true;
  let isSettleDue = false;
  let { sweepMs } = conditions;
  const breaches: string[] = [];
  const breach = (what: string) => breaches.push(`${what} at ${now()}`);

  /** Something the running process will do; lost when it is killed. */
  const inProcess = (when: number, run: () => void, how?: Planned) => {
    const mine = epoch;
    const mayRun = () => mine === epoch && isUp && run();
    at(when, mayRun, how);
  };
  const accounts: Account[] = kinds.map((kind, index) => ({
    id: `acc_${index}`,
    platform: createPlatform(kind, now),
    pushed: 1,
    attempts: 0,
    readDue: 0,
    readAttempts: 0,
    isWriting: false,
    isReading: false,
    penaltyUntil: 0,
    writes: [],
  }));
  const settleMs = conditions.lagMs;
  const factsOf = ({ id, platform, seen, hold }: Account): AccountFacts => ({
    account: id,
    platform: platform.kind,
    side: sideOf(platform.kind),
    canShow: platform.canShow,
    hasSessions: platform.kind === "sessions",
    settleMs,
    ...(seen ? { seen } : {}),
    ...(hold ? { hold } : {}),
  });
  /** What was done longer ago than this can no longer be taken for what is done now. */
  const rememberedSince = () => now() - staleMs - 2 * conditions.requestMs - conditions.lagMs - 1_000;

  function settle(writing?: Account): Map<AccountId, Wish> {
    isSettleDue = false;
    watchDates(accounts, clock(), breach);
    const decision = by.decide(accounts.map(factsOf), policy, clock());
    for (const id of decision.look) {
      const account = accounts.find((one) => one.id === id);
      if (account) look(account);
    }
    for (const wish of decision.wishes) {
      const account = accounts.find((one) => one.id === wish.account);
      if (!account) continue;
      watchOwn(account, wish, accounts, policy, rememberedSince(), breach);
      const agreed = by.agree(account.hold, wish);
      const next = agreed && by.forget(agreed, settleMs, account.seen?.readAt, clock());
      if (next) account.hold = next;
      else delete account.hold;
      if (!next || account === writing || account.isWriting) continue;
      const step = by.nextStep(next, settleMs, wish.want === "show", clock());
      if (step.do !== "wait") writeAt(account, now());
      else if (step.until) writeAt(account, step.until.getTime());
    }
    watchHolding(accounts, breach);
    return new Map(decision.wishes.map((wish) => [wish.account, wish]));
  }

  function writeAt(account: Account, when: number): void {
    account.writeDue = Math.min(account.writeDue ?? Number.POSITIVE_INFINITY, when);
    inProcess(when, () => {
      if (account.writeDue !== undefined && account.writeDue <= now() && !account.isWriting) write(account);
    });
  }

  function write(account: Account): void {
    delete account.writeDue;
    const wish = settle(account).get(account.id);
    if (!account.hold) return;
    const step = by.nextStep(account.hold, settleMs, wish?.want === "show", clock());
    if (step.do === "wait") {
      account.attempts = 0;
      if (step.until) writeAt(account, step.until.getTime());
      return;
    }
    const isRenewal = step.do === "show" && account.hold.state === "held";
    const isEcho = !ownOf(factsOf(account), clock()).known;
    const before = account.platform.kind === "sessions" || isEcho ? undefined : { status: ownStatus(account) };
    account.hold = by.begin(account.hold, step, clock(), before);
    account.isWriting = true;
    account.writeDue = now() + 7_000; // the job's own lease: taken over after a crash
    if (dies("begun")) return;
    const answer = knock(account);
    if (answer === "silent") retry(account, by.silenceMs(account.silentUntil, clock()));
    else ask(account, step, isRenewal, answer === "away");
  }

  /** The platform acts even if we are gone by then. */
  function ask(account: Account, step: Asked, isRenewal: boolean, isAway: boolean): void {
    const held = account.hold && heldOf(account.hold);
    const askedAt = now();
    const isHeld = account.platform.holdsNow(); // it may run out on the way
    const isLost = random() < conditions.lost;
    const isUnheard = isAway || (isLost && random() < 0.5);
    const outcome: { take?: () => void } = {};
    const act = () => {
      if (step.do === "show") {
        const given = by.hold(account.platform, step.presence, leaseMs, held);
        if (!isRenewal) account.writes.push(askedAt);
        return () => finish(account, step, { result: "shown", held: given });
      }
      const result = by.release(account.platform, held ?? { presence: step.presence });
      if (result === "released") account.writes.push(askedAt);
      return result === "later" ? () => retry(account, 15_000) : () => finish(account, step, { result: "gone" });
    };
    at(now() + (random() * conditions.requestMs) / 2, () => {
      if (isUnheard) return;
      const { platform } = account;
      const before = { own: platform.own(), isHeld: isHeld || platform.holdsNow() };
      try {
        outcome.take = act();
      } catch {
        outcome.take = () => finish(account, step, { result: "refused", reason: "own choice" });
      }
      watchAsking(account, before, step, rememberedSince(), breach);
      afterChange(account);
    });
    inProcess(now() + conditions.requestMs, () => {
      if (!outcome.take || isLost) retry(account, by.backOffMs(++account.attempts));
      else if (!dies("answered")) outcome.take();
    });
  }

  const ownStatus = ({ seen }: Account) => ({
    availability: seen?.presence.availability,
    activity: seen?.presence.activity,
  });
  function retry(account: Account, ms: number): void {
    account.isWriting = false;
    account.writeDue = now() + ms;
    writeAt(account, now() + ms);
  }
  function finish(account: Account, step: Asked, outcome: Outcome): void {
    account.isWriting = false;
    account.attempts = 0;
    delete account.writeDue;
    if (account.hold) account.hold = by.end(account.hold, step, outcome, clock());
    account.writeDue = now();
    if (step.do === "release") account.lookAt = now();
    if (dies("ended")) return;
    if (step.do === "release") look(account);
    writeAt(account, now());
  }

  /** Answers whether that was news, by which more is to happen. */
  function take(account: Account, report: Ordered): boolean {
    const before = account.seen;
    account.seen = by.observe(before, report, clock());
    watchOrder(before, account.seen, breach);
    if (account.seen === before || account.seen.knownAt.getTime() !== now()) return false;
    isSettleDue = true;
    if (!dies("recorded")) settle();
    return true;
  }

  /** Does a request get through? */
  function knock(account: Account): "open" | "away" | "silent" {
    if (by.silenceMs(account.silentUntil, clock()) > 0) return "silent";
    const isPunished = now() < account.penaltyUntil;
    if (isPunished) breach(`${account.id} is asked during a penalty`);
    const weather = conditions.weather?.(account.platform.kind, now()) ?? "fine";
    if (isPunished || weather === "throttled") {
      account.penaltyUntil = now() + penaltyMs;
      account.silentUntil = new Date(account.penaltyUntil);
      return "silent";
    }
    return weather === "away" ? "away" : "open";
  }

  const look = (account: Account) => {
    account.lookAt = now();
    account.readAttempts = 0;
    read(account);
  };
  /** Does a request to read get through? After a failure the next one waits. */
  function reaches(account: Account): boolean {
    const answer = isReadable ? knock(account) : "away";
    const isHeard = answer === "open" && random() >= conditions.lost;
    if (isHeard) {
      account.readAttempts = account.readDue = 0;
      return true;
    }
    const silentMs = by.silenceMs(account.silentUntil, clock());
    account.readDue = now() + Math.max(silentMs, by.backOffMs(++account.readAttempts));
    return false;
  }
  /** One reading of an account at a time: of two that overlap, nobody could tell which is the newer. */
  function read(account: Account): void {
    if (account.isReading || !reaches(account)) return;
    account.isReading = true;
    const askedAt = now();
    const asOf = askedAt + random() * conditions.requestMs - conditions.lagMs;
    const hear = () => {
      account.isReading = false;
      const presence = account.platform.readAsOf(asOf);
      take(account, { presence, observedAt: new Date(askedAt), source: "read" });
      if (account.lookAt === undefined || !isUp) return;
      if (account.lookAt > askedAt) return read(account);
      delete account.lookAt;
      settle();
    };
    inProcess(askedAt + conditions.requestMs, hear, { isUsual: true });
  }
  /** Most readings find what is known already: those are done at once, as nothing else happens meanwhile. Answers until when. */
  function confirm(account: Account, quietUntil: number): number {
    const { seen, platform } = account;
    if (!seen?.readAt || seen.source !== "read" || account.isReading || account.lookAt !== undefined) return 0;
    const { shows, until } = platform.sightAsOf(now() - conditions.lagMs);
    const isStill = Math.min(until + conditions.lagMs, quietUntil) > now() + conditions.requestMs;
    if (!isStill || !isSame(shows, seen.presence) || shows.routable !== seen.presence.routable) return 0;
    if (!reaches(account)) return 0;
    if (take(account, { presence: seen.presence, observedAt: clock(), source: "read" })) return 0;
    return until + conditions.lagMs - conditions.requestMs;
  }

  /** Pushes what has changed, late, and at times twice; plans for what the platform will do by itself. */
  function afterChange(account: Account): void {
    const { history } = account.platform;
    for (const [index, { at: when, shows }] of history.slice(account.pushed).entries()) {
      const sequence = account.pushed + index;
      for (let copies = random() < 0.2 ? 2 : 1; copies > 0; copies--) {
        const delay = random() * conditions.pushMs;
        if (random() < (conditions.pushesLost ?? 0)) continue;
        at(when + delay, () => {
          const numbered = conditions.isNumbered ? { sequence } : {};
          const pushed = { presence: shows, observedAt: new Date(when + conditions.skewMs), source: "push" as const };
          if (isUp) take(account, { ...pushed, observedAt: dateOf(pushed, undefined, clock()), ...numbered });
        });
      }
    }
    account.pushed = history.length;
    const expiresAt = account.platform.expiresAt();
    if (expiresAt) at(expiresAt, () => account.platform.tick());
  }

  const beat = { at: 0, run: sweep };
  /** Where a sweep only confirms what is known, so will those that follow, until something happens. */
  function sweep(quietUntil: number): void {
    const confirmed: Account[] = [];
    let until = quietUntil;
    for (const account of accounts) {
      if (!isUp) return;
      const same = now() >= account.readDue ? confirm(account, quietUntil) : 0;
      if (same > 0) confirmed.push(account);
      else if (now() >= account.readDue) read(account);
      until = Math.min(until, same || (account.readDue > now() ? account.readDue : 0));
    }
    if (!isUp) return;
    beat.at = now() + sweepMs * (0.9 + random() * 0.2);
    const swept = until - Math.max(sweptBeforeMs, sweepMs);
    if (beat.at >= swept || !Number.isFinite(swept)) return;
    beat.at = swept;
    const at = new Date(swept);
    for (const account of confirmed) if (account.seen) account.seen = { ...account.seen, readAt: at, observedAt: at };
  }

  function crash(ms: number): void {
    epoch++;
    isUp = false;
    beat.at = Number.POSITIVE_INFINITY;
    at(now() + ms, start);
  }
  function dies(where: Boundary): boolean {
    const ms = conditions.dies?.(where);
    if (ms !== undefined) crash(ms);
    return ms !== undefined;
  }
  function start(): void {
    isUp = true;
    for (const account of accounts) {
      account.isWriting = false;
      account.isReading = false;
      account.readDue = 0;
      if (account.hold) writeAt(account, account.writeDue ?? now());
    }
    beat.at = now();
    if (isSettleDue) settle();
  }
  start();

  return {
    accounts,
    breaches,
    now,
    change(index: number, what: Parameters<Platform["change"]>[0]) {
      const account = accounts[index % accounts.length];
      account?.platform.change(what);
      if (account) afterChange(account);
    },
    rest() {
      for (const account of accounts) {
        account.platform.rest();
        afterChange(account);
      }
    },
    /** Nothing can be read for so long. */
    goBlind(ms: number) {
      isReadable = false;
      at(now() + ms, () => {
        isReadable = true;
      });
    },
    /** The process is killed, and back after so long. */
    crash,
    sweepEvery(ms: number) {
      sweepMs = ms;
    },
    run: (ms: number) => timeline.runUntil(now() + ms, beat),
  };
}

type Asked = Exclude<Step, { do: "wait" }>;
