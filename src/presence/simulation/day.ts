/**
 * A working day of many people, each from a seed: what they do, and what goes wrong for everybody at once (platforms
 * away or wanting silence, the service killed) and for each alone (lost answers and pushes, deaths between two steps).
 * People share nothing but that, so each can be played again alone.
 */
import { type Change, changes, type Kind } from "./platform.ts";
import { Breach, checkConverged, checkGaps, checkSilence, checkWrites, writesOf } from "./promises.ts";
import { seeded } from "./random.ts";
import { type Rules, rules } from "./rules.ts";
import { type Conditions, type Simulation, simulate, type Weather } from "./service.ts";

const minute = 60_000;
const hour = 60 * minute;

/** After each part all is well for a while, and everything must be right again. */
const calmMs = 45 * minute;

type Spell = { from: number; until: number; what: Exclude<Weather, "fine"> };
export type Weathers = { spells: Record<Kind, Spell[]>; crashes: { at: number; ms: number }[] };

const partMs = 3 * hour;
/** When the parts begin and end, by the day's clock. */
const turmoil = [0, 1, 2].map((part) => {
  const from = calmMs + part * (partMs + calmMs);
  return { from, until: from + partMs };
});

/** What goes wrong for everybody on that day. */
export function weathersOf(seed: number): Weathers {
  const random = seeded(seed);
  const within = (most: number): { from: number; until: number }[] =>
    turmoil.flatMap(({ from, until }) =>
      Array.from({ length: Math.floor(random() * 3) }, () => {
        const begins = from + random() * (until - from - most);
        return { from: begins, until: begins + random() * most };
      }),
    );
  const spellsOf = (): Spell[] =>
    [
      ...within(30 * minute).map((spell) => ({ ...spell, what: "away" as const })),
      ...within(5 * minute).map((spell) => ({ ...spell, what: "throttled" as const })),
    ].sort((a, b) => a.from - b.from);
  const spells = { sessions: spellsOf(), status: spellsOf(), agent: spellsOf() };
  return { spells, crashes: within(10 * minute).map(({ from, until }) => ({ at: from, ms: until - from })) };
}

/**
 * Plays one person's day, and the day after. Answers when each account was written to.
 * @throws Breach with what has to be given to play it again.
 */
export function playDay(seed: number, person: number, weathers = weathersOf(seed), by: Rules = rules): number[][] {
  try {
    return playPerson(seeded(seed * 1_000_003 + person), weathers, by);
  } catch (error) {
    if (error instanceof Breach) throw new Breach(`day ${seed}, person ${person}: ${error.message}`);
    throw error;
  }
}

const casts: Kind[][] = [
  ["agent", "sessions"],
  ["agent", "sessions", "status"],
  ["agent", "status"],
  ["agent", "sessions", "sessions"],
];
type Doing = { at: number; account: number; what: Change };

function playPerson(random: () => number, weathers: Weathers, by: Rules): number[][] {
  const pick = <T>(all: readonly T[]): T => all[Math.floor(random() * all.length)] as T;
  const upTo = (...most: number[]) => random() * pick(most);
  const faults = { lost: pick([0, 0.05, 0.3]), pushesLost: pick([0, 0.2, 1]), dying: pick([0, 0, 0.02]) };
  const cast = pick(casts);
  let isCalm = true;
  const conditions: Conditions = {
    random,
    sweepMs: pick([2_000, 4_000, 4_000, 30_000]),
    lagMs: upTo(0, 5_000, 60_000, 10 * minute),
    requestMs: upTo(500, 2_000, 10_000),
    pushMs: upTo(1_000, minute, 10 * minute),
    skewMs: (random() * 2 - 1) * pick([0, 1_000, 5 * minute]),
    isNumbered: random() < 0.5,
    lost: 0,
    weather: (kind, at) => weathers.spells[kind].find(({ from, until }) => from <= at && at < until)?.what ?? "fine",
    dies: () => (!isCalm && random() < faults.dying ? upTo(1_000, minute, 5 * minute) : undefined),
  };
  /** Calls, one after the other on each account, and whatever else. */
  const agenda = (from: number, until: number): Doing[] => {
    const doings: Doing[] = [];
    for (const account of cast.keys()) {
      const isTaking = random() < 0.6;
      for (let at = from + upTo(60 * minute); isTaking && at < until; at += upTo(minute, 60 * minute)) {
        const ends = at + upTo(30_000, 10 * minute, 10 * minute, 45 * minute);
        for (const one of [at, ends]) if (one < until) doings.push({ at: one, account, what: "call" });
        at = ends;
      }
      for (let at = from; at < until; at += upTo(10 * minute, 2 * hour, 4 * hour))
        doings.push({ at, account, what: pick(changes.filter((what) => what !== "call")) });
    }
    return doings.sort((a, b) => a.at - b.at);
  };
  const simulation = simulate(cast, conditions, undefined, by);
  const calm = (is: boolean) => {
    isCalm = is;
    Object.assign(conditions, is ? { lost: 0, pushesLost: 0 } : faults);
  };
  simulation.run(calmMs);
  for (const { from, until } of turmoil) {
    calm(false);
    const crashes = weathers.crashes.filter(({ at }) => from <= at && at < until);
    for (const { at, account, what } of agenda(from, until)) {
      runUntil(simulation, at, crashes);
      simulation.change(account, what);
    }
    runUntil(simulation, until, crashes);
    calm(true);
    simulation.run(calmMs - 1); // so that the next part begins on time
    checkConverged(simulation);
    simulation.run(1);
  }
  const before = writesOf(simulation);
  simulation.change(Math.floor(random() * 3), pick(changes));
  simulation.run(calmMs);
  checkWrites(simulation, before, 1);
  checkConverged(simulation);
  simulation.rest();
  simulation.run(calmMs);
  checkConverged(simulation);
  checkGaps(simulation);
  checkSilence(simulation);
  return simulation.accounts.map(({ writes }) => writes);
}

function runUntil(simulation: Simulation, until: number, crashes: { at: number; ms: number }[]): void {
  while (crashes[0] && crashes[0].at < until) {
    const { at, ms } = crashes.shift() as { at: number; ms: number };
    simulation.run(Math.max(0, at - simulation.now()));
    simulation.crash(ms);
  }
  simulation.run(until - simulation.now());
}
