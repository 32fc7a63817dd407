/** Mistakes that a change could bring in; the very stories and days that the real rules are held to notice each. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { AccountFacts } from "../own.ts";
import { playDay } from "./day.ts";
import { Breach } from "./promises.ts";
import { type Rules, rules } from "./rules.ts";
import { type Story, stories } from "./stories.ts";

const available = { availability: "available", activity: "none" } as const;

/** Lets the rules decide on something else than what is so. */
const mistaking = (change: (facts: AccountFacts, now: Date) => AccountFacts): Partial<Rules> => ({
  decide: (accounts, policy, now) =>
    rules.decide(
      accounts.map((one) => change(one, now)),
      policy,
      now,
    ),
});
/** Lets the rules take what was read and pushed for something else. */
const misreading = (change: (report: Parameters<Rules["observe"]>[1]) => typeof report): Partial<Rules> => ({
  observe: (known, report, now) => rules.observe(known, change(report), now),
});
const withoutTrace = ({ hold, ...facts }: AccountFacts): AccountFacts =>
  hold ? { ...facts, hold: { ...hold, shown: [] } } : facts;

const [changesOneByOne, changesFast, trouble, longCall] = Object.values(stories) as Story[];
const workingDay = "a working day";
type Where = Story | typeof workingDay | undefined;

/** Each with where it is noticed, and the promise that it breaks. */
const faults: Record<string, [where: Where, breaks: string, fault: Partial<Rules>]> = {
  "a word that nobody knows means available": [
    changesOneByOne,
    "hide the person's own status",
    misreading((report) => (report.presence.availability === "unknown" ? { ...report, presence: available } : report)),
  ],
  "a renewal is given up after its first failure": [
    longCall,
    "shows it without a gap",
    { backOffMs: () => 86_400_000 },
  ],
  "what is told late replaces what is newer": [
    changesOneByOne,
    "replaces number",
    {
      observe: (known, report, now) =>
        known
          ? { ...rules.observe({ ...known, observedAt: new Date(0) }, report, now) }
          : rules.observe(known, report, now),
    },
  ],
  "available is written when ours ends, whatever stands there": [
    trouble,
    "own status is overwritten",
    {
      release: (platform) => {
        platform.overwrite(available);
        return "released";
      },
    },
  ],
  "an echo is known by how long ago we wrote: 90 seconds": [
    longCall,
    "shows it without a gap",
    mistaking((facts, now) => {
      const writtenAt = facts.hold?.writtenAt?.getTime() ?? 0;
      return now.getTime() - writtenAt > 90_000 ? withoutTrace(facts) : facts;
    }),
  ],
  "an echo is believed": [trouble, "follows an echo", mistaking(withoutTrace)],
  "a lease is never renewed": [
    longCall,
    "shows it without a gap",
    {
      nextStep: (hold, ...rest) => (hold.state === "held" ? { do: "wait" } : rules.nextStep(hold, ...rest)),
    },
  ],
  "a platform is asked while it wants silence": [workingDay, "asked during a penalty", { silenceMs: () => 0 }],
  "agents are moved while they are on queue": [
    changesOneByOne,
    "moved while on queue",
    mistaking(({ seen, ...facts }) =>
      seen ? { ...facts, seen: { ...seen, presence: { ...seen.presence, routable: false } } } : facts,
    ),
  ],
  "a status that the person chose is written over": [
    changesOneByOne,
    "hide the person's own status",
    {
      decide: (accounts, policy, now) => {
        const decision = rules.decide(accounts, policy, now);
        const cause = accounts.find(
          ({ side, seen }) => side === "contact-center" && seen?.presence.activity === "on-call",
        );
        return {
          ...decision,
          wishes: decision.wishes.map((wish) =>
            cause && wish.code === "own-status" && wish.account !== cause.account
              ? {
                  account: wish.account,
                  code: "follows",
                  want: "show",
                  cause: cause.account,
                  show: { availability: "busy", activity: "on-call" },
                }
              : wish,
          ),
        };
      },
    },
  ],
  "a push is believed before it has been read": [
    changesOneByOne,
    "at most 1 writes",
    {
      observe: (known, report, now) => {
        const after = rules.observe(known, report, now);
        return after === known ? after : { ...after, readAt: after.readAt ?? now };
      },
    },
  ],
  "what is old counts as fresh": [
    changesFast,
    "follows an echo",
    mistaking(({ seen, ...facts }, now) =>
      seen ? { ...facts, seen: seen.readAt ? { ...seen, readAt: now } : seen } : facts,
    ),
  ],
  "what a platform shows right after we let go is believed at once": [
    changesFast,
    "follows an echo",
    mistaking((facts) => ({ ...facts, settleMs: -600_000 })),
  ],
  "what is shown is written down only when the platform has answered": [
    longCall,
    "shows it without a gap",
    { begin: (hold, _step, now) => ({ ...hold, writtenAt: now }) },
  ],
  "each change is written at once": [
    changesFast,
    "one write in five seconds",
    {
      nextStep: ({ writtenAt: _writtenAt, ...hold }, ...rest) => rules.nextStep(hold, ...rest),
    },
  ],
  "a hold is forgotten while it may still be seen": [
    changesFast,
    "follows an echo",
    { forget: (hold, ...rest) => (hold.state === "released" ? undefined : rules.forget(hold, ...rest)) },
  ],
  "what was asked for last is lost": [
    changesFast,
    "shows what they do",
    {
      agree: (hold, wish) => (hold?.state === "held" && wish.want === "nothing" ? hold : rules.agree(hold, wish)),
    },
  ],
};

/** Does it break this very promise there? What else it breaks on the way does not count. */
function isNoticed(where: Where, breaks: string, by: Rules): boolean {
  const isIt = (error: unknown) => {
    if (!(error instanceof Breach)) throw error;
    return error.message.includes(breaks);
  };
  if (where === workingDay)
    return Array.from({ length: 200 }, (_, person) => person).some((person) => breaksOn(person, by, isIt));
  if (!where) throw new Error("there is no such story");
  const found = fc.check(
    where(by, (error) => !isIt(error)),
    { seed: 1, numRuns: 1_000, endOnFailure: true },
  );
  return found.failed && isIt(found.errorInstance);
}

function breaksOn(person: number, by: Rules, isIt: (error: unknown) => boolean): boolean {
  try {
    playDay(1, person, undefined, by);
    return false;
  } catch (error) {
    return isIt(error);
  }
}

describe("it is noticed when", () => {
  it.each(Object.entries(faults))("%s", (_name, [where, breaks, fault]) => {
    expect(isNoticed(where, breaks, { ...rules, ...fault })).toBe(true);
  });
});
