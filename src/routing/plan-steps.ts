/** What to try for a request, in which order: by the line that was called, else by the rules. Pure. */
import { type Line, type Opening, opening } from "./lines.ts";
import type { Request } from "./request.ts";
import { type RuleSet, ruleFor, type Step } from "./rules.ts";

/** Why something was not tried or did not do, as codes. */
export type Passed = { step: number; code: string; until?: string; line?: string };
export type Planned = { steps: Step[]; rule?: string; passed: Passed[]; isOpen: boolean; opensAt?: Date };

export function stepsByRules(set: RuleSet, request: Request): Planned {
  const rule = ruleFor(set, request);
  if (rule) return { steps: rule.to, rule: rule.name, passed: [], isOpen: true };
  // No rule fits: where the flow would have sent them.
  return { steps: request.queue ? [{ queue: {} }] : [], passed: [{ step: 0, code: "no-rule" }], isOpen: true };
}

const membersOf = ({ members, skill }: Line, ringMs: number | undefined): Step => ({
  experts: { ...(members.length > 0 ? { personIds: members } : {}), ...(skill ? { skill } : {}) },
  ...(ringMs ? { ringMs } : {}),
});

const closed = (step: number, { until }: Opening, line: Line): Passed => ({
  step,
  code: "closed",
  line: line.number,
  ...(until ? { until: until.toISOString() } : {}),
});

/** Its own members while it is open, then those who stand in and are open, then the queue, and always a call-back. */
export function stepsOfLine(
  line: Line,
  cover: readonly Line[],
  holidays: (site: string | undefined) => string[],
  now: Date,
): Planned {
  const own = opening(line, holidays(line.site), now);
  const inOrder = (line.cover ?? []).flatMap((number) => cover.find((one) => one.number === number) ?? []);
  const tried = [line, ...inOrder].map((one) => ({ one, open: opening(one, holidays(one.site), now) }));
  const steps: Step[] = tried.filter(({ open }) => open.on).map(({ one }) => membersOf(one, line.ringMs));
  const passed = tried.flatMap(({ one, open }, index) => (open.on ? [] : [closed(index, open, one)]));
  if (own.on && line.queue) steps.push({ queue: { id: line.queue } });
  steps.push({ callback: {} });
  return {
    steps,
    rule: `line:${line.name}`,
    passed,
    isOpen: own.on,
    ...(!own.on && own.until ? { opensAt: own.until } : {}),
  };
}
