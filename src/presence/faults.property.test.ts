import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { activities, availabilities, type Presence } from "../platform/contract.ts";
import { faultOfLayers } from "./faults.ts";
import { isSame } from "./own.ts";
import { effectOf, type Policy, type Rule, type Side, showsOn } from "./rules.ts";
import { changes, type Kind } from "./simulation/platform.ts";
import { simulate } from "./simulation/service.ts";

const minute = 60_000;
const here = { platform: "agent", side: "contact-center" as Side };
const there = { platform: "sessions", side: "uc" as Side };
const adapters = [here, there].map(({ platform, side }) => ({ id: platform, side }));

const shown = fc.record({
  availability: fc.constantFrom("busy" as const, "do-not-disturb" as const, "away" as const),
  activity: fc.constantFrom("none" as const, "on-call" as const),
});
const rule: fc.Arbitrary<Rule> = fc.record({
  platform: fc.constantFrom("uc", "contact-center", "agent", "sessions"),
  availability: fc.constantFrom("*" as const, "busy" as const, "do-not-disturb" as const, "away" as const),
  activity: fc.constantFrom("*" as const, "none" as const, "on-call" as const),
  effect: shown.map((show) => ({ do: "hold" as const, show })),
});
const policies: fc.Arbitrary<Policy> = fc.array(fc.array(rule, { minLength: 1, maxLength: 5 }), {
  minLength: 1,
  maxLength: 2,
});

/** A bridge that takes its own status for the person's: what naive ones do. True when it never comes to rest. */
function chases(policy: Policy, start: Presence): boolean {
  const shows = new Map<object, Presence>([[here, start]]);
  let [from, to] = [here, there];
  const said = new Map<object, Set<string>>([
    [here, new Set()],
    [there, new Set()],
  ]);
  for (let turn = 0; turn < 200; turn++) {
    const presence = shows.get(from);
    const next = presence && showsOn(effectOf(policy, from, presence), to)?.show;
    if (!next) return false;
    if (turn > 100) said.get(to)?.add(`${next.availability}/${next.activity}`);
    shows.set(to, next);
    [from, to] = [to, from];
  }
  return [...said.values()].some((words) => words.size > 1);
}
const states: Presence[] = availabilities.flatMap((availability) =>
  activities.map((activity) => ({ availability, activity })),
);

describe("the check for loops", () => {
  it("refuses just those policies with which a bridge that believes its own echo would never rest", () => {
    let loops = 0;
    fc.assert(
      fc.property(policies, (policy) => {
        const { code } = faultOfLayers(policy, adapters) ?? {};
        fc.pre(code !== "mutual");
        const isLoop = states.some((start) => chases(policy, start));
        if (isLoop) loops++;
        expect(code).toBe(isLoop ? "loop" : undefined);
      }),
      { numRuns: 3_000 },
    );
    expect(loops, "some of the stories are about loops").toBeGreaterThan(2);
  });

  it("lets through only policies that come to rest in the simulation, and stay so for a day", () => {
    const steps = fc.array(
      fc.record({
        account: fc.nat({ max: 2 }),
        what: fc.constantFrom(...changes),
        restMs: fc.nat({ max: 9 * minute }),
      }),
      { maxLength: 8 },
    );
    const kinds = fc.constantFrom<Kind[]>(["agent", "sessions"], ["agent", "sessions", "status"]);
    fc.assert(
      fc.property(policies, kinds, steps, fc.nat({ max: 5 * minute }), (policy, people, given, lagMs) => {
        fc.pre(faultOfLayers(policy, [...adapters, { id: "status", side: "uc" }]) === undefined);
        const calm = { random: () => 0.5, sweepMs: 4_000, lagMs, requestMs: 200, pushMs: 1_000, skewMs: 0, lost: 0 };
        const simulation = simulate(people, calm, policy);
        simulation.run(minute);
        for (const { account, what, restMs } of given) {
          simulation.change(account, what);
          simulation.run(restMs);
        }
        simulation.run(60 * minute);
        simulation.sweepEvery(50_000);
        const before = simulation.accounts.map(({ writes }) => writes.length);
        const shows = simulation.accounts.map(({ platform }) => platform.shows());
        simulation.run(24 * 60 * minute);
        expect(simulation.accounts.map(({ writes }) => writes.length)).toEqual(before);
        expect(simulation.breaches).toEqual([]);
        for (const [index, { platform }] of simulation.accounts.entries())
          expect(isSame(platform.shows(), shows[index] ?? platform.shows())).toBe(true);
      }),
      { numRuns: 60 },
    );
  });
});
