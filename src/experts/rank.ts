/** How good a choice somebody is, in points that add up and can be shown. Pure. */
import { onRoster } from "../roster.ts";
import type { ReachabilityView } from "../views.ts";
import type { PersonFacts, Wanted } from "./facts.ts";

export type Why = { code: string; points: number };
type Facts = Pick<
  PersonFacts,
  "person" | "expert" | "skills" | "inConsults" | "beingAsked" | "helpedThisMonth" | "helpedBefore" | "holidays"
>;
type Reach = Pick<ReachabilityView, "state" | "observedAt">;

const reachPoints = { call: 1000, chat: 300, later: 100, no: 0 } as const;
const minuteMs = 60_000;
const hourMs = 60 * minuteMs;

/** Every reason that counts, in the order in which people would tell them. Reachability outweighs all others together. */
export function rank(facts: Facts, reach: Reach, wanted: Wanted, now: Date): { score: number; why: Why[] } {
  const all: Why[] = [
    { code: `reach-${reach.state}`, points: reachPoints[reach.state] },
    { code: "fresh", points: freshness(reach, now) },
    { code: "skill", points: 40 * levelOf(facts, wanted.skill) },
    { code: "language", points: wanted.language && facts.expert?.languages.includes(wanted.language) ? 60 : 0 },
    { code: "site", points: siteOf(facts, wanted.site) },
    { code: "helped-before", points: 10 * Math.min(5, facts.helpedBefore) },
    { code: "load", points: -50 * (facts.inConsults + facts.beingAsked) },
    ...quotaOf(facts),
    { code: "roster-ends", points: endsSoon(facts, wanted, now) ? -40 : 0 },
    { code: "rested", points: restedOf(facts, now) },
  ];
  const why = all.filter(({ code, points }) => points !== 0 || code.startsWith("reach-"));
  return { score: why.reduce((sum, one) => sum + one.points, 0), why };
}

/** What was seen ten seconds ago is worth more than what was seen a minute ago. */
function freshness({ observedAt }: Reach, now: Date): number {
  if (!observedAt) return 0;
  const ageMs = now.getTime() - new Date(observedAt).getTime();
  return ageMs <= 10_000 ? 20 : ageMs <= minuteMs ? 10 : 0;
}

const levelOf = ({ skills }: Facts, skill: string | undefined): number =>
  skills.find((one) => one.skill === skill)?.level ?? 0;

/** Of that branch, or covering it. */
function siteOf({ person, expert }: Facts, site: string | undefined): number {
  if (!site) return 0;
  if (person.site === site) return 50;
  return expert?.roster.hours?.some((one) => one.site === site) ? 40 : 0;
}

/** A soft quota that is used up asks for others first; a hard one is in the reachability. */
function quotaOf({ expert, helpedThisMonth }: Facts): Why[] {
  const { perMonth } = expert?.quota ?? {};
  if (perMonth === undefined) return [];
  if (helpedThisMonth >= perMonth) return [{ code: "quota-used", points: -100 }];
  return [{ code: "quota-left", points: Math.round(30 * (1 - helpedThisMonth / perMonth)) }];
}

/** Help begun now would hardly end before their working hours do. */
function endsSoon({ expert, holidays }: Facts, { skill, site }: Wanted, now: Date): boolean {
  const { on, until } = expert ? onRoster(expert.roster, now, { skill, site, holidays }) : { on: false };
  return on && until !== undefined && until.getTime() - now.getTime() < 15 * minuteMs;
}

function restedOf({ expert }: Facts, now: Date): number {
  const askedAt = expert?.lastAskedAt;
  return Math.round(5 * (askedAt ? Math.min(8, (now.getTime() - askedAt.getTime()) / hourMs) : 8));
}
