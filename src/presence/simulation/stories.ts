/** Random histories of one person, and what each of them must keep to, by whatever rules. */
import fc from "fast-check";
import { changes, type Kind } from "./platform.ts";
import { checkConverged, checkGaps, checkSilence, checkSteady, checkWrites, writesOf } from "./promises.ts";
import { seeded } from "./random.ts";
import { type Rules, rules } from "./rules.ts";
import { type Conditions, simulate } from "./service.ts";

const minute = 60_000;
const hour = 60 * minute;

const kinds = fc.constantFrom<Kind[]>(
  ["agent", "sessions"],
  ["agent", "status"],
  ["agent", "sessions", "status"],
  ["agent", "sessions", "sessions"],
  ["agent", "agent", "sessions"],
);
const upTo = (max: number) => fc.oneof(fc.constant(0), fc.nat({ max }));
const conditions = fc.record({
  seed: fc.integer(),
  sweepMs: fc.integer({ min: 2_000, max: 30_000 }),
  lagMs: upTo(10 * minute),
  requestMs: upTo(10_000),
  pushMs: upTo(10 * minute),
  skewMs: fc.oneof(fc.constant(0), fc.integer({ min: -5 * minute, max: 5 * minute })),
  pushesLost: fc.constantFrom(0, 0, 0.3, 1),
  isNumbered: fc.boolean(),
});
type Given = Omit<Conditions, "random" | "lost"> & { seed: number };
const under = ({ seed, ...rest }: Given, lost = 0): Conditions => ({ ...rest, random: seeded(seed), lost });
const step = fc.record({ account: fc.nat({ max: 2 }), what: fc.constantFrom(...changes), restMs: upTo(20 * minute) });
const trouble = fc.record({
  after: fc.nat({ max: 20 }),
  what: fc.constantFrom("crash", "blind"),
  ms: upTo(30 * minute),
});
const share = (max: number) => fc.double({ min: 0, max, noNaN: true });

/** To be told by any rules. `forgives`: breaches that do not count. */
export type Story = (by?: Rules, forgives?: (error: unknown) => boolean) => fc.IProperty<[history: unknown[]]>;

const story =
  <H extends unknown[]>(histories: fc.Arbitrary<H>, tell: (by: Rules, ...history: H) => void): Story =>
  (by = rules, forgives = () => false) =>
    fc.property(histories as fc.Arbitrary<unknown[]>, (given) => {
      const history = given as H;
      try {
        tell(by, ...history);
      } catch (error) {
        if (!forgives(error)) throw error;
      }
    });
const steps = (maxLength: number) => fc.array(step, { maxLength });

export const stories = {
  "follows each change with at most one write per account, and then rests": story(
    fc.tuple(kinds, conditions, steps(12)),
    (by, people, given, changes) => {
      const simulation = simulate(people, under(given), undefined, by);
      simulation.run(hour);
      for (const { account, what } of changes) {
        const before = writesOf(simulation);
        simulation.change(account, what);
        simulation.run(40 * minute);
        checkWrites(simulation, before, 1);
        checkConverged(simulation);
      }
      checkSilence(simulation);
    },
  ),

  "writes no more often than things change, however fast they do": story(
    fc.tuple(kinds, conditions, steps(25)),
    (by, people, given, changes) => {
      const simulation = simulate(people, under(given), undefined, by);
      simulation.run(minute);
      for (const { account, what, restMs } of changes) {
        simulation.change(account, what);
        simulation.run(restMs);
      }
      simulation.rest();
      simulation.run(hour);
      checkWrites(simulation, [], changes.length + people.length);
      checkConverged(simulation);
      checkGaps(simulation);
      checkSilence(simulation);
    },
  ),

  "ends right after lost answers, blindness and crashes": story(
    fc.tuple(kinds, conditions, steps(20), fc.array(trouble, { maxLength: 4 }), share(0.4)),
    (by, people, given, changes, troubles, lost) => {
      const faults = under(given, lost);
      const simulation = simulate(people, faults, undefined, by);
      for (const [index, { account, what, restMs }] of changes.entries()) {
        simulation.change(account, what);
        for (const one of troubles.filter(({ after }) => after === index)) {
          if (one.what === "crash") simulation.crash(one.ms);
          else simulation.goBlind(one.ms);
        }
        simulation.run(restMs);
      }
      simulation.run(30 * minute);
      faults.lost = 0;
      simulation.run(hour);
      checkConverged(simulation);
      checkGaps(simulation);
      checkSilence(simulation);
    },
  ),

  "shows a call for as long as it lasts, though every fifth answer is lost": story(
    fc.tuple(fc.integer(), share(0.2), fc.integer({ min: 20, max: 240 })),
    (by, seed, lost, minutes) => {
      const calm = { sweepMs: 4_000, lagMs: 0, requestMs: 500, pushMs: 1_000, skewMs: 0 };
      const simulation = simulate(["agent", "sessions", "status"], under({ ...calm, seed }, lost), undefined, by);
      simulation.run(2 * minute);
      simulation.change(0, "call");
      simulation.run(2 * minute);
      checkConverged(simulation);
      const since = simulation.now();
      simulation.run(minutes * minute);
      checkSteady(simulation, since);
    },
  ),
};
