/** What agents look for and flows ask about, drawn from the names and words of the made-up company. */
import type { Asking } from "../ask.ts";
import { departments, firstNames, lastNames, skills } from "../company.ts";
import { createRandom } from "../random.ts";

const list = (words: string) => words.split(",");
const words = { first: list(firstNames), last: list(lastNames), department: list(departments), skill: list(skills) };

type Random = () => number;
const oneOf = <T>(of: readonly T[], random: Random): T => of[Math.floor(random() * of.length)] as T;
/** The first letters of a word, as far as somebody has typed. */
const begun = (word: string, random: Random) => word.slice(0, 2 + Math.floor(random() * word.length));

/** What is in the search field: a name that is being typed, both names, a skill, a department, a skill and a name. */
function typed(random: Random): string {
  const chance = random();
  const last = oneOf(words.last, random);
  if (chance < 0.4) return begun(last, random);
  if (chance < 0.6) return `${oneOf(words.first, random)} ${begun(last, random)}`;
  if (chance < 0.75) return begun(oneOf(words.skill, random), random);
  if (chance < 0.9) return begun(oneOf(words.department, random), random);
  return `${oneOf(words.skill, random)} ${begun(oneOf(words.first, random), random)}`;
}

/** A desk asks as it does in src/web/desk/api.ts: with the interaction in front of the agent, twenty at once. */
export function searches(count: number, interaction: string): Asking[] {
  const random = createRandom(1);
  return Array.from({ length: count }, () => {
    const chance = random();
    const search: Record<string, string> = chance < 0.15 ? { skill: oneOf(words.skill, random) } : { q: typed(random) };
    if (chance > 0.8) search.reachable = "true";
    if (chance > 0.7 && chance < 0.8) search.language = oneOf(["sv", "en"], random);
    return { method: "GET", path: `/v1/experts?${new URLSearchParams({ ...search, interaction, limit: "20" })}` };
  });
}

export function routingRequests(count: number): Asking[] {
  const random = createRandom(2);
  return Array.from({ length: count }, () => {
    const skill = oneOf(words.skill, random);
    const request = {
      intent: `${skill}-question`,
      skill,
      language: oneOf(["sv", "en"], random),
      tier: oneOf(["gold", "standard"], random),
      caller: `+46701${String(Math.floor(random() * 1e6)).padStart(6, "0")}`,
      queue: "claims",
    };
    return { method: "POST", path: "/v1/routing-decisions", body: JSON.stringify(request) };
  });
}
