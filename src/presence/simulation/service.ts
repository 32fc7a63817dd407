/** The presence room over made-up platforms on a simulated clock: the real rules, with rows and jobs in memory. */
import type { AccountId } from "../../ids.ts";
import { decide, leaseMs, type Wish } from "../decide.ts";
import { agree, begin, end, forget, type Hold, heldOf, nextStep } from "../hold.ts";
import { type Observed, type Ordered, observe } from "../order.ts";
import { type AccountFacts, ownOf } from "../own.ts";
import { type Policy, presets } from "../rules.ts";
import { createPlatform, type Kind, type Platform, sideOf } from "./platform.ts";

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
};

type Account = {
  id: AccountId;
  platform: Platform;
  pushed: number;
  /** Rows of the database: they outlive a crash. */
  seen?: Observed;
  hold?: Hold;
  writeDue?: number;
  isWriting: boolean;
  isReading: boolean;
  isToBeSeen: boolean;
  /** When the platform was asked for what changed something there; renewals and refused attempts are none. */
  writes: number[];
};

export type Simulation = ReturnType<typeof simulate>;

export function simulate(
  kinds: readonly Kind[],
  conditions: Conditions,
  policy: Policy = [presets["in-call-both-ways"]],
) {
  const { random } = conditions;
  let now = 0;
  let epoch = 0;
  let isUp = true;
  let isReadable = true;
  let { sweepMs } = conditions;
  /** What comes next is last. */
  const queue: { at: number; run: () => void }[] = [];
  const breaches: string[] = [];

  const at = (when: number, run: () => void) => {
    const entry = { at: Math.max(Math.ceil(when), now), run };
    queue.splice(queue.findLastIndex((one) => one.at > entry.at) + 1, 0, entry);
  };
  /** Something the running process will do; lost when it is killed. */
  const inProcess = (when: number, run: () => void) => {
    const mine = epoch;
    at(when, () => {
      if (mine === epoch && isUp) run();
    });
  };
  const accounts: Account[] = kinds.map((kind, index) => ({
    id: `acc_${index}`,
    platform: createPlatform(kind, () => now),
    pushed: 1,
    isWriting: false,
    isReading: false,
    isToBeSeen: false,
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
  const clock = () => new Date(now);

  function settle(writing?: Account): Map<AccountId, Wish> {
    const decision = decide(accounts.map(factsOf), policy, clock());
    for (const id of decision.look) {
      const account = accounts.find((one) => one.id === id);
      if (account) read(account);
    }
    for (const wish of decision.wishes) {
      const account = accounts.find((one) => one.id === wish.account);
      if (!account) continue;
      const before = account.hold;
      const agreed = agree(before, wish);
      const next = agreed && forget(agreed, settleMs, account.seen?.readAt, clock());
      if (next) account.hold = next;
      else delete account.hold;
      if (!next || account === writing || account.isWriting) continue;
      const step = nextStep(next, settleMs, wish.want === "show", clock());
      if (step.do !== "wait") writeAt(account, now);
      else if (step.until) writeAt(account, step.until.getTime());
    }
    watch();
    return new Map(decision.wishes.map((wish) => [wish.account, wish]));
  }

  function watch(): void {
    for (const one of accounts) {
      const other = accounts.find(({ id }) => id === one.hold?.cause);
      const isMutual = other?.hold?.cause === one.id && isWanted(one.hold) && isWanted(other.hold);
      if (isMutual) breaches.push(`${one.id} and ${other.id} hold each other at ${now}`);
    }
  }

  function writeAt(account: Account, when: number): void {
    account.writeDue = Math.min(account.writeDue ?? Number.POSITIVE_INFINITY, when);
    inProcess(when, () => {
      if (account.writeDue !== undefined && account.writeDue <= now && !account.isWriting) write(account);
    });
  }

  function write(account: Account): void {
    delete account.writeDue;
    const wish = settle(account).get(account.id);
    if (!account.hold) return;
    const step = nextStep(account.hold, settleMs, wish?.want === "show", clock());
    if (step.do === "wait") {
      if (step.until) writeAt(account, step.until.getTime());
      return;
    }
    const isRenewal = step.do === "show" && account.hold.state === "held";
    const facts = factsOf(account);
    const isEcho = !ownOf(facts, clock()).known;
    const before = account.platform.kind === "sessions" || isEcho ? undefined : { status: ownStatus(account) };
    account.hold = begin(account.hold, step, clock(), before);
    const held = heldOf(account.hold);
    const askedAt = now;
    account.isWriting = true;
    account.writeDue = now + 30_000; // the job's own lease: taken over after a crash
    const fate = random() < conditions.lost ? (random() < 0.5 ? "unheard" : "unanswered") : "answered";
    const outcome: { now?: () => void } = {};
    // The platform acts even if we are gone by then.
    at(now + (random() * conditions.requestMs) / 2, () => {
      if (fate === "unheard") return;
      const { platform } = account;
      try {
        if (step.do === "show") {
          const given = platform.hold(step.presence, leaseMs, held);
          if (!isRenewal) account.writes.push(askedAt);
          outcome.now = () => finish(account, step, { result: "shown", held: given });
        } else {
          const result = platform.release(held ?? { presence: step.presence });
          if (result === "released") account.writes.push(askedAt);
          outcome.now =
            result === "later" ? () => retry(account, 15_000) : () => finish(account, step, { result: "gone" });
        }
      } catch {
        outcome.now = () => finish(account, step, { result: "refused", reason: "own choice" });
      }
      afterChange(account);
    });
    inProcess(now + conditions.requestMs, () => {
      if (fate === "answered" && outcome.now) outcome.now();
      else retry(account, 1_000);
    });
  }

  const ownStatus = ({ seen }: Account) => ({
    availability: seen?.presence.availability,
    activity: seen?.presence.activity,
  });
  function retry(account: Account, ms: number): void {
    account.isWriting = false;
    account.writeDue = now + ms;
    writeAt(account, now + ms);
  }
  function finish(account: Account, step: Parameters<typeof end>[1], outcome: Parameters<typeof end>[2]): void {
    account.isWriting = false;
    delete account.writeDue;
    if (account.hold) account.hold = end(account.hold, step, outcome, clock());
    if (step.do === "release") read(account);
    writeAt(account, now);
  }

  function take(account: Account, report: Ordered): void {
    const before = account.seen;
    account.seen = observe(account.seen, report, clock());
    if (account.seen !== before && account.seen.knownAt.getTime() === now) settle();
  }
  /** One reading of an account at a time: of two that overlap, nobody could tell which is the newer. */
  function read(account: Account, isLook = true): void {
    account.isToBeSeen ||= isLook;
    if (account.isReading || !isReadable || random() < conditions.lost) return;
    account.isReading = true;
    const wasToBeSeen = account.isToBeSeen;
    account.isToBeSeen = false;
    const askedAt = now;
    const asOf = askedAt + random() * conditions.requestMs - conditions.lagMs;
    inProcess(askedAt + conditions.requestMs, () => {
      account.isReading = false;
      const presence = account.platform.readAsOf(asOf);
      take(account, { presence, observedAt: new Date(askedAt), source: "read" });
      if (wasToBeSeen) settle();
      if (account.isToBeSeen) read(account);
    });
  }
  /** Pushes what has changed, late, and at times twice; plans for what the platform will do by itself. */
  function afterChange(account: Account): void {
    const { history } = account.platform;
    for (const { at: when, shows } of history.slice(account.pushed)) {
      for (let copies = random() < 0.2 ? 2 : 1; copies > 0; copies--) {
        const delay = random() * conditions.pushMs;
        at(when + delay, () => {
          const stamp = Math.min(when + conditions.skewMs, now); // as recordReports does
          if (isUp) take(account, { presence: shows, observedAt: new Date(stamp), source: "push" });
        });
      }
    }
    account.pushed = history.length;
    const expiresAt = account.platform.expiresAt();
    if (expiresAt) at(expiresAt, () => account.platform.tick());
  }

  function sweep(): void {
    for (const account of accounts) read(account, false);
    inProcess(now + sweepMs * (0.9 + random() * 0.2), sweep);
  }
  const start = () => {
    isUp = true;
    for (const account of accounts) {
      account.isWriting = false;
      account.isReading = false;
      if (account.hold) writeAt(account, account.writeDue ?? now);
    }
    sweep();
  };
  start();

  return {
    accounts,
    breaches,
    now: () => now,
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
      at(now + ms, () => {
        isReadable = true;
      });
    },
    /** The process is killed, and back after so long. */
    crash(ms: number) {
      epoch++;
      isUp = false;
      at(now + ms, start);
    },
    sweepEvery(ms: number) {
      sweepMs = ms;
    },
    run(ms: number) {
      const until = now + ms;
      let atOnce = 0;
      for (let next = queue.at(-1); next && next.at <= until; next = queue.at(-1)) {
        queue.pop();
        atOnce = next.at === now ? atOnce + 1 : 0;
        if (atOnce > 10_000) throw new Error(`nothing comes to rest at ${now}`);
        now = next.at;
        next.run();
      }
      now = until;
    },
  };
}

const isWanted = (hold: Hold | undefined) => hold?.state === "asked" || hold?.state === "held";
