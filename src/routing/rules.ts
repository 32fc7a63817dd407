/** Who gets which customer, as data: the first rule that fits says where to try, in its order. Pure. */
import { z } from "zod";
import { channels, type Request } from "./request.ts";

const word = z.string().min(1).max(80);
const words = z.array(word).min(1).max(50);

const expertsStep = z.strictObject({
  experts: z.strictObject({
    skill: word.optional().describe("Absent: the skill asked for, else the intent"),
    personIds: z.array(z.string().max(60)).min(1).max(50).optional(),
    language: z.enum(["preferred", "required"]).optional().describe("Absent: preferred"),
    levelMin: z.number().int().min(1).max(5).optional(),
  }),
  ringMs: z.number().int().min(5_000).max(120_000).optional().describe("Absent: 20 s"),
});
const queueStep = z.strictObject({
  queue: z.strictObject({
    id: z.string().min(1).max(200).optional().describe("Absent: the queue that the flow names"),
    waitMsMax: z.number().int().min(0).optional().describe("Passed over when the flow says that the wait is longer"),
  }),
});
const numberStep = z.strictObject({ number: z.string().regex(/^\+[1-9]\d{6,14}$/, "wants E.164") });
const callbackStep = z.strictObject({ callback: z.strictObject({}) });

export const step = z.union([expertsStep, queueStep, numberStep, callbackStep]);
export type Step = z.output<typeof step>;

export const rule = z.strictObject({
  name: word,
  when: z
    .strictObject({
      intents: words.optional(),
      skills: words.optional(),
      tiers: words.optional(),
      languages: words.optional(),
      sites: words.optional(),
      channels: z.array(z.enum(channels)).min(1).optional(),
    })
    .default({})
    .describe("All that is named has to fit; `invoice-*` fits whatever begins so"),
  to: z.array(step).min(1).max(10),
});
export type Rule = z.output<typeof rule>;

export const presets = {
  "experts-first": [{ name: "experts-first", when: {}, to: [{ experts: {} }, { queue: {} }] }],
  "agents-first": [
    { name: "agents-first", when: {}, to: [{ queue: { waitMsMax: 60_000 } }, { experts: {} }, { queue: {} }] },
  ],
  "best-customers-direct": [
    { name: "best-customers", when: { tiers: ["gold", "platinum", "vip"] }, to: [{ experts: {} }, { queue: {} }] },
    { name: "everybody", when: {}, to: [{ queue: {} }] },
  ],
} as const satisfies Record<string, Rule[]>;
export type Preset = keyof typeof presets;
export const presetNames = Object.keys(presets) as [Preset, ...Preset[]];
export const defaultPreset: Preset = "experts-first";

export const ruleSet = z.union([z.enum(presetNames), z.array(rule).min(1).max(200)]);
export type RuleSet = z.output<typeof ruleSet>;
export const rulesOf = (set: RuleSet): readonly Rule[] => (typeof set === "string" ? presets[set] : set);

const fits = (wanted: readonly string[] | undefined, value: string | undefined): boolean => {
  if (!wanted) return true;
  const given = value?.toLowerCase();
  return (
    given !== undefined &&
    wanted.some((one) => {
      const pattern = one.toLowerCase();
      return pattern.endsWith("*") ? given.startsWith(pattern.slice(0, -1)) : given === pattern;
    })
  );
};

export function ruleFor(set: RuleSet, request: Request): Rule | undefined {
  return rulesOf(set).find(
    ({ when }) =>
      fits(when.intents, request.intent) &&
      fits(when.skills, request.skill) &&
      fits(when.tiers, request.tier) &&
      fits(when.languages, request.language) &&
      fits(when.sites, request.site) &&
      fits(when.channels, request.channel),
  );
}

/** A rule behind one that takes everybody is never reached; answers the names of such rules. */
export function unreachedRules(set: RuleSet): string[] {
  const rules = rulesOf(set);
  const last = rules.findIndex(({ when }) => Object.values(when).every((value) => value === undefined));
  return last < 0 ? [] : rules.slice(last + 1).map(({ name }) => name);
}
