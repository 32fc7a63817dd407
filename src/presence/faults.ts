/** What is wrong with a set of rules, before they are put to work. Pure. */
import { type Adapter, activities, availabilities, type Presence } from "../platform/contract.ts";
import { isFree, isSame } from "./own.ts";
import { effectOf, isSide, type Policy, type Rule, type Side, showsOn } from "./rules.ts";

export type PolicyFault = {
  code: "unknown-platform" | "contradiction" | "wrong-side" | "loop" | "mutual";
  sentence: string;
  /** Which rules, counted from 0. */
  rules: number[];
};
type Platform = { platform: string; side: Side };

type Adapters = readonly Pick<Adapter, "id" | "side">[];
const platformsOf = (adapters: Adapters): Platform[] => adapters.map(({ id, side }) => ({ platform: id, side }));

/** The first fault of these rules; undefined when they are sound. */
export function faultOf(rules: readonly Rule[], adapters: Adapters): PolicyFault | undefined {
  const platforms = platformsOf(adapters);
  return (
    unknownPlatform(rules, platforms) ??
    contradiction(rules) ??
    wrongSide(rules, platforms) ??
    chase([rules], platforms)
  );
}

/** Layers that are sound one by one may still chase one another together. */
export const faultOfLayers = (policy: Policy, adapters: Adapters): PolicyFault | undefined =>
  chase(policy, platformsOf(adapters));

const chase = (policy: Policy, platforms: readonly Platform[]) => mutual(policy, platforms) ?? loop(policy, platforms);

function unknownPlatform(rules: readonly Rule[], platforms: readonly Platform[]): PolicyFault | undefined {
  const names = new Set(["*", ...platforms.map(({ platform }) => platform)]);
  for (const [index, { platform, effect }] of rules.entries()) {
    const named = [platform, ...(effect.do === "hold" ? (effect.on ?? []) : [])];
    const stranger = named.find((name) => !names.has(name) && !isSide(name));
    if (stranger) return { code: "unknown-platform", sentence: `There is no platform "${stranger}".`, rules: [index] };
  }
  return undefined;
}

const keyOf = ({ platform, availability, activity }: Rule) => `${platform} ${availability}/${activity}`;

function contradiction(rules: readonly Rule[]): PolicyFault | undefined {
  for (const [index, one] of rules.entries()) {
    const first = rules.findIndex((other) => keyOf(other) === keyOf(one));
    const sentence = `Two rules say what follows from ${keyOf(one)}. Keep one of them.`;
    if (first < index) return { code: "contradiction", sentence, rules: [first, index] };
  }
  return undefined;
}

function wrongSide(rules: readonly Rule[], platforms: readonly Platform[]): PolicyFault | undefined {
  const sideOf = (name: string) => (isSide(name) ? name : platforms.find(({ platform }) => platform === name)?.side);
  for (const [index, { platform, effect }] of rules.entries()) {
    if (effect.do === "set-state" && sideOf(platform) === "contact-center") {
      const sentence = "A contact center's own states are set by what the other platforms show, not by its own.";
      return { code: "wrong-side", sentence, rules: [index] };
    }
    const same = effect.do === "hold" ? effect.on?.find((name) => sideOf(name) === sideOf(platform)) : undefined;
    const sentence = `A rule for ${platform} cannot show anything on ${same}: both are on the same side.`;
    if (same && platform !== "*") return { code: "wrong-side", sentence, rules: [index] };
  }
  return undefined;
}

const states: Presence[] = availabilities.flatMap((availability) =>
  activities.map((activity) => ({ availability, activity })),
);

/**
 * Being free on one side would block the other, and the other way round: each would then be held only while the other is
 * not, for ever.
 */
function mutual(policy: Policy, platforms: readonly Platform[]): PolicyFault | undefined {
  const blocks = (from: Platform, to: Platform) =>
    states.some((state) => isFree(state, from.side === "uc") && showsOn(effectOf(policy, from, state), to));
  for (const here of platforms.filter(({ side }) => side === "uc")) {
    const other = platforms.find((one) => one.side !== here.side && blocks(here, one) && blocks(one, here));
    if (!other) continue;
    const sentence = `These rules would hold ${here.platform} because ${other.platform} is free, and ${other.platform} because ${here.platform} is free.`;
    return { code: "mutual", sentence, rules: [] };
  }
  return undefined;
}

/**
 * Were our own status taken for the person's, would the two sides drive each other on from one status to the next? They
 * never are (see own.ts), but rules that need that to stay quiet are a mistake. Showing the same to each other is sound.
 */
function loop(policy: Policy, platforms: readonly Platform[]): PolicyFault | undefined {
  for (const here of platforms) {
    for (const there of platforms.filter(({ side }) => side !== here.side)) {
      const driving = states.map((start) => drives(policy, here, there, start)).find((path) => path !== undefined);
      if (!driving) continue;
      const sentence = `These rules would chase one another between ${here.platform} and ${there.platform}: ${driving.join(", then ")}.`;
      return { code: "loop", sentence, rules: [] };
    }
  }
  return undefined;
}

function drives(policy: Policy, here: Platform, there: Platform, start: Presence): string[] | undefined {
  const path: { on: Platform; shows: Presence }[] = [];
  let from = { on: here, shows: start };
  for (;;) {
    const on = from.on === here ? there : here;
    const shows = showsOn(effectOf(policy, from.on, from.shows), on)?.show;
    if (!shows) return undefined;
    const again = path.findIndex((one) => one.on === on && isSame(one.shows, shows));
    path.push({ on, shows });
    if (again >= 0) return describe(path.slice(again));
    from = { on, shows };
  }
}

/** A lap in which each side shows one status only is at rest. */
function describe(lap: { on: Platform; shows: Presence }[]): string[] | undefined {
  const isAtRest = lap.every((one) => lap.every((other) => other.on !== one.on || isSame(other.shows, one.shows)));
  return isAtRest ? undefined : lap.map(({ on, shows }) => `${on.platform} ${shows.availability}/${shows.activity}`);
}
