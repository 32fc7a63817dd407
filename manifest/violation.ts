/** One thing that Teams or its store would refuse, and what to do about it. Both are sentences without the full stop. */
export type Violation = { where: string; problem: string; fix: string };

export const sentenceOf = ({ where, problem, fix }: Violation) => `${where}: ${problem}. ${fix}.`;

/** A rule about one value: what is wrong when `broken` says so, and the fix. */
export type Rule<T> = { broken: (value: T) => boolean; problem: string; fix: string };

/** Every rule that the value breaks. `{}` in a sentence stands for the value. */
export function violationsOf<T>(where: string, value: T, rules: readonly Rule<T>[]): Violation[] {
  return rules
    .filter((rule) => rule.broken(value))
    .map(({ problem, fix }) => ({
      where,
      problem: problem.replaceAll("{}", String(value)),
      fix: fix.replaceAll("{}", String(value)),
    }));
}
