/** How good a choice somebody is, in points that add up and can be shown. Pure. */
import type { ReachabilityView } from "../views.ts";
import type { PersonFacts } from "./facts.ts";

export type Why = { code: string; points: number };

const reachPoints = { call: 1000, chat: 300, later: 100, no: 0 } as const;
const hourMs = 3_600_000;

export function rank(
  facts: Pick<PersonFacts, "expert" | "skills" | "inConsults" | "helpedThisMonth">,
  reachability: Pick<ReachabilityView, "state">,
  wanted: { skill?: string; language?: string },
  now: Date,
): { score: number; why: Why[] } {
  const why: Why[] = [{ code: `reach-${reachability.state}`, points: reachPoints[reachability.state] }];
  const level = wanted.skill ? (facts.skills.find((one) => one.skill === wanted.skill)?.level ?? 0) : 0;
  if (level > 0) why.push({ code: "skill", points: level * 40 });
  if (wanted.language && facts.expert?.languages.includes(wanted.language)) why.push({ code: "language", points: 60 });
  if (facts.inConsults > 0) why.push({ code: "load", points: -50 * facts.inConsults });
  const { perMonth } = facts.expert?.quota ?? {};
  if (perMonth)
    why.push({ code: "quota-left", points: Math.round(30 * Math.max(0, 1 - facts.helpedThisMonth / perMonth)) });
  const askedAt = facts.expert?.lastAskedAt;
  const restedHours = askedAt ? Math.min(8, (now.getTime() - askedAt.getTime()) / hourMs) : 8;
  why.push({ code: "rested", points: Math.round(restedHours * 5) });
  return { score: why.reduce((sum, one) => sum + one.points, 0), why };
}
